"""Emails as they stand in the outbox: reading."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from service.domain.desk import Mail
from service.domain.letters import Kind
from service.domain.reflections import Question
from service.storage.database import Transaction
from service.storage.schema import emails, leaders

TEXT, QUESTIONS, PAYLOAD = "email_text", "email_questions", "email_payload"


class Status(StrEnum):
    """Where an email stands."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Email:
    """One outbox row, without its sealed text."""

    id: int
    key: str
    kind: Kind
    leader_id: int
    pair_id: int | None
    meeting_id: int | None
    carrier_id: int | None
    thread_of: int | None
    status: Status
    reason: str | None
    week: int | None
    due_at: datetime
    available_at: datetime
    attempts: int
    fence: int
    lease_owner: str | None
    lease_until: datetime | None
    draft: str | None
    token: str
    subject: str | None
    message_id: str | None
    provider_thread: str | None
    sent_at: datetime | None
    answered_at: datetime | None


def of_leader(tx: Transaction, leader_id: int, since: datetime | None = None) -> list[Email]:
    """A leader's emails due since a moment, oldest first."""
    query = select(emails).where(emails.c.leader_id == leader_id).order_by(emails.c.id)
    if since is not None:
        query = query.where(emails.c.due_at >= since)
    return [email_of(row) for row in tx.connection.execute(query)]


def for_planning(tx: Transaction, leader_id: int, since: datetime) -> dict[str, Mail]:
    """What planning must know of a leader's emails due since a moment, by key; what they say
    stays unread. Forms and questions come however old: what was asked once is not asked again."""
    mine = emails.c.leader_id == leader_id
    query = _FOR_PLANNING.where(mine, or_(emails.c.due_at >= since, emails.c.kind.in_(_ASKING)))
    rows = (row._asdict() for row in tx.connection.execute(query))
    return {row["key"]: Mail(**row | {"kind": Kind(row["kind"])}) for row in rows}


def by_keys(tx: Transaction, keys: Iterable[str]) -> dict[str, Email]:
    """The emails that there are with these keys."""
    query = select(*(emails.c[name] for name in _FIELDS)).where(emails.c.key.in_(list(keys)))
    return {row.key: email_of(row) for row in tx.connection.execute(query)}


def one(tx: Transaction, email_id: int) -> Email:
    """The email with this id, which must exist."""
    return email_of(tx.connection.execute(select(emails).where(emails.c.id == email_id)).one())


def by_key(tx: Transaction, key: str) -> Email:
    """The email with this key, which must exist."""
    return email_of(tx.connection.execute(select(emails).where(emails.c.key == key)).one())


def carried_by(tx: Transaction, email_id: int) -> list[Email]:
    """An email and those bundled into it, by id."""
    rows = select(emails).where(or_(emails.c.id == email_id, emails.c.carrier_id == email_id))
    return [email_of(row) for row in tx.connection.execute(rows.order_by(emails.c.id))]


def leaving_since(tx: Transaction, since: datetime, beside: int, mailbox: str | None) -> int:
    """How many mails but one left a mailbox since a moment, or are just leaving, for its daily cap."""
    left = and_(emails.c.status == Status.SENT, emails.c.sent_at > since)
    leaving = and_(emails.c.status == Status.SENDING, emails.c.id != beside)
    query = select(func.count()).select_from(emails).where(or_(left, leaving))
    if mailbox is not None:
        query = query.join(leaders, leaders.c.id == emails.c.leader_id).where(leaders.c.mailbox == mailbox)
    return int(tx.connection.execute(query).scalar_one())


def failed(tx: Transaction) -> list[Email]:
    """The emails that failed for good, or whose fate is not known, for `check`."""
    query = select(emails).where(emails.c.status.in_((Status.FAILED, Status.UNKNOWN))).order_by(emails.c.id)
    return [email_of(row) for row in tx.connection.execute(query)]


def drafts(tx: Transaction) -> set[str]:
    """The drafts of mails that have not left yet."""
    return set(tx.connection.execute(select(emails.c.draft).where(emails.c.draft.is_not(None))).scalars())


def by_token(tx: Transaction, tokens: Iterable[str]) -> Email | None:
    """The email whose reply address this is; the newest of several."""
    return _newest(tx, emails.c.token.in_(list(tokens)))


def by_message_id(tx: Transaction, ids: Iterable[str]) -> Email | None:
    """The email that a reply refers to; the newest of several."""
    return _newest(tx, emails.c.message_id.in_(list(ids)))


def thread_texts(tx: Transaction, email: Email) -> list[str]:
    """The text of every mail of the thread that left, this one's first."""
    root = email.thread_of or email.id
    in_thread = or_(emails.c.id == root, emails.c.thread_of == root)
    query = select(emails.c.id, emails.c.text_sealed).where(in_thread, emails.c.text_sealed.is_not(None))
    rows = sorted(tx.connection.execute(query), key=lambda row: row.id != email.id)
    return [tx.sealer.open(row.text_sealed, TEXT) for row in rows]


def questions(tx: Transaction, email: Email) -> tuple[Question, ...]:
    """The questions that an email asked."""
    query = select(emails.c.questions_sealed).where(emails.c.id == email.id)
    sealed = tx.connection.execute(query).scalar_one()
    if sealed is None:
        return ()
    return tuple(_question_from_json(item) for item in json.loads(tx.sealer.open(sealed, QUESTIONS)))


def payload(tx: Transaction, email_id: int) -> dict[str, Any]:
    """What was stored with an email when it became due; {} if nothing."""
    sealed = tx.connection.execute(
        select(emails.c.payload_sealed).where(emails.c.id == email_id)
    ).scalar_one()
    found: dict[str, Any] = json.loads(tx.sealer.open(sealed, PAYLOAD)) if sealed else {}
    return found


def _newest(tx: Transaction, where: ColumnElement[bool]) -> Email | None:
    query = select(emails).where(where).order_by(emails.c.id.desc()).limit(1)
    row = tx.connection.execute(query).one_or_none()
    return email_of(row) if row else None


_FIELDS = tuple(Email.__dataclass_fields__)
_ASKING = (Kind.CONFIRM, Kind.REFLECTION)
_PLANNED_BY = tuple(name for name in Mail.__dataclass_fields__ if name != "carried")
_CARRIER = emails.alias()
_CARRIED = and_(emails.c.carrier_id.is_not(None), func.coalesce(_CARRIER.c.status, "") != Status.SKIPPED)
# Built once: an alias of so wide a table is dear, and every plan asks for it.
_FOR_PLANNING = select(*(emails.c[name] for name in _PLANNED_BY), _CARRIED.label("carried")).outerjoin(
    _CARRIER, _CARRIER.c.id == emails.c.carrier_id
)


def email_of(row: Row[Any]) -> Email:
    """A row as what the jobs know it."""
    values = {name: getattr(row, name) for name in _FIELDS}
    return Email(**values | {"kind": Kind(row.kind), "status": Status(row.status)})


def _question_from_json(item: list[Any]) -> Question:
    number, subject, key, ask, choices = item
    return Question(number, subject, key, ask, tuple(choices))
