"""From an entry of the Calendar API to the domain's `Event`."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from service.calendars.title_words import kind_by_title, without_cancelled
from service.domain.events import Event, EventId, EventKind, EventStatus, Guest, GuestKind, Response

Entry = Mapping[str, Any]
"""An event as the API tells it: a JSON object, of which only `FIELDS` were asked for."""

FIELDS = (
    "id,recurringEventId,status,summary,start(date,dateTime),end(date,dateTime),eventType,transparency,"
    "visibility,organizer(email,displayName,self),guestsCanSeeOtherGuests,attendeesOmitted,"
    "attendees(email,displayName,self,resource,optional,responseStatus,additionalGuests,asyncOperation)"
)
"""What an `Event` is made of, and nothing else: no description, no place, no attachment, no link."""

_CANCELLED = "cancelled"
_RESPONSES = {
    "accepted": Response.ACCEPTED,
    "declined": Response.DECLINED,
    "tentative": Response.TENTATIVE,
}
_STATUSES = {_CANCELLED: EventStatus.CANCELLED, "tentative": EventStatus.TENTATIVE}
_HIDING = frozenset({"private", "confidential"})
_NO_ORGANIZER = "unknownorganizer@calendar.google.com"
_ROOMS = "calendar.google.com"
_GROUPS = ("@googlegroups.com", "@group.calendar.google.com")
_NOBODY: Entry = {}


def id_of(entry: Entry) -> EventId:
    """The series and the occurrence's own id in it; of a single event its id and ""."""
    series, own = entry.get("recurringEventId", ""), entry["id"]
    return (series, own) if series else (own, "")


def is_cancelled(entry: Entry) -> bool:
    """Whether it was called off."""
    return entry.get("status") == _CANCELLED


def is_tombstone(entry: Entry) -> bool:
    """Whether of a cancelled event too little is left to recognise it by; its id at the least."""
    told = "start" in entry and "end" in entry and ("summary" in entry or "attendees" in entry)
    return is_cancelled(entry) and not told


def event_of(entry: Entry, zone: ZoneInfo, owner: str = "") -> Event:
    """The event, its times in UTC. Raises ValueError, KeyError or TypeError on a damaged entry.

    Whole days span midnights of `zone`, the calendar's own. `owner` is the lower-case address
    that the calendar's own entry is told under; without one it keeps the address stated.
    """
    uid, occurrence = id_of(entry)
    start, end = _instant(entry["start"], zone), _instant(entry["end"], zone)
    title, says_cancelled = without_cancelled(entry.get("summary", "").strip())
    organizer = entry.get("organizer", _NOBODY)
    guests = _guests(entry.get("attendees", ()), organizer, owner)
    status = _STATUSES.get(entry.get("status", ""), EventStatus.CONFIRMED)
    all_day = "date" in entry["start"]
    return Event(
        uid=uid,
        occurrence=occurrence,
        start=start,
        end=end,
        title=title,
        status=EventStatus.CANCELLED if says_cancelled else status,
        kind=_kind(entry)
        or kind_by_title(title, length=end - start, all_day=all_day, has_guests=bool(guests)),
        organizer=_organizer(organizer, owner),
        guests=guests,
        guests_known=not _guests_are_hidden(entry, organizer),
        recurring=bool(occurrence),
        all_day=all_day,
        busy=entry.get("transparency") != "transparent",
    )


def fingerprint(events: Sequence[Event], tombstones: Iterable[EventId], zone: str | None) -> str:
    """A hash over everything a reading says, the same on every machine and after every restart."""
    said = [[_plain(event) for event in events], sorted(tombstones), zone]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo | None:
    """The zone of that IANA name, None where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: the name is a folder of the database
        return None


def _instant(moment: Mapping[str, str], zone: ZoneInfo) -> datetime:
    if "date" in moment:
        return datetime.combine(date.fromisoformat(moment["date"]), time(), zone).astimezone(UTC)
    stated = datetime.fromisoformat(moment["dateTime"])
    return (stated if stated.tzinfo else stated.replace(tzinfo=zone)).astimezone(UTC)


def _kind(entry: Entry) -> EventKind | None:
    """What the event's type says; None for an ordinary event, whose title may say more."""
    stated = entry.get("eventType", "default")
    if stated == "default":
        return None
    return EventKind.OUT_OF_OFFICE if stated == "outOfOffice" else EventKind.OTHER


def _guests(listed: Iterable[Entry], organizer: Entry, owner: str) -> tuple[Guest, ...]:
    """Those invited, and the organiser with them, whom a list need not name.

    Where nobody is invited there is no list, only an organiser: every event has one.
    """
    guests: dict[str, Guest] = {}
    for entry in listed:
        guest = _guest(entry, owner)
        guests.setdefault(guest.email or guest.name, guest)
    address = _organizer(organizer, owner)
    if guests and address and address not in guests:
        # A calendar that holds the event is a place, not the group of those who share it.
        kind = GuestKind.ROOM if address.endswith(_ROOMS) else _guest_kind(organizer, address)
        guests[address] = Guest(address, _name(organizer, address), Response.ACCEPTED, kind)
    return tuple(guests.values())


def _guest(entry: Entry, owner: str) -> Guest:
    address = _address(entry, owner)
    return Guest(
        email=address,
        name=_name(entry, address),
        response=_RESPONSES.get(entry.get("responseStatus", ""), Response.NEEDS_ACTION),
        kind=GuestKind.HUMAN if entry.get("self") else _guest_kind(entry, address),
        optional=entry.get("optional", False),
    )


def _guest_kind(entry: Entry, address: str) -> GuestKind:
    """An entry that brings further people along, or whose members are still being listed, is a group."""
    if entry.get("resource"):
        return GuestKind.ROOM
    if address.endswith(_GROUPS) or "asyncOperation" in entry or entry.get("additionalGuests"):
        return GuestKind.GROUP
    return GuestKind.ROOM if address.endswith(_ROOMS) else GuestKind.HUMAN


def _address(entry: Entry, owner: str) -> str:
    """The calendar's own entry may bear an alias, or the calendar's id: it stands for the owner."""
    return owner if owner and entry.get("self") else str(entry.get("email", "")).strip().lower()


def _organizer(organizer: Entry, owner: str) -> str:
    address = _address(organizer, owner)
    return "" if address == _NO_ORGANIZER else address


def _name(entry: Entry, address: str) -> str:
    name = str(entry.get("displayName", "")).strip()
    return "" if name.lower() in {address, str(entry.get("email", "")).lower()} else name


def _guests_are_hidden(entry: Entry, organizer: Entry) -> bool:
    """Whether the list may be shorter than what was invited: cut, kept from guests, or private."""
    if entry.get("attendeesOmitted"):
        return True
    if entry.get("guestsCanSeeOtherGuests") is False and not organizer.get("self"):
        return True
    untold = "summary" not in entry and "attendees" not in entry
    return untold and entry.get("visibility") in _HIDING


def _plain(event: Event) -> list[object]:
    guests = [[one.email, one.name, one.response, one.kind, one.optional] for one in event.guests]
    when = [event.start.timestamp(), event.end.timestamp(), event.all_day]
    what = [event.title, event.status, event.kind, event.organizer, event.recurring, event.busy]
    return [event.uid, event.occurrence, when, what, guests, event.guests_known]
