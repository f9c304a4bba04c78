"""The design's times, worked out anew for the oracle: nothing here comes from the code under test."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.simulation.scenery import wall
from tests.simulation.truth import QUIET_FROM, QUIET_UNTIL, WORK_FROM, WORK_UNTIL

DAY = timedelta(days=1)


@dataclass
class Hours:
    """When a leader may be written to, and works; `away` as last read."""

    zone: ZoneInfo
    days_off: frozenset[object]
    away: Sequence[tuple[datetime, datetime]] = field(default_factory=list)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def quiet(self, moment: datetime) -> bool:
        clock = self.local(moment).time()
        return clock >= QUIET_FROM or clock < QUIET_UNTIL

    def absent(self, start: datetime, end: datetime) -> bool:
        """Whether every minute of it is covered by an absence."""
        minutes = (
            start + timedelta(minutes=count) for count in range(int((end - start).total_seconds() // 60))
        )
        return all(any(away <= minute < back for away, back in self.away) for minute in minutes)

    def works(self, day: date) -> bool:
        if day.weekday() >= 5 or day in self.days_off:
            return False
        return not self.absent(wall(day, WORK_FROM, self.zone), wall(day, WORK_UNTIL, self.zone))

    def reachable(self, moment: datetime) -> bool:
        """On a working day, outside quiet hours, not out of office: when whatever can wait may leave."""
        away = any(start <= moment < end for start, end in self.away)
        return self.works(self.local(moment).date()) and not self.quiet(moment) and not away

    def at_work(self, moment: datetime) -> bool:
        return self.reachable(moment) and WORK_FROM <= self.local(moment).time() < WORK_UNTIL

    def prep_due(self, start: datetime) -> datetime:
        """Before 10:00 the working day before at 17:00, else the later of 08:30 and two hours before.

        Right after a long leave that day is too far back: then it is two hours before. At night
        it is the end of quiet hours if half an hour remains, else half an hour before they began.
        """
        local = self.local(start)
        eve = self.day_before(local.date())
        due = start - timedelta(hours=2)
        if local.time() >= time(10):
            due = max(wall(local.date(), time(8, 30), self.zone), due)
        elif local.date() - eve <= timedelta(days=7):
            return wall(eve, time(17), self.zone)
        if not self.quiet(due):
            return due
        morning = wall(local.date(), QUIET_UNTIL, self.zone)
        if self.local(due).time() < QUIET_UNTIL and morning <= start - timedelta(minutes=30):
            return morning
        same_day = self.local(due).time() >= QUIET_FROM
        return wall(local.date() if same_day else eve, time(19, 30), self.zone)

    def day_before(self, day: date) -> date:
        """The working day before."""
        day -= DAY
        while not self.works(day):
            day -= DAY
        return day

    def form_due(self, end: datetime) -> datetime:
        """A quarter of an hour after; where that is at night, when the leader is next reachable."""
        due = end + timedelta(minutes=15)
        if not self.quiet(due):
            return due
        while not self.reachable(due):
            works = self.works(self.local(due).date())
            due = due + timedelta(minutes=1) if works else self.next_working(due, time(8, 30))
        return due

    def next_working(self, moment: datetime, clock: time) -> datetime:
        day = self.local(moment).date() + DAY
        while not self.works(day):
            day += DAY
        return wall(day, clock, self.zone)

    def first_working_of(self, month: date) -> date:
        day = month
        while not self.works(day):
            day += DAY
        return day if day.month == month.month else month
