"""When mails may leave: local rules of the design, computed in the leader's zone."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

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
TIME_TO_READ = timedelta(minutes=30)
# The evening before a long leave is too early for the first meeting after it.
LONGEST_EVE = timedelta(days=7)
_DAY = timedelta(days=1)
_MOST_STEPS = 200

Rule = Callable[[datetime, Preferences, WorkCalendar], datetime]


def local(instant: datetime | None, zone: ZoneInfo) -> str | None:
    """ISO 8601 with the zone's offset, to the second; None for None."""
    return instant.astimezone(zone).isoformat(timespec="seconds") if instant is not None else None


def prep_time(start: datetime, preferences: Preferences, work: WorkCalendar) -> datetime:
    """When a meeting's prep is due (UTC).

    Before 10:00 local: the working day before at 17:00; else the same day, at the later of
    08:30 and two hours before (design, "Planning"). A leader's own lead time stands instead.
    Where the working day before lies over a week back (a long leave), it is two hours before.
    A time inside quiet hours waits for their end where half an hour to read it remains,
    else it comes forward to half an hour before they begin.
    """
    due = _wished_prep(start, preferences, work)
    quiet = _quiet_around(due, preferences, work)
    if quiet is None:
        return due.astimezone(UTC)
    since, until = quiet
    return until if until <= start - TIME_TO_READ else _before_quiet(since, start, preferences, work)


def out_of_quiet(moment: datetime, preferences: Preferences, work: WorkCalendar) -> datetime:
    """The first moment from `moment` on that is outside quiet hours (UTC)."""
    quiet = _quiet_around(moment, preferences, work)
    return quiet[1] if quiet is not None else moment.astimezone(UTC)


def when_reachable(moment: datetime, preferences: Preferences, work: WorkCalendar) -> datetime:
    """The first moment from `moment` on (UTC) on a working day, outside quiet hours, not out of office."""
    return _first(moment, preferences, work, (_out_of_absence, _on_working_day, out_of_quiet))


def in_working_hours(moment: datetime, preferences: Preferences, work: WorkCalendar) -> datetime:
    """The same, and within working hours."""
    return _first(moment, preferences, work, (_out_of_absence, _within_hours, out_of_quiet))


def after_meeting(moment: datetime, preferences: Preferences, work: WorkCalendar) -> datetime:
    """`moment`, at weekends too, as the meeting was; out of quiet hours only when next reachable (UTC)."""
    if _quiet_around(moment, preferences, work) is None:
        return moment.astimezone(UTC)
    return when_reachable(moment, preferences, work)


def next_working_morning(moment: datetime, work: WorkCalendar, clock: time = MORNING) -> datetime:
    """`clock` on the first working day after the local day of `moment` (UTC)."""
    return work.at(work.next_working(work.local(moment).date()), clock)


def month_of(day: date) -> date:
    """The first of its month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first of the month after."""
    return month_of(month_of(month) + timedelta(days=31))


def previous_month(month: date) -> date:
    """The first of the month before."""
    return month_of(month_of(month) - _DAY)


def _wished_prep(start: datetime, preferences: Preferences, work: WorkCalendar) -> datetime:
    local = work.local(start)
    day = local.date()
    if preferences.lead_minutes is not None:
        lead = max(timedelta(minutes=preferences.lead_minutes), LAST_MOMENT)
        return _not_on_a_free_day_before(start - lead, start, work)
    if local.time() >= EARLY_MEETING:
        return max(work.at(day, MORNING_PREP), start - PREP_LEAD)
    eve = work.previous_working(day)
    return work.at(eve, EVENING_PREP) if day - eve <= LONGEST_EVE else start - PREP_LEAD


def _before_quiet(since: datetime, start: datetime, preferences: Preferences, work: WorkCalendar) -> datetime:
    due = out_of_quiet(since - BEFORE_QUIET, preferences, work)
    return out_of_quiet(_not_on_a_free_day_before(due, start, work), preferences, work)


def _not_on_a_free_day_before(due: datetime, start: datetime, work: WorkCalendar) -> datetime:
    """On the meeting's own day, or on a working day."""
    local = work.local(due)
    if local.date() == work.local(start).date() or work.is_working(local.date()):
        return due
    return work.at(work.previous_working(local.date()), local.time())


def _first(
    moment: datetime, preferences: Preferences, work: WorkCalendar, rules: tuple[Rule, ...]
) -> datetime:
    """The first moment that every rule lets be; settings that leave none keep quiet hours at least."""
    for _ in range(_MOST_STEPS):
        later = moment
        for rule in rules:
            later = rule(later, preferences, work)
        if later == moment:
            return later.astimezone(UTC)
        moment = later
    return out_of_quiet(moment, preferences, work)


def _out_of_absence(moment: datetime, _: Preferences, work: WorkCalendar) -> datetime:
    return max((back for away, back in work.absences if away <= moment < back), default=moment)


def _on_working_day(moment: datetime, _: Preferences, work: WorkCalendar) -> datetime:
    free = not work.is_working(work.local(moment).date())
    return next_working_morning(moment, work) if free else moment


def _within_hours(moment: datetime, preferences: Preferences, work: WorkCalendar) -> datetime:
    local = work.local(moment)
    if work.is_working(local.date()) and local.time() < preferences.work_until:
        return max(moment, work.at(local.date(), preferences.work_from))
    return next_working_morning(moment, work, preferences.work_from)


def _quiet_around(
    moment: datetime, preferences: Preferences, work: WorkCalendar
) -> tuple[datetime, datetime] | None:
    """When the quiet hours around `moment` began and will end (UTC), or None outside them."""
    begin, end = preferences.quiet_from, preferences.quiet_until
    local = work.local(moment)
    day, clock = local.date(), local.time()
    if begin < end:
        return (work.at(day, begin), _end(day, end, moment, work)) if begin <= clock < end else None
    if begin == end or end <= clock < begin:
        return None
    first = day if clock >= begin else day - _DAY
    return work.at(first, begin), _end(first + _DAY, end, moment, work)


def _end(day: date, clock: time, moment: datetime, work: WorkCalendar) -> datetime:
    """The end of quiet hours after `moment`: a clock time that comes twice may mean its second coming."""
    first = work.at(day, clock)
    if first > moment:
        return first
    return datetime.combine(day, clock, tzinfo=work.zone).replace(fold=1).astimezone(UTC)
