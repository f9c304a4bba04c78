"""A Calendar API v3 that behaves as the real one does where programs go wrong.

Sync tokens with the horizon trap, tombstones that vanish, pages that are empty, series whose
occurrences move, calendars that are lost. What tests do to calendars is in calendar_scene.py.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.google import calendar_writes as writes
from tests.fakes.google.calendar_book import Book
from tests.fakes.google.calendar_items import item_at
from tests.fakes.google.calendar_list import list_events, list_instances
from tests.fakes.google.calendar_pages import Pages
from tests.fakes.google.calendar_scene import CalendarScene
from tests.fakes.google.calendar_times import zone_of
from tests.fakes.google.calendar_view import Viewer, viewed
from tests.fakes.google.errors import ApiError, World
from tests.fakes.google.faults import Faults

Params = Mapping[str, Any]
_AUTH = "https://www.googleapis.com/auth/calendar"
EVERY_CALENDAR = {_AUTH, f"{_AUTH}.readonly", f"{_AUTH}.events", f"{_AUTH}.events.readonly"}
OWNED_CALENDARS = {f"{_AUTH}.events.owned", f"{_AUTH}.events.owned.readonly"}
ROLES = ("none", "freeBusyReader", "reader", "writer", "owner")


class FakeCalendarService(CalendarScene):
    """The Calendar API (`call`), and everything that people do to calendars."""

    def __init__(self, world: World, faults: Faults) -> None:
        super().__init__(world, faults)
        self._pages = Pages()
        self._handlers: dict[str, Callable[[str, Params, Any], Any]] = {
            "calendar.events.list": lambda user, params, _: list_events(*self._at(user, params), params),
            "calendar.events.instances": lambda user, params, _: list_instances(
                *self._at(user, params), params
            ),
            "calendar.events.get": self._get_event,
            "calendar.events.insert": lambda user, params, body: writes.insert(
                *self._open_events(user, params), body
            ),
            "calendar.events.patch": lambda user, params, body: writes.patch(*self._by(user, params), body),
            "calendar.events.update": lambda user, params, body: writes.update(*self._by(user, params), body),
            "calendar.events.delete": lambda user, params, _: writes.delete(*self._by(user, params)),
            "calendar.events.watch": self._watch,
            "calendar.channels.stop": lambda user, _, body: self.channels.stop(user, body),
            "calendar.calendars.get": self._get_calendar,
            "calendar.calendarList.list": self._list_calendars,
            "calendar.calendarList.get": self._get_listed,
            "calendar.calendarList.insert": self._list_one,
        }

    def call(self, method: str, user: str, params: Params, body: Any) -> Any:
        """Answer one call of the API, or raise `ApiError`."""
        handler = self._handlers.get(method)
        if handler is None:
            raise ApiError(
                501, "notImplemented", f"The fake does not know {method}: teach it in calendar.py."
            )
        return handler(user, params, body)

    def _open(self, user: str, calendar_id: str) -> tuple[Book, str]:
        """The calendar and the user's role there. Raises `ApiError` 404, or what was told to `lose`."""
        name = user if calendar_id == "primary" else calendar_id
        if name == user and name not in self.books:  # a service account has a calendar of its own too
            self.add(user, zone="UTC")
        book = self.books.get(name)
        if book is None or user not in book.roles:
            raise ApiError(404, "notFound", "Not Found")
        if user in book.lost:
            raise book.lost[user]
        return book, book.roles[user]

    def _open_events(self, user: str, params: Params) -> tuple[Book, Viewer]:
        """Likewise, as far as the token's scopes reach into it."""
        book, role = self._open(user, params["calendarId"])
        scopes = self.world.asking.scopes
        if not scopes & EVERY_CALENDAR:
            role = _narrowed(role, scopes)
        zone = zone_of(params["timeZone"]) if "timeZone" in params else None
        return book, Viewer(role, zone, params.get("maxAttendees"))

    def _at(self, user: str, params: Params) -> tuple[Book, Viewer, Pages]:
        return (*self._open_events(user, params), self._pages)

    def _by(self, user: str, params: Params) -> tuple[Book, Viewer, Params]:
        return (*self._open_events(user, params), params)

    def _get_event(self, user: str, params: Params, _body: Any) -> dict[str, Any]:
        book, viewer = self._open_events(user, params)
        return viewed(book, item_at(book, book.find(params["eventId"])), viewer)

    def _watch(self, user: str, params: Params, body: Mapping[str, Any]) -> dict[str, Any]:
        book, _ = self._open_events(user, params)
        return self.channels.start(book.id, user, body)

    def _get_calendar(self, user: str, params: Params, _body: Any) -> dict[str, Any]:
        book, _ = self._open(user, params["calendarId"])
        told = {"kind": "calendar#calendar", "etag": f'"{book.id}"', "id": book.id}
        return {**told, "summary": book.summary, "timeZone": str(book.zone)}

    def _list_calendars(self, user: str, params: Params, _body: Any) -> dict[str, Any]:
        if {"syncToken", "pageToken"} & params.keys():
            raise ApiError(501, "notImplemented", "The fake gives the whole calendar list at once.")
        self._open(user, "primary")
        least = ROLES.index(params.get("minAccessRole", "none"))
        listed = [book for book in self.books.values() if user in book.listed]
        shown = [_entry(book, user) for book in listed if ROLES.index(book.roles[user]) >= least]
        return {"kind": "calendar#calendarList", "etag": '"list"', "items": shown}

    def _get_listed(self, user: str, params: Params, _body: Any) -> dict[str, Any]:
        book, _ = self._open(user, params["calendarId"])
        if user not in book.listed:
            raise ApiError(404, "notFound", "Not Found")
        return _entry(book, user)

    def _list_one(self, user: str, _params: Params, body: Mapping[str, Any]) -> dict[str, Any]:
        book, _ = self._open(user, body.get("id") or "")
        book.listed.add(user)
        return _entry(book, user)


def _narrowed(role: str, scopes: frozenset[str]) -> str:
    """What is left of a role with a scope that does not reach every calendar. Raises `ApiError` 403."""
    if scopes & OWNED_CALENDARS and role == "owner":
        return role
    if f"{_AUTH}.events.freebusy" in scopes:
        return "freeBusyReader"
    raise ApiError(403, "insufficientPermissions", "Request had insufficient authentication scopes.")


def _entry(book: Book, user: str) -> dict[str, Any]:
    own = {"primary": True} if book.id == user else {}
    return {
        "kind": "calendar#calendarListEntry",
        "etag": f'"{book.id}"',
        "id": book.id,
        "summary": book.summary,
        "timeZone": str(book.zone),
        "accessRole": book.roles[user],
        "selected": True,
        "defaultReminders": [],
        **own,
    }
