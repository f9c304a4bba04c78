"""What the leader decided of events that were not plain, kept by keyed hashes alone."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from service.storage.database import Transaction
from service.storage.schema import decisions

SUBJECT, DETAIL = "decision_subject", "decision_detail"


@dataclass(frozen=True, slots=True)
class Question:
    """An open question: is this series a one-on-one? `start` is its next occurrence."""

    id: int
    asked_at: datetime
    title: str
    member_email: str
    member_name: str
    uid: str
    start: datetime


def series_subject(uid: str) -> str:
    """What the decision about a whole series is filed under."""
    return f"series\x1f{uid}"


def person_subject(address: str) -> str:
    """What the decision about a person is filed under."""
    return f"person\x1f{address}"


def answers(tx: Transaction, leader_id: int) -> dict[str, bool | None]:
    """Every decision of a leader by keyed hash; None where the question is still open."""
    query = select(decisions.c.subject, decisions.c.answer).where(decisions.c.leader_id == leader_id)
    return {row.subject: row.answer for row in tx.connection.execute(query)}


def lookup(tx: Transaction, known: dict[str, bool | None], subject: str) -> tuple[bool, bool | None]:
    """Whether a subject was ever asked or decided, and the answer."""
    for hashed in tx.sealer.fingerprints(subject, SUBJECT):
        if hashed in known:
            return True, known[hashed]
    return False, None


def ask(tx: Transaction, leader_id: int, subject: str, detail: dict[str, str], at: datetime) -> None:
    """Open a question; its detail stays sealed until it is answered."""
    values = {
        "leader_id": leader_id,
        "subject": tx.sealer.fingerprint(subject, SUBJECT),
        "asked_at": at,
        "detail_sealed": tx.sealer.seal(json.dumps(detail), DETAIL),
    }
    tx.connection.execute(insert(decisions).values(values))


def decide(tx: Transaction, leader_id: int, subject: str, answer: bool, at: datetime) -> None:
    """Store a decision, over an earlier one; nothing but the hash and the answer remains."""
    hashes = tx.sealer.fingerprints(subject, SUBJECT)
    mine = (decisions.c.leader_id == leader_id, decisions.c.subject.in_(hashes))
    values = {"answer": answer, "detail_sealed": None}
    if tx.connection.execute(update(decisions).where(*mine).values(values)).rowcount == 0:
        row = values | {"leader_id": leader_id, "subject": hashes[0], "asked_at": at}
        tx.connection.execute(insert(decisions).values(row))


def open_questions(tx: Transaction, leader_id: int) -> list[Question]:
    """The leader's open questions, oldest first."""
    query = (
        select(decisions)
        .where(decisions.c.leader_id == leader_id, decisions.c.answer.is_(None))
        .order_by(decisions.c.id)
    )
    found = []
    for row in tx.connection.execute(query):
        detail = json.loads(tx.sealer.open(row.detail_sealed, DETAIL))
        start = datetime.fromisoformat(detail.pop("start"))
        found.append(Question(id=row.id, asked_at=row.asked_at, start=start, **detail))
    return found
