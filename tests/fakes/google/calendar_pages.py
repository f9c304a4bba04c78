"""The tokens of a list: pages of a snapshot, and syncing from a revision."""

import base64
import json
import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tests.fakes.google.calendar_book import Book
from tests.fakes.google.calendar_items import Item
from tests.fakes.google.errors import ApiError

NEVER_WITH_A_TOKEN = (
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMin",
    "timeMax",
    "updatedMin",
)
NO_TOKEN_AFTER = frozenset(NEVER_WITH_A_TOKEN) - {"timeMin", "timeMax"}
_SNAPSHOTS_KEPT = 4096


@dataclass(frozen=True)
class Listing:
    """What one list call found, and how far its pages have been given."""

    calendar: str
    asked: str
    found: Sequence[Item]
    revision: int
    sync: str | None
    start: int = 0
    page: int = 0

    def next_page(self, most: int, sizes: Sequence[int]) -> tuple[Sequence[Item], "Listing | None"]:
        """The items of this page, and what is left for the next (None: it was the last)."""
        size = min(most, sizes[self.page % len(sizes)]) if sizes else most
        stop = self.start + size
        shown = self.found[self.start : stop]
        if stop >= len(self.found) and self.page + 1 >= len(sizes):
            return shown, None
        return shown, replace(self, start=stop, page=self.page + 1)


class Pages:
    """The snapshots behind page tokens; old ones are forgotten."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Listing] = OrderedDict()

    def keep(self, listing: Listing) -> str:
        token = secrets.token_urlsafe(18)
        self._kept[token] = listing
        if len(self._kept) > _SNAPSHOTS_KEPT:
            self._kept.popitem(last=False)
        return token

    def at(self, token: str, calendar: str, asked: str) -> Listing:
        """The listing that goes on here; the same token may be asked for again. Raises `ApiError` 400."""
        found = self._kept.get(token)
        if found is None or found.calendar != calendar or found.asked != asked:
            raise ApiError(400, "invalid", "Invalid page token value.", location="pageToken")
        return found


def asked_for(params: Mapping[str, Any], *, besides: Sequence[str] = ()) -> str:
    """What is asked for, comparable; without the page and what is named."""
    kept = {name: value for name, value in params.items() if name not in {"pageToken", *besides}}
    return json.dumps(kept, sort_keys=True, default=str)


def sync_token(book: Book, revision: int, params: Mapping[str, Any]) -> str:
    """A token for what changes after `revision`."""
    told = [book.id, revision, _first_call(params), book.world.now.isoformat(), secrets.token_hex(4)]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


def revision_of(token: str, book: Book, params: Mapping[str, Any]) -> int:
    """The revision that the token goes on from.

    Raises `ApiError` 400 where the call may not be combined with a token or asks for something
    else than the first call did, 410 where the token has expired.
    """
    refused = [name for name in NEVER_WITH_A_TOKEN if name in params]
    if refused or params.get("showDeleted") is False:
        name = refused[0] if refused else "showDeleted"
        message = f"Sync token cannot be used together with the {name} parameter."
        raise ApiError(400, "invalidParameter", message, location="syncToken")
    try:
        calendar, revision, first, made, _ = json.loads(base64.urlsafe_b64decode(token))
        at = datetime.fromisoformat(made)
    except ValueError as error:
        raise _unknown() from error
    if calendar != book.id:
        raise _unknown()
    if revision < book.oldest or book.world.now - at > book.settings.sync_token_life:
        raise gone("fullSyncRequired", "Sync token is no longer valid, a full sync is required.", "syncToken")
    if first != _first_call(params):
        message = "Sync token cannot be used with other parameters than those of the first call."
        raise ApiError(400, "invalidParameter", message, location="syncToken")
    return int(revision)


def gone(reason: str, message: str, parameter: str) -> ApiError:
    """A 410: start over."""
    return ApiError(410, reason, message, domain="calendar", location=parameter)


def _first_call(params: Mapping[str, Any]) -> str:
    return asked_for(params, besides=("syncToken", *NEVER_WITH_A_TOKEN))


def _unknown() -> ApiError:
    return ApiError(400, "invalid", "Invalid sync token value.", location="syncToken")
