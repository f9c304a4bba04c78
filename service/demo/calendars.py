"""A leader's calendar file, and what people do to it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar

from service.demo.people import DOMAIN, Player, Star


@dataclass(slots=True)
class Change:
    """One occurrence that is not as its series has it."""

    start: datetime | None = None
    cancelled: bool = False
    declined: frozenset[Player] = frozenset()


@dataclass(slots=True)
class Entry:
    """A series, or a single event (`weeks` 0). Times are local to `zone`, `changes` by the
    day that the series had put the occurrence on."""

    uid: str
    title: str
    start: datetime
    length: timedelta
    zone: ZoneInfo
    organizer: Player
    guests: tuple[Player, ...] = ()
    weeks: int = 0
    days: str = ""
    until: date | None = None
    whole_days: bool = False
    dropped: set[date] = field(default_factory=set)
    changes: dict[date, Change] = field(default_factory=dict)

    def at(self, day: date) -> datetime:
        """When the series has its occurrence on a day."""
        return datetime.combine(day, self.start.time(), self.zone)


class CalendarFile:
    """An .ics file on disk, written anew after each edit, whole or not at all."""

    def __init__(self, folder: Path, star: Star) -> None:
        self._path = folder / star.calendar
        self._owner, self._zone = star.player, star.zone
        self._entries: dict[str, Entry] = {}

    def series(
        self,
        name: str,
        title: str,
        start: datetime,
        minutes: int,
        *guests: Player,
        organizer: Player | None = None,
        weeks: int = 1,
        days: str = "",
        zone: ZoneInfo | None = None,
    ) -> None:
        """Add a series; `name` is what the edits call it, `start` (naive) local to `zone`."""
        self._entries[name] = Entry(
            uid=f"{name}-{self._owner.first_name.lower()}@{DOMAIN}",
            title=title,
            start=start.replace(tzinfo=zone or self._zone),
            length=timedelta(minutes=minutes),
            zone=zone or self._zone,
            organizer=organizer or self._owner,
            guests=guests,
            weeks=weeks,
            days=days,
        )

    def single(self, name: str, title: str, start: datetime, minutes: int, *guests: Player) -> None:
        """Add an event that does not repeat."""
        self.series(name, title, start, minutes, *guests, weeks=0)

    def whole_days(self, name: str, title: str, first: date, days: int) -> None:
        """Add an entry over whole days."""
        self.series(name, title, datetime.combine(first, time()), days * 24 * 60, weeks=0)
        self._entries[name].whole_days = True

    def move(self, name: str, day: date, to: datetime) -> None:
        """Move one occurrence to another local time."""
        self._change(name, day).start = to.replace(tzinfo=self._zone)

    def cancel(self, name: str, day: date) -> None:
        """The organiser cancels one occurrence; it stays in the file as cancelled."""
        self._change(name, day).cancelled = True

    def decline(self, name: str, day: date, *who: Player) -> None:
        """Guests say no to one occurrence."""
        self._change(name, day).declined |= frozenset(who)

    def drop(self, name: str, day: date) -> None:
        """One occurrence goes without a trace (EXDATE)."""
        self._entries[name].dropped.add(day)

    def split(self, name: str, day: date, new_name: str, to: datetime) -> None:
        """End the series before `day`, and let a new one begin at `to` ("this and following")."""
        old = self._entries[name]
        old.until = day - timedelta(days=1)
        self._entries[new_name] = replace(
            old,
            uid=f"{new_name}-{self._owner.first_name.lower()}@{DOMAIN}",
            start=to.replace(tzinfo=old.zone),
            until=None,
            dropped=set(),
            changes={},
        )

    def shift(self, name: str, by: timedelta) -> None:
        """The whole series, the past as well, to another time."""
        entry = self._entries[name]
        entry.start += by

    def save(self) -> None:
        """Write the file aside, then put it in place."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        aside = self._path.with_suffix(".new")
        aside.write_bytes(self._calendar().to_ical())
        aside.replace(self._path)

    def _change(self, name: str, day: date) -> Change:
        return self._entries[name].changes.setdefault(day, Change())

    def _calendar(self) -> icalendar.Calendar:
        calendar = icalendar.Calendar()
        calendar.add("version", "2.0")
        calendar.add("prodid", "-//Vis-à-vis//demo//EN")
        calendar.add("x-wr-timezone", self._zone.key)
        for entry in self._entries.values():
            calendar.add_component(_master(entry))
            for day, change in entry.changes.items():
                calendar.add_component(_occurrence(entry, day, change))
        calendar.add_missing_timezones(first_date=date(2026, 1, 1), last_date=date(2027, 12, 31))
        return calendar


def _master(entry: Entry) -> icalendar.Event:
    event = _event(entry, entry.start)
    if entry.weeks:
        event.add("rrule", _rule(entry))
    for day in sorted(entry.dropped):
        event.add("exdate", entry.at(day))
    return event


def _rule(entry: Entry) -> dict[str, object]:
    rule: dict[str, object] = {"freq": "weekly", "interval": entry.weeks}
    if entry.days:
        rule["byday"] = entry.days.split(",")
    if entry.until:
        rule["until"] = datetime.combine(entry.until, time(23, 59), entry.zone).astimezone(UTC)
    return rule


def _occurrence(entry: Entry, day: date, change: Change) -> icalendar.Event:
    event = _event(entry, change.start or entry.at(day), change.declined)
    event.add("recurrence-id", entry.at(day))
    if change.cancelled:
        event.add("status", "CANCELLED")
    return event


def _event(entry: Entry, start: datetime, declined: frozenset[Player] = frozenset()) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", datetime(2026, 10, 1, tzinfo=UTC))
    event.add("summary", entry.title)
    event.add("dtstart", start.date() if entry.whole_days else start)
    end = start + entry.length
    event.add("dtend", end.date() if entry.whole_days else end)
    if entry.guests:
        event.add("organizer", _address(entry.organizer))
        for guest in (entry.organizer, *entry.guests):
            event.add("attendee", _attendee(guest, "DECLINED" if guest in declined else "ACCEPTED"))
    return event


def _attendee(guest: Player, answer: str) -> icalendar.vCalAddress:
    entry = _address(guest)
    entry.params["PARTSTAT"] = answer
    entry.params["ROLE"] = "REQ-PARTICIPANT"
    return entry


def _address(person: Player) -> icalendar.vCalAddress:
    address = icalendar.vCalAddress(f"mailto:{person.email}")
    address.params["CN"] = person.name
    return address
