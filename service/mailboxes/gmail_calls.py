"""One mailbox's calls to the Gmail API, within its own quota."""

import base64
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from service.google.apis import gmail_api
from service.google.calls import Account, Caller
from service.google.limiter import BURST_SECONDS, Limiter
from service.google.refusals import PASSING, GoogleError

if TYPE_CHECKING:
    from googleapiclient.http import HttpRequest

ME = "me"
UNITS = {
    "getProfile": 1,
    "messages.send": 100,
    "messages.get": 20,
    "messages.list": 5,
    "messages.modify": 5,
    "drafts.create": 10,
    "drafts.delete": 10,
    "drafts.get": 5,
    "drafts.list": 5,
    "drafts.send": 100,
    "history.list": 2,
    "labels.create": 5,
    "labels.list": 1,
    "watch": 100,
}
"""What each method costs of the quota."""
_STEADY = 60 / (60 + BURST_SECONDS)
"""A burst and the minute that follows it stay within the quota together."""
_OWN = "gmail.users."
_NOT_FOUND = 404


class GmailCalls:
    """The mailbox `address`, asked through `account`. Everything raises `GoogleError`.

    `endpoint` is an emulator's address, "" Google itself.
    """

    def __init__(
        self, caller: Caller, account: Account, address: str, *, endpoint: str, units_per_minute: int
    ) -> None:
        self.address = address
        self.pace = caller.pace
        self._caller = caller
        self._account = account
        self._endpoint = endpoint
        self._limiter = Limiter(units_per_minute * _STEADY, caller.pace)

    @property
    def users(self) -> Any:
        """The API's methods, to make requests from."""
        return gmail_api(self._endpoint).users()

    def ask(self, request: "HttpRequest") -> Any:
        """The answer to what can be asked twice without harm; what may pass is asked again."""
        return self._caller.read(self._account, request, units=_units(request), limiter=self._limiter)

    def do(self, request: "HttpRequest") -> Any:
        """The answer to what must not happen twice: it is sent once."""
        return self._caller.write(self._account, request, units=_units(request), limiter=self._limiter)

    def pages(self, make: Callable[[str | None], "HttpRequest"], most: int) -> Iterator[Any]:
        """The pages of a list, `most` at most; `make` gives the request for a page token."""
        token: str | None = None
        for _ in range(most):
            page = self.ask(make(token))
            yield page
            token = page.get("nextPageToken")
            if not token:
                return

    def message_ids(self, *, most_pages: int, size: int = 500, **wanted: Any) -> list[str]:
        """The ids of the messages that a list shows, newest first; `wanted` are its parameters."""
        pages = self.pages(
            lambda token: self.users.messages().list(
                userId=ME, maxResults=size, pageToken=token, fields="messages/id,nextPageToken", **wanted
            ),
            most_pages,
        )
        return [each["id"] for page in pages for each in page.get("messages", ())]

    def history_id(self) -> str:
        """A mark of this moment in the mailbox's history, or of one shortly before."""
        profile = self.users.getProfile(userId=ME, fields="historyId")
        try:
            return str(self.do(profile)["historyId"])
        except GoogleError as error:
            if error.status == _NOT_FOUND:  # emulators do not know this call
                return self._history_id_of_the_newest()
            if error.trouble not in PASSING or error.retry_after:
                raise
        return str(self.ask(profile)["historyId"])

    def _history_id_of_the_newest(self) -> str:
        """The mark at which the newest message last changed; of an empty mailbox its beginning."""
        for message_id in self.message_ids(most_pages=1, size=1):
            message = self.users.messages().get(
                userId=ME, id=message_id, format="minimal", fields="historyId"
            )
            return str(self.ask(message)["historyId"])
        return "1"


def packed(raw: bytes) -> str:
    """A mail as the API wants it."""
    return base64.urlsafe_b64encode(raw).decode("ascii")


def unpacked(raw: str) -> bytes:
    """A mail as it is; the padding may be missing."""
    return base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))


def _units(request: "HttpRequest") -> int:
    return UNITS[request.methodId.removeprefix(_OWN)]
