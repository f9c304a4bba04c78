"""When each leader's calendar is asked, from what is remembered of the looks before.

A file costs next to nothing and is looked at each time. What is asked over the network is
asked politely, and when it failed, ever later; but always before something leaves, so
that no mail relies on old news.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from service.domain.events import Window
from service.domain.polling import next_look, setback
from service.domain.records import LIVE, Meeting
from service.domain.workdays import WorkCalendar
from service.storage.people import LeaderRow

REMOTE = ("ics:http://", "ics:https://", "ics:webcal://", "ics:webcals://", "web:")
METERED = "google"
ASK_AGAIN = timedelta(minutes=10)
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Look:
    """The last look into a calendar: when, when to look again, how often it failed in a row,
    and the one-on-ones that stood in it then."""

    at: datetime
    again: datetime
    failures: int = 0
    agenda: tuple[Window, ...] = ()


def is_at_hand(calendar: str) -> bool:
    """Whether looking costs next to nothing."""
    return not (calendar.startswith(REMOTE) or is_metered(calendar))


def is_metered(calendar: str) -> bool:
    """Whether every look counts against a quota."""
    return calendar.partition(":")[0] == METERED


def is_time_to_read(row: LeaderRow, look: Look | None, now: datetime, *, due: bool) -> bool:
    """Whether to look into the calendar in this pass."""
    if not row.wants_reading:
        return False
    if look is None or is_at_hand(row.calendar) or _has_news(row, look):
        return True
    return now >= look.again or (due and not look.failures)


def looked(
    row: LeaderRow, before: Look | None, now: datetime, work: WorkCalendar, *, told: bool, failed: bool
) -> Look:
    """What to remember of a look at `now`. `told`: the calendar tells of its changes by itself."""
    agenda = before.agenda if before else ()
    if failed:
        failures = (before.failures if before else 0) + 1
        return Look(now, now + setback(failures), failures, agenda)
    again = next_look(now, agenda, work, told=told) if is_metered(row.calendar) else now + ASK_AGAIN
    return Look(now, again, 0, agenda)


def with_agenda(
    row: LeaderRow, look: Look, meetings: Iterable[Meeting], work: WorkCalendar, *, told: bool
) -> Look:
    """The same look, now that it is known which one-on-ones stand."""
    agenda = tuple(Window(one.start, one.end) for one in meetings if one.state in LIVE and one.end > look.at)
    if look.failures or not is_metered(row.calendar):
        return replace(look, agenda=agenda)
    return replace(look, agenda=agenda, again=next_look(look.at, agenda, work, told=told))


def _has_news(row: LeaderRow, look: Look) -> bool:
    """It told of a change, or access to it was given anew, since it was looked into."""
    return max(row.hinted_at or NEVER, row.connected_at or NEVER) > look.at
