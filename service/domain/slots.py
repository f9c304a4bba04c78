"""Free times in a leader's own calendar, for the rebook note."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from service.domain.events import Event, EventKind, EventStatus, Response
from service.domain.people import Leader
from service.domain.workdays import WorkCalendar

GRID = timedelta(minutes=30)
DAYS_LOOKED_AT = 5
NOTICE = timedelta(hours=2)

Span = tuple[datetime, datetime]


def busy_times(events: Iterable[Event], leader: Leader) -> list[Span]:
    """When the leader is taken: what stands, is not declined, and blocks the time."""
    return [(event.start, event.end) for event in events if _blocks(event, leader)]


def free_slots(
    busy: Sequence[Span], wish: Span, work: WorkCalendar, now: datetime, count: int = 3
) -> list[Span]:
    """Up to `count` free times (UTC) as long as `wish`, one a day over the next working days.

    Each lies within working hours, at least two hours from now, and as near as the day
    allows to the clock time that was cancelled.
    """
    length = wish[1] - wish[0]
    clock = work.local(wish[0]).time()
    found: list[Span] = []
    day = work.local(now).date()
    for _ in range(DAYS_LOOKED_AT):
        best = min(_free(busy, day, length, work, now), key=lambda s: _far(s, day, clock, work), default=None)
        if best is not None:
            found.append((best, best + length))
        if len(found) == count:
            break
        day = work.next_working(day)
    return found


def _free(
    busy: Sequence[Span], day: date, length: timedelta, work: WorkCalendar, now: datetime
) -> Iterator[datetime]:
    if not work.is_working(day):
        return
    start, close = work.at(day, work.work_from), work.at(day, work.work_until)
    while start + length <= close:
        clear = all(end <= start or begin >= start + length for begin, end in (*busy, *work.absences))
        if clear and start >= now + NOTICE:
            yield start
        start += GRID


def _far(start: datetime, day: date, clock: time, work: WorkCalendar) -> tuple[timedelta, datetime]:
    return abs(start - work.at(day, clock)), start.astimezone(UTC)


def _blocks(event: Event, leader: Leader) -> bool:
    if event.status is EventStatus.CANCELLED or not event.busy:
        return False
    if event.all_day and event.kind is not EventKind.OUT_OF_OFFICE:
        return False
    mine = [guest for guest in event.guests if guest.email in leader.addresses]
    return all(guest.response is not Response.DECLINED for guest in mine)
