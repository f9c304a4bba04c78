"""From the domain's events to what the Calendar API says of them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.events import Event, EventKind, EventStatus, Guest, GuestKind, Response

RESPONSES = {
    Response.ACCEPTED: "accepted",
    Response.DECLINED: "declined",
    Response.TENTATIVE: "tentative",
    Response.NEEDS_ACTION: "needsAction",
}
KINDS = {EventKind.DEFAULT: "default", EventKind.OUT_OF_OFFICE: "outOfOffice", EventKind.OTHER: "focusTime"}
STATUSES = {
    EventStatus.CONFIRMED: "confirmed",
    EventStatus.TENTATIVE: "tentative",
    EventStatus.CANCELLED: "cancelled",
}

NO_ORGANIZER = "unknownorganizer@calendar.google.com"  # what Google says where it does not know


def to_google(event: Event, zone: ZoneInfo | None = None) -> dict[str, Any]:
    """The API's JSON of one event, every field of it; `zone` is where an all-day event's days are.

    An occurrence of a series is told as Google tells it: its own `id`, the series' id as
    `recurringEventId`, and where it stood by the rule: what its `occurrence` says if that is a
    time, else its start.
    """
    if event.recurring and not event.occurrence:
        raise ValueError("Google gives every occurrence of a series an id of its own: say which it is.")
    told: dict[str, Any] = {
        "id": event.occurrence or event.uid,
        "status": STATUSES[event.status],
        "summary": event.title,
        "eventType": KINDS[event.kind],
        "start": _when(event.start, event, zone),
        "end": _when(event.end, event, zone),
        "transparency": "opaque" if event.busy else "transparent",
        "attendees": [_guest(guest) for guest in event.guests],
        "attendeesOmitted": not event.guests_known,
        "organizer": {"email": event.organizer or NO_ORGANIZER},
    }
    if event.occurrence:
        told["recurringEventId"] = event.uid
        told["originalStartTime"] = _when(_by_the_rule(event), event, zone)
    return {name: value for name, value in told.items() if value not in ("", [], False)}


def _by_the_rule(event: Event) -> datetime:
    try:
        found = datetime.fromisoformat(event.occurrence)
    except ValueError:
        return event.start
    return found if found.tzinfo is not None else event.start


def _when(moment: datetime, event: Event, zone: ZoneInfo | None) -> dict[str, str]:
    if event.all_day:
        return {"date": moment.astimezone(zone or moment.tzinfo).date().isoformat()}
    return {"dateTime": moment.isoformat(timespec="seconds")}


def _guest(guest: Guest) -> dict[str, Any]:
    told = {
        "email": guest.email,
        "displayName": guest.name,
        "responseStatus": RESPONSES[guest.response],
        "optional": guest.optional,
        "resource": guest.kind is GuestKind.ROOM,
    }
    if guest.kind is GuestKind.GROUP:  # the only mark that the API has for one, while it is not expanded
        told["asyncOperation"] = "inProgress"
    return {name: value for name, value in told.items() if value not in ("", False)}
