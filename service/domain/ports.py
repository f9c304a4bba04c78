"""The two doors to the outside: calendars and mailboxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.domain.events import CalendarRead, Window


class Calendar(Protocol):
    """A leader's calendar: the events of a window, complete or a `CalendarError`."""

    def read(self, window: Window) -> CalendarRead:
        """Read every occurrence that touches `window`, or raise `CalendarError`."""
        ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A finished mail. `key` is unique per mail and stable over retries; `mime` the bytes."""

    key: str
    to: str
    message_id: str
    mime: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the mailbox really made of a delivery: its ids as it gave them."""

    provider_id: str
    message_id: str
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail as it arrived. `handle` is how the mailbox finds it again; `vouched` says
    whether the receiver authenticated the sender, None where nobody vouches."""

    handle: str
    raw: bytes
    received_at: datetime | None = None
    vouched: bool | None = None


class Mailbox(Protocol):
    """Where mail leaves and replies arrive.

    Delivering is in two steps so that the first can be taken back: `prepare` makes a
    draft where the mailbox has such a thing (its id is committed by the caller before
    `deliver`), and returns None where it has not; what a draft says is what `deliver` then
    sends. `deliver` may be called again after a crash, also with other words under the same
    key, and must then leave one mail, where `proves_delivery`.
    """

    proves_delivery: bool

    def prepare(self, mail: Outgoing) -> str | None:
        """Make a draft; its id, or None."""
        ...

    def withdraw(self, draft: str) -> None:
        """Take a draft back; one already gone is no error."""
        ...

    def deliver(self, mail: Outgoing, draft: str | None) -> Receipt:
        """Send it, once; raise `MailboxError` with `permanent`."""
        ...

    def find(self, key: str, message_id: str, draft: str | None) -> Receipt | None:
        """The receipt of a mail that has left, or None: asked when its receipt may have been lost."""
        ...

    def fetch(self) -> Sequence[Incoming]:
        """The mails not yet marked done, oldest first; what is no mail is set aside by the mailbox."""
        ...

    def done(self, handle: str) -> None:
        """Mark one mail as dealt with; called after what it caused is committed."""
        ...

    def purge_done(self, before: datetime) -> int:
        """Delete mails dealt with before a moment, where the mailbox is ours to clean; how many."""
        ...
