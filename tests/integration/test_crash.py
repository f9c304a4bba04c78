"""The real process, killed, stopped or asked to end at every step: each mail is found once."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from service.storage.database import make_engine
from tests.fakes.cli import ROOT, House, inline, reply, weekly
from tests.fakes.ics import calendar

MARTA, ANA = "marta@example.org", "ana@example.org"
FIRST_PASS = "2026-11-02T08:00:00+01:00"
LEASE_OVER = "2026-11-02T08:06:00+01:00"
PREP, FORM = "2026-11-02T12:00:00+01:00", "2026-11-02T14:45:00+01:00"
ANSWERED = "2026-11-02T16:00:00+01:00"
SYNC = ["calendar_read", "sync_before_commit", "sync_after_commit"]
DELIVERY = ["recorded", "claimed", "written", "drafted", "checked", "delivered", "receipt_kept"]
PATIENCE = 60  # seconds; only a failure waits so long

pytestmark = pytest.mark.slow


@pytest.fixture
def marta(house: House, database_url: str) -> House:
    """Marta, just added; the first pass will read her calendar and welcome her."""
    house.environ["VISAVIS_SERVICE_DATABASE"] = database_url
    house.calendar("leader.ics", calendar(weekly("a@x", "20261102T140000", ANA)))
    house.add(MARTA, "--member", f"Ana <{ANA}>")
    return house


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """To look at the tables."""
    found = make_engine(database_url)
    yield found
    found.dispose()


@contextmanager
def start(house: House, now: str, point: str, what: str) -> Iterator[subprocess.Popen[str]]:
    """A process to which something happens; it is gone in the end, come what may."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.crash_child", "visavis.toml", now, point, what],
        cwd=house.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **house.environ},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def kill_at(house: House, now: str, point: str) -> None:
    with start(house, now, point, "kill") as process:
        assert process.wait(PATIENCE) == -signal.SIGKILL


def statuses(engine: Engine) -> Counter[str]:
    with engine.connect() as connection:
        return Counter(connection.execute(text("SELECT status FROM emails")).scalars())


def restart(house: House, engine: Engine, now: str) -> None:
    """The same command again; PostgreSQL notices a death within an instant, not at once."""
    for _ in range(100):
        house.tick(now)
        if not statuses(engine)["sending"]:
            return
    pytest.fail("what the dead process left in sending was never taken over")


def delivered(house: House) -> Counter[str]:
    """How many mails of each kind lie in the outbox, read or not."""
    outbox = house.folder / "mail" / "outbox"
    return Counter(path.name.partition("-")[0] for sub in ("new", "cur") for path in (outbox / sub).glob("*"))


def read_all(house: House) -> None:
    """A mail reader looks through the outbox."""
    outbox = house.folder / "mail" / "outbox"
    for path in list((outbox / "new").glob("*")):
        path.rename(outbox / "cur" / f"{path.name}:2,S")


@pytest.mark.parametrize("point", [*SYNC, *DELIVERY])
def test_whatever_step_it_is_killed_at_nothing_is_lost_and_nothing_comes_twice(
    marta: House, engine: Engine, point: str
) -> None:
    kill_at(marta, FIRST_PASS, point)
    restart(marta, engine, FIRST_PASS)
    assert delivered(marta) == {"welcome": 1}
    assert statuses(engine) == {"sent": 1}
    marta.tick(PREP)
    marta.tick(FORM)
    assert delivered(marta) == {"welcome": 1, "prep": 1, "reflection": 1}
    assert statuses(engine) == {"sent": 3}
    starts = [one["start"] for one in marta.meetings()]
    assert len(starts) == len(set(starts)) == 9


@pytest.mark.parametrize("point", ["delivered", "checked"])
def test_a_mail_reader_in_between_does_not_call_for_a_second_mail(
    marta: House, engine: Engine, point: str
) -> None:
    kill_at(marta, FIRST_PASS, point)
    read_all(marta)
    restart(marta, engine, FIRST_PASS)
    assert delivered(marta) == {"welcome": 1}
    assert statuses(engine) == {"sent": 1}


