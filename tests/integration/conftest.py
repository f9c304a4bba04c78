"""A house of one's own for every test: a folder in which `visavis init` has run."""

from pathlib import Path

import pytest

from tests.fakes.cli import House, new_house


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Initialised once, then copied."""
    return new_house(tmp_path_factory.mktemp("pattern")).folder


@pytest.fixture
def house(pattern: Path, tmp_path: Path) -> House:
    """Settings, a database and an empty mailbox in a temporary folder."""
    return new_house(tmp_path, pattern)
