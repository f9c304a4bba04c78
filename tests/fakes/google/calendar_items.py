"""What a calendar holds, as a list of what could be shown: series whole, or occurrence by occurrence."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.fakes.google.calendar_book import CANCELLED, Book, Data, Entry, Place
from tests.fakes.google.calendar_times import Original, instant, written


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a list could show. `of_series`: it differs from its series, which goes on."""

    data: Data
    start: datetime
    end: datetime
    revision: int
    original: datetime | None = None
    of_series: bool = False

    @property
    def is_cancelled(self) -> bool:
        return bool(self.data["status"] == CANCELLED)


@dataclass(frozen=True, slots=True)
class Window:
    """Bounds, both exclusive: what ends after `start` and starts before `end`."""

    start: datetime | None = None
    end: datetime | None = None

    def touches(self, start: datetime, end: datetime) -> bool:
        return (self.start is None or end > self.start) and (self.end is None or start < self.end)


EVERYWHEN = Window()


def items(
    book: Book, *, expand: bool, since: int | None = None, window: Window = EVERYWHEN
) -> Iterator[Item]:
    """Everything, or what was touched after the revision `since`, in a stable order.

    Occurrences that a series does not make any more are told of only after a change.
    `window` spares making the occurrences of series that lie outside, nothing else.
    """
    for entry in book.entries.values():
        if since is not None and entry.latest <= since:
            continue
        if not entry.is_series:
            yield _single(book, entry)
        elif expand:
            yield from _occurrences(book, entry, since, window)
        else:
            yield from _whole(book, entry, since)
        if since is not None:
            dropped = (original for original, number in entry.dropped.items() if number > since)
            yield from (_gone(book, entry, original) for original in dropped)


def item_at(book: Book, place: Place) -> Item:
    """The one thing that an id leads to."""
    if place.original is not None:
        return _occurrence(book, place.entry, place.original)
    return _master(place.entry) if place.entry.is_series else _single(book, place.entry)


def occurrences(book: Book, entry: Entry) -> Iterator[Item]:
    """Every occurrence of a series, as it stands."""
    return _occurrences(book, entry, None, EVERYWHEN)


def by_the_rule(book: Book, entry: Entry, original: Original) -> dict[str, Any]:
    """What an occurrence takes from its series, before anything about it differs."""
    master = entry.data
    start, end = book.span_of(entry, original)
    own = {
        "id": book.settings.instance_id(master["id"], original),
        "recurringEventId": master["id"],
        "originalStartTime": _when(book, master["start"], start),
        "start": _when(book, master["start"], start),
        "end": _when(book, master["end"], end),
    }
    return {name: value for name, value in master.items() if name != "recurrence"} | own


def _single(book: Book, entry: Entry) -> Item:
    first = entry.data.get("originalStartTime")
    original = instant(first, book.zone) if first else None
    loose = "recurringEventId" in entry.data
    return Item(entry.data, entry.start, entry.end, entry.revision, original, of_series=loose)


def _master(entry: Entry) -> Item:
    return Item(entry.data, entry.start, entry.end, entry.revision)


def _whole(book: Book, entry: Entry, since: int | None) -> Iterator[Item]:
    """The master and what differs from it."""
    if since is None or entry.revision > since:
        yield _master(entry)
    for original, each in entry.exceptions.items():
        if since is None or max(each.revision, entry.revision) > since:
            yield _occurrence(book, entry, original)


def _occurrences(book: Book, entry: Entry, since: int | None, window: Window) -> Iterator[Item]:
    """All of them where the master itself was touched, wherever they lie in time."""
    whole = since is None or entry.revision > since
    for original in book.originals(entry):
        different = entry.exceptions.get(original)
        if different is not None:
            if whole or (since is not None and different.revision > since):
                yield _occurrence(book, entry, original)
        elif whole and window.touches(*book.span_of(entry, original)):
            yield _occurrence(book, entry, original)


def _occurrence(book: Book, entry: Entry, original: Original) -> Item:
    different = entry.exceptions.get(original)
    start, end = (different.start, different.end) if different else book.span_of(entry, original)
    data = by_the_rule(book, entry, original) | (dict(different.data) if different else {})
    revision = max(entry.revision, different.revision) if different else entry.revision
    over = entry.data["status"] == CANCELLED
    if over:
        data["status"] = CANCELLED
    differs = different is not None and not over
    return Item(data, start, end, revision, _moment(book, original), of_series=differs)


def _gone(book: Book, entry: Entry, original: Original) -> Item:
    """An occurrence of a former rule: only that it is no more."""
    start, end = book.span_of(entry, original)
    names = ("kind", "etag", "id", "recurringEventId", "originalStartTime")
    data = {name: value for name, value in by_the_rule(book, entry, original).items() if name in names}
    return Item(
        {**data, "status": CANCELLED},
        start,
        end,
        entry.dropped[original],
        _moment(book, original),
        of_series=True,
    )


def _when(book: Book, like: Data, moment: datetime) -> Data:
    """An instant, as the series' own start or end is written."""
    if like.get("date"):
        return {"date": moment.astimezone(book.zone).date().isoformat()}
    return {**like, "dateTime": written(moment, book.zone)}


def _moment(book: Book, original: Original) -> datetime:
    if isinstance(original, datetime):
        return original
    return instant({"date": original.isoformat()}, book.zone)
