"""Fixtures whose modules take long to import: every run of the tests would wait for them, a mutant's too."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fakes.web_house import WebHouse


@pytest.fixture
def web(sqlite_file: Path) -> Iterator["WebHouse"]:
    """Pages over a little house with nobody in it, on Tuesday 3 November 2026 at noon in Berlin."""
    from tests.fakes.web_house import open_web_house

    found = open_web_house(sqlite_file.parent)
    yield found
    found.little.database.close()


@pytest.fixture(scope="session")
def monday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's folder on 5 October in the afternoon, to be copied."""
    from tests.fakes.demo_day import play

    folder = tmp_path_factory.mktemp("monday") / "demo"
    play(folder)
    return folder
