"""events.list: the window, the filters, pages, and what has changed since a token."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from tests.fakes.google.calendar_book import Book
from tests.fakes.google.calendar_items import Item, Window, items, occurrences
from tests.fakes.google.calendar_pages import (
    NO_TOKEN_AFTER,
    Listing,
    Pages,
    asked_for,
    gone,
    revision_of,
    sync_token,
)
from tests.fakes.google.calendar_times import stamp
from tests.fakes.google.calendar_view import Viewer, viewed
from tests.fakes.google.errors import ApiError

DEFAULT_PAGE, LARGEST_PAGE = 250, 2500
Params = Mapping[str, Any]


def list_events(book: Book, viewer: Viewer, pages: Pages, params: Params) -> dict[str, Any]:
    """One page of events.list."""
    asked = asked_for(params)
    if "pageToken" in params:
        listing = pages.at(params["pageToken"], book.id, asked)
    else:
        found, sync = _found(book, params)
        listing = Listing(book.id, asked, found, book.revision, sync)
    return _page(book, viewer, pages, listing, params)


def list_instances(book: Book, viewer: Viewer, pages: Pages, params: Params) -> dict[str, Any]:
    """One page of events.instances: a single series' occurrences."""
    asked = asked_for(params)
    if "pageToken" in params:
        listing = pages.at(params["pageToken"], book.id, asked)
    else:
        place = book.find(params["eventId"])
        if not place.entry.is_series:
            raise ApiError(400, "invalid", "The event is not a recurring event.", location="eventId")
        wanted = _filters(book, params)
        found = [each for each in occurrences(book, place.entry) if all(want(each) for want in wanted)]
        listing = Listing(book.id, asked, found, book.revision, sync_token(book, book.revision, params))
    return _page(book, viewer, pages, listing, params)


def _page(book: Book, viewer: Viewer, pages: Pages, listing: Listing, params: Params) -> dict[str, Any]:
    most = min(params.get("maxResults", DEFAULT_PAGE), LARGEST_PAGE)
    shown, rest = listing.next_page(most, book.settings.page_sizes)
    answer = {
        "kind": "calendar#events",
        "etag": f'"{listing.revision}"',
        "summary": book.summary,
        "description": "",
        "updated": stamp(book.world.now),
        "timeZone": str(viewer.zone or book.zone),
        "accessRole": viewer.role,
        "defaultReminders": [],
        "items": [viewed(book, item, viewer) for item in shown],
    }
    if rest is not None:
        answer["nextPageToken"] = pages.keep(rest)
    elif listing.sync is not None:
        answer["nextSyncToken"] = listing.sync
    return answer


def _found(book: Book, params: Params) -> tuple[list[Item], str | None]:
    """What the call asks for, and the token to go on from (None where there is none)."""
    book.purge()
    _check(book, params)
    expand = params.get("singleEvents", False)
    since = revision_of(params["syncToken"], book, params) if "syncToken" in params else None
    wanted = _filters(book, params)
    window = Window(params.get("timeMin"), params.get("timeMax"))
    every = items(book, expand=expand, since=since, window=window)
    found = [each for each in every if all(want(each) for want in wanted)]
    order = params.get("orderBy")
    if order == "startTime":
        found.sort(key=lambda each: each.start)
    elif order == "updated":
        found.sort(key=lambda each: str(each.data.get("updated", "")))
    tokenless = NO_TOKEN_AFTER & params.keys()
    return found, None if tokenless else sync_token(book, book.revision, params)


def _check(book: Book, params: Params) -> None:
    if params.get("orderBy") == "startTime" and not params.get("singleEvents"):
        message = "The requested ordering is not available for the particular query."
        raise ApiError(400, "invalid", message, location="orderBy")
    low, high = params.get("timeMin"), params.get("timeMax")
    if low is not None and high is not None and low >= high:
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.", location="timeMax")
    since = params.get("updatedMin")
    if since is not None and book.world.now - since > book.settings.updated_min_life:
        message = "The requested minimum modification time lies too far in the past."
        raise gone("updatedMinTooLongAgo", message, "updatedMin")


def _filters(book: Book, params: Params) -> list[Callable[[Item], bool]]:
    """What an event has to be like for every parameter given."""
    wanted: list[Callable[[Item], bool]] = [
        partial(check, book, params[name]) for name, check in _CHECKS.items() if name in params
    ]
    if params.get("showDeleted") or {"syncToken", "updatedMin"} & params.keys():
        return wanted
    # A called-off occurrence shows beside its series; in a list of occurrences it goes.
    in_one_piece = not params.get("singleEvents", False) and "eventId" not in params
    return [*wanted, lambda each: not each.is_cancelled or (in_one_piece and each.of_series)]


def _last_end(book: Book, item: Item) -> datetime:
    """The end; of a series in one piece, its last occurrence's: it is in a window with a share in it."""
    if not item.data.get("recurrence"):
        return item.end
    last = book.originals(book.entries[item.data["id"]])[-1:]
    return book.span_of(book.entries[item.data["id"]], last[0])[1] if last else item.end


def _says(data: Mapping[str, Any], text: str) -> bool:
    people = [data.get("organizer", {}), *data.get("attendees", ())]
    said = [data.get(name, "") for name in ("summary", "description", "location")]
    said += [each.get(name, "") for each in people for name in ("email", "displayName")]
    return all(word in " ".join(said).lower() for word in text.lower().split())


def _has_all(_book: Book, pairs: Sequence[str], item: Item, kind: str) -> bool:
    properties = item.data.get("extendedProperties", {}).get(kind, {})
    return all(properties.get(pair.partition("=")[0]) == pair.partition("=")[2] for pair in pairs)


_CHECKS: Mapping[str, Callable[[Book, Any, Item], bool]] = {
    "timeMin": lambda book, moment, item: _last_end(book, item) > moment,
    "timeMax": lambda _, moment, item: item.start < moment,
    "updatedMin": lambda _, moment, item: item.data.get("updated", "") >= stamp(moment),
    "eventTypes": lambda _, kinds, item: item.data.get("eventType", "default") in kinds,
    "iCalUID": lambda _, uid, item: item.data.get("iCalUID") == uid,
    "q": lambda _, text, item: _says(item.data, text),
    "privateExtendedProperty": partial(_has_all, kind="private"),
    "sharedExtendedProperty": partial(_has_all, kind="shared"),
}
