"""Does a one-on-one stand, and if not: whose doing was it, and was it late?

No calendar says who cancelled. What can be told, and how surely, is in `author_of`.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from service.domain.events import Event, EventStatus, Guest, GuestKind, Response
from service.domain.people import Leader
from service.domain.records import By, Confidence
from service.domain.workdays import WorkCalendar

_LATE_WITHIN = timedelta(hours=24)
_LATE_FROM = time(18, 0)


@dataclass(frozen=True, slots=True)
class Sighting:
    """An event recognised as a one-on-one of a pair, standing or not.

    `member` is the member's address, lower-case; where it is "" every required guest but
    the leader is taken for the member. `reasons` say why it is held to be a one-on-one.
    """

    event: Event
    pair_id: int
    reasons: tuple[str, ...] = ()
    member: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """Who called a meeting off, how sure that is, and what it is read from."""

    by: By
    confidence: Confidence
    evidence: str


VANISHED = Author(By.UNKNOWN, Confidence.LOW, "no longer in the calendar")


def stands(sighting: Sighting, leader: Leader) -> bool:
    """Whether it is going to take place: neither cancelled nor declined on either side."""
    event = sighting.event
    cancelled = event.status is EventStatus.CANCELLED
    return not (cancelled or _leader_declined(event, leader) or _member_declined(sighting, leader))


def author_of(sighting: Sighting, leader: Leader) -> Author:
    """Whose doing it was that this one-on-one does not stand.

    An answer of one's own is sure; an event that is cancelled points to its organiser.
    """
    event = sighting.event
    if _leader_declined(event, leader):
        return Author(By.LEADER, Confidence.HIGH, "the leader's entry is declined")
    if _member_declined(sighting, leader):
        return Author(By.MEMBER, Confidence.HIGH, "the member's entry is declined")
    if not event.organizer:
        return Author(By.UNKNOWN, Confidence.LOW, "cancelled, organiser unknown")
    if event.organizer in leader.addresses:
        return Author(By.LEADER, Confidence.MEDIUM, "cancelled, organised by the leader")
    if event.organizer in {guest.email for guest in _members(sighting, leader)} | {sighting.member}:
        return Author(By.MEMBER, Confidence.MEDIUM, "cancelled, organised by the member")
    return Author(By.UNKNOWN, Confidence.LOW, "cancelled, organised by somebody else")


def is_late(start: datetime, now: datetime, work: WorkCalendar) -> bool:
    """Whether calling off at `now` is late: under 24 hours before the start, or after
    18:00 of the working day before."""
    eve = work.previous_working(work.local(start).date())
    return now > start - _LATE_WITHIN or now > work.at(eve, _LATE_FROM)


def _leader_declined(event: Event, leader: Leader) -> bool:
    return any(_declined(guest) for guest in event.guests if guest.email in leader.addresses)


def _member_declined(sighting: Sighting, leader: Leader) -> bool:
    members = _members(sighting, leader)
    return bool(members) and all(_declined(guest) for guest in members)


def _members(sighting: Sighting, leader: Leader) -> list[Guest]:
    guests = sighting.event.guests
    if sighting.member:
        return [guest for guest in guests if guest.email == sighting.member]
    others = (guest for guest in guests if guest.email not in leader.addresses)
    return [guest for guest in others if guest.kind is GuestKind.HUMAN and not guest.optional]


def _declined(guest: Guest) -> bool:
    return guest.response is Response.DECLINED
