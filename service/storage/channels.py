"""Channels by which leaders' calendars tell of changes; only a hash of each token is kept."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from service.storage.database import Transaction
from service.storage.schema import channels


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel; `resource_id` is what the provider needs to stop it."""

    id: str
    leader_id: int
    resource_id: str
    ends_at: datetime


def put(tx: Transaction, channel: Channel, token: str) -> None:
    """Store a new channel."""
    values = {
        "id": channel.id,
        "leader_id": channel.leader_id,
        "resource_id": channel.resource_id,
        "token_hash": _hashed(token),
        "ends_at": channel.ends_at,
    }
    tx.connection.execute(insert(channels).values(values))


def leader_of(tx: Transaction, channel_id: str, token: str) -> int | None:
    """Whose calendar speaks; None for an unknown channel or a token that is not its own."""
    row = tx.connection.execute(select(channels).where(channels.c.id == channel_id)).one_or_none()
    if row is None or not hmac.compare_digest(row.token_hash, _hashed(token)):
        return None
    return int(row.leader_id)


def newest_ends(tx: Transaction) -> dict[int, datetime]:
    """When each leader's last channel ends, by leader id."""
    ends = func.max(channels.c.ends_at).label("ends_at")
    rows = tx.connection.execute(select(channels.c.leader_id, ends).group_by(channels.c.leader_id))
    return {row.leader_id: row.ends_at for row in rows}


def older_than(tx: Transaction, channel: Channel) -> list[Channel]:
    """The leader's other channels, which a newer one has made superfluous."""
    query = select(channels).where(channels.c.leader_id == channel.leader_id, channels.c.id != channel.id)
    return [
        Channel(row.id, row.leader_id, row.resource_id, row.ends_at) for row in tx.connection.execute(query)
    ]


def forget(tx: Transaction, channel_id: str) -> None:
    """Drop one."""
    tx.connection.execute(delete(channels).where(channels.c.id == channel_id))


def forget_ended(tx: Transaction, now: datetime) -> int:
    """Drop those that have ended; how many."""
    return tx.connection.execute(delete(channels).where(channels.c.ends_at <= now)).rowcount


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
