"""A leader's calendar as an .ics file or web address."""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from service.calendars.ics_series import occurrences
from service.calendars.ics_source import Content, FileSource, Source
from service.calendars.ics_text import raw_events
from service.calendars.ics_url import UrlSource, is_url
from service.calendars.ics_zones import iana
from service.domain.events import CalendarRead, Event, EventId, LookedUp, Window


@dataclass(frozen=True, slots=True)
class _Expansion:
    """The events of some whole days, as one content has them."""

    digest: str
    days: Window
    events: tuple[Event, ...]
    zone: str | None


class IcsCalendar:
    """Implements `Calendar`. One instance per leader, kept: what is unchanged is not parsed again.

    `source` is a path, relative to `base` (the folder of visavis.toml), or an http, https
    or webcal address. `default_zone` is the leader's: floating times and whole days are
    local to it. Events come back in UTC, ordered by start.
    `public_only`: a visitor gave the address, so it must be one that everybody can reach.
    """

    def __init__(
        self, source: str, base: Path | None = None, *, default_zone: ZoneInfo, public_only: bool = False
    ) -> None:
        self._source: Source = (
            UrlSource(source, public_only=public_only)
            if is_url(source) or public_only
            else FileSource(source, base)
        )
        self._zone = default_zone
        self._expansion: _Expansion | None = None
        self._last: CalendarRead | None = None
        self._lock = threading.Lock()

    def read(self, window: Window) -> CalendarRead:
        """Every occurrence that touches `window`, cancelled ones included; or `CalendarError`."""
        with self._lock:
            expansion = self._expanded(self._source.fetch(), _whole_days(window))
            events = tuple(event for event in expansion.events if window.touches(event.start, event.end))
            if self._last is None or (self._last.events, self._last.zone) != (events, expansion.zone):
                self._last = CalendarRead(events, fingerprint(events), expansion.zone)
            return self._last

    def look_up(self, ids: Sequence[EventId]) -> LookedUp:  # noqa: ARG002 - there is nobody to ask
        """Nothing: a file says all it knows when it is read."""
        return LookedUp()

    def _expanded(self, content: Content, days: Window) -> _Expansion:
        known = self._expansion
        if known is None or (known.digest, known.days) != (content.digest, days):
            known = self._expansion = self._expand(content, days)
        return known

    def _expand(self, content: Content, days: Window) -> _Expansion:
        calendars, raw = raw_events(content.data, self._source.name)
        found = occurrences(raw, days, self._zone, self._source.name)
        events = sorted(found, key=lambda event: (event.start, event.uid, event.occurrence))
        zone = next((name for calendar in calendars if (name := iana(calendar.zone))), None)
        return _Expansion(content.digest, days, tuple(events), zone)


def fingerprint(events: tuple[Event, ...]) -> str:
    """A hash over everything the events say, their instants in UTC."""
    return hashlib.sha256(repr(events).encode()).hexdigest()


def _whole_days(window: Window) -> Window:
    """The window rounded outwards to whole UTC days, so that passes of one day share an expansion."""
    start, end = window.start.astimezone(UTC), window.end.astimezone(UTC)
    last = end.date() if end.time() == time() else end.date() + timedelta(days=1)
    return Window(_midnight(start), datetime.combine(last, time(), UTC))


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), time(), UTC)
