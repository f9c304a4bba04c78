"""When mails may leave: local rules of the design, computed in the leader's zone."""

from datetime import UTC, date, datetime, time, timedelta

from service.domain.people import Preferences
from service.domain.workdays import WorkCalendar

EARLY_MEETING = time(10, 0)
EVENING_PREP = time(17, 0)
MORNING_PREP = time(8, 30)
MORNING = time(8, 30)
REBOOK_MORNING = time(9, 0)
PREP_LEAD = timedelta(hours=2)
LAST_MOMENT = timedelta(minutes=10)
BEFORE_QUIET = timedelta(minutes=30)


def prep_time(start: datetime, preferences: Preferences, work: WorkCalendar) -> datetime:
    """When a meeting's prep is due (UTC).

    Before 10:00 local: the working day before at 17:00; else the same day, at the later of
    08:30 and two hours before (design, "Planning"). A leader's own lead time stands instead.
    A time inside quiet hours comes forward to half an hour before they begin.
    """
    local = work.local(start)
    if preferences.lead_minutes is not None:
        due = start - timedelta(minutes=preferences.lead_minutes)
    elif local.time() < EARLY_MEETING:
        due = work.at(work.previous_working(local.date()), EVENING_PREP)
    else:
        due = max(work.at(local.date(), MORNING_PREP), start - PREP_LEAD)
    quiet_since = _quiet_since(due, preferences, work)
    return quiet_since - BEFORE_QUIET if quiet_since is not None else due.astimezone(UTC)


def out_of_quiet(moment: datetime, preferences: Preferences, work: WorkCalendar) -> datetime:
    """The first moment from `moment` on that is outside quiet hours (UTC)."""
    if _quiet_since(moment, preferences, work) is None:
        return moment.astimezone(UTC)
    local = work.local(moment)
    today = work.at(local.date(), preferences.quiet_until)
    return today if today > moment else work.at(local.date() + timedelta(days=1), preferences.quiet_until)


def next_working_morning(moment: datetime, work: WorkCalendar, clock: time = MORNING) -> datetime:
    """`clock` on the first working day after the local day of `moment` (UTC)."""
    return work.at(work.next_working(work.local(moment).date()), clock)


def in_working_hours(moment: datetime, preferences: Preferences, work: WorkCalendar) -> datetime:
    """`moment` if it lies in working hours, else when the next ones begin (UTC)."""
    local = work.local(moment)
    if work.is_working(local.date()) and local.time() < preferences.work_until:
        return max(moment.astimezone(UTC), work.at(local.date(), preferences.work_from))
    return next_working_morning(moment, work, preferences.work_from)


def month_of(day: date) -> date:
    """The first of its month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first of the month after."""
    return month_of(month + timedelta(days=31))


def previous_month(month: date) -> date:
    """The first of the month before."""
    return month_of(month_of(month) - timedelta(days=1))


def _quiet_since(moment: datetime, preferences: Preferences, work: WorkCalendar) -> datetime | None:
    """When the quiet hours around `moment` began, or None outside them."""
    begin, end = preferences.quiet_from, preferences.quiet_until
    local = work.local(moment)
    clock, day = local.time(), local.date()
    if begin == end:
        return None
    if begin < end:
        return work.at(day, begin) if begin <= clock < end else None
    if clock >= begin:
        return work.at(day, begin)
    return work.at(day - timedelta(days=1), begin) if clock < end else None
