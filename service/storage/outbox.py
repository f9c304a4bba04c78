"""The outbox: every email is one row, claimed under a fenced lease, delivered once."""

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from service.domain.letters import Kind
from service.domain.reflections import Question
from service.storage.database import Transaction
from service.storage.emails import PAYLOAD, QUESTIONS, TEXT, Email, Status, email_of, one
from service.storage.schema import emails


@dataclass(frozen=True, slots=True)
class NewEmail:
    """A due email, or one that will not be sent and why."""

    key: str
    kind: Kind
    leader_id: int
    due_at: datetime
    pair_id: int | None = None
    meeting_id: int | None = None
    thread_of: int | None = None
    carrier_id: int | None = None
    week: int | None = None
    reason: str | None = None
    payload: dict[str, Any] | None = None


def put(tx: Transaction, new: NewEmail) -> Email | None:
    """Store a due email under its unique key; None where the key is taken already."""
    payload = tx.sealer.seal(json.dumps(new.payload), PAYLOAD) if new.payload is not None else None
    values = {
        "key": new.key,
        "kind": new.kind,
        "leader_id": new.leader_id,
        "pair_id": new.pair_id,
        "meeting_id": new.meeting_id,
        "thread_of": new.thread_of,
        "carrier_id": new.carrier_id,
        "status": Status.PLANNED if new.reason is None else Status.SKIPPED,
        "reason": new.reason,
        "week": new.week,
        "due_at": new.due_at,
        "available_at": new.due_at,
        "attempts": 0,
        "fence": 0,
        "token": secrets.token_hex(16),
        "payload_sealed": payload,
    }
    try:
        with tx.connection.begin_nested():
            stored = tx.connection.execute(insert(emails).values(values).returning(emails)).one()
    except IntegrityError:
        return None
    return email_of(stored)


def reopen(tx: Transaction, email: Email, new: NewEmail) -> bool:
    """A skipped email that is wanted after all (its meeting was moved, say) is planned anew, or
    goes along with another one."""
    values = {
        "status": Status.PLANNED if new.reason is None else Status.SKIPPED,
        "reason": new.reason,
        "attempts": 0,
        "carrier_id": new.carrier_id,
        "due_at": new.due_at,
        "available_at": new.due_at,
        "week": new.week,
    }
    return _set(tx, emails.c.id == email.id, emails.c.status == Status.SKIPPED, **values)


def deliverable(tx: Transaction, leader_id: int, now: datetime) -> list[Email]:
    """A leader's emails to deliver by `now`, and those a lost process left in sending."""
    planned = and_(emails.c.status == Status.PLANNED, emails.c.available_at <= now)
    query = (
        select(emails)
        .where(emails.c.leader_id == leader_id, or_(planned, emails.c.status == Status.SENDING))
        .order_by(emails.c.due_at, emails.c.id)
    )
    return [email_of(row) for row in tx.connection.execute(query)]


def with_work(tx: Transaction, now: datetime) -> set[int]:
    """The leaders who have an email to deliver, or one left in sending."""
    planned = and_(emails.c.status == Status.PLANNED, emails.c.available_at <= now)
    query = select(emails.c.leader_id).where(or_(planned, emails.c.status == Status.SENDING)).distinct()
    return set(tx.connection.execute(query).scalars())


def claim(tx: Transaction, email: Email, owner: str, until: datetime) -> Email | None:
    """Take the row for one delivery: `planned` or an orphan, at the fence that was read; else None."""
    taken = _set(
        tx,
        emails.c.id == email.id,
        emails.c.fence == email.fence,
        emails.c.status.in_((Status.PLANNED, Status.SENDING)),
        status=Status.SENDING,
        fence=email.fence + 1,
        lease_owner=owner,
        lease_until=until,
    )
    return one(tx, email.id) if taken else None


def is_held(tx: Transaction, email: Email) -> bool:
    """Whether the claim still stands: nobody else has taken the row since."""
    return tx.connection.execute(select(emails.c.id).where(*_held(email))).first() is not None


def keep_draft(tx: Transaction, email: Email, draft: str | None) -> bool:
    """Commit the draft's id before it can be sent, or that it was taken back; False when the
    lease was lost."""
    return _set(tx, *_held(email), draft=draft)


def keep_content(
    tx: Transaction,
    email: Email,
    *,
    subject: str,
    message_id: str,
    text: str,
    questions: Sequence[Question],
    week: int | None,
) -> bool:
    """Keep what is about to leave, so that a reply can be read against it; False when the lease was lost."""
    asked = json.dumps([_question_to_json(question) for question in questions])
    return _set(
        tx,
        *_held(email),
        subject=subject,
        message_id=message_id,
        text_sealed=tx.sealer.seal(text, TEXT),
        questions_sealed=tx.sealer.seal(asked, QUESTIONS),
        week=week,
    )


def mark_sent(
    tx: Transaction,
    email: Email,
    *,
    at: datetime,
    provider_id: str,
    message_id: str,
    thread: str | None,
) -> bool:
    """Commit the receipt; False when the lease was lost meanwhile."""
    return _set(
        tx,
        *_held(email),
        status=Status.SENT,
        reason=None,
        sent_at=at,
        provider_id=provider_id,
        message_id=message_id,
        provider_thread=thread,
        lease_owner=None,
        lease_until=None,
        draft=None,
    )


def mark_ended(tx: Transaction, email: Email, status: Status, reason: str) -> bool:
    """End a claimed row as skipped, failed or unknown."""
    ended = {"status": status, "reason": reason[:200], "lease_owner": None, "lease_until": None}
    return _set(tx, *_held(email), **ended, draft=None)


def put_off(tx: Transaction, email: Email, until: datetime, reason: str, *, attempts: int) -> bool:
    """Back to planned, to be tried again from `until` on; its draft is kept, to ask whether it left."""
    return _set(
        tx,
        *_held(email),
        status=Status.PLANNED,
        reason=reason[:200],
        available_at=until,
        attempts=attempts,
        lease_owner=None,
        lease_until=None,
    )


def wait_no_longer(tx: Transaction) -> None:
    """What was put off after a try that failed may be tried at once: what it failed of is mended."""
    tx.connection.execute(
        update(emails)
        .where(emails.c.status == Status.PLANNED, emails.c.attempts > 0)
        .values(available_at=emails.c.due_at, attempts=0)
    )


def mark_answered(tx: Transaction, email_ids: Iterable[int], at: datetime) -> None:
    """A reply to these came."""
    tx.connection.execute(
        update(emails)
        .where(emails.c.id.in_(list(email_ids)), emails.c.answered_at.is_(None))
        .values(answered_at=at)
    )


def _held(email: Email) -> tuple[ColumnElement[bool], ...]:
    return (
        emails.c.id == email.id,
        emails.c.fence == email.fence,
        emails.c.status == Status.SENDING,
    )


def _set(tx: Transaction, *where: ColumnElement[bool], **values: Any) -> bool:
    return tx.connection.execute(update(emails).where(*where).values(values)).rowcount == 1


def _question_to_json(question: Question) -> list[Any]:
    return [question.number, question.subject, question.key, question.ask, list(question.choices)]
