"""Days on which a leader works, and local clock times as instants."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_FURTHEST = 60  # days searched for a working day: longer than any ordinary leave


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local clock time.

    A time that the clocks jump over becomes the first one after the jump; a time that
    comes twice means its first coming.
    """
    wall = datetime.combine(day, clock, tzinfo=zone)
    while (found := wall.astimezone(UTC)).astimezone(zone).replace(fold=0) != wall:
        wall += _MINUTE
    return found


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When a leader works.

    `weekend` holds weekdays (Monday 0), `days_off` public holidays, `absences`
    out-of-office stretches [start, end), aware. `work_from`–`work_until` is the local
    working day; being away for all of it makes the day free.
    """

    zone: ZoneInfo
    weekend: frozenset[int] = frozenset({5, 6})
    days_off: frozenset[date] = frozenset()
    absences: tuple[tuple[datetime, datetime], ...] = ()
    work_from: time = time(9, 0)
    work_until: time = time(17, 0)

    def local(self, moment: datetime) -> datetime:
        """The same instant on the leader's clock."""
        return moment.astimezone(self.zone)

    def at(self, day: date, clock: time) -> datetime:
        """The UTC instant of a local clock time; see `instant` for days the clocks change."""
        return instant(day, clock, self.zone)

    def absent(self, start: datetime, end: datetime) -> bool:
        """Whether the leader is away for all of it; absences that touch count as one."""
        covered = start
        for away, back in sorted(self.absences):
            if away <= covered < back:
                covered = back
        return covered > start and covered >= end

    def is_working(self, day: date) -> bool:
        """Whether the leader works on that day, for at least a part of it."""
        if day.weekday() in self.weekend or day in self.days_off:
            return False
        return not self.absent(self.at(day, self.work_from), self.at(day, self.work_until))

    def previous_working(self, day: date) -> date:
        """The last working day before `day`; the day before, if 60 days hold none."""
        return self._search(day, lambda found: found - _DAY)

    def next_working(self, day: date) -> date:
        """The first working day after `day`; the day after, if 60 days hold none."""
        return self._search(day, lambda found: found + _DAY)

    def first_working_of_month(self, year: int, month: int) -> date:
        """The month's first working day; its first day, if the month holds none."""
        first = date(year, month, 1)
        days = (first + _DAY * count for count in range(31))
        return next((day for day in days if day.month == month and self.is_working(day)), first)

    def _search(self, day: date, step: Callable[[date], date]) -> date:
        found = nearest = step(day)
        for _ in range(_FURTHEST):
            if self.is_working(found):
                return found
            found = step(found)
        return nearest
