"""What people do to calendars, for tests to set the scene and to let things happen."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from service.domain.events import Event
from tests.fakes.google.calendar_book import CANCELLED, Book, Data, Place, Settings
from tests.fakes.google.calendar_items import by_the_rule, item_at, occurrences
from tests.fakes.google.calendar_times import Original
from tests.fakes.google.calendar_view import Viewer, viewed
from tests.fakes.google.calendar_watch import Channels, Notification
from tests.fakes.google.errors import ApiError, World
from tests.fakes.google.events import to_google
from tests.fakes.google.faults import Faults

HALF_HOUR = timedelta(minutes=30)
_BY_GOOGLE = {"kind", "etag", "htmlLink", "created", "updated", "iCalUID", "sequence", "reminders", "creator"}
_OF_AN_OCCURRENCE = {*_BY_GOOGLE, "id", "recurringEventId", "originalStartTime"}


class CalendarScene:
    """Every calendar by its id; a person's own has their address as id. `settings` see there.

    Events are the API's JSON. Times are aware; `event_id` may be an event's, a series' or one
    occurrence's id. Every change is what sync tokens and channels notice.
    """

    def __init__(self, world: World, faults: Faults) -> None:
        self.world = world
        self.settings = Settings()
        self.books: dict[str, Book] = {}
        self.channels = Channels(world, faults)

    def add(self, owner: str, *, zone: str = "Europe/Berlin", calendar_id: str = "") -> str:
        """A new empty calendar, its owner's own unless it has an id of its own; its id."""
        with self.world.lock:
            made = Book(self.world, self.settings, owner, calendar_id or owner, zone)
            made.on_change = lambda book: self.channels.notify(book.id)
            self.books[made.id] = made
            return made.id

    def put(self, calendar: str, event: Data) -> str:
        """Add an event, or replace the one of its id; who organises it defaults to the owner."""
        with self.world.lock:
            book = self.books[calendar]
            host = {"email": book.owner}
            return book.put({"organizer": host, "creator": host, **event})

    def event(
        self,
        calendar: str,
        start: datetime,
        length: timedelta = HALF_HOUR,
        *,
        guests: Sequence[str] = (),
        **more: Any,
    ) -> str:
        """A single event; guests by address, the owner among them accepts. Its id."""
        with self.world.lock:
            return self.put(calendar, self._timed(calendar, start, length, guests) | more)

    def series(
        self,
        calendar: str,
        start: datetime,
        length: timedelta = HALF_HOUR,
        *,
        rule: str = "FREQ=WEEKLY",
        guests: Sequence[str] = (),
        **more: Any,
    ) -> str:
        """A series; without COUNT or UNTIL it has no end. The master's id."""
        return self.event(calendar, start, length, guests=guests, recurrence=[f"RRULE:{rule}"], **more)

    def instances(self, calendar: str, series: str) -> list[dict[str, Any]]:
        """Every occurrence of a series as its owner sees it, called-off ones too."""
        with self.world.lock:
            book = self.books[calendar]
            found = occurrences(book, book.find(series).entry)
            return [viewed(book, each, Viewer("owner")) for each in found]

    def change(self, calendar: str, event_id: str, **fields: Any) -> None:
        """Change fields; None takes one away. Without any it is only touched."""
        with self.world.lock:
            self.books[calendar].change(event_id, fields)

    def move(self, calendar: str, event_id: str, start: datetime, length: timedelta | None = None) -> None:
        """Put it elsewhere, as long as before unless told; an occurrence keeps its originalStartTime."""
        with self.world.lock:
            book = self.books[calendar]
            item = item_at(book, book.find(event_id))
            self.change(calendar, event_id, **_span(start, length or item.end - item.start, str(book.zone)))

    def cancel(self, calendar: str, event_id: str) -> None:
        """Call it off: it stays as a tombstone for a while."""
        self.change(calendar, event_id, status=CANCELLED)

    def respond(self, calendar: str, event_id: str, who: str, answer: str) -> None:
        """A guest answers: accepted, declined, tentative or needsAction."""
        with self.world.lock:
            book = self.books[calendar]
            guests = item_at(book, book.find(event_id)).data.get("attendees", [])
            assert any(each["email"] == who for each in guests), f"{who} is not invited."
            told = [{**each, "responseStatus": answer} if each["email"] == who else each for each in guests]
            self.change(calendar, event_id, attendees=told)

    def decline(self, calendar: str, event_id: str, who: str = "") -> None:
        """A guest (the calendar's owner unless told) declines: the event stays."""
        self.respond(calendar, event_id, who or self.books[calendar].owner, "declined")

    def split(self, calendar: str, instance: str, **changes: Any) -> str:
        """Change "this and following": the series ends before, a new one with a new id goes on.

        What differed in later occurrences is lost, as at Google. The new master's id.
        """
        with self.world.lock:
            book = self.books[calendar]
            place = book.find(instance)
            assert place.original is not None, "Only an occurrence can be followed by others."
            later = [each for each in book.originals(place.entry) if each >= place.original]
            first = by_the_rule(book, place.entry, place.original)
            made = {k: v for k, v in first.items() if k not in _OF_AN_OCCURRENCE}
            made["recurrence"] = _rules(place, rest=later)
            book.change(place.entry.data["id"], {"recurrence": _rules(place, rest=None)})
            return self.put(calendar, {**made, **changes})

    def set_zone(self, calendar: str, zone: str) -> None:
        """The owner's calendar lives in another zone from now on."""
        with self.world.lock:
            self.books[calendar].set_zone(zone)

    def share(self, calendar: str, who: str, role: str = "reader", *, listed: bool | None = None) -> None:
        """Let somebody in: reader, writer, owner, freeBusyReader.

        It joins a person's calendar list at once; a service account has to add it, as at Google.
        """
        with self.world.lock:
            book = self.books[calendar]
            book.roles[who] = role
            if listed or (listed is None and who in self.world.users):
                book.listed.add(who)

    def unshare(self, calendar: str, who: str) -> None:
        """Let somebody in no more: the calendar is 404 to them."""
        with self.world.lock:
            self.books[calendar].roles.pop(who, None)
            self.books[calendar].listed.discard(who)

    def lose(self, calendar: str, who: str, status: int = 404, reason: str = "notFound") -> None:
        """From now on the whole calendar answers this to them; until `find_again`."""
        with self.world.lock:
            self.books[calendar].lost[who] = ApiError(
                status, reason, "Not Found" if status == 404 else "Forbidden"
            )

    def find_again(self, calendar: str, who: str) -> None:
        """End what `lose` began."""
        with self.world.lock:
            self.books[calendar].lost.pop(who, None)

    def expire_sync_tokens(self, calendar: str) -> None:
        """Every sync token given so far answers 410 from now on."""
        with self.world.lock:
            self.books[calendar].expire_tokens()

    def load(
        self, calendar: str, events: Sequence[Event], named: Callable[[Event], str] | None = None
    ) -> None:
        """Let the calendar hold just these events, by additions, changes and tombstones.

        What is as it was stays untouched. `named` gives an occurrence its id, its `occurrence`
        unless told; ids have to differ within the calendar.
        """
        with self.world.lock:
            book = self.books[calendar]
            told = [to_google(event, book.zone) | _named(event, named) for event in events]
            wanted = {each["id"]: each for each in told}
            if len(wanted) < len(told):
                raise ValueError("Two of the events would get the same id: give `named` to tell them apart.")
            book.purge()
            for event_id, each in wanted.items():
                self._load_one(book, event_id, each)
            for event_id, entry in list(book.entries.items()):
                if event_id not in wanted and entry.data["status"] != CANCELLED:
                    book.cancel(event_id)

    def settle(self) -> list[Notification]:
        """Wait for every push notification so far; all that were ever sent."""
        self.channels.settle()
        return self.channels.sent

    def close(self) -> None:
        self.channels.close()

    def _load_one(self, book: Book, event_id: str, data: Data) -> None:
        before = book.entries.get(event_id)
        if event_id in book.vanished and data["status"] == CANCELLED:
            return
        if before is None:
            book.put(data)
            return
        if "originalStartTime" in before.data:  # a move changes the start only
            data = {**data, "originalStartTime": before.data["originalStartTime"]}
        if data != {name: value for name, value in before.data.items() if name not in _BY_GOOGLE}:
            book.put(data)

    def _timed(
        self, calendar: str, start: datetime, length: timedelta, guests: Sequence[str]
    ) -> dict[str, Any]:
        book = self.books[calendar]
        told: dict[str, Any] = _span(start, length, str(book.zone))
        if guests:
            answers = {book.owner: "accepted"}
            told["attendees"] = [
                {"email": g, "responseStatus": answers.get(g, "needsAction")} for g in guests
            ]
        return told


