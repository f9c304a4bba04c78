"""From a parsed VEVENT to the domain's `Event`."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from service.calendars.ics_mend import Vevent
from service.calendars.title_words import kind_by_title, without_cancelled
from service.domain.events import EventKind, EventStatus, Guest, GuestKind, Response

_RESPONSES = {
    "ACCEPTED": Response.ACCEPTED,
    "COMPLETED": Response.ACCEPTED,
    "IN-PROCESS": Response.ACCEPTED,
    "TENTATIVE": Response.TENTATIVE,
    "DECLINED": Response.DECLINED,
    "DELEGATED": Response.DECLINED,  # somebody else comes instead, listed on their own
}
_KINDS = {"ROOM": GuestKind.ROOM, "RESOURCE": GuestKind.ROOM, "GROUP": GuestKind.GROUP}
_STATUSES = {"CANCELLED": EventStatus.CANCELLED, "TENTATIVE": EventStatus.TENTATIVE}
_NO_PERSON = re.compile(r"@(?:[\w-]+\.)?calendar\.google\.com$")


@dataclass(frozen=True, slots=True)
class Details:
    """What all occurrences of one VEVENT share; `title` has lost its "Canceled:"."""

    title: str
    status: EventStatus
    organizer: str
    guests: tuple[Guest, ...]
    away: bool
    all_day: bool
    busy: bool

    def kind(self, length: timedelta) -> EventKind:
        """An absence, no meeting at all, or an ordinary event."""
        if self.away:
            return EventKind.OUT_OF_OFFICE
        has_guests = bool(self.guests)
        return kind_by_title(self.title, length=length, all_day=self.all_day, has_guests=has_guests)


def details(component: Vevent, *, cancelled: bool) -> Details:
    """The details of a VEVENT; `cancelled` where its whole calendar is a cancellation."""
    title, says_cancelled = without_cancelled(_text(component, "SUMMARY"))
    status = _STATUSES.get(_text(component, "STATUS").upper(), EventStatus.CONFIRMED)
    busy_status = _text(component, "X-MICROSOFT-CDO-BUSYSTATUS").upper()
    organizer = component.get("ORGANIZER")
    return Details(
        title=title,
        status=EventStatus.CANCELLED if cancelled or says_cancelled else status,
        organizer=_address(organizer),
        guests=_guests(component, organizer),
        away=busy_status == "OOF",
        all_day=_is_all_day(component),
        busy=_text(component, "TRANSP").upper() != "TRANSPARENT" and busy_status != "FREE",
    )


def instant(moment: date, zone: ZoneInfo) -> datetime:
    """A DATE as local midnight in `zone`; a time as it is. Both in UTC."""
    if isinstance(moment, datetime):
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    else:
        aware = datetime.combine(moment, time(), zone)
    return aware.astimezone(ZoneInfo("UTC"))


def _text(component: Vevent, name: str) -> str:
    return str(component.get(name, "")).strip()


def _is_all_day(component: Vevent) -> bool:
    start = component["DTSTART"].dt
    stated = _text(component, "X-MICROSOFT-CDO-ALLDAYEVENT").upper() == "TRUE"
    return not isinstance(start, datetime) or (stated and start.time() == time())


def _guests(component: Vevent, organizer: object) -> tuple[Guest, ...]:
    """The ATTENDEEs, and the organiser with them.

    Where no ATTENDEE is listed at all there is no guest list, only an organiser: Google's
    secret feed leaves the list out, and an organiser alone would look like all of it.
    """
    listed = component.get("ATTENDEE", [])
    guests: dict[str, Guest] = {}
    for entry in listed if isinstance(listed, list) else [listed]:
        guest = _guest(entry)
        guests.setdefault(guest.email or guest.name, guest)
    address = _address(organizer)
    if guests and address and address not in guests:
        kind = GuestKind.ROOM if _NO_PERSON.search(address) else GuestKind.HUMAN
        guests[address] = Guest(address, _parameter(organizer, "CN"), Response.ACCEPTED, kind)
    return tuple(guests.values())


def _guest(entry: object) -> Guest:
    address = _address(entry)
    kind = _KINDS.get(_parameter(entry, "CUTYPE").upper(), GuestKind.HUMAN)
    name = _parameter(entry, "CN")
    return Guest(
        email=address,
        name="" if name.lower() == address else name,
        response=_RESPONSES.get(_parameter(entry, "PARTSTAT").upper(), Response.NEEDS_ACTION),
        kind=GuestKind.ROOM if _NO_PERSON.search(address) else kind,
        optional=_parameter(entry, "ROLE").upper() == "OPT-PARTICIPANT",
    )


def _address(entry: object) -> str:
    """The e-mail address of an ATTENDEE or ORGANIZER, lower-case; "" where it has none."""
    stated = re.sub(r"^mailto:", "", str(entry or "").strip(), flags=re.I)
    address = unquote(stated.partition("?")[0]).strip().lower()
    if "@" not in address or "/" in address:
        address = _parameter(entry, "EMAIL").lower()
    return address


def _parameter(entry: object, name: str) -> str:
    value = getattr(entry, "params", {}).get(name, "")
    return str(value[0] if isinstance(value, list) and value else value or "").strip().strip('"')
