"""The text of an .ics file: whole or refused, and cut into events that are not parsed yet.

Only the properties this program looks at survive; descriptions, places, attachments
and alarms are dropped here, before anything is parsed (privacy, and most of the time).
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from service.errors import CalendarError

_SINGLE = frozenset(
    {"UID", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "SUMMARY", "STATUS", "TRANSP", "SEQUENCE"}
    | {"DTSTAMP", "ORGANIZER", "X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-CDO-ALLDAYEVENT"}
)
_REPEATED = frozenset({"RRULE", "RDATE", "EXDATE", "ATTENDEE"})
_HIDDEN_GUESTS = re.compile(
    r"X-[A-Z0-9-]*"
    r"(?:HIDE-?(?:ATTENDEES|GUESTS)[^:]*:\s*TRUE|CAN-?SEE-?(?:OTHER-?)?GUESTS[^:]*:\s*FALSE)",
    re.I,
)
# The lookbehind pins a match to the first break of a run: a file of bare newlines stays linear.
_FOLD = re.compile(rb"(?<!\n)\n+[ \t]")
_VALUE = re.compile(r'[^":]*(?:"[^"]*"[^":]*)*:(.*)', re.S)
_DATE = re.compile(r"\s*(\d{4})(\d\d)(\d\d)")


def value_of(line: str) -> str:
    """What stands after the first colon outside quotes, "" where there is none."""
    match = _VALUE.match(line)
    return match[1] if match else ""


@dataclass(slots=True)
class RawCalendar:
    """One VCALENDAR: its own zone and method, and the lines of its VTIMEZONEs by TZID."""

    zone: str = ""
    method: str = ""
    zones: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class RawEvent:
    """One VEVENT as unfolded lines by property name, not parsed yet."""

    calendar: RawCalendar
    lines: dict[str, list[str]]
    guests_hidden: bool = False

    @cached_property
    def uid(self) -> str:
        """The UID; where a file has none, a name made of what the event says."""
        stated = value_of(self.lines.get("UID", [""])[0]).strip()
        said = "\n".join(line for name in ("DTSTART", "SUMMARY") for line in self.lines.get(name, []))
        return stated or "no-uid-" + hashlib.sha256(said.encode()).hexdigest()[:20]

    @property
    def age(self) -> tuple[int, str]:
        """What tells the newer of two versions: SEQUENCE, then DTSTAMP."""
        sequence = self.value("SEQUENCE").strip()
        return (int(sequence) if sequence.isdecimal() else 0, self.value("DTSTAMP"))

    @property
    def repeats(self) -> bool:
        """Whether it has a rule or further dates of its own."""
        return "RRULE" in self.lines or bool(self.value("RDATE").strip())

    @property
    def replaces(self) -> str:
        """The RECURRENCE-ID line, "" where it stands for itself."""
        return self.lines.get("RECURRENCE-ID", [""])[0]

    def value(self, name: str) -> str:
        """The first value of a property, "" where it is missing."""
        return value_of(self.lines.get(name, [""])[0])

    def day(self, name: str) -> date | None:
        """The calendar day a property begins with, None where it cannot be told."""
        return leading_day(self.value(name))


def leading_day(text: str) -> date | None:
    """The day a DATE or DATE-TIME begins with, None where it cannot be told."""
    match = _DATE.match(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def raw_events(data: bytes, name: str) -> tuple[list[RawCalendar], list[RawEvent]]:
    """Every calendar and event in `data`; `name` is what messages call the source.

    Raises `CalendarError` unless the text is a calendar from its first line to its last.
    """
    scan = _Scan(name)
    for line in _lines(data, name):
        scan.take(line)
    return scan.finish()


def _lines(data: bytes, name: str) -> Iterator[str]:
    """Unfolded lines. Unfolding comes before decoding: some writers fold inside a character."""
    _refuse_other_formats(data, name)
    plain = _FOLD.sub(b"", data.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    try:
        text = plain.decode("utf-8-sig")
    except UnicodeDecodeError:
        if not plain.rstrip().upper().endswith(b"END:VCALENDAR"):
            raise CalendarError(_cut_short(name), permanent=False) from None
        why = "is not written in UTF-8; export it again as an iCalendar (.ics) file"
        raise CalendarError(f"{name} {why}.", permanent=True) from None
    plain_text = text.replace("\0", "")  # no database holds it, and nobody meant it
    return (line for line in plain_text.split("\n") if line.strip())


def _refuse_other_formats(data: bytes, name: str) -> None:
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head:
        raise CalendarError(
            f"{name} is empty; wait until it is written, or export it again.", permanent=False
        )
    if b"begin:vcalendar" in data.lower():
        return
    if b"begin:vcalendar".startswith(head):
        raise CalendarError(_cut_short(name), permanent=False)
    raise CalendarError(f"{name} is no calendar: {_likely(head)}.", permanent=True)


def _likely(head: bytes) -> str:
    if head.startswith(b"pk\x03\x04"):
        return "it is a zip archive; unpack it and name the .ics file inside"
    if head.startswith(b"<"):
        return "it is a web page, perhaps a login; use the calendar's secret or public .ics address"
    if head.startswith((b"{", b"[")):
        return "it is JSON; export the calendar as iCalendar (.ics)"
    return "it has no BEGIN:VCALENDAR; export the calendar as iCalendar (.ics)"


def _cut_short(name: str) -> str:
    return f"{name} is cut short; nothing of it was used. Wait until it is written, or export it again."


class _Scan:
    """Walks the lines once and keeps count of what is open."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._open: list[str] = []
        self._calendars: list[RawCalendar] = []
        self._events: list[RawEvent] = []
        self._zone: list[str] = []

    def take(self, line: str) -> None:
        """Take the next unfolded line."""
        head = line[:6].upper()
        if head == "BEGIN:":
            self._begin(line[6:].strip().upper())
        elif head[:4] == "END:":
            self._end(line[4:].strip().upper())
        elif self._open:
            self._property(line)
        if self._open[1:2] == ["VTIMEZONE"]:
            self._zone.append(line)

    def finish(self) -> tuple[list[RawCalendar], list[RawEvent]]:
        """What was found, provided that all that was opened is closed."""
        if self._open:
            raise CalendarError(_cut_short(self._name), permanent=False)
        return self._calendars, self._events

    def _begin(self, component: str) -> None:
        if component == "VCALENDAR" and not self._open:
            self._calendars.append(RawCalendar())
        elif component in {"VEVENT", "VCALENDAR"} and self._open != ["VCALENDAR"]:
            # An event inside an event: the end of the first is missing.
            raise CalendarError(_cut_short(self._name), permanent=False)
        elif component == "VEVENT":
            self._events.append(RawEvent(self._calendars[-1], {}))
        elif component == "VTIMEZONE":
            self._zone = []
        self._open.append(component)

    def _end(self, component: str) -> None:
        if not self._open or self._open.pop() != component:
            raise CalendarError(
                f"{self._name} is damaged: END:{component[:20]} closes what was not open. Export it again.",
                permanent=False,
            )
        if component == "VTIMEZONE" and self._open == ["VCALENDAR"]:
            zone = [*self._zone, "END:VTIMEZONE"]
            tzid = next((value_of(line) for line in zone if line.upper().startswith("TZID")), "")
            self._calendars[-1].zones[tzid.strip()] = zone

    def _property(self, line: str) -> None:
        if self._open == ["VCALENDAR", "VEVENT"]:
            self._event_property(line)
        elif self._open == ["VCALENDAR"]:
            name = _name(line)
            if name == "X-WR-TIMEZONE":
                self._calendars[-1].zone = value_of(line).strip()
            elif name == "METHOD":
                self._calendars[-1].method = value_of(line).strip().upper()

    def _event_property(self, line: str) -> None:
        event, name = self._events[-1], _name(line)
        if name in _REPEATED:
            event.lines.setdefault(name, []).append(line)
        elif name in _SINGLE:
            event.lines.setdefault(name, [line])
        elif name.startswith("X-") and _HIDDEN_GUESTS.match(line):
            event.guests_hidden = True


def _name(line: str) -> str:
    return re.split("[;:]", line, maxsplit=1)[0].strip().upper()
