"""The doors to the outside: calendars and mailboxes; and what keeps secrets."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.domain.events import CalendarRead, EventId, LookedUp, Window


class Sealer(Protocol):
    """Seals short texts, so that they can be kept, or carried by somebody else."""

    def seal(self, text: str, purpose: str) -> str:
        """The text as a token that only `open` with the same purpose reads."""
        ...

    def open(self, token: str, purpose: str) -> str:
        """The text of a token, or `SecretError`."""
        ...


class Calendar(Protocol):
    """A leader's calendar: the events of a window, complete or a `CalendarError`."""

    def read(self, window: Window) -> CalendarRead:
        """Read every occurrence that touches `window`, or raise `CalendarError`."""
        ...

    def look_up(self, ids: Sequence[EventId]) -> LookedUp:
        """Ask for single events that the last reading did not show, or raise `CalendarError`.

        A calendar that can be asked for nothing but the whole says nothing of them.
        """
        ...


class WatchableCalendar(Protocol):
    """A calendar that can be asked to tell of its changes by itself, for a while, over a channel.

    What comes over it says only that something has changed, and may get lost.
    """

    def watch(self, channel_id: str, token: str, address: str) -> tuple[str, datetime]:
        """Open a channel whose messages are POSTed to `address` with `token`.

        Its resource's id, which takes to end it, and when it ends by itself; or `CalendarError`.
        """
        ...

    def stop(self, channel_id: str, resource_id: str) -> None:
        """End a channel, or raise `CalendarError`; one that is not there any more is no error."""
        ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A finished mail. `key` is unique per mail and stable over retries; `mime` the bytes.

    `via` is the address of the mailbox that its leader always hears from, "" where there is
    but one; `thread` the provider's id of the thread it belongs into.
    """

    key: str
    to: str
    message_id: str
    mime: bytes
    via: str = ""
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the mailbox really made of a delivery: its ids as it gave them."""

    provider_id: str
    message_id: str
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail as it arrived. `handle` is how the mailbox finds it again; `receiver` the name
    under which the receiving server stamps its Authentication-Results (RFC 8601), None where
    nobody vouches for a sender."""

    handle: str
    raw: bytes
    received_at: datetime | None = None
    receiver: str | None = None


class Mailbox(Protocol):
    """Where mail leaves and replies arrive.

    Delivering is in two steps so that the first can be taken back: `prepare` makes what the
    mailbox needs to prove a delivery later (a draft, or a mark of the moment before), whose id
    is committed by the caller before `deliver`; it returns None where nothing is needed. What
    a draft says is what `deliver` then sends.
    """

    def prepare(self, mail: Outgoing) -> str | None:
        """Make a draft or a mark; its id, or None."""
        ...

    def withdraw(self, draft: str) -> bool:
        """Take a draft back. True: it was there, or is none that could leave by itself, so nothing
        leaves of it any more; False: it was gone already, so the mail may have left."""
        ...

    def deliver(self, mail: Outgoing, draft: str | None) -> Receipt:
        """Send it, once; raise `MailboxError` with `permanent`."""
        ...

    def find(self, key: str, message_id: str, draft: str | None) -> Receipt | None:
        """The receipt of a mail that has left, None if it surely has not: asked when its receipt
        may have been lost. Raises `DeliveryUnknownError` where nobody can tell."""
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

    def sweep_drafts(self, kept: Collection[str], before: datetime) -> int:
        """Delete our drafts made before a moment, but for those `kept`: a crash can leave one
        whose id nobody knows. How many."""
        ...


class WatchableMailbox(Protocol):
    """A mailbox that can be asked to tell of mails that come in, for a while, by a topic."""

    def watch(self, topic: str) -> datetime:
        """Ask for it (anew); when it ends by itself. Or raise `MailboxError`."""
        ...
