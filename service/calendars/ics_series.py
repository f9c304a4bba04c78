"""From raw VEVENTs to the occurrences that touch some days.

A read is whole or an error, so what belongs to a *series* (its rule, its exceptions, its
moved occurrences) must be understood, or the calendar is refused: a series left out would
look like a row of cancellations, an exception left out like a meeting that stands. What
has no start cannot be held, and a *single* event whose start is garbled touches no other;
both are left out, and a log line names them.
"""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from recurring_ical_events import (  # type: ignore[import-untyped]  # ships no types
    CalendarQuery,
    ComponentsWithName,
    Occurrence,
)

from service.calendars.ics_events import Details, details, instant
from service.calendars.ics_mend import NotAMeeting, Vevent, align_exceptions, check, mend_end, mend_until
from service.calendars.ics_text import RawEvent, leading_day, value_of
from service.calendars.ics_zones import Zones
from service.domain.events import Event, Window
from service.errors import CalendarError

_log = logging.getLogger(__name__)

MARGIN = timedelta(days=2)
"""No two zones are further apart than 26 hours, so days may be compared without zones."""

_TIMES = ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE")


class _Occurrence(Occurrence):  # type: ignore[misc]  # the base class has no types
    """An occurrence that still knows its VEVENT and where its series had put it."""

    def __init__(self, adapter, start=None, end=None, sequence=-1):  # type: ignore[no-untyped-def]
        super().__init__(adapter, start, end, sequence)
        self.adapter = adapter

    @property
    def component(self) -> Vevent:
        return self.adapter._component

    @property
    def original_start(self) -> date:
        """The RECURRENCE-ID: where the rule had put it, however often it moved since."""
        if self.adapter.is_modification() and not self.adapter.this_and_future:
            original: date = self.component["RECURRENCE-ID"].dt
        else:
            original = self.start - self.adapter.move_recurrences_by
        return original


def occurrences(events: Iterable[RawEvent], days: Window, zone: ZoneInfo, name: str) -> Iterator[Event]:
    """Every occurrence that may touch `days`; floating times and whole days are `zone`'s."""
    zones: dict[int, Zones] = {}
    groups: dict[str, list[RawEvent]] = defaultdict(list)
    for event in events:
        if "DTSTART" not in event.lines:
            _log.warning("An event without a start is left out (id %s)", _mark(event))
            continue
        groups[event.uid].append(event)
        zones.setdefault(id(event.calendar), Zones(event.calendar, zone))
    for group in groups.values():
        current = _touching(_newest(group), days)
        if current:
            yield from _Group(current, zones, zone, name).between(days)


def _newest(group: list[RawEvent]) -> list[RawEvent]:
    """One version of the series and one of each exception: the newest, the later on a tie."""
    best: dict[str, RawEvent] = {}
    for event in group:
        if event.replaces not in best or event.age >= best[event.replaces].age:
            best[event.replaces] = event
    return list(best.values())


def _touching(group: list[RawEvent], days: Window) -> list[RawEvent]:
    """The VEVENTs of one UID that can matter within `days`, judged without parsing them."""
    first, last = (days.start - MARGIN).date(), (days.end + MARGIN).date()
    if any("RANGE" in event.replaces.upper() for event in group):
        return group
    return [event for event in group if _may_touch(event, first, last)]


def _may_touch(event: RawEvent, first: date, last: date) -> bool:
    start, end = event.day("DTSTART"), event.day("DTEND")
    if start is None or "DURATION" in event.lines:
        return True
    replaced = event.day("RECURRENCE-ID")
    if replaced and first <= replaced <= last:
        return True
    length = max((end or start) - start, timedelta(0)) + timedelta(days=1)
    if event.repeats:
        limit = _last_start(event)
        return (start <= last or "RDATE" in event.lines) and (limit is None or limit + length >= first)
    return start <= last and start + length >= first


