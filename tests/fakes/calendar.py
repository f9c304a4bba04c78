"""A calendar in memory that tests can change, and tell to fail."""

import hashlib
from collections.abc import Iterable

from service.domain.events import CalendarRead, Event, Window
from service.errors import CalendarError


class FakeCalendar:
    """Keeps `Calendar`'s promises over `events`; with `error` set, every read raises it."""

    def __init__(self, events: Iterable[Event] = (), zone: str | None = None) -> None:
        self.events = list(events)
        self.zone = zone
        self.error: CalendarError | None = None
        self.reads = 0

    def read(self, window: Window) -> CalendarRead:
        self.reads += 1
        if self.error is not None:
            raise self.error
        inside = [event for event in self.events if window.touches(event.start, event.end)]
        inside.sort(key=lambda event: (event.start, event.uid, event.occurrence))
        fingerprint = hashlib.sha256(repr(inside).encode()).hexdigest()
        return CalendarRead(tuple(inside), fingerprint, self.zone)
