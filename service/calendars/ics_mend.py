"""Mending a parsed VEVENT before it is expanded: what feeds write and what they mean by it."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from math import prod
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

Vevent = Any
"""An `icalendar.Event`; the library types each of its properties as a union of thirty classes."""

_SERIES_PROPERTIES = frozenset({"DTSTART", "RECURRENCE-ID", "RRULE", "RDATE", "EXDATE"})
_FINEST_STEP = timedelta(hours=1)
_MOST_TIMES_OF_DAY = 24
_STEPS = {"SECONDLY": timedelta(seconds=1), "MINUTELY": timedelta(minutes=1)}


class NotAMeeting(Exception):  # noqa: N818 - a signal between two modules, no error
    """A rhythm nobody meets in: every few minutes, or by another calendar's year."""


def check(component: Vevent) -> None:
    """Raise on a start or a rule that did not parse; drop whatever else did not."""
    broken = {name for name, _ in component.errors if name}
    if broken & _SERIES_PROPERTIES:
        raise ValueError("unreadable: " + ", ".join(sorted(broken & _SERIES_PROPERTIES)))
    for name in broken & component.keys():
        del component[name]
    if any(_is_no_rhythm(rule) for rule in _rules(component)):
        raise NotAMeeting


def _is_no_rhythm(rule: Any) -> bool:
    step = _STEPS.get(str(rule["FREQ"][0]).upper(), _FINEST_STEP) * int(rule.get("INTERVAL", [1])[0])
    times_of_day = prod(len(rule.get(part, [0])) for part in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    return "RSCALE" in rule or step < _FINEST_STEP or times_of_day > _MOST_TIMES_OF_DAY


def _rules(component: Vevent) -> list[Any]:
    rules = component.get("RRULE", [])
    return rules if isinstance(rules, list) else [rules]


def mend_end(component: Vevent) -> None:
    """An end before the start, or of the other type (day, time), is taken for no length."""
    start, end = component["DTSTART"].dt, component.get("DTEND")
    if not isinstance(start, date):
        raise ValueError("the start is no date")
    if end is None:
        if "DURATION" in component and component["DURATION"].dt < timedelta(0):
            del component["DURATION"]
    elif not isinstance(end.dt, date) or isinstance(end.dt, datetime) != isinstance(start, datetime):
        del component["DTEND"]
    elif end.dt < start:
        component["DTEND"] = icalendar.vDDDTypes(start)


def mend_until(component: Vevent, zone: ZoneInfo) -> None:
    """Say UNTIL in UTC for a timed series: a bare day lasts until its local end, a bare time is local.

    RFC 5545 wants it so; feeds that write a day or a local time mean these.
    """
    start = component["DTSTART"].dt
    if not isinstance(start, datetime):
        return
    for rule in _rules(component):
        until = rule.get("UNTIL", [None])[0]
        if until is not None:
            rule["UNTIL"] = [_until(until, start.tzinfo or zone)]


def _until(until: date, zone: tzinfo) -> datetime:
    if not isinstance(until, datetime):
        until = datetime.combine(until, time(23, 59, 59))
    return (until if until.tzinfo else until.replace(tzinfo=zone)).astimezone(UTC)


def align_exceptions(components: list[Vevent]) -> None:
    """Give a RECURRENCE-ID that names only the day the time of its series, as some feeds leave it out."""
    core = next((one["DTSTART"].dt for one in components if "RECURRENCE-ID" not in one), None)
    if not isinstance(core, datetime):
        return
    for component in components:
        replaced = component.get("RECURRENCE-ID")
        if replaced is not None and not isinstance(replaced.dt, datetime):
            replaced.dt = datetime.combine(replaced.dt, core.timetz())
