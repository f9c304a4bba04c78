"""One calendar's content: events, series with their exceptions, tombstones, and every change's number."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from tests.fakes.google.calendar_times import Original, instant, originals, stamp, zone_of
from tests.fakes.google.errors import ApiError, World

Data = Mapping[str, Any]
CANCELLED = "cancelled"
_NOT_IN_A_CHANGE = {
    "id",
    "kind",
    "etag",
    "created",
    "updated",
    "recurringEventId",
    "originalStartTime",
    "htmlLink",
}


def dated_ids(series: str, original: Original) -> str:
    """Instance ids as Google made them for years."""
    return (
        f"{series}_{original:%Y%m%dT%H%M%SZ}"
        if isinstance(original, datetime)
        else f"{series}_{original:%Y%m%d}"
    )


def opaque_ids(series: str, original: Original) -> str:
    """Instance ids of another format: nothing can be read out of them."""
    return sha256(f"{series} {original.isoformat()}".encode()).hexdigest()[:26]


@dataclass
class Settings:
    """What a test may turn about every calendar.

    `page_sizes`: how many events the pages hold at most, in turn, beside `maxResults`; 0 makes
    an empty page. At least so many pages are given. `bare_tombstones`: what was cancelled shows
    its ids only. Cancelled events vanish after `tombstone_life`; sync tokens and `updatedMin`
    live as told (all in virtual time). `instance_id` names the occurrences of a series.
    """

    page_sizes: tuple[int, ...] = ()
    bare_tombstones: bool = False
    tombstone_life: timedelta = timedelta(days=30)
    sync_token_life: timedelta = timedelta(days=28)
    updated_min_life: timedelta = timedelta(days=28)
    instance_id: Callable[[str, Original], str] = dated_ids


@dataclass
class Entry:
    """A stored event; `data` is never changed in place. Of a series it is the master.

    `revision` numbers its last change. `exceptions` hold what differs from the master, by
    occurrence; `dropped` the change after which the rule did not make an occurrence any more.
    """

    data: Data
    revision: int
    start: datetime
    end: datetime
    gone_at: datetime | None = None
    exceptions: dict[Original, "Entry"] = field(default_factory=dict)
    dropped: dict[Original, int] = field(default_factory=dict)

    @property
    def is_series(self) -> bool:
        return bool(self.data.get("recurrence"))

    @property
    def latest(self) -> int:
        """The number of the last change of anything in it."""
        inner = (each.revision for each in self.exceptions.values())
        return max(self.revision, *self.dropped.values(), *inner, 0)


@dataclass(frozen=True)
class Place:
    """Where an event id leads: to an entry, or to one occurrence of a series."""

    entry: Entry
    original: Original | None = None


class Book:
    """A calendar. `roles` say who may do what, `listed` who has it in their calendar list,
    `lost` whom it refuses from now on, and how."""

    def __init__(self, world: World, settings: Settings, owner: str, calendar_id: str, zone: str) -> None:
        self.world = world
        self.settings = settings
        self.owner = owner
        self.id = calendar_id
        self.summary = calendar_id
        self.zone = zone_of(zone)
        self.roles = {owner: "owner"}
        self.listed = {owner}
        self.lost: dict[str, ApiError] = {}
        self.entries: dict[str, Entry] = {}
        self.revision = 1
        self.oldest = 0  # sync tokens of an earlier revision have missed something
        self.vanished: set[str] = set()
        self.on_change: Callable[[Book], None] = lambda _book: None

    def put(self, data: Data) -> str:
        """Add an event, or replace the one of the same id; its id."""
        event_id = data.get("id") or secrets.token_hex(13)
        before = self.entries.get(event_id)
        made = self._filled(data, event_id, before)
        self._keep(event_id, made, before)
        return str(event_id)

    def change(self, event_id: str, fields: Data) -> None:
        """Change fields of an event or of one occurrence; None takes a field away."""
        place = self.find(event_id)
        if place.original is None:
            merged = {**place.entry.data, **fields}
            self._keep(event_id, {k: v for k, v in merged.items() if v is not None}, place.entry)
        else:
            self._except(place, fields)

    def cancel(self, event_id: str) -> None:
        """Call an event, a whole series or one occurrence off."""
        self.change(event_id, {"status": CANCELLED})

    def find(self, event_id: str) -> Place:
        """Where the id leads. Raises `ApiError` 404."""
        self.purge()
        if event_id in self.entries:
            return Place(self.entries[event_id])
        for series_id, entry in self.entries.items():
            if entry.is_series:
                for original in self.originals(entry):
                    if self.settings.instance_id(series_id, original) == event_id:
                        return Place(entry, original)
        raise ApiError(404, "notFound", "Not Found")

    def originals(self, entry: Entry) -> tuple[Original, ...]:
        return originals(entry.data, self.zone)

    def set_zone(self, zone: str) -> None:
        """The calendar's own zone: days begin elsewhere, and times are told with another offset."""
        self.zone = zone_of(zone)
        for entry in self.entries.values():
            entry.start, entry.end = self._span(entry.data)
            for original, each in entry.exceptions.items():
                each.start, each.end = self._span_of_exception(entry, original, each.data)

    def expire_tokens(self) -> None:
        """Sync tokens given so far are of no use any more."""
        self.revision += 1
        self.oldest = self.revision

    def purge(self) -> None:
        """Let old tombstones vanish, and with them the tokens that never saw them."""
        limit = self.world.now - self.settings.tombstone_life
        old = [
            name for name, each in self.entries.items() if each.gone_at is not None and each.gone_at <= limit
        ]
        for name in old:
            self.oldest = max(self.oldest, self.entries.pop(name).latest)
            self.vanished.add(name)

    def _keep(self, event_id: str, data: Data, before: Entry | None) -> None:
        self.revision += 1
        touched = {**data, "updated": stamp(self.world.now), "etag": f'"{self.revision}"'}
        start, end = self._span(touched)
        made = Entry(touched, self.revision, start, end)
        if before is not None:
            made.exceptions, made.dropped = before.exceptions, before.dropped
            if before.is_series:
                self._drop(before, made)
        if touched["status"] == CANCELLED:
            made.gone_at = before.gone_at if before and before.gone_at else self.world.now
        self.vanished.discard(event_id)
        self.entries[event_id] = made
        self.on_change(self)

    def _drop(self, before: Entry, after: Entry) -> None:
        """Remember which occurrences a changed rule does not make any more."""
        still = set(self.originals(after)) if after.is_series else set()
        for original in self.originals(before):
            if original not in still:
                after.dropped[original] = after.revision
                after.exceptions.pop(original, None)
        for original in still & after.dropped.keys():
            del after.dropped[original]

    def _except(self, place: Place, fields: Data) -> None:
        """Make, or change, what differs in one occurrence."""
        original = place.original
        assert original is not None
        self.revision += 1
        before = place.entry.exceptions.get(original)
        data = {**(before.data if before else {}), **_own(fields), "updated": stamp(self.world.now)}
        data["etag"] = f'"{self.revision}"'
        start, end = self._span_of_exception(place.entry, original, data)
        place.entry.exceptions[original] = Entry(data, self.revision, start, end)
        self.on_change(self)

    def span_of(self, entry: Entry, original: Original) -> tuple[datetime, datetime]:
        """From when to when an occurrence is, by the rule alone."""
        if isinstance(original, datetime):
            return original, original + (entry.end - entry.start)
        days = (entry.end.astimezone(self.zone).date() - entry.start.astimezone(self.zone).date()).days
        last = original + timedelta(days=days)
        return instant({"date": original.isoformat()}, self.zone), instant(
            {"date": last.isoformat()}, self.zone
        )

    def _span_of_exception(self, entry: Entry, original: Original, data: Data) -> tuple[datetime, datetime]:
        start, end = self.span_of(entry, original)
        return (
            instant(data["start"], self.zone) if "start" in data else start,
            instant(data["end"], self.zone) if "end" in data else end,
        )

    def _span(self, data: Data) -> tuple[datetime, datetime]:
        start, end = instant(data["start"], self.zone), instant(data["end"], self.zone)
        if end < start:
            raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.")
        if data.get("recurrence"):
            originals(data, self.zone)  # a bad rule is refused at once
        return start, end

    def _filled(self, data: Data, event_id: str, before: Entry | None) -> dict[str, Any]:
        """With everything that Google adds by itself."""
        now = stamp(self.world.now)
        created = before.data["created"] if before else now
        return {
            "kind": "calendar#event",
            "id": event_id,
            "status": "confirmed",
            "htmlLink": f"https://www.google.com/calendar/event?eid={event_id}",
            "created": created,
            "updated": now,
            "iCalUID": f"{data.get('recurringEventId', event_id)}@google.com",
            "sequence": 0,
            "reminders": {"useDefault": True},
            "eventType": "default",
            **{name: value for name, value in data.items() if value is not None},
        }


def _own(fields: Data) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in _NOT_IN_A_CHANGE}
