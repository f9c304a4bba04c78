"""The pinned lists: everything pinned, everything hashed, and no word on where to fetch it."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTS = ["constraints.txt", "constraints-dev.txt"]


def entries(name: str) -> list[str]:
    """One logical line for each requirement, comments left out."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", "")
    return [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]


def pins(name: str) -> dict[str, str]:
    return dict(entry.split()[0].split("==") for entry in entries(name))


def wanted(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [
        *project["dependencies"],
        *(line for e in extras for line in project["optional-dependencies"][e]),
    ]
    return {re.split(r"[\[<>=~! ;]", line)[0] for line in lines}


@pytest.mark.parametrize("name", LISTS)
def test_every_line_is_a_pin_with_hashes_and_nothing_else(name: str) -> None:
    shape = re.compile(r"[a-z0-9-]+==[\w.]+( ;[^:]+)?( +--hash=sha256:[0-9a-f]{64})+")
    assert [entry for entry in entries(name) if not shape.fullmatch(entry)] == []
    assert len(entries(name)) > 30


@pytest.mark.parametrize("name", LISTS)
def test_no_line_says_where_to_fetch_from(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"://|--index|--extra-index|--find-links|--trusted-host", text) == []


def test_what_the_service_needs_is_pinned() -> None:
    assert wanted("postgresql", "build") <= set(pins("constraints.txt"))


def test_what_developers_need_is_pinned_too() -> None:
    assert wanted("postgresql", "build", "dev") <= set(pins("constraints-dev.txt"))


def test_developers_run_the_very_versions_that_are_shipped() -> None:
    assert pins("constraints.txt").items() <= pins("constraints-dev.txt").items()
