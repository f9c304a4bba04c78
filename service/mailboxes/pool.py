"""Several mailboxes as one: each leader always hears from the same, replies come from all."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from service.domain.ports import Incoming, Mailbox, Outgoing, Receipt
from service.errors import DeliveryUnknownError, MailboxError

_SEPARATOR = "|"
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class MailboxPool:
    """Implements `Mailbox` over `mailboxes`, by address; the first takes what names none of them.

    Drafts and handles carry their mailbox's address in front, `address|id`, also where the
    mailbox needs no draft: so a mail is looked for where it left, though its leader may hear
    from another mailbox by then.
    """

    def __init__(self, mailboxes: Mapping[str, Mailbox]) -> None:
        self._mailboxes = dict(mailboxes)
        self._first = next(iter(self._mailboxes))

    def prepare(self, mail: Outgoing) -> str | None:
        """The draft in the mailbox that the mail is to leave by."""
        address = self._chosen(mail)
        return f"{address}{_SEPARATOR}{self._mailboxes[address].prepare(mail) or ''}"

    def withdraw(self, draft: str) -> bool:
        """Take the draft back where it was made."""
        mailbox, inner = self._of(draft)
        return mailbox.withdraw(inner) if inner else True

    def deliver(self, mail: Outgoing, draft: str | None) -> Receipt:
        """Send it from where it was prepared."""
        mailbox, inner = self._of(draft or self._chosen(mail) + _SEPARATOR)
        return mailbox.deliver(mail, inner or None)

    def find(self, key: str, message_id: str, draft: str | None) -> Receipt | None:
        """Look where it was prepared; what was never prepared has not left."""
        if draft is None:
            return None
        mailbox, inner = self._of(draft)
        return mailbox.find(key, message_id, inner or None)

    def fetch(self) -> Sequence[Incoming]:
        """The mails of all mailboxes, oldest first; one that cannot be read does not hold up the others.

        Raises `MailboxError` where none can be read.
        """
        found = self._each(self._fetch)
        mails = [mail for one in found for mail in one]
        return sorted(mails, key=lambda mail: mail.received_at or _EARLIEST)

    def done(self, handle: str) -> None:
        """Mark it in its mailbox; one whose mailbox is not here any more is no error."""
        address, _, inner = handle.partition(_SEPARATOR)
        if address in self._mailboxes:
            self._mailboxes[address].done(inner)

    def purge_done(self, before: datetime) -> int:
        """In every mailbox that is ours to clean."""
        return sum(self._each(lambda address: self._mailboxes[address].purge_done(before)))

    def sweep_drafts(self, kept: Collection[str], before: datetime) -> int:
        """In every mailbox, each keeping its own."""
        inner: dict[str, list[str]] = {address: [] for address in self._mailboxes}
        for draft in kept:
            address, draft_id = self._split(draft)
            inner.setdefault(address, []).append(draft_id)
        return sum(self._each(lambda address: self._mailboxes[address].sweep_drafts(inner[address], before)))

    def _fetch(self, address: str) -> list[Incoming]:
        mails = self._mailboxes[address].fetch()
        return [replace(mail, handle=f"{address}{_SEPARATOR}{mail.handle}") for mail in mails]

    def _chosen(self, mail: Outgoing) -> str:
        return mail.via if mail.via in self._mailboxes else self._first

    def _of(self, draft: str) -> tuple[Mailbox, str]:
        """A draft's mailbox, and its id there."""
        address, inner = self._split(draft)
        if address not in self._mailboxes:
            raise DeliveryUnknownError(
                f"A mail was to leave by {address}, which is no longer among the mailboxes, so nobody can "
                "tell whether it did: add that mailbox again to [mail] mailbox, or look into it yourself."
            )
        return self._mailboxes[address], inner

    def _split(self, draft: str) -> tuple[str, str]:
        """(address, id there); a draft from before there was a pool is the first mailbox's."""
        address, separator, inner = draft.partition(_SEPARATOR)
        return (address, inner) if separator else (self._first, draft)

    def _each(self, doing: Callable[[str], _T]) -> list[_T]:
        """Do it for every mailbox; raise only if it fails for all."""
        done: list[_T] = []
        failure: MailboxError | None = None
        for address in self._mailboxes:
            try:
                done.append(doing(address))
            except MailboxError as error:
                failure = error
                _log.warning("a mailbox of the pool failed: %s", error, extra={"action": "mailbox_failed"})
        if failure is not None and not done:
            raise failure
        return done
