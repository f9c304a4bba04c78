"""When a calendar that costs a call is asked again: often near a one-on-one, seldom else.

It is asked in any case just before a mail leaves; this only finds changes early enough to
be of use. Google lets a project make 10,000 calls a minute, and a million a day (facts).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from service.domain.events import Window
from service.domain.workdays import WorkCalendar

NEAR_EVERY = timedelta(minutes=5)
NEAR_BEFORE = timedelta(minutes=15)
AT_WORK_EVERY = timedelta(minutes=40)
SELDOM = timedelta(hours=4)
LONGEST_SETBACK = timedelta(hours=1)
_DAY = timedelta(days=1)


def next_look(last: datetime, agenda: Iterable[Window], work: WorkCalendar, *, told: bool) -> datetime:
    """When to look again after a look at `last`; `agenda` are the one-on-ones that stand.

    `told`: the calendar tells of its changes by itself, so looking is only the safety net.
    """
    if told:
        return last + SELDOM
    ordinary = last + AT_WORK_EVERY if _at_work(last, work) else min(last + SELDOM, _work_begins(last, work))
    return min([ordinary, *(_near(last, meeting) for meeting in agenda if last < meeting.end)])


def setback(failures: int) -> timedelta:
    """How long to leave a calendar alone that could not be read so many times in a row (from 1)."""
    return min(timedelta(minutes=2 ** min(failures - 1, 10)), LONGEST_SETBACK)


def _near(last: datetime, meeting: Window) -> datetime:
    return max(last + NEAR_EVERY, meeting.start - NEAR_BEFORE)


def _at_work(moment: datetime, work: WorkCalendar) -> bool:
    local = work.local(moment)
    return work.work_from <= local.time() < work.work_until and work.is_working(local.date())


def _work_begins(moment: datetime, work: WorkCalendar) -> datetime:
    """When work begins next, that day or the day after, be it a working day or not."""
    day = work.local(moment).date()
    today = work.at(day, work.work_from)
    return today if today > moment else work.at(day + _DAY, work.work_from)
