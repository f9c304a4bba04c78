"""Marks of when a daily job last ran, retention, and rotation of keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Table, delete, func, insert, select, update

from service.domain.cycle import ADVANCES
from service.domain.people import LeaderState
from service.storage.absences import ABSENCES
from service.storage.database import Transaction
from service.storage.decisions import DETAIL
from service.storage.emails import PAYLOAD, QUESTIONS, TEXT
from service.storage.grants import SECRET
from service.storage.people import CALENDAR, HASH_KEY
from service.storage.reflections import BODY, PROMISE
from service.storage.replies import RAW
from service.storage.schema import (
    decisions,
    emails,
    grants,
    leaders,
    marks,
    meetings,
    pairs,
    promises,
    reflections,
    replies,
)

SEALED: tuple[tuple[Table, Column[str], str], ...] = (
    (leaders, leaders.c.calendar_sealed, CALENDAR),
    (leaders, leaders.c.hash_key_sealed, HASH_KEY),
    (leaders, leaders.c.absences_sealed, ABSENCES),
    (grants, grants.c.secret_sealed, SECRET),
    (decisions, decisions.c.detail_sealed, DETAIL),
    (emails, emails.c.text_sealed, TEXT),
    (emails, emails.c.questions_sealed, QUESTIONS),
    (emails, emails.c.payload_sealed, PAYLOAD),
    (replies, replies.c.raw_sealed, RAW),
    (reflections, reflections.c.body_sealed, BODY),
    (promises, promises.c.text_sealed, PROMISE),
)


def mark(tx: Transaction, name: str) -> datetime | None:
    """When a job last ran."""
    return tx.connection.execute(select(marks.c.at).where(marks.c.name == name)).scalar_one_or_none()


def set_mark(tx: Transaction, name: str, at: datetime) -> None:
    """Note that a job ran."""
    if tx.connection.execute(update(marks).where(marks.c.name == name).values(at=at)).rowcount == 0:
        tx.connection.execute(insert(marks).values(name=name, at=at))


def forget_raw_replies(tx: Transaction, before: datetime) -> int:
    """Drop the raw mail of old replies; what was understood stays."""
    old = (replies.c.received_at < before, replies.c.raw_sealed.is_not(None))
    return tx.connection.execute(update(replies).where(*old).values(raw_sealed=None)).rowcount


def forget_emails(tx: Transaction, before: datetime) -> int:
    """Drop outbox rows whose use is over."""
    return tx.connection.execute(delete(emails).where(emails.c.due_at < before)).rowcount


def forget_unfinished(tx: Transaction, now: datetime) -> None:
    """Forget who agreed to join and did not come to the end of it in time, with all of theirs."""
    over = (leaders.c.state == LeaderState.JOINING, leaders.c.paused_until <= now)
    tx.connection.execute(delete(leaders).where(*over))


def forget_meetings(tx: Transaction, before: datetime) -> int:
    """Drop old meetings with their history; their place in the cycle stays in the pair's shift."""
    old = meetings.c.start < before
    held = (
        select(meetings.c.pair_id, func.count().label("held"))
        .join(pairs, pairs.c.id == meetings.c.pair_id)
        .join(leaders, leaders.c.id == meetings.c.leader_id)
        .where(old, meetings.c.state.in_(ADVANCES))
        .where(meetings.c.start >= func.coalesce(pairs.c.starts_at, leaders.c.joined_at))
        .group_by(meetings.c.pair_id)
    )
    for pair_id, count in tx.connection.execute(held).all():
        tx.connection.execute(update(pairs).where(pairs.c.id == pair_id).values(shift=pairs.c.shift + count))
    return tx.connection.execute(delete(meetings).where(old)).rowcount


@dataclass(frozen=True, slots=True)
class SealedValue:
    """One sealed value: where it stands, and its purpose."""

    table: Table
    column: Column[str]
    purpose: str
    key: tuple[object, ...]
    token: str


def sealed_values(tx: Transaction) -> Iterator[SealedValue]:
    """Every sealed value there is."""
    for table, column, purpose in SEALED:
        key = tuple(table.primary_key.columns)
        for row in tx.connection.execute(select(*key, column).where(column.is_not(None))).all():
            yield SealedValue(table, column, purpose, tuple(row[:-1]), row[-1])


def replace_sealed(tx: Transaction, value: SealedValue, token: str) -> None:
    """The same secret under another key."""
    where = [column == part for column, part in zip(value.table.primary_key.columns, value.key, strict=True)]
    tx.connection.execute(update(value.table).where(*where).values({value.column.name: token}))


def open_anything(tx: Transaction) -> None:
    """Open one thing that is sealed, if there is any; raises `SecretError` where no key fits."""
    sealed = tx.connection.execute(select(leaders.c.hash_key_sealed).limit(1)).scalar_one_or_none()
    if sealed is not None:
        tx.sealer.open(sealed, HASH_KEY)
