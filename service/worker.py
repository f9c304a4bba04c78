"""The clock: `schedule` as the ticker, a stop flag set by signals, passes in real or virtual time.

Due times live in the database; the ticker only says "look now".
"""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from datetime import datetime, timedelta
from types import FrameType

from schedule import Scheduler

from service.clock import utc_now
from service.jobs.office import Office, PassReport
from service.jobs.passes import run_pass

log = logging.getLogger(__name__)

SECONDS_BETWEEN_PASSES = 60


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
) -> None:
    """Pass after pass until the flag is set; the pass under way is finished first."""
    ticker = Scheduler()
    ticker.every(between).seconds.do(_wrapped, office, pool, now)
    ticker.run_all()
    while not stop.is_set():
        stop.wait(max(ticker.idle_seconds or 0.0, 0.0))
        if not stop.is_set():
            ticker.run_pending()


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
    """`schedule` ends at a job that raises: so none does."""
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
