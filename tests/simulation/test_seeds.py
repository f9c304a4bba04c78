"""Random worlds, thirteen weeks each: nothing lost, nothing twice, nothing at the wrong time.

README.md tells how to run more of them, and how to replay one.
"""

import logging
from pathlib import Path

import pytest

from tests.simulation.plain import PlainLife
from tests.simulation.program import blank_database
from tests.simulation.seeds import PLAIN, seeds

SEEDS = seeds(PLAIN, 50)
AT_A_TIME = 5


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return blank_database(tmp_path_factory.mktemp("blank"))


@pytest.mark.parametrize("some", [SEEDS[n : n + AT_A_TIME] for n in range(0, len(SEEDS), AT_A_TIME)], ids=str)
def test_thirteen_weeks(some: range, blank: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL + 1, "service")  # what fails on purpose is not worth a line
    for seed in some:
        try:
            story = PlainLife(seed, blank.parent, blank).run()
        except BaseException as error:
            error.add_note(f"again: SEED={seed} pytest tests/simulation/test_seeds.py")
            raise
        print(f"seed {seed}: {dict(story.counts)}")  # noqa: T201 - shown with -s, and where a later seed fails
        assert story.counts["passes"] > 0
