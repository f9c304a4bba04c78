"""Replies by Gmail's history, from a stored cursor on: none lost, none handed out again once done."""

import logging
import threading
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any, Protocol

from service.domain.ports import Incoming
from service.google.refusals import GoogleError, Trouble
from service.mailboxes.gmail_calls import ME, GmailCalls, unpacked
from service.mailboxes.gmail_label import DoneLabel

MOST_AT_ONCE = 100
MOST_LOOKED_AT = 500  # after a crash, most of what waits may be done already
"""Mails handed out in one pass, and looked at for it: what is more waits for the next one."""
MOST_BYTES = 50 * 1024 * 1024
RECEIVER = "mx.google.com"
"""The name under which Gmail stamps its Authentication-Results."""

_NOT_OURS = frozenset({"SENT", "DRAFT", "SPAM", "TRASH", "CHAT"})
_HISTORY_PAGES = 200
_RECENT_PAGES = 100
_UNINDEXED = 50
_A_WEEK, _A_MONTH = "7d", "30d"
"""How far back the inbox is read: when a mailbox is new to us, and after a long stop."""
_TOO_OLD = {Trouble.NOT_FOUND, Trouble.GONE, Trouble.REFUSED}
_log = logging.getLogger(__name__)


class Cursor(Protocol):
    """Where it is kept up to which mark of the history everything was dealt with."""

    def load(self) -> str | None:
        """The mark, None where nothing was dealt with yet."""
        ...

    def save(self, history_id: str) -> None:
        """Everything up to this mark is dealt with."""
        ...


class GmailReplies:
    """Reads what came in since the cursor, which moves on only when all of that is done.

    With `labels` a mail that is done is labelled, so that it is known after a crash too.
    Everything raises `GoogleError`.
    """

    def __init__(self, calls: GmailCalls, cursor: Cursor, *, labels: bool) -> None:
        self._calls = calls
        self._cursor = cursor
        self._label = DoneLabel(calls, allowed=labels)
        self._lock = threading.Lock()
        self._waiting: dict[str, None] = {}
        """The ids of what is not done yet, oldest first."""
        self._saved: str | None = None
        self.seen: str | None = None
        """The mark up to which the history was read in this process."""

    def fetch(self) -> list[Incoming]:
        """What waits, oldest first; at most `MOST_AT_ONCE`."""
        with self._lock:
            ids, mark = self._news()
            self._waiting |= dict.fromkeys(ids)
            self.seen = mark
            mails = self._read()
            self._settle()
        return mails

    def done(self, handle: str) -> None:
        """Label it. One that is done, or was never handed out, is no error."""
        with self._lock:
            if handle in self._waiting:
                self._label.put_on(handle)
                self._waiting.pop(handle)
                self._settle()

    def _news(self) -> tuple[list[str], str]:
        """The ids of what came in, oldest first, and the mark up to which that is all.

        1. What happened since the last reading. 2. Without one, or where Gmail has forgotten it
        (after about a week): what lies in the inbox. The mark is taken first, so nothing can
        come in between; what is then told twice is done already, or known to the caller.
        """
        start = self.seen or self._cursor.load()
        if start is not None:
            try:
                return self._since(start)
            except GoogleError as error:
                if error.trouble not in _TOO_OLD:
                    raise
            _log.warning("the history is forgotten: the inbox is read anew", extra={"action": "inbox_reread"})
        mark = self._calls.history_id()
        return self._recent(_A_MONTH if start else _A_WEEK), mark

    def _since(self, start: str) -> tuple[list[str], str]:
        ids: list[str] = []
        page: Any = {}
        for page in self._calls.pages(
            lambda token: self._calls.users.history().list(
                userId=ME,
                startHistoryId=start,
                historyTypes=["messageAdded", "labelAdded"],
                maxResults=500,
                pageToken=token,
                fields="history(messagesAdded/message(id,labelIds),labelsAdded(message(id,labelIds),labelIds)),"
                "historyId,nextPageToken",
            ),
            _HISTORY_PAGES,
        ):
            ids += [each for record in page.get("history", ()) for each in _arrived(record)]
        if page.get("nextPageToken"):
            raise GoogleError(Trouble.GONE)  # so much that reading the inbox is less
        return ids, str(page.get("historyId", start))

    def _recent(self, age: str) -> list[str]:
        """What lies in the inbox, no older than `age`, and is not done, oldest first.

        Search lags behind, so the newest are taken from the inbox as it is.
        """
        found = self._calls.message_ids(most_pages=_RECENT_PAGES, q=f"in:inbox newer_than:{age}")
        newest = self._calls.message_ids(most_pages=1, size=_UNINDEXED, labelIds=["INBOX"])
        known = set(found)
        newer = takewhile(lambda each: each not in known, newest)
        done = self._label.bearers(f"newer_than:{age}", most_pages=_RECENT_PAGES)
        return [each for each in reversed([*newer, *found]) if each not in done]

    def _read(self) -> list[Incoming]:
        """The oldest of what waits. One that cannot be read now goes behind the others."""
        mails: list[Incoming] = []
        size = 0
        for message_id in list(self._waiting)[:MOST_LOOKED_AT]:
            try:
                mail = self._incoming(message_id)
            except GoogleError as error:
                self._waiting[message_id] = self._waiting.pop(message_id)
                if not mails:
                    raise
                _log.warning("a mail cannot be read now: %s", error, extra={"action": "mail_unread"})
                break
            if mail is None:
                self._waiting.pop(message_id)
                continue
            mails.append(mail)
            size += len(mail.raw)
            if len(mails) == MOST_AT_ONCE or size > MOST_BYTES:
                break
        return mails

    def _incoming(self, message_id: str) -> Incoming | None:
        """The mail; None where it was deleted or moved away meanwhile, or is done."""
        request = self._calls.users.messages().get(
            userId=ME, id=message_id, format="raw", fields="labelIds,internalDate,raw"
        )
        try:
            message = self._calls.ask(request)
        except GoogleError as error:
            if error.trouble is Trouble.NOT_FOUND:
                return None
            raise
        labels = set(message.get("labelIds", ()))
        if labels & _NOT_OURS or self._label.is_among(labels):
            return None
        received = datetime.fromtimestamp(int(message["internalDate"]) / 1000, UTC)
        return Incoming(message_id, unpacked(message["raw"]), received, RECEIVER)

    def _settle(self) -> None:
        """Keep the mark once nothing waits."""
        if not self._waiting and self.seen is not None and self.seen != self._saved:
            self._cursor.save(self.seen)
            self._saved = self.seen


def _arrived(record: Any) -> list[str]:
    """The ids of what a line of the history brought in: mails, and what somebody took out of the spam."""
    added = [change["message"] for change in record.get("messagesAdded", ())]
    moved = [
        change["message"] for change in record.get("labelsAdded", ()) if "INBOX" in change.get("labelIds", ())
    ]
    return [each["id"] for each in (*added, *moved) if not _NOT_OURS & set(each.get("labelIds", ()))]
