"""A calendar in memory that tests can change, and tell to fail."""

import hashlib
from collections.abc import Collection, Iterable, Sequence

from service.domain.events import CalendarRead, Event, EventId, EventStatus, LookedUp, Window
from service.errors import CalendarError


class FakeCalendar:
    """Keeps `Calendar`'s promises over `events`; with `error` set, every call raises it.

    `tombstones` are the ids of cancelled events of which nothing else is told any more.
    `looked_up` keeps what was asked for.
    """

    def __init__(
        self,
        events: Iterable[Event] = (),
        zone: str | None = None,
        *,
        tombstones: Collection[EventId] = (),
    ) -> None:
        self.events = list(events)
        self.zone = zone
        self.tombstones = set(tombstones)
        self.error: CalendarError | None = None
        self.reads = 0
        self.looked_up: list[EventId] = []

    def read(self, window: Window) -> CalendarRead:
        self.reads += 1
        if self.error is not None:
            raise self.error
        inside = [event for event in self.events if window.touches(event.start, event.end)]
        inside.sort(key=lambda event: (event.start, event.uid, event.occurrence))
        said = (inside, sorted(self.tombstones))
        fingerprint = hashlib.sha256(repr(said).encode()).hexdigest()
        return CalendarRead(tuple(inside), fingerprint, self.zone, frozenset(self.tombstones))

    def look_up(self, ids: Sequence[EventId]) -> LookedUp:
        self.looked_up += ids
        if self.error is not None:
            raise self.error
        found = [event for event in self.events if (event.uid, event.occurrence) in ids]
        off = {(event.uid, event.occurrence) for event in found if event.status is EventStatus.CANCELLED}
        standing = (event for event in found if event.status is not EventStatus.CANCELLED)
        return LookedUp(tuple(standing), frozenset(off | (self.tombstones & set(ids))))
