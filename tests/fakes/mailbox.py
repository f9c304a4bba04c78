"""A mailbox in memory that can fail, die after a delivery, and keep drafts as Gmail does."""

from collections.abc import Collection, Sequence
from datetime import datetime

from service.domain.ports import Incoming, Outgoing, Receipt
from service.errors import MailboxError


class Died(BaseException):
    """The process ends here: no `except Exception` may catch it."""


class FakeMailbox:
    """`sent` holds every mail people got, in order; with `drafts`, ids are the provider's.

    `fail_with` is raised by the next `deliver` (once); `die` names the point at which the
    next call dies: "before_deliver" or "after_deliver".
    """

    def __init__(self, *, drafts: bool = False) -> None:
        self.sent: list[Outgoing] = []
        self.inbox: list[Incoming] = []
        self.fail_with: MailboxError | None = None
        self.die: str | None = None
        self.drafts: dict[str, Outgoing] = {}
        self._has_drafts = drafts
        self._made = 0
        self._receipts: dict[str, Receipt] = {}

    def prepare(self, mail: Outgoing) -> str | None:
        if not self._has_drafts:
            return None
        self._made += 1
        draft = f"draft-{self._made}"
        self.drafts[draft] = mail
        return draft

    def withdraw(self, draft: str) -> bool:
        """False for a draft that is gone: sent, or taken back before."""
        return not self._has_drafts or self.drafts.pop(draft, None) is not None

    def deliver(self, mail: Outgoing, draft: str | None) -> Receipt:
        self._perhaps_die("before_deliver")
        if self.fail_with is not None:
            error, self.fail_with = self.fail_with, None
            raise error
        earlier = self._receipts.get(draft or mail.key)
        if earlier is None:
            earlier = self._send(mail, draft)
        self._perhaps_die("after_deliver")
        return earlier

    def find(self, key: str, message_id: str, draft: str | None) -> Receipt | None:  # noqa: ARG002 - keys suffice
        """Its history is a sure witness: a draft that is gone, and not in it, was taken back."""
        return self._receipts.get(draft or key)

    def fetch(self) -> Sequence[Incoming]:
        return list(self.inbox)

    def done(self, handle: str) -> None:
        self.inbox = [mail for mail in self.inbox if mail.handle != handle]

    def purge_done(self, before: datetime) -> int:  # noqa: ARG002 - nothing is kept
        """Nothing to delete: a mail that is done is gone."""
        return 0

    def sweep_drafts(self, kept: Collection[str], before: datetime) -> int:  # noqa: ARG002 - drafts have no age here
        """Every draft that is not kept counts as old."""
        orphans = [draft for draft in self.drafts if draft not in kept]
        for draft in orphans:
            del self.drafts[draft]
        return len(orphans)

    def receive(self, raw: bytes, *, receiver: str | None = None) -> str:
        """Put a reply into the inbox; its handle. `receiver`: who vouches for its sender."""
        self._made += 1
        handle = f"mail-{self._made}"
        self.inbox.append(Incoming(handle=handle, raw=raw, receiver=receiver))
        return handle

    def _send(self, mail: Outgoing, draft: str | None) -> Receipt:
        leaves = mail if draft is None else self.drafts.pop(draft, None)
        if leaves is None:
            raise MailboxError("The draft is gone and was never sent: make a new one.", permanent=False)
        self.sent.append(leaves)
        message_id = f"<provider-{len(self.sent)}@example.net>" if draft else mail.message_id
        receipt = Receipt(f"sent-{len(self.sent)}", message_id, f"thread-{len(self.sent)}" if draft else None)
        self._receipts[draft or mail.key] = receipt
        return receipt

    def _perhaps_die(self, point: str) -> None:
        if self.die == point:
            self.die = None
            raise Died(point)
