"""One pass: replies, then every leader's calendar, plan and mails, then the house.

Everything is level-triggered: a pass that was missed, or cut short, is made up by the next.
"""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from datetime import datetime
from typing import TypeVar

from service.domain.people import LeaderState
from service.errors import CalendarError, VisavisError
from service.jobs.assign_mailboxes import assign_mailboxes
from service.jobs.count_calls import count_calls
from service.jobs.keep_channels import keep_channels
from service.jobs.keep_house import keep_house
from service.jobs.office import CalendarFailure, Office, PassReport, merged
from service.jobs.polling import is_time_to_read
from service.jobs.read_replies import read_replies
from service.jobs.send_due import plan_and_send
from service.jobs.sync_calendars import sync_calendar
from service.storage import outbox, people
from service.storage.people import LeaderRow

T = TypeVar("T")

log = logging.getLogger(__name__)

UNFORESEEN = "Something unforeseen went wrong; its trace is in the log. The rest was done."


def run_pass(office: Office, now: datetime, pool: Executor) -> PassReport:
    """Do everything that is due at `now`; one leader's failure is never another's."""
    report = PassReport(now)
    office.keep_pace(now)
    _guard(report, "read_replies", lambda: _collect(report.replies, read_replies(office, now)))
    _guard(report, "leaders", lambda: report.add(_all_leaders(office, now, pool)))
    _guard(report, "keep_house", lambda: keep_house(office, now))
    _guard(report, "count_calls", lambda: count_calls(office, now))
    report.passes = 1
    return report


def _all_leaders(office: Office, now: datetime, pool: Executor) -> PassReport:
    with office.database.begin() as tx:
        people.resume_expired(tx, now)
    assign_mailboxes(office)
    with office.database.read() as tx:
        rows = [row for row in people.everyone(tx) if row.leader.state is not LeaderState.JOINING]
        due = people.due(tx, now) | outbox.with_work(tx, now)
    report = PassReport(now)
    _guard(report, "keep_channels", lambda: keep_channels(office, rows, now, pool))
    done = list(pool.map(lambda row: _one_leader(office, row, now, row.leader.id in due), rows))
    _note_quiet_readings(office, [row for row, (_, quiet) in zip(rows, done, strict=True) if quiet], now)
    return merged([report, *(one for one, _ in done)], now)


def _one_leader(office: Office, row: LeaderRow, now: datetime, due: bool) -> tuple[PassReport, bool]:
    """One leader's part of a pass, and whether a reading that had nothing new is still to be noted."""
    report = PassReport(now)
    changed = quiet = False
    try:
        wanted = is_time_to_read(row, office.looks.get(row.leader.id), now, due=due)
        synced = sync_calendar(office, row, now) if wanted else None
        report.calendars_read = int(synced is not None)
        changed = synced is not None and synced.changed
        quiet = synced is not None and not synced.changed
    except CalendarError as error:
        report.failures.append(CalendarFailure(row.leader.email, str(error), error.permanent))
    except Exception as error:  # noqa: BLE001 - one leader's failure is never another's
        report.failures.append(CalendarFailure(row.leader.email, _explain("sync", error), permanent=False))
    if quiet and due:  # the plan must know that what it plans with is fresh
        _guard(report, "sync", lambda: _note_quiet_readings(office, [row], now))
    if changed or due:
        _guard(report, "send_due", lambda: _collect(report.emails, plan_and_send(office, row.leader.id, now)))
    return report, quiet and not due


def _note_quiet_readings(office: Office, rows: Iterable[LeaderRow], now: datetime) -> None:
    """All calendars that had nothing new, in one statement."""
    ids = [row.leader.id for row in rows]
    if ids:
        with office.database.begin() as tx:
            people.note_readings(tx, ids, now)


def _collect(outcomes: list[T], made: Iterable[T]) -> None:
    """One by one: what was done before something failed is reported."""
    for outcome in made:
        outcomes.append(outcome)


def _guard(report: PassReport, job: str, work: Callable[[], object]) -> None:
    """Run a job; what goes wrong is one line of the report, and the pass goes on."""
    try:
        work()
    except Exception as error:  # noqa: BLE001 - a job's failure must not end the pass
        report.troubles.append(_explain(job, error))


def _explain(job: str, error: Exception) -> str:
    if isinstance(error, VisavisError):
        log.warning("%s", error, extra={"action": f"{job}_failed"})
        return str(error)
    log.exception("unforeseen", extra={"action": f"{job}_failed"})
    return UNFORESEEN
