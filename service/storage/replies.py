"""Replies as they came: each one once, its raw mail sealed, until retention removes it."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from service.storage.database import Transaction
from service.storage.schema import replies

RAW = "reply"


class ReplyStatus(StrEnum):
    """What became of a reply."""

    ACCEPTED = "accepted"
    HELD = "held"
    IGNORED = "ignored"
    UNMATCHED = "unmatched"


@dataclass(frozen=True, slots=True)
class HeldReply:
    """A reply that waits for the leader's word that it is theirs."""

    id: int
    leader_id: int
    raw: bytes
    received_at: datetime


def digest(raw: bytes, message_id: str | None) -> str:
    """What tells one reply from another: its Message-ID and bytes of the body part."""
    return hashlib.sha256((message_id or "").encode() + b"\x1f" + (b"" if message_id else raw)).hexdigest()


def known(tx: Transaction, digest_: str) -> bool:
    """Whether this reply was dealt with already; who asks is alone with it until the end."""
    tx.alone_with(f"reply:{digest_}")
    query = select(replies.c.id).where(replies.c.digest == digest_)
    return tx.connection.execute(query).first() is not None


def put(
    tx: Transaction,
    *,
    digest_: str,
    message_id: str | None,
    leader_id: int | None,
    email_id: int | None,
    status: ReplyStatus,
    reason: str | None,
    raw: bytes | None,
    at: datetime,
) -> int | None:
    """Store a reply; its id, or None when it was stored before."""
    values = {
        "digest": digest_,
        "message_id": message_id,
        "leader_id": leader_id,
        "email_id": email_id,
        "status": status,
        "reason": reason,
        "raw_sealed": tx.sealer.seal(base64.b64encode(raw).decode(), RAW) if raw is not None else None,
        "received_at": at,
    }
    try:
        with tx.connection.begin_nested():
            return int(
                tx.connection.execute(insert(replies).values(values).returning(replies.c.id)).scalar_one()
            )
    except IntegrityError:
        return None


def held(tx: Transaction, leader_id: int) -> list[HeldReply]:
    """A leader's held replies, oldest first."""
    query = (
        select(replies)
        .where(replies.c.leader_id == leader_id, replies.c.status == ReplyStatus.HELD)
        .order_by(replies.c.id)
    )
    return [
        HeldReply(
            row.id, row.leader_id, base64.b64decode(tx.sealer.open(row.raw_sealed, RAW)), row.received_at
        )
        for row in tx.connection.execute(query)
        if row.raw_sealed
    ]


def settle(tx: Transaction, reply_id: int, status: ReplyStatus, reason: str | None) -> None:
    """A held reply was confirmed, or refused."""
    tx.connection.execute(
        update(replies).where(replies.c.id == reply_id).values(status=status, reason=reason)
    )
