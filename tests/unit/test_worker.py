"""The clock: it only says "look now", outlives whatever happens, and stops when told."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta, tzinfo
from types import SimpleNamespace

import pytest

from service import worker
from service.errors import StorageError
from service.jobs.hints import mailbox_told
from service.jobs.office import Office, PassReport
from service.worker import moments, stop_on_signals, tick, work
from tests.fakes.desks import HOUR, MINUTE, at
from tests.fakes.offices import JOINED, Inline, LittleHouse, series

START = at("2026-11-24 08:00")


# --- virtual time -----------------------------------------------------------------------


def test_one_moment_is_the_start() -> None:
    assert list(moments(START, None, HOUR)) == [START]


def test_a_stretch_is_its_start_and_every_step_up_to_its_end() -> None:
    assert list(moments(START, START + 45 * MINUTE, 15 * MINUTE)) == [
        START + n * 15 * MINUTE for n in range(4)
    ]
    assert list(moments(START, START + 44 * MINUTE, 15 * MINUTE)) == [
        START + n * 15 * MINUTE for n in range(3)
    ]


def test_an_end_before_the_first_step_leaves_the_start() -> None:
    assert list(moments(START, START - HOUR, 15 * MINUTE)) == [START]


def test_ticking_is_the_same_passes_added_up(house: LittleHouse) -> None:
    house.add_leader().events = series(at("2026-11-03 14:00"), 4)
    seen: list[datetime] = []
    when = moments(JOINED, at("2026-11-03 15:00"), timedelta(hours=1))
    report = tick(house.office, Inline(), when, lambda one: seen.append(one.now))
    assert report.passes == len(seen) == 32
    assert [one.kind for one in report.emails if one.status == "sent"] == ["welcome", "prep", "reflection"]
    assert report.now == seen[-1]


def test_no_time_at_all_is_a_mistake(house: LittleHouse) -> None:
    with pytest.raises(ValueError, match="at least its first instant"):
        tick(house.office, Inline(), iter(()))


# --- real time --------------------------------------------------------------------------


class Ticking(threading.Event):
    """A flag whose waiting takes no time, but moves the ticker's clock."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = datetime(2026, 11, 24)  # noqa: DTZ001 - `schedule` knows no zones
        self.waits: list[float] = []
        self.set_while_waiting = False

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0.0)
        self.clock += timedelta(seconds=timeout or 0.0)
        if self.set_while_waiting:
            self.set()
        return self.is_set()