def test_what_left_before_the_kill_is_kept_as_it_left(marta: House, engine: Engine) -> None:
    marta.tick(FIRST_PASS)
    kill_at(marta, PREP, "delivered")
    before = marta.mail("prep").path.read_bytes()
    restart(marta, engine, "2026-11-02T13:00:00+01:00")
    assert marta.mail("prep").path.read_bytes() == before
    with engine.connect() as connection:
        message_ids = connection.execute(text("SELECT message_id FROM emails WHERE kind = 'prep'"))
        assert message_ids.scalar_one() == marta.mail("prep").message["Message-ID"]


@pytest.mark.parametrize("point", ["reply_before_commit", "reply_committed"])
def test_a_reply_is_taken_in_once_whenever_the_process_is_killed(
    marta: House, engine: Engine, point: str
) -> None:
    for now in (FIRST_PASS, PREP, FORM):
        marta.tick(now)
    marta.drop(reply(marta.mail("reflection"), MARTA, inline(marta.mail("reflection"), {1: "She began."})))
    kill_at(marta, ANSWERED, point)
    restart(marta, engine, ANSWERED)
    assert delivered(marta)["receipt"] == 1
    with engine.connect() as connection:
        for table in ("replies", "reflections"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 1  # noqa: S608 - ours
    inbox = marta.folder / "mail" / "inbox"
    assert [*(inbox / "new").iterdir(), *(inbox / "cur").iterdir()] == []
    assert len(list((inbox / ".Done" / "cur").iterdir())) == 1


@pytest.mark.parametrize("point", ["claimed", "checked", "delivered"])
def test_who_is_paused_past_its_lease_wakes_to_a_mail_that_has_left(
    marta: House, engine: Engine, point: str
) -> None:
    with start(marta, FIRST_PASS, point, "stop") as paused:
        _, status = os.waitpid(paused.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        marta.tick(FIRST_PASS)
        assert statuses(engine) == {"sending": 1}  # its lease still runs, and it lives
        marta.tick(LEASE_OVER)
        assert statuses(engine) == {"sent": 1}
        paused.send_signal(signal.SIGCONT)
        said, _ = paused.communicate(timeout=PATIENCE)
    assert (paused.returncode, said.split()) == (0, [])
    assert delivered(marta) == {"welcome": 1}
    assert statuses(engine) == {"sent": 1}


def test_two_processes_at_the_same_moment_send_each_mail_once(marta: House, engine: Engine) -> None:
    for now in (FIRST_PASS, PREP, FORM):
        with start(marta, now, "never", "kill") as one, start(marta, now, "never", "kill") as other:
            said = [process.communicate(timeout=PATIENCE)[0].split() for process in (one, other)]
        assert (one.returncode, other.returncode) == (0, 0)
        assert sum(map(len, said)) == 1
    assert delivered(marta) == {"welcome": 1, "prep": 1, "reflection": 1}
    assert statuses(engine) == {"sent": 3}


def test_asked_to_end_it_finishes_its_pass(marta: House, engine: Engine) -> None:
    with start(marta, FIRST_PASS, "claimed", "term") as process:
        assert process.wait(PATIENCE) == 0
    assert delivered(marta) == {"welcome": 1}
    assert statuses(engine) == {"sent": 1}


def test_asked_twice_it_ends_at_once_and_the_next_one_finishes(marta: House, engine: Engine) -> None:
    with start(marta, FIRST_PASS, "claimed", "term-twice") as process:
        assert process.wait(PATIENCE) == 128 + signal.SIGTERM
    assert statuses(engine) == {"sending": 1}
    restart(marta, engine, FIRST_PASS)
    assert delivered(marta) == {"welcome": 1}


def test_locks_of_the_dead_are_cleared_away(marta: House, database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        return
    locks = Path(f"{database_url.removeprefix('sqlite:///')}-workers")
    kill_at(marta, FIRST_PASS, "recorded")
    assert len(list(locks.iterdir())) == 1
    marta.tick(FIRST_PASS)
    assert list(locks.iterdir()) == []
