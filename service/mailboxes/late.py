"""A mailbox that is opened when it is first used: it may not be connected yet, and comes to be."""

import threading
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from service.domain.ports import Incoming, Mailbox, Outgoing, Receipt


class LateMailbox:
    """Implements `Mailbox` by the one that `make` opens; until that works, its `MailboxError` is raised."""

    def __init__(self, make: Callable[[], Mailbox]) -> None:
        self._make = make
        self._made: Mailbox | None = None
        self._lock = threading.Lock()

    @property
    def opened(self) -> Mailbox:
        """The mailbox itself."""
        with self._lock:
            self._made = self._made or self._make()
            return self._made

    def prepare(self, mail: Outgoing) -> str | None:
        """As the mailbox does."""
        return self.opened.prepare(mail)

    def withdraw(self, draft: str) -> bool:
        """As the mailbox does."""
        return self.opened.withdraw(draft)

    def deliver(self, mail: Outgoing, draft: str | None) -> Receipt:
        """As the mailbox does."""
        return self.opened.deliver(mail, draft)

    def find(self, key: str, message_id: str, draft: str | None) -> Receipt | None:
        """As the mailbox does."""
        return self.opened.find(key, message_id, draft)

    def fetch(self) -> Sequence[Incoming]:
        """As the mailbox does."""
        return self.opened.fetch()

    def done(self, handle: str) -> None:
        """As the mailbox does."""
        self.opened.done(handle)

    def purge_done(self, before: datetime) -> int:
        """As the mailbox does."""
        return self.opened.purge_done(before)

    def sweep_drafts(self, kept: Collection[str], before: datetime) -> int:
        """As the mailbox does."""
        return self.opened.sweep_drafts(kept, before)
