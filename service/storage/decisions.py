"""What the leader decided of events that were not plain, kept by keyed hashes alone.

Each leader has a hash key, made once, sealed as any secret: so the hashes outlive a
rotation of the operator's keys, and say nothing to anybody without these.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from service.storage.database import Transaction
from service.storage.people import HASH_KEY
from service.storage.schema import decisions, leaders

DETAIL = "decision_detail"


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


@dataclass(frozen=True, slots=True)
class Decided:
    """What one leader was asked and decided; `answers` by keyed hash, None where still open."""

    hash_key: str
    answers: Mapping[str, bool | None]

    def knows(self, subject: str) -> bool:
        """Whether the subject was ever asked or decided."""
        return _hashed(self.hash_key, subject) in self.answers

    def answer(self, subject: str) -> bool | None:
        """What was decided; None where it is open, or was never asked."""
        return self.answers.get(_hashed(self.hash_key, subject))


def of_leader(tx: Transaction, leader_id: int) -> Decided:
    """Every decision of a leader."""
    query = select(decisions.c.subject, decisions.c.answer).where(decisions.c.leader_id == leader_id)
    answers = {row.subject: row.answer for row in tx.connection.execute(query)}
    return Decided(_hash_key(tx, leader_id), answers)


def ask(tx: Transaction, leader_id: int, subject: str, detail: dict[str, str], at: datetime) -> None:
    """Open a question; its detail stays sealed until it is answered."""
    values = {
        "leader_id": leader_id,
        "subject": _hashed(_hash_key(tx, leader_id), subject),
        "asked_at": at,
        "detail_sealed": tx.sealer.seal(json.dumps(detail), DETAIL),
    }
    tx.connection.execute(insert(decisions).values(values))


def decide(tx: Transaction, leader_id: int, subject: str, answer: bool, at: datetime) -> None:
    """Store a decision, over an earlier one; nothing but the hash and the answer remains."""
    hashed = _hashed(_hash_key(tx, leader_id), subject)
    mine = (decisions.c.leader_id == leader_id, decisions.c.subject == hashed)
    values = {"answer": answer, "detail_sealed": None}
    if tx.connection.execute(update(decisions).where(*mine).values(values)).rowcount == 0:
        row = values | {"leader_id": leader_id, "subject": hashed, "asked_at": at}
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


def _hash_key(tx: Transaction, leader_id: int) -> str:
    sealed = tx.connection.execute(select(leaders.c.hash_key_sealed).where(leaders.c.id == leader_id))
    return tx.sealer.open(sealed.scalar_one(), HASH_KEY)


def _hashed(hash_key: str, subject: str) -> str:
    content = subject.encode("utf-8", "surrogatepass")
    return hmac.new(bytes.fromhex(hash_key), content, hashlib.sha256).hexdigest()
