"""Channels by which leaders' calendars tell of changes; only a hash of each token is kept.

A channel is stored before it is opened, so that its first message finds it. It counts from
that message on: until then nobody knows whether this place can be reached from outside.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from service.storage.database import Transaction
from service.storage.schema import channels


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel. `resource_id` is what the provider needs to stop it, "" as long as it is only
    asked for; it then counts as ended. `heard_at` is when its first message came in."""

    id: str
    leader_id: int
    resource_id: str
    ends_at: datetime
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How many channels a leader has; of those that were heard, when the last to end does, and
    when the last to be heard first was."""

    channels: int
    ends_at: datetime | None
    heard_at: datetime | None

    def tells_until(self, since: datetime | None) -> datetime | None:
        """When the calendar stops telling of changes; None where it does not, or no channel was
        opened `since` a moment."""
        if self.heard_at is None or (since is not None and self.heard_at < since):
            return None
        return self.ends_at


def put(tx: Transaction, channel: Channel, token: str) -> None:
    """Store a new channel."""
    values = {
        "id": channel.id,
        "leader_id": channel.leader_id,
        "resource_id": channel.resource_id,
        "token_hash": _hashed(token),
        "ends_at": channel.ends_at,
        "heard_at": channel.heard_at,
    }
    tx.connection.execute(insert(channels).values(values))


def confirm(tx: Transaction, channel_id: str, resource_id: str, ends_at: datetime) -> None:
    """The provider has opened it."""
    values = {"resource_id": resource_id, "ends_at": ends_at}
    tx.connection.execute(update(channels).where(channels.c.id == channel_id).values(values))


def note_heard(tx: Transaction, channel_id: str, now: datetime) -> None:
    """A message of it came in; the first is remembered."""
    first = (channels.c.id == channel_id, channels.c.heard_at.is_(None))
    tx.connection.execute(update(channels).where(*first).values(heard_at=now))


def leader_of(tx: Transaction, channel_id: str, token: str) -> int | None:
    """Whose calendar speaks; None for an unknown channel or a token that is not its own."""
    row = tx.connection.execute(select(channels).where(channels.c.id == channel_id)).one_or_none()
    if row is None or not hmac.compare_digest(row.token_hash, _hashed(token)):
        return None
    return int(row.leader_id)


def standings(tx: Transaction) -> dict[int, Standing]:
    """How the channels of each leader who has any stand, by leader id."""
    ends = func.max(channels.c.ends_at).filter(channels.c.heard_at.is_not(None))
    columns = (
        func.count().label("channels"),
        ends.label("ends_at"),
        func.max(channels.c.heard_at).label("heard_at"),
    )
    query = select(channels.c.leader_id, *columns).group_by(channels.c.leader_id)
    return {
        row.leader_id: Standing(row.channels, row.ends_at, row.heard_at)
        for row in tx.connection.execute(query)
    }


def of_leader(tx: Transaction, leader_id: int) -> list[Channel]:
    """A leader's channels, the one to rely on first: heard before unheard, then the last to end."""
    order = (channels.c.heard_at.is_(None), channels.c.ends_at.desc(), channels.c.id)
    query = select(channels).where(channels.c.leader_id == leader_id).order_by(*order)
    return [
        Channel(row.id, row.leader_id, row.resource_id, row.ends_at, row.heard_at)
        for row in tx.connection.execute(query)
    ]


def forget(tx: Transaction, channel_ids: Iterable[str]) -> None:
    """Drop these."""
    tx.connection.execute(delete(channels).where(channels.c.id.in_(list(channel_ids))))


def forget_ended(tx: Transaction, now: datetime) -> int:
    """Drop those that have ended; how many."""
    return tx.connection.execute(delete(channels).where(channels.c.ends_at <= now)).rowcount


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
