"""What a calendar says: events as every calendar source hands them over."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Response(StrEnum):
    """A guest's answer to an invitation."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    NEEDS_ACTION = "needs_action"


class GuestKind(StrEnum):
    """Who, or what, a guest entry stands for."""

    HUMAN = "human"
    ROOM = "room"
    GROUP = "group"


class EventStatus(StrEnum):
    """Whether the event stands."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class EventKind(StrEnum):
    """An ordinary event, an absence, or anything else (focus time, birthday, location)."""

    DEFAULT = "default"
    OUT_OF_OFFICE = "out_of_office"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Guest:
    """One entry of the guest list; `email` is lower-case."""

    email: str
    name: str = ""
    response: Response = Response.NEEDS_ACTION
    kind: GuestKind = GuestKind.HUMAN
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One occurrence.

    `uid` is the provider's id of the single event or of the whole series, `occurrence`
    its id within the series ("" for a single event); both opaque. `start` and `end` are
    aware; an all-day event spans local midnights. `guests` holds everybody, the leader
    included; `guests_known` is False where the list is hidden or cut short.
    `organizer` is a lower-case address, "" where unknown.
    """

    uid: str
    occurrence: str
    start: datetime
    end: datetime
    title: str = ""
    status: EventStatus = EventStatus.CONFIRMED
    kind: EventKind = EventKind.DEFAULT
    organizer: str = ""
    guests: tuple[Guest, ...] = ()
    guests_known: bool = True
    recurring: bool = False
    all_day: bool = False
    busy: bool = True


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open stretch of time [start, end), both aware."""

    start: datetime
    end: datetime

    def touches(self, start: datetime, end: datetime) -> bool:
        """Whether something from `start` to `end` lies at least partly inside."""
        return start < self.end and end > self.start


EventId = tuple[str, str]
"""An event's `uid` and `occurrence`."""


@dataclass(frozen=True, slots=True)
class CalendarRead:
    """One whole reading of a calendar over a window.

    `fingerprint` is equal for two readings only if what they say is equal; `zone` is the
    calendar's own IANA zone where it states one. `tombstones` are the ids of events that
    were cancelled and of which the calendar tells nothing else any more.
    """

    events: tuple[Event, ...]
    fingerprint: str
    zone: str | None = None
    tombstones: frozenset[EventId] = frozenset()


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What became of events that a reading did not show any more.

    `events` still exist, wherever they lie now; `cancelled` were called off; of the others
    asked for, the calendar knows nothing.
    """

    events: tuple[Event, ...] = ()
    cancelled: frozenset[EventId] = frozenset()
