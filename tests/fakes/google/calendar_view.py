"""How an event looks to who asks for it: roles, private events, guest lists, tombstones, zones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.fakes.google.calendar_book import Book
from tests.fakes.google.calendar_items import Item
from tests.fakes.google.calendar_times import written

_TIMES = ("start", "end", "originalStartTime")
_TOMBSTONE = ("kind", "etag", "id", "status", "recurringEventId", "originalStartTime")
_PRIVATE = (
    *_TOMBSTONE,
    "htmlLink",
    "created",
    "updated",
    "start",
    "end",
    "iCalUID",
    "sequence",
    "visibility",
)
_BUSY = (*_TOMBSTONE, "start", "end", "transparency")


@dataclass(frozen=True)
class Viewer:
    """Who looks: the role on this calendar, and what the call asks for."""

    role: str
    zone: ZoneInfo | None = None
    most_attendees: int | None = None

    @property
    def may_write(self) -> bool:
        return self.role in {"writer", "owner"}


def viewed(book: Book, item: Item, viewer: Viewer) -> dict[str, Any]:
    """The event's JSON for this viewer."""
    names = _visible(book, item, viewer)
    data = dict(item.data) if names is None else {n: item.data[n] for n in names if n in item.data}
    zone = viewer.zone or book.zone
    moments = {"start": item.start, "end": item.end, "originalStartTime": item.original}
    for name in _TIMES:
        if name in data:
            data[name] = _told(data[name], moments[name], zone)
    for name in ("organizer", "creator"):
        if name in data:
            data[name] = _person(data[name], book)
    if "attendees" in data:
        data |= _guests(book, data, viewer)
    return data


def _visible(book: Book, item: Item, viewer: Viewer) -> tuple[str, ...] | None:
    """The fields that show; None: all."""
    if item.is_cancelled and book.settings.bare_tombstones:
        return _TOMBSTONE
    if viewer.role == "freeBusyReader":
        return _BUSY
    hidden = item.data.get("visibility") in {"private", "confidential"}
    return _PRIVATE if hidden and not viewer.may_write else None


def _told(when: Mapping[str, Any], moment: datetime | None, zone: ZoneInfo) -> Mapping[str, Any]:
    if moment is None or when.get("date"):
        return when
    return {**when, "dateTime": written(moment, zone)}


def _person(who: Mapping[str, Any], book: Book) -> dict[str, Any]:
    own = str(who.get("email", "")).lower() == book.owner
    return {**who, "self": True} if own else dict(who)


def _guests(book: Book, data: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    """The guest list, and whether it was cut short."""
    host = str(data.get("organizer", {}).get("email", "")).lower()
    everybody = [_guest(each, book.owner, host) for each in data["attendees"]]
    own = [each for each in everybody if each.get("self")]
    if data.get("guestsCanSeeOtherGuests") is False and host != book.owner:
        return {"attendees": own}
    if viewer.most_attendees is not None and len(everybody) > viewer.most_attendees:
        return {"attendees": own, "attendeesOmitted": True}
    return {"attendees": everybody}


def _guest(guest: Mapping[str, Any], owner: str, host: str) -> dict[str, Any]:
    shown = {"responseStatus": "needsAction", **guest}
    address = str(guest.get("email", "")).lower()
    if address == owner:
        shown["self"] = True
    if address and address == host:
        shown["organizer"] = True
    return shown
