"""The same random worlds at Google, with faults on: nothing lost, nothing twice, all in its thread.

README.md tells how to run more of them, and how to replay one.
"""

import logging
from pathlib import Path

import pytest

from tests.simulation.google_life import GoogleLife
from tests.simulation.program import blank_database
from tests.simulation.seeds import GOOGLE, seeds

# From 20 on the eight hold all ways in, two leaders at one mailbox, plain sending and bare tombstones.
SEEDS = seeds(GOOGLE, 8, first=20)


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return blank_database(tmp_path_factory.mktemp("blank"))


@pytest.mark.parametrize("seed", SEEDS)
def test_thirteen_weeks_at_google(seed: int, blank: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL + 1)  # what fails on purpose is not worth a line
    try:
        story = GoogleLife(seed, blank.parent, blank).run()
    except BaseException as error:
        error.add_note(f"again: GOOGLE_SEED={seed} pytest tests/simulation/test_google_seeds.py")
        raise
    print(f"seed {seed} at Google: {dict(story.counts)}")  # noqa: T201 - shown with -s, and where a later seed fails
    assert story.counts["passes"] > 0
