"""events.insert, patch, update and delete."""

import re
from collections.abc import Mapping
from typing import Any

from tests.fakes.google.calendar_book import CANCELLED, Book
from tests.fakes.google.calendar_items import item_at
from tests.fakes.google.calendar_view import Viewer, viewed
from tests.fakes.google.errors import ApiError

_ID = re.compile(r"[a-v0-9]{5,1024}")
_KEPT_IN_AN_UPDATE = ("created", "creator", "organizer", "iCalUID", "sequence", "eventType")


def insert(book: Book, viewer: Viewer, body: Mapping[str, Any]) -> Any:
    """Add an event; the caller of a service account may invite nobody."""
    _may_write(viewer)
    event_id = body.get("id")
    if event_id is not None and not _ID.fullmatch(event_id):
        raise ApiError(400, "invalid", "Invalid resource id value.", location="id", location_type="body")
    if event_id in book.entries:
        raise ApiError(409, "duplicate", "The requested identifier already exists.")
    _check(book, body)
    host = {"email": book.owner}
    made = book.put({**body, "organizer": host, "creator": {"email": book.world.asking.user}})
    return _shown(book, viewer, made)


def patch(book: Book, viewer: Viewer, params: Mapping[str, Any], body: Mapping[str, Any]) -> Any:
    """Change what the body names; null takes a field away."""
    _may_write(viewer)
    place = book.find(params["eventId"])
    _check(book, {**item_at(book, place).data, **body})
    book.change(params["eventId"], {name: value for name, value in body.items() if name != "id"})
    return _shown(book, viewer, params["eventId"])


def update(book: Book, viewer: Viewer, params: Mapping[str, Any], body: Mapping[str, Any]) -> Any:
    """Replace an event, or one occurrence."""
    _may_write(viewer)
    place = book.find(params["eventId"])
    _check(book, body)
    if place.original is not None:
        book.change(params["eventId"], {"status": "confirmed", **body})
    else:
        kept = {name: place.entry.data[name] for name in _KEPT_IN_AN_UPDATE if name in place.entry.data}
        book.put({**kept, **body, "id": params["eventId"]})
    return _shown(book, viewer, params["eventId"])


def delete(book: Book, viewer: Viewer, params: Mapping[str, Any]) -> None:
    """Call it off; 410 if it was already."""
    _may_write(viewer)
    if item_at(book, book.find(params["eventId"])).is_cancelled:
        raise ApiError(410, "deleted", "Resource has been deleted")
    book.cancel(params["eventId"])


def _shown(book: Book, viewer: Viewer, event_id: str) -> dict[str, Any]:
    return viewed(book, item_at(book, book.find(event_id)), viewer)


def _may_write(viewer: Viewer) -> None:
    if not viewer.may_write:
        raise ApiError(
            403, "requiredAccessLevel", "You need to have writer access to this calendar.", domain="calendar"
        )


def _check(book: Book, event: Mapping[str, Any]) -> None:
    """What the schema cannot say."""
    if event.get("recurrence"):
        for name in ("start", "end"):
            when = event[name]
            if not when.get("date") and not when.get("timeZone"):
                raise ApiError(400, "required", f"Missing time zone definition for {name} time.")
    if event.get("eventType") == "fromGmail":
        raise ApiError(400, "eventTypeRestriction", "Events from Gmail cannot be created.", domain="calendar")
    if event.get("status", "confirmed") not in {"confirmed", "tentative", CANCELLED}:
        raise ApiError(400, "invalid", "Invalid status.", location="status", location_type="body")
    by_itself = book.world.asking.user not in book.world.users
    if event.get("attendees") and by_itself:
        message = "Service accounts cannot invite attendees without Domain-Wide Delegation of Authority."
        raise ApiError(403, "forbiddenForServiceAccounts", message, domain="calendar")
