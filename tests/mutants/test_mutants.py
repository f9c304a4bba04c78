"""The tests notice: each broken promise of `mutants.py` makes one of its tests fail.

Every mutant is a copy of its own, in which its own `service` is imported, so that they may
run side by side, and beside every other test.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutants.mutant import Mutant
from tests.mutants.mutants import MUTANTS

ROOT = Path(__file__).parents[2]
PARTS = ("service", "templates", "tests")
NOT_COPIED = shutil.ignore_patterns(
    "mutants", "simulation", "benchmarks", "browser", "node_modules", "*.tmp", ".*"
)
# Plug-ins of pytest that happen to be installed take a second to load, and these runs need none.
BARE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
SECONDS = 300  # for a mutant that hangs; on an idle machine each takes about two
# Refuses to begin (exit 4) where the tests would import another `service` than the mutant.
PROBE = """
from pathlib import Path

import pytest

import service


def pytest_collection_finish() -> None:
    if Path(service.__file__).parents[1] != Path(__file__).parent:
        raise pytest.UsageError(f"not the mutant is tested, but {service.__file__}")
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """All that the tests need, in a folder where it may be changed."""
    folder = tmp_path / "copy"
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=NOT_COPIED)
    shutil.copy2(ROOT / "pyproject.toml", folder)
    (folder / "probe.py").write_text(PROBE)
    return folder


def run(copy: Path, tests: list[str]) -> subprocess.CompletedProcess[str]:
    """Pytest in the copy; the environment tells its children too where `service` is."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "probe", "-p", "no:cacheprovider", *tests]
    return subprocess.run(
        command,
        cwd=copy,
        env=mine | BARE | {"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def infect(copy: Path, mutant: Mutant) -> None:
    path = copy / mutant.module
    source = path.read_text()
    assert source.count(mutant.fragment) == 1, f"{mutant.module} has changed: the mutant has to follow it"
    changed = source.replace(mutant.fragment, mutant.replacement)
    compile(changed, mutant.module, "exec")
    path.write_text(changed)


def caught(result: subprocess.CompletedProcess[str]) -> bool:
    """A test failed; any other exit code, or an error in a fixture, is a run that proves nothing."""
    return result.returncode == 1 and "\nFAILED " in result.stdout


def test_without_a_mutant_the_same_tests_pass(copy: Path) -> None:
    tests = {test for mutant in MUTANTS for test in mutant.caught_by}
    result = run(copy, sorted(tests))
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_it_is_caught(mutant: Mutant, copy: Path) -> None:
    infect(copy, mutant)
    result = run(copy, list(mutant.caught_by))
    assert caught(result), result.stdout + result.stderr


def test_another_service_than_the_copys_proves_nothing(copy: Path) -> None:
    shutil.rmtree(copy / "service")  # the one that is installed is found instead, or none
    assert not caught(run(copy, ["tests/unit/domain/test_cycle.py"]))


def test_a_fragment_that_is_gone_is_told(copy: Path) -> None:
    with pytest.raises(AssertionError, match="has to follow"):
        infect(copy, replace(MUTANTS[0], fragment="a line that nobody wrote"))


def test_every_mutant_has_a_name_of_its_own() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
