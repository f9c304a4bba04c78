"""What is shipped is what runs: the wheel, installed outside the checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


def files_below(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(ROOT).as_posix()


def run(*command: str | Path, cwd: Path) -> str:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(*PIP, "wheel", "--no-index", "--no-deps", "--no-build-isolation", "-w", folder, ROOT, cwd=folder)
    (found,) = folder.glob("visavis-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel, and the libraries of this one behind it."""
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(folder, with_pip=False, symlinks=True)
    run(*PIP, "--python", folder, "install", "--no-index", "--no-deps", wheel, cwd=folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    return folder


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    shipped = set(zipfile.ZipFile(wheel).namelist())
    assert set(files_below(ROOT / "service")) <= shipped


def test_the_wheel_holds_every_template(wheel: Path) -> None:
    shipped = set(zipfile.ZipFile(wheel).namelist())
    expected = {f"service/_{name}" for name in files_below(ROOT / "templates")}
    assert expected
    assert expected <= shipped


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"service"}


def test_outside_the_checkout_the_shipped_templates_are_used(installed: Path, tmp_path: Path) -> None:
    program = "from service.templates import templates_folder as f; print(f())"
    found = Path(run(installed / "bin" / "python", "-c", program, cwd=tmp_path).strip())
    assert found.is_relative_to(installed)
    assert (found / "web" / "base.html").is_file()


def test_the_installed_command_says_its_help(installed: Path, tmp_path: Path) -> None:
    assert "visavis" in run(installed / "bin" / "visavis", "--help", cwd=tmp_path)


def test_the_installed_command_does_the_main_job(installed: Path, tmp_path: Path) -> None:
    visavis = installed / "bin" / "visavis"
    (tmp_path / "ada.ics").write_text(CALENDAR)
    run(visavis, "init", "--from", "Lab <lab@example.org>", cwd=tmp_path)
    leader = ("ada@example.org", "--name", "Ada King", "--timezone", "Europe/Berlin")
    run(visavis, "leaders", "add", *leader, "--calendar", "ics:ada.ics", cwd=tmp_path)
    run(visavis, "tick", "--now", "2026-10-05T12:00:00+02:00", cwd=tmp_path)
    kinds = {path.name.partition("-")[0] for path in (tmp_path / "mail" / "outbox" / "new").iterdir()}
    assert kinds == {"welcome", "prep"}


CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//tests//wheel//EN
BEGIN:VEVENT
UID:ben-weekly
DTSTAMP:20261001T080000Z
DTSTART;TZID=Europe/Berlin:20261005T140000
DTEND;TZID=Europe/Berlin:20261005T143000
RRULE:FREQ=WEEKLY
SUMMARY:1:1 Ada / Ben
ATTENDEE;CN=Ada King:mailto:ada@example.org
ATTENDEE;CN=Ben Okri:mailto:ben@example.org
END:VEVENT
END:VCALENDAR
"""