def _span(start: datetime, length: timedelta, zone: str) -> dict[str, Any]:
    return {
        "start": {"dateTime": start.isoformat(timespec="seconds"), "timeZone": zone},
        "end": {"dateTime": (start + length).isoformat(timespec="seconds"), "timeZone": zone},
    }


def _named(event: Event, named: Callable[[Event], str] | None) -> dict[str, str]:
    return {"id": named(event)} if named is not None and event.occurrence else {}


def _rules(place: Place, rest: Sequence[Original] | None) -> list[str]:
    """The series' rules up to the place, or (for the `rest`) from there on."""
    kept = []
    for line in place.entry.data["recurrence"]:
        name, _, value = line.partition(":")
        parts = [part for part in value.split(";") if not part.startswith(("COUNT=", "UNTIL="))]
        bounded = len(parts) < len(value.split(";"))
        if name != "RRULE":
            kept.append(line)
        elif rest is None:
            kept.append("RRULE:" + ";".join([*parts, f"UNTIL={_just_before(place)}"]))
        else:
            kept.append("RRULE:" + ";".join([*parts, *([f"COUNT={len(rest)}"] if bounded else [])]))
    return kept


def _just_before(place: Place) -> str:
    original = place.original
    if isinstance(original, datetime):
        return f"{original - timedelta(seconds=1):%Y%m%dT%H%M%SZ}"
    assert original is not None
    return f"{original - timedelta(days=1):%Y%m%d}"
