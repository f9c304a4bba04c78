"""A Gmail mailbox, through its API: mail leaves once, replies are read by its history."""

from collections.abc import Collection, Sequence
from datetime import datetime

from service.domain.ports import Incoming, Outgoing, Receipt
from service.google.calls import Account, Caller
from service.mailboxes.gmail_calls import GmailCalls
from service.mailboxes.gmail_errors import named_for_the_mailbox
from service.mailboxes.gmail_replies import Cursor, GmailReplies
from service.mailboxes.gmail_send import GmailSender
from service.mailboxes.gmail_witness import Mark

__all__ = ["Cursor", "GmailMailbox"]


class GmailMailbox:
    """Implements `Mailbox`. One instance per mailbox and process, used by all its threads.

    `drafts`: the grant holds gmail.modify, so mail leaves by a draft, which can be taken back and
    tells after a crash whether it has left. Without it (gmail.send) mail is sent as it is, and the
    history is the witness where gmail.readonly is granted too; without that, what breaks in the
    middle raises `DeliveryUnknownError`. `cursor` is where the replies are read from.
    `reads`: the grant lets replies be read, which gmail.send alone does not. `endpoint` is an
    emulator's address; `units_per_minute` the mailbox's quota (a send is 100).

    Whatever Google refuses is a passing `MailboxError`, but for a mail that it does not accept.
    """

    def __init__(
        self,
        caller: Caller,
        account: Account,
        address: str,
        cursor: Cursor,
        *,
        drafts: bool,
        reads: bool = True,
        endpoint: str = "",
        units_per_minute: int = 6000,
    ) -> None:
        calls = GmailCalls(caller, account, address, endpoint=endpoint, units_per_minute=units_per_minute)
        self._address = address
        self._drafts, self._reads = drafts, reads
        self._replies = GmailReplies(calls, cursor, labels=drafts)
        self._sender = GmailSender(calls, drafts=drafts, last_seen=lambda: self._replies.seen)

    def prepare(self, mail: Outgoing) -> str | None:
        """A draft's id, or a mark of the history; to be committed before `deliver`."""
        with named_for_the_mailbox(self._address, of_mail=True):
            return str(self._sender.prepare(mail))

    def withdraw(self, draft: str) -> bool:
        """Delete the draft. True for a mark: nothing leaves of that by itself."""
        with named_for_the_mailbox(self._address):
            return self._sender.withdraw(Mark.read(draft))

    def deliver(self, mail: Outgoing, draft: str | None) -> Receipt:
        """Send it once; what has left already gives its first receipt again."""
        with named_for_the_mailbox(self._address, of_mail=True):
            return self._sender.deliver(mail, Mark.read(draft or ""))

    def find(self, key: str, message_id: str, draft: str | None) -> Receipt | None:
        """The receipt, by the draft and the history; never by search, which lags."""
        if draft is None:
            return None
        with named_for_the_mailbox(self._address):
            return self._sender.find(key, message_id, Mark.read(draft))

    def fetch(self) -> Sequence[Incoming]:
        """What came in since the cursor and is not done; nothing where the grant lets us read nothing."""
        if not self._reads:
            return []
        with named_for_the_mailbox(self._address):
            return self._replies.fetch()

    def done(self, handle: str) -> None:
        """Label it; nothing is deleted or moved."""
        with named_for_the_mailbox(self._address):
            self._replies.done(handle)

    def purge_done(self, before: datetime) -> int:  # noqa: ARG002 - its holder keeps or deletes
        """0: the mailbox is not ours to clean."""
        return 0

    def sweep_drafts(self, kept: Collection[str], before: datetime) -> int:
        """Delete drafts of ours that nobody knows."""
        if not self._drafts:
            return 0
        with named_for_the_mailbox(self._address):
            return self._sender.sweep(kept, before)
