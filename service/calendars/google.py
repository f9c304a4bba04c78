"""A leader's calendar at Google, by the Calendar API."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from service.calendars.google_errors import (
    named_for_the_leader,
    not_understood,
    only_free_busy,
    too_many_pages,
    understood,
)
from service.calendars.google_events import (
    FIELDS,
    Entry,
    event_of,
    fingerprint,
    id_of,
    is_cancelled,
    is_tombstone,
    zone_of,
)
from service.domain.events import CalendarRead, Event, EventId, EventStatus, LookedUp, Window
from service.google.apis import calendar_api
from service.google.calls import Account, Caller
from service.google.refusals import GoogleError, Trouble

AHEAD = timedelta(days=1)
"""How much more than asked for is listed. A token never tells of an occurrence that merely comes
into view; so for a day's readings all of them are there already, and then all is listed anew."""

MOST_PAGES = 100
"""No person's window holds as many; a list that does not come to its end is given up."""

_PAGE = 2500  # the most that the API gives at once
_LIST_FIELDS = f"accessRole,timeZone,nextPageToken,nextSyncToken,items({FIELDS})"
_BLIND = frozenset({"none", "freeBusyReader"})
_BAD_REQUEST = 400
_UTC = ZoneInfo("UTC")


@dataclass(slots=True)
class _Listing:
    """Everything in `span` as it was last told; `token` asks what has changed since."""

    span: Window
    events: tuple[Event, ...]
    tombstones: frozenset[EventId]
    zone: ZoneInfo | None
    token: str | None

    def serves(self, window: Window) -> bool:
        """Whether, if nothing has changed, it says all there is to say of `window`."""
        inside = self.span.start <= window.start and window.end <= self.span.end
        return inside and self.token is not None


