"""How mail leaves by Gmail, once: by a draft, or with the history as the witness.

By a draft: it is made, its id committed by the caller, and sent by that id. The draft is gone
once it has left, so after a crash it tells which it was. Where the grant allows no drafts, the
history from just before tells; without a grant to read that either, nobody does.
"""

import math
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from service.domain.ports import Outgoing, Receipt
from service.errors import DeliveryUnknownError
from service.google.refusals import GoogleError, Trouble
from service.mailboxes.gmail_calls import ME, GmailCalls, packed
from service.mailboxes.gmail_errors import draft_is_gone, not_read_back
from service.mailboxes.gmail_witness import KEY, Mark, Witness

if TYPE_CHECKING:
    from googleapiclient.http import HttpRequest

_DRAFT_PAGES = 20


class GmailSender:
    """Sends, finds what has left, and takes back. `last_seen` tells a moment of the history that is
    past, None where none is known. Everything raises `GoogleError` beside `MailboxError`.
    """

    def __init__(self, calls: GmailCalls, *, drafts: bool, last_seen: Callable[[], str | None]) -> None:
        self._calls = calls
        self._drafts = drafts
        self._last_seen = last_seen
        self._witness = Witness(calls)
        self._rests_until = -math.inf

    def prepare(self, mail: Outgoing) -> Mark:
        """A draft, or a mark of the moment before."""
        self._refuse_while_resting()
        if not self._drafts:
            return Mark(self._history_now())
        history = self._last_seen() or self._history_now()
        drafts = self._calls.users.drafts()
        made = self._in_its_thread(mail, lambda message: drafts.create(userId=ME, body={"message": message}))
        return Mark(history, made["id"], made.get("message", {}).get("id", ""))

    def deliver(self, mail: Outgoing, mark: Mark) -> Receipt:
        """Send it, unless it has left already; the receipt with the ids that Gmail gave."""
        if mark.draft:
            return self._send_draft(mail, mark)
        left = self._witness.found(mail.key, mark)
        if left is not None:
            return left
        messages = self._calls.users.messages()
        sent = self._in_its_thread(mail, lambda message: messages.send(userId=ME, body=message))
        return self._receipt(sent, mail)

    def find(self, key: str, message_id: str, mark: Mark) -> Receipt | None:
        """What has left under this key; a draft that is gone without a trace counts as sent."""
        if mark.draft and self._is_there(mark.draft):
            return None
        try:
            return self._witness.left(key, mark)
        except DeliveryUnknownError:
            if not mark.draft:
                raise
            return Receipt(mark.draft, message_id)

    def withdraw(self, mark: Mark) -> bool:
        """Delete the draft; False where it was gone."""
        if not mark.draft:
            return True
        try:
            self._calls.ask(self._calls.users.drafts().delete(userId=ME, id=mark.draft))
        except GoogleError as error:
            if error.trouble is Trouble.NOT_FOUND:
                return False
            raise
        return True

    def sweep(self, kept: Collection[str], before: datetime) -> int:
        """Delete our own drafts from before a moment whose ids are not kept; how many."""
        ids = {Mark.read(each).draft for each in kept}
        orphans = [each for each in self._all_drafts() if each not in ids and self._is_old(each, before)]
        return sum(self.withdraw(Mark(None, each)) for each in orphans)

    def _send_draft(self, mail: Outgoing, mark: Mark) -> Receipt:
        try:
            sent = self._leave(self._calls.users.drafts().send(userId=ME, body={"id": mark.draft}))
        except GoogleError as error:
            if error.trouble is not Trouble.NOT_FOUND:
                raise
            left = self._witness.found(mail.key, mark)
            if left is None:
                raise draft_is_gone() from None
            return left
        return self._receipt(sent, mail)

    def _in_its_thread(self, mail: Outgoing, make: "Callable[[dict[str, str]], HttpRequest]") -> Any:
        """Hand the mail over; once more without its thread where that was refused, as it may be gone."""
        message = {"raw": packed(mail.mime)}
        if mail.thread is not None:
            try:
                return self._leave(make({**message, "threadId": mail.thread}))
            except GoogleError as error:
                refused = error.trouble in {Trouble.NOT_FOUND, Trouble.REFUSED}
                if not refused or error.may_have_happened:
                    raise
        return self._leave(make(message))

    def _leave(self, request: "HttpRequest") -> Any:
        """Send the request once. A mailbox that is told to wait asks nothing more until then."""
        self._refuse_while_resting()
        try:
            return self._calls.do(request)
        except GoogleError as error:
            if error.trouble is Trouble.RATE_LIMITED and error.retry_after:
                self._rests_until = self._calls.pace.now() + error.retry_after
            raise

    def _refuse_while_resting(self) -> None:
        left = self._rests_until - self._calls.pace.now()
        if left > 0:
            raise GoogleError(Trouble.RATE_LIMITED, retry_after=left)

    def _receipt(self, sent: Any, mail: Outgoing) -> Receipt:
        """The ids Gmail gave; our own Message-ID where the grant does not let us read the mail."""
        try:
            read = self._witness.sent(sent["id"])
        except GoogleError as error:
            if error.trouble is not Trouble.FORBIDDEN:
                raise not_read_back() from None
            read = None
        return read.receipt if read else Receipt(sent["id"], mail.message_id, sent.get("threadId"))

    def _history_now(self) -> str | None:
        try:
            return self._calls.history_id()
        except GoogleError as error:
            if error.trouble is Trouble.FORBIDDEN:
                return None
            raise

    def _is_there(self, draft: str) -> bool:
        return self._draft(draft, format="minimal", fields="id") is not None

    def _is_old(self, draft: str, before: datetime) -> bool:
        """Whether a draft is ours, and from before a moment."""
        found = self._draft(draft, format="metadata", fields="message(internalDate,payload/headers)")
        if found is None:
            return False
        message = found["message"]
        names = {each["name"].lower() for each in message.get("payload", {}).get("headers", ())}
        made = datetime.fromtimestamp(int(message["internalDate"]) / 1000, UTC)
        return KEY.lower() in names and made < before

    def _draft(self, draft: str, **form: str) -> Any:
        """A draft; None where it is gone."""
        try:
            return self._calls.ask(self._calls.users.drafts().get(userId=ME, id=draft, **form))
        except GoogleError as error:
            if error.trouble is Trouble.NOT_FOUND:
                return None
            raise

    def _all_drafts(self) -> Iterator[str]:
        drafts = self._calls.users.drafts()
        pages = self._calls.pages(
            lambda token: drafts.list(
                userId=ME, maxResults=500, pageToken=token, fields="drafts/id,nextPageToken"
            ),
            _DRAFT_PAGES,
        )
        return (each["id"] for page in pages for each in page.get("drafts", ()))