def _last_start(event: RawEvent) -> date | None:
    """The latest day a series can start on, where its rules say so in plain text."""
    rules = [line.upper() for line in event.lines.get("RRULE", [])]
    limits = [leading_day(rule.partition("UNTIL=")[2]) for rule in rules]
    known = [limit for limit in limits if limit]
    return max(known) if known and len(known) == len(limits) and "RDATE" not in event.lines else None


def _mark(event: RawEvent) -> str:
    """A name for logs: the UID itself may hold an address."""
    return hashlib.sha256(event.uid.encode()).hexdigest()[:8]


class _Group:
    """All VEVENTs of one UID."""

    def __init__(self, raw: list[RawEvent], zones: dict[int, Zones], zone: ZoneInfo, name: str) -> None:
        self._raw, self._zones, self._zone, self._name = raw, zones, zone, name
        self._recurring = any(event.repeats or event.replaces for event in raw)
        self._details: dict[int, Details] = {}
        self._hidden = any(event.guests_hidden for event in raw)

    def between(self, days: Window) -> list[Event]:
        """The occurrences, or `CalendarError` where a series cannot be understood."""
        try:
            return self._expand(days)
        except NotAMeeting:
            _log.info("A repetition that is no meeting is left out (id %s)", _mark(self._raw[0]))
        except Exception as problem:  # noqa: BLE001 - the parsers raise anything on broken events
            self._refuse(problem)
        return []

    def _refuse(self, problem: Exception) -> None:
        if not self._recurring:
            _log.warning("An event without a readable start is left out (id %s)", _mark(self._raw[0]))
            return
        began = self._raw[0].day("DTSTART")
        which = f"the repeating event first held on {began}" if began else "a repeating event"
        raise CalendarError(
            f"{self._name} was not used: {which} has a rule or an exception that cannot be read. "
            "Open it in the calendar and save it again, or delete it.",
            permanent=True,
        ) from problem

    def _expand(self, days: Window) -> list[Event]:
        calendar = icalendar.Calendar()
        components = [self._parse(raw) for raw in self._raw]
        align_exceptions(components)
        for component in components:
            calendar.add_component(component)
        selection = ComponentsWithName("VEVENT", occurrence=_Occurrence)
        start, end = days.start - MARGIN, days.end + MARGIN
        series = CalendarQuery(calendar, components=[selection]).series
        return [self._event(found) for one in series for found in one.between(start, end)]

    def _parse(self, raw: RawEvent) -> Vevent:
        zones = self._zones[id(raw.calendar)]
        lines = [
            _plain(name, line, zones)
            for name, found in raw.lines.items()
            for line in found
            if name not in {"RDATE", "EXDATE"} or value_of(line).strip()  # empty ones say nothing
        ]
        component = icalendar.Event.from_ical("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]))
        component["UID"] = icalendar.vText(raw.uid)
        check(component)
        mend_end(component)
        mend_until(component, self._zone)
        self._details[id(component)] = details(component, cancelled=raw.calendar.method == "CANCEL")
        return component

    def _event(self, found: _Occurrence) -> Event:
        shared = self._details[id(found.component)]
        start, end = instant(found.start, self._zone), instant(found.end, self._zone)
        return Event(
            uid=str(found.component["UID"]),
            occurrence=_occurrence_id(found.original_start, self._zone) if self._recurring else "",
            start=start,
            end=end,
            title=shared.title,
            status=shared.status,
            kind=shared.kind(end - start),
            organizer=shared.organizer,
            guests=shared.guests,
            guests_known=not self._hidden,
            recurring=self._recurring,
            all_day=shared.all_day,
            busy=shared.busy,
        )


def _plain(name: str, line: str, zones: Zones) -> str:
    if name == "RRULE":
        return line.replace(" ", "")  # "BYDAY=MO, TU" is meant, if not allowed
    return zones.with_zone(line) if name in _TIMES else line


def _occurrence_id(original: date, zone: ZoneInfo) -> str:
    """UTC for a time; the bare day for a whole day, so that no zone can shift it."""
    return instant(original, zone).isoformat() if isinstance(original, datetime) else original.isoformat()
