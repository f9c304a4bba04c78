"""The house rules that no linter knows."""

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "service").rglob("*.py"))
# A migration is a list of tables, in the one order that works; it does not get clearer in pieces.
MIGRATIONS = ROOT / "service/storage/migrations/versions"
PROGRAM = [module for module in MODULES if MIGRATIONS not in module.parents]
LONGEST_FUNCTION = 40
LONGEST_MODULE = 299

# Where the time may be read; everywhere else it is handed in.
MAY_READ_THE_CLOCK = {"service/clock.py", "service/cli.py"}
CLOCK = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.localtime"}

# Written in two halves, or this file would name them itself.
REGISTRIES = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "ghcr" + ".io", "docker" + ".io"]
MACHINE_PATHS = [r"(?<![\w.])/wor" + r"k/", r"/tm" + "p/venv", "/opt/whe" + "els", r"/home/\w", r"/Users/\w"]


def name_of(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


def functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(module)}:{node.lineno} imports relatively"
            yield node.module or ""


def attributes(module: Path) -> Iterator[tuple[str, int]]:
    """Every `name.attribute` (the last two of a longer chain), and its line."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield ".".join(ast.unparse(node).split(".")[-2:]), node.lineno


def kept_files() -> list[Path]:
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_can_be_read_in_one_go(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("module", PROGRAM, ids=name_of)
def test_a_function_fits_on_a_screen(module: Path) -> None:
    too_long = {each.name: length(each) for each in functions(module) if length(each) > LONGEST_FUNCTION}
    assert too_long == {}


def test_functions_are_small_at_the_median(capsys: pytest.CaptureFixture[str]) -> None:
    lengths = [length(each) for module in PROGRAM for each in functions(module)]
    with capsys.disabled():
        print(f" [{len(lengths)} functions, median {statistics.median(lengths):.0f} lines]", end="")  # noqa: T201 -- asked for
    assert statistics.median(lengths) <= 10


@pytest.mark.parametrize("module", sorted((ROOT / "service/domain").rglob("*.py")), ids=name_of)
def test_the_domain_knows_nothing_outside(module: Path) -> None:
    outside = {
        name
        for name in imported(module)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not name.startswith("service.domain")
        and name != "service.errors"
    }
    assert outside == set()


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_the_time_is_handed_in(module: Path) -> None:
    found = [f"{name} in line {line}" for name, line in attributes(module) if name in CLOCK]
    assert not found or name_of(module) in MAY_READ_THE_CLOCK, found


@pytest.mark.parametrize("word", [*map(re.escape, REGISTRIES), *MACHINE_PATHS])
def test_no_file_names_a_registry_or_a_path_of_one_machine(word: str) -> None:
    found = [
        name_of(path) for path in kept_files() if re.search(word, path.read_text("utf-8", errors="replace"))
    ]
    assert found == []
