"""A full disk or a locked database loses no reply and sends nothing twice."""

import errno
import os
import shutil
import sqlite3
import stat
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from service.assembly import open_house
from service.jobs.office import PassReport
from service.jobs.passes import run_pass
from service.settings import load_settings
from service.storage.database import Database
from tests.fakes.cli import House, inline, new_house, reply, weekly
from tests.fakes.ics import calendar

MARTA, ANA = "marta@example.org", "ana@example.org"
FIRST_PASS, PREP, FORM = "2026-11-02T08:00:00+01:00", "2026-11-02T12:00:00+01:00", "2026-11-02T14:45:00+01:00"
ANSWERED, SOON = "2026-11-02T16:00:00+01:00", "2026-11-02T16:05:00+01:00"
POINTS = ["recorded", "claimed", "written", "checked", "delivered", "reply_before_commit", "reply_committed"]
KINDS = {"welcome": 1, "prep": 1, "reflection": 1, "receipt": 1}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a lock."""
    monkeypatch.setattr("service.assembly.Database", partial(Database, busy_milliseconds=1))


def with_an_answer_waiting(house: House) -> House:
    """Marta has her form, and her answer lies in the inbox."""
    house.calendar("leader.ics", calendar(weekly("a@x", "20261102T140000", ANA)))
    house.add(MARTA, "--member", f"Ana <{ANA}>")
    for now in (FIRST_PASS, PREP, FORM):
        house.tick(now)
    house.drop(reply(house.mail("reflection"), MARTA, inline(house.mail("reflection"), {1: "She began."})))
    return house


def run(house: House, now: str, fault: Callable[[str], None] = lambda _: None) -> PassReport:
    """One pass, with something happening at a named point."""
    settings = load_settings(house.folder / "visavis.toml", {})
    with open_house(settings, fault) as opened:
        return run_pass(opened.office, datetime.fromisoformat(now), opened.pool)


def at_point(point: str, happens: Callable[[], object]) -> Callable[[str], None]:
    """Something happens once."""
    left = [point]

    def fault(name: str) -> None:
        if name in left:
            left.remove(name)
            happens()

    return fault


def kinds(house: House) -> Counter[str]:
    return Counter(mail.kind for mail in house.mails())


def count(house: House, table: str, where: str = "true") -> int:
    with sqlite3.connect(house.folder / "visavis.db") as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0]  # noqa: S608 - ours
    connection.close()
    return found


def all_is_well(house: House) -> None:
    """Every mail is there once and known to be; the answer was taken in once."""
    assert kinds(house) == KINDS
    assert count(house, "emails") == count(house, "emails", "status = 'sent'") == 4
    assert (count(house, "replies"), count(house, "reflections")) == (1, 1)
    inbox = house.folder / "mail" / "inbox"
    assert [*(inbox / "new").iterdir(), *(inbox / "cur").iterdir()] == []


@contextmanager
def locked(house: House) -> Iterator[None]:
    """Another program writes, and writes."""
    other = sqlite3.connect(house.folder / "visavis.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.usefixtures("impatient")
def test_a_locked_database_is_one_clear_line_and_heals(house: House) -> None:
    with_an_answer_waiting(house)
    with locked(house):
        done = house.run("tick", "--now", ANSWERED)
    assert done.code == 1
    assert done.lines
    assert all("locked by another program" in line for line in done.lines)
    house.tick(ANSWERED)
    all_is_well(house)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("point", [point for point in POINTS if point != "reply_before_commit"])
def test_a_database_locked_at_any_step_loses_and_repeats_nothing(house: House, point: str) -> None:
    with_an_answer_waiting(house)
    with ExitStack() as meanwhile:
        report = run(house, ANSWERED, at_point(point, lambda: meanwhile.enter_context(locked(house))))
    assert any("locked by another program" in line for line in report.troubles)
    house.tick(ANSWERED)
    all_is_well(house)


STEPS = ["open", "fsync of the file", "rename", "fsync of the folder"]


@pytest.mark.parametrize("step", STEPS)
def test_a_disk_that_fills_up_at_any_step_of_a_delivery_leaves_one_mail(
    house: House, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with_an_answer_waiting(house)
    with monkeypatch.context() as patch:
        _fill_up_at(patch, step, house.folder / "mail" / "outbox")
        done = house.run("tick", "--now", ANSWERED, "--json")
    (email,) = done.json["emails"]
    assert (done.code, email["kind"], email["status"]) == (1, "receipt", "deferred")
    assert "No space left on device" in email["reason"]
    assert list((house.folder / "mail" / "outbox" / "tmp").iterdir()) == []
    house.tick(SOON)
    all_is_well(house)


def _fill_up_at(patch: pytest.MonkeyPatch, step: str, outbox: Path) -> None:
    """The disk is full at one step of writing into the outbox."""
    name = step.partition(" ")[0]
    real = getattr(os, name)

    def is_it(what: object) -> bool:
        if step == "fsync of the file":
            return isinstance(what, int) and stat.S_ISREG(os.fstat(what).st_mode)
        if step == "fsync of the folder":
            return isinstance(what, int) and os.path.samestat(os.fstat(what), (outbox / "new").stat())
        return str(what).startswith(str(outbox / "tmp"))

    def full(what: object, *more: object, **named: object) -> object:
        if is_it(what):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(what, *more, **named)

    patch.setattr(os, name, full)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes, where we may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here: the disk that fills up is played instead")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("point", POINTS)
def test_a_really_full_disk_at_any_step_loses_and_repeats_nothing(
    pattern: Path, small_disk: Path, point: str
) -> None:
    house = with_an_answer_waiting(new_house(small_disk, pattern))
    ballast = small_disk / "ballast"
    run(house, ANSWERED, at_point(point, lambda: _fill(ballast)))
    house.run("tick", "--now", ANSWERED)  # the disk is full still, and the program stays calm
    ballast.unlink()
    house.tick(ANSWERED)
    house.tick(SOON)
    all_is_well(house)


def test_a_full_disk_is_told_in_clear_lines(pattern: Path, small_disk: Path) -> None:
    house = with_an_answer_waiting(new_house(small_disk, pattern))
    _fill(small_disk / "ballast")
    done = house.run("tick", "--now", ANSWERED)
    assert done.code == 1
    assert done.lines
    assert "Traceback" not in done.err
    assert any("free some disk space" in line or "No space left" in line for line in done.lines)


def _fill(ballast: Path) -> None:
    """To the last byte."""
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            with suppress(OSError):
                while True:
                    file.write(b"\0" * size)