@pytest.fixture
def stop(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    flag = Ticking()

    class Now(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Now":
            assert tz is None
            return cls.fromisoformat(flag.clock.isoformat())

    monkeypatch.setattr("schedule.datetime", SimpleNamespace(datetime=Now, timedelta=timedelta))
    return flag


Run = Callable[..., list[datetime]]


@pytest.fixture
def run(house: LittleHouse, stop: Ticking, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Work until the third pass, which sets the flag; those numbered in `fails` raise."""

    def go(fails: Collection[int] = ()) -> list[datetime]:
        made: list[datetime] = []

        def run_pass(_office: Office, now: datetime, _pool: Inline) -> PassReport:
            made.append(now)
            if len(made) == 3:
                stop.set()
            if len(made) in fails:
                raise RuntimeError("a bad day")
            return PassReport(now)

        clock = (START + n * HOUR for n in range(100))
        monkeypatch.setattr(worker, "run_pass", run_pass)
        work(house.office, Inline(), stop, now=lambda: next(clock))
        return made

    return go


def test_it_looks_at_once_and_every_minute_until_the_flag_is_set(run: Run, stop: Ticking) -> None:
    assert run() == [START, START + HOUR, START + 2 * HOUR]
    assert stop.waits == [3.0] * 40  # between two passes it only looks whether a hint came in


def test_a_pass_that_raises_does_not_end_it(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert len(run(fails={1, 2})) == 3
    assert [record.__dict__.get("action") for record in caplog.records] == ["pass_failed"] * 2


def test_a_flag_set_while_it_waits_ends_it_without_a_further_pass(
    house: LittleHouse, stop: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[datetime] = []

    def run_pass(_office: Office, now: datetime, _pool: Inline) -> PassReport:
        made.append(now)
        return PassReport(now)

    monkeypatch.setattr(worker, "run_pass", run_pass)
    stop.set_while_waiting = True
    work(house.office, Inline(), stop, now=lambda: START)
    assert made == [START]


# --- hints ------------------------------------------------------------------------------


class Hinted:
    """A worker that is told of changes. `news` are the waits (from 1) during which a hint comes in;
    a pass takes `length` seconds; after `most` passes the flag is set."""

    def __init__(self, house: LittleHouse, stop: Ticking, monkeypatch: pytest.MonkeyPatch) -> None:
        self.database, self.stop = house.database, stop
        self.office = house.office
        self.news: Collection[int] = ()
        self.during_pass: Collection[int] = ()
        self.length, self.most, self.clock = 0.0, 3, 0.0
        self.passes = 0
        self.hints = 0
        self.skew = timedelta()
        monkeypatch.setattr(worker, "run_pass", self.run_pass)
        monkeypatch.setattr(stop, "wait", self.wait)

    def hint(self) -> None:
        self.hints += 1
        mailbox_told(self.database, START + self.skew + self.hints * MINUTE)

    def wait(self, seconds: float) -> None:
        Ticking.wait(self.stop, seconds)
        if len(self.stop.waits) in self.news:
            self.hint()

    def run_pass(self, _office: Office, now: datetime, _pool: Inline) -> PassReport:
        self.passes += 1
        self.clock += self.length
        if self.passes in self.during_pass:
            self.hint()
        if self.passes == self.most:
            self.stop.set()
        return PassReport(now)

    def work(self) -> list[float]:
        """The waits between passes, each as long as it was in all."""
        work(self.office, Inline(), self.stop, now=lambda: START, clock=lambda: self.clock)
        return self.stop.waits


@pytest.fixture
def hinted(house: LittleHouse, stop: Ticking, monkeypatch: pytest.MonkeyPatch) -> Hinted:
    return Hinted(house, stop, monkeypatch)


def test_without_a_hint_it_looks_every_few_seconds_and_passes_every_minute(hinted: Hinted) -> None:
    assert hinted.work() == [3.0] * 40


def test_a_hint_is_followed_at_once_and_the_minute_starts_anew(hinted: Hinted) -> None:
    hinted.news = {2}
    assert hinted.work() == [3.0] * 2 + [3.0] * 20


def test_one_that_comes_in_during_a_pass_is_followed_by_another(hinted: Hinted) -> None:
    hinted.during_pass = {1}
    assert hinted.work() == [3.0] * 1 + [3.0] * 20


def test_one_from_before_the_start_is_left_to_the_first_pass(hinted: Hinted) -> None:
    hinted.hint()
    assert hinted.work() == [3.0] * 40


@pytest.mark.parametrize("hours", [-48, 48])
def test_whose_clock_a_hint_was_told_by_does_not_matter(hinted: Hinted, hours: int) -> None:
    hinted.skew, hinted.news, hinted.most = timedelta(hours=hours), {1}, 3
    assert hinted.work() == [3.0] * 21


def test_however_many_there_are_the_machine_gets_its_rest(hinted: Hinted) -> None:
    hinted.news, hinted.length, hinted.most = range(100), 2.5, 4
    assert hinted.work() == [10.0] * 3


def test_to_look_for_hints_takes_three_rows_at_a_time(house: LittleHouse, run: Run) -> None:
    with house.counted() as statements:
        run()
    asked = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(asked) == 3 * (40 + 3)  # 40 looks, and one before each of the three passes
    assert all("marks" in statement for statement in asked)


def test_while_the_database_is_away_it_goes_by_the_ticker(
    hinted: Hinted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_database: object) -> None:
        raise StorageError("The database is locked.")

    monkeypatch.setattr(worker, "newest_hint", away)
    assert hinted.work() == [3.0] * 40


def test_the_flag_ends_it_between_two_looks(hinted: Hinted, stop: Ticking) -> None:
    stop.set_while_waiting = True
    assert hinted.work() == [3.0]
    assert hinted.passes == 1


# --- signals ----------------------------------------------------------------------------


@pytest.fixture
def signals() -> Iterator[None]:
    """The handlers as they were, afterwards."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_only_sets_the_flag(number: signal.Signals) -> None:
    stop = stop_on_signals()
    assert not stop.is_set()
    signal.raise_signal(number)
    assert stop.is_set()


@pytest.mark.usefixtures("signals")
def test_a_second_one_ends_the_process_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    stop_on_signals()
    signal.raise_signal(signal.SIGTERM)
    assert ended == []
    signal.raise_signal(signal.SIGTERM)
    assert ended == [128 + signal.SIGTERM]
