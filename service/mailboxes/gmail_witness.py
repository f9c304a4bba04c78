"""Whether a mail has left, by what Gmail itself remembers."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from service.domain.ports import Receipt
from service.errors import DeliveryUnknownError
from service.google.refusals import GoogleError, Trouble
from service.mailboxes.gmail_calls import ME, GmailCalls
from service.mailboxes.gmail_errors import nobody_can_tell

KEY = "X-Visavis-Key"
_HISTORY_PAGES = 200
_LAST_SENT = 200
"""How many sent mails are looked at where the history is forgotten: two thirds of a minute's quota."""
_REMEMBERED = 2000
_FORGOTTEN = {Trouble.NOT_FOUND, Trouble.GONE, Trouble.REFUSED}


@dataclass(frozen=True, slots=True)
class Mark:
    """What `prepare` gives to commit. `history` is a moment before the mail could leave, None
    where the grant does not let us read the history; a draft has its message's id too.
    """

    history: str | None
    draft: str = ""
    message: str = ""

    def __str__(self) -> str:
        if self.draft:
            return f"{self.draft} {self.history or '-'} {self.message}"
        return f"history {self.history}" if self.history else "blind"

    @classmethod
    def read(cls, text: str) -> "Mark":
        """What `str` gave."""
        first, history, message = [*text.split(), "", "", ""][:3]
        known = history if history not in {"", "-"} else None
        return cls(known) if first in {"history", "blind"} else cls(known, first, message)


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that left: its key, "" where it is none of ours, and its receipt."""

    key: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class _History:
    """The messages that were sent since a mark, newest first, and those that were deleted."""

    sent: tuple[str, ...]
    deleted: frozenset[str]


class Witness:
    """Looks sent mails up by their key. Our own Message-ID finds nothing: Gmail replaces it."""

    def __init__(self, calls: GmailCalls) -> None:
        self._calls = calls
        self._known: dict[str, Sent] = {}
        self._lock = threading.Lock()

    def left(self, key: str, mark: Mark) -> Receipt | None:
        """The receipt of a mail that has left since its mark, None if it surely has not.

        Raises `DeliveryUnknownError` where the history cannot tell, `GoogleError` where it cannot
        be asked just now. Search is no witness: it lags behind.
        """
        history = self._since(mark)
        sure = history is not None
        for message_id in history.sent if history else self._last_sent():
            sent = self.sent(message_id)
            if sent is not None and sent.key == _one_line(key):
                return sent.receipt
            sure = sure and sent is not None
        if not sure or (mark.draft and history and mark.message not in history.deleted):
            raise nobody_can_tell(self._calls.address)  # a history without the draft's end is not whole
        return None

    def found(self, key: str, mark: Mark) -> Receipt | None:
        """The receipt of a mail that has left, None where that is not known."""
        try:
            return self.left(key, mark)
        except DeliveryUnknownError:
            return None

    def sent(self, message_id: str) -> Sent | None:
        """A sent message by its id; None where it was deleted meanwhile."""
        known = self._known.get(message_id)
        if known is not None:
            return known
        request = self._calls.users.messages().get(
            userId=ME,
            id=message_id,
            format="metadata",
            metadataHeaders=[KEY, "Message-ID"],
            fields="id,threadId,payload/headers",
        )
        try:
            sent = _sent(self._calls.ask(request))
        except GoogleError as error:
            if error.trouble is Trouble.NOT_FOUND:
                return None
            raise
        self._remember(message_id, sent)
        return sent

    def _last_sent(self) -> list[str]:
        """The last mails sent, newest first."""
        return self._calls.message_ids(most_pages=1, size=_LAST_SENT, labelIds=["SENT"])

    def _remember(self, message_id: str, sent: Sent) -> None:
        with self._lock:
            self._known[message_id] = sent
            if len(self._known) > _REMEMBERED:
                del self._known[next(iter(self._known))]

    def _since(self, mark: Mark) -> _History | None:
        """What happened since the mark; None where Gmail has forgotten it.

        Raises `DeliveryUnknownError` where the grant does not let us look.
        """
        if mark.history is None:
            raise nobody_can_tell(self._calls.address)
        try:
            return self._read(mark.history)
        except GoogleError as error:
            if error.trouble is Trouble.FORBIDDEN:
                raise nobody_can_tell(self._calls.address) from None
            if error.trouble in _FORGOTTEN:
                return None
            raise

    def _read(self, start: str) -> _History:
        pages = self._calls.pages(
            lambda token: self._calls.users.history().list(
                userId=ME,
                startHistoryId=start,
                historyTypes=["messageAdded", "messageDeleted"],
                maxResults=500,
                pageToken=token,
                fields="history(messagesAdded/message(id,labelIds),messagesDeleted/message/id),nextPageToken",
            ),
            _HISTORY_PAGES,
        )
        sent: list[str] = []
        deleted: set[str] = set()
        page: Any = {}
        for page in pages:
            for record in page.get("history", ()):
                sent += [each["id"] for each in _messages(record, "messagesAdded") if _is_sent(each)]
                deleted.update(each["id"] for each in _messages(record, "messagesDeleted"))
        if page.get("nextPageToken"):
            raise GoogleError(Trouble.GONE)  # more than is worth reading
        return _History(tuple(reversed(dict.fromkeys(sent))), frozenset(deleted))


def _messages(record: Any, kind: str) -> Iterator[Any]:
    return (change["message"] for change in record.get(kind, ()))


def _is_sent(message: Any) -> bool:
    return "SENT" in message.get("labelIds", ())


def _sent(message: Any) -> Sent:
    headers = {each["name"].lower(): each["value"] for each in message.get("payload", {}).get("headers", ())}
    receipt = Receipt(message["id"], headers.get("message-id", ""), message.get("threadId"))
    return Sent(_one_line(headers.get(KEY.lower(), "")), receipt)


def _one_line(value: str) -> str:
    """A header's value, however it was folded."""
    return " ".join(value.split())
