"""The clock: `schedule` as the ticker, a stop flag set by signals, passes in real or virtual time.

Due times live in the database; the ticker only says "look now". Where calendars or mailboxes
tell of changes by themselves, or somebody at a page waits for a mail, a hint says so before
the ticker does.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType

from schedule import Scheduler

from service.clock import utc_now
from service.jobs.hints import newest_hint
from service.jobs.office import Office, PassReport
from service.jobs.passes import run_pass

log = logging.getLogger(__name__)

SECONDS_BETWEEN_PASSES = 60
SECONDS_BETWEEN_LOOKS = 3
"""How soon a hint is followed by a pass."""
REST = 4
"""How many times as long as a pass took is waited after it, however many hints come in: where
there are thousands of leaders, there always is one."""


def stop_on_signals() -> threading.Event:
    """A flag that SIGTERM and SIGINT set; a second signal ends the process at once."""
    stop = threading.Event()

    asked: list[int] = []

    def handle(number: int, _frame: FrameType | None) -> None:
        if asked:
            os._exit(128 + number)
        asked.append(number)  # first: a second signal may come while the flag is being set
        stop.set()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
    return stop


def work(
    office: Office,
    pool: Executor,
    stop: threading.Event,
    now: Callable[[], datetime] = utc_now,
    between: int = SECONDS_BETWEEN_PASSES,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Pass after pass until the flag is set; the pass under way is finished first."""
    ticker, shift = Scheduler(), _Shift(office, pool, now, clock)
    ticker.every(between).seconds.do(shift.make_pass)
    ticker.run_all()
    while not stop.is_set():
        hinted = shift.wait(ticker, stop)
        if not stop.is_set():
            (ticker.run_all if hinted else ticker.run_pending)()


@dataclass
class _Shift:
    """What a worker remembers from pass to pass: the newest hint before the last one, as stored,
    and how many seconds it took."""

    office: Office
    pool: Executor
    now: Callable[[], datetime]
    clock: Callable[[], float]
    seen: datetime | None = None
    took: float = 0.0

    def make_pass(self) -> None:
        """One pass. `schedule` ends at a job that raises: so none does."""
        self.seen, start = self._newest(), self.clock()
        _wrapped(self.office, self.pool, self.now)
        self.took = self.clock() - start

    def wait(self, ticker: Scheduler, stop: threading.Event) -> bool:
        """Until the next pass is due or the flag is set; True: until a hint came in."""
        look = max(SECONDS_BETWEEN_LOOKS, REST * self.took)
        while not stop.is_set() and (left := ticker.idle_seconds or 0.0) > 0:
            stop.wait(min(left, look))
            if not stop.is_set() and self._newest() != self.seen:
                return True
        return False

    def _newest(self) -> datetime | None:
        """Only compared with itself, so it does not matter whose clock it was told by."""
        try:
            return newest_hint(self.office.database)
        except Exception:  # noqa: BLE001 - the next pass says what is wrong, and comes without a hint
            return self.seen


def moments(start: datetime, until: datetime | None, every: timedelta) -> Iterator[datetime]:
    """The instants of a stretch of virtual time: the start, then every so often up to `until`."""
    moment = start
    yield moment
    while until is not None and moment + every <= until:
        moment += every
        yield moment


def tick(
    office: Office,
    pool: Executor,
    when: Iterator[datetime],
    watch: Callable[[PassReport], None] = lambda _report: None,
) -> PassReport:
    """The same passes at given instants; one report of all."""
    total: PassReport | None = None
    for now in when:
        report = run_pass(office, now, pool)
        watch(report)
        if total is None:
            total = report
        else:
            total.add(report)
    if total is None:
        raise ValueError("a stretch of time has at least its first instant")
    return total


def _wrapped(office: Office, pool: Executor, now: Callable[[], datetime]) -> None:
    try:
        report = run_pass(office, now(), pool)
    except Exception:  # the ticker must outlive any pass
        log.exception("a pass failed", extra={"action": "pass_failed"})
        return
    sent = sum(email.status == "sent" for email in report.emails)
    log.info(
        "pass: %d calendars read, %d unreadable, %d mails sent, %d replies",
        report.calendars_read,
        len(report.failures),
        sent,
        len(report.replies),
        extra={"action": "pass"},
    )