class GoogleCalendar:
    """Implements `Calendar`. One instance per leader, kept: what is unchanged is not read again.

    `calendar_id` is an address or "primary"; `owner` the leader's lower-case address, which
    the calendar's own entries are told under, whatever alias they bear. Events come back in
    UTC, ordered by start.

    A window is listed whole. For a day the sync token then asks cheaply whether there is
    anything new. If so the window is listed again, for a token's news know no window: one
    touched series may be hundreds of occurrences. What is known is given up only for a new whole.
    """

    def __init__(
        self, caller: Caller, account: Account, calendar_id: str, *, owner: str = "", endpoint: str = ""
    ) -> None:
        self._caller, self._account, self._endpoint = caller, account, endpoint
        self._id, self._owner = calendar_id, owner
        self._listing: _Listing | None = None
        self._last: CalendarRead | None = None
        self._lock = threading.Lock()

    def read(self, window: Window) -> CalendarRead:
        """Every occurrence that touches `window`, cancelled ones included; or `CalendarError`."""
        with self._lock, named_for_the_leader():
            listing = self._listing
            if listing is None or not listing.serves(window) or self._has_news(listing):
                listing = self._listing = self._list(window)
            return self._within(window, listing)

    def look_up(self, ids: Sequence[EventId]) -> LookedUp:
        """Ask for each event by its own id; or `CalendarError`."""
        with self._lock, named_for_the_leader():
            return self._look_up(ids)

    def _within(self, window: Window, listing: _Listing) -> CalendarRead:
        events = tuple(event for event in listing.events if window.touches(event.start, event.end))
        zone = listing.zone.key if listing.zone else None
        last = self._last
        if last is None or (last.events, last.tombstones, last.zone) != (events, listing.tombstones, zone):
            mark = fingerprint(events, listing.tombstones, zone)
            last = self._last = CalendarRead(events, mark, zone, listing.tombstones)
        return last

    def _has_news(self, listing: _Listing) -> bool:
        """Whether anything has changed since; after the first page that says so none is asked for."""
        try:
            for page in self._pages(syncToken=listing.token):
                if page.get("items") or _zone_in(page) is not listing.zone:
                    return True
                listing.token = page.get("nextSyncToken", listing.token)
        except GoogleError as error:
            if error.trouble is Trouble.GONE or error.status == _BAD_REQUEST:
                return True  # the token is too old, or is none to Google
            raise
        return False

    def _list(self, window: Window) -> _Listing:
        span = _to_list(window)
        entries: list[Entry] = []
        page: Entry = {}
        for page in self._pages(timeMin=span.start.isoformat(), timeMax=span.end.isoformat()):
            entries += page.get("items", ())
        zone = _zone_in(page)
        with understood():
            events, tombstones = self._sorted(entries, zone or _UTC)
        return _Listing(span, events, tombstones, zone, page.get("nextSyncToken"))

    def _sorted(
        self, entries: Iterable[Entry], zone: ZoneInfo
    ) -> tuple[tuple[Event, ...], frozenset[EventId]]:
        """The events, ordered; and the ids of those cancelled that nobody here knew before."""
        before = self._listing.events if self._listing else ()
        known = {(event.uid, event.occurrence): event for event in before}
        events: list[Event] = []
        tombstones: set[EventId] = set()
        # An event that changes while its pages are turned may stand on two of them.
        for entry in {entry["id"]: entry for entry in entries}.values():
            if not is_tombstone(entry):
                events.append(event_of(entry, zone, self._owner))
            elif event := known.get(id_of(entry)):
                events.append(replace(event, status=EventStatus.CANCELLED))
            else:
                tombstones.add(id_of(entry))
        events.sort(key=lambda event: (event.start, event.uid, event.occurrence))
        return tuple(events), frozenset(tombstones)

    def _look_up(self, ids: Sequence[EventId]) -> LookedUp:
        events: list[Event] = []
        cancelled: set[EventId] = set()
        zone = (self._listing and self._listing.zone) or _UTC
        found = {one: self._one(*one) for one in ids}
        for one, entry in found.items():
            if entry and is_cancelled(entry):
                cancelled.add(one)
            elif entry and "recurrence" not in entry:  # a whole series is no occurrence of it
                with understood():
                    events.append(event_of(entry, zone, self._owner))
        if None in found.values():
            self._make_sure_of_the_calendar()
        return LookedUp(tuple(events), frozenset(cancelled))

    def _one(self, uid: str, occurrence: str) -> Entry | None:
        """The entry of one event, None where Google knows none."""
        events = calendar_api(self._endpoint).events()
        fields = f"{FIELDS},recurrence"
        try:
            return self._ask(events.get(calendarId=self._id, eventId=occurrence or uid, fields=fields))
        except GoogleError as error:
            if error.trouble is Trouble.NOT_FOUND:
                return None
            if error.trouble is Trouble.GONE:
                return {"status": "cancelled"}
            raise

    def _make_sure_of_the_calendar(self) -> None:
        """An event that is not found and a calendar that is not found look alike: raise if it is that."""
        events = calendar_api(self._endpoint).events()
        self._ask(events.list(calendarId=self._id, maxResults=1, fields="timeZone"))

    def _pages(self, **asked: Any) -> Iterator[Entry]:
        """The pages of a list. But for `asked` all calls are alike, as sync tokens demand."""
        events = calendar_api(self._endpoint).events()
        request = events.list(
            calendarId=self._id,
            singleEvents=True,
            showDeleted=True,
            maxResults=_PAGE,
            fields=_LIST_FIELDS,
            **asked,
        )
        for _ in range(MOST_PAGES):
            page = self._ask(request)
            if page.get("accessRole") in _BLIND:
                raise only_free_busy()
            yield page
            request = events.list_next(request, page)
            if request is None:
                return
        raise too_many_pages()

    def _ask(self, request: Any) -> Entry:
        answer = self._caller.read(self._account, request)
        if not isinstance(answer, dict):
            raise not_understood()
        return answer


def _to_list(window: Window) -> Window:
    """The window and a day, between whole seconds: Google overlooks fractions."""
    return Window(window.start.replace(microsecond=0), window.end.replace(microsecond=0) + AHEAD)


def _zone_in(page: Entry) -> ZoneInfo | None:
    return zone_of(page.get("timeZone", ""))
