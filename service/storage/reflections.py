"""Reflections and promises: sealed, for the leader alone."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from service.domain.digest import PromiseRecord
from service.domain.records import COUNTS_AS_HELD
from service.domain.reflections import Answer3, Outcome, Reflection, Talked
from service.storage.database import Transaction
from service.storage.schema import meetings, promises, reflections

BODY, PROMISE = "reflection", "promise"


def of_leader(tx: Transaction, leader_id: int) -> dict[int, Reflection]:
    """A leader's reflections by meeting."""
    query = select(reflections.c.meeting_id, reflections.c.body_sealed).where(
        reflections.c.leader_id == leader_id
    )
    return {row.meeting_id: _open(tx, row.body_sealed) for row in tx.connection.execute(query)}


def reflected(tx: Transaction, leader_id: int) -> frozenset[int]:
    """The meetings whose reflection was written after they ended (not a note in advance)."""
    query = (
        select(reflections.c.meeting_id)
        .join(meetings, meetings.c.id == reflections.c.meeting_id)
        .where(reflections.c.leader_id == leader_id, reflections.c.updated_at >= meetings.c.end)
    )
    return frozenset(tx.connection.execute(query).scalars())


def of_meeting(tx: Transaction, meeting_id: int) -> Reflection | None:
    """The reflection on one meeting."""
    query = select(reflections.c.body_sealed).where(reflections.c.meeting_id == meeting_id)
    sealed = tx.connection.execute(query).scalar_one_or_none()
    return _open(tx, sealed) if sealed is not None else None


def of_meetings(tx: Transaction, meeting_ids: Iterable[int]) -> dict[int, Reflection]:
    """The reflections on some meetings, by meeting."""
    query = select(reflections.c.meeting_id, reflections.c.body_sealed)
    rows = tx.connection.execute(query.where(reflections.c.meeting_id.in_(list(meeting_ids))))
    return {row.meeting_id: _open(tx, row.body_sealed) for row in rows}


def last_of_pair(tx: Transaction, pair_id: int, before: datetime) -> Reflection | None:
    """The newest reflection on a meeting of the pair that was held and began before a moment."""
    query = (
        select(reflections.c.body_sealed)
        .join(meetings, meetings.c.id == reflections.c.meeting_id)
        .where(meetings.c.pair_id == pair_id, meetings.c.start < before)
        .where(meetings.c.state.in_(COUNTS_AS_HELD))  # "they cancelled" says nothing of last time
        .order_by(meetings.c.start.desc(), meetings.c.id.desc())
        .limit(1)
    )
    sealed = tx.connection.execute(query).scalar_one_or_none()
    return _open(tx, sealed) if sealed is not None else None


def put(tx: Transaction, leader_id: int, meeting_id: int, reflection: Reflection, at: datetime) -> None:
    """Store a reflection over an earlier one."""
    values = {"body_sealed": tx.sealer.seal(json.dumps(asdict(reflection)), BODY), "updated_at": at}
    mine = reflections.c.meeting_id == meeting_id
    if tx.connection.execute(update(reflections).where(mine).values(values)).rowcount == 0:
        row = values | {"meeting_id": meeting_id, "leader_id": leader_id, "written_at": at}
        tx.connection.execute(insert(reflections).values(row))


def promises_of(tx: Transaction, leader_id: int) -> list[PromiseRecord]:
    """A leader's promises, oldest first."""
    return _promises(tx, promises.c.leader_id == leader_id)


def promises_of_pair(tx: Transaction, pair_id: int) -> list[PromiseRecord]:
    """A pair's promises, oldest first."""
    return _promises(tx, promises.c.pair_id == pair_id)


def promises_before(tx: Transaction, wanted: Sequence[tuple[int, datetime]]) -> list[PromiseRecord | None]:
    """For each (pair, moment) the pair's newest promise from a meeting that began before it; one query."""
    query = (
        select(promises, meetings.c.start)
        .join(meetings, meetings.c.id == promises.c.meeting_id)
        .where(promises.c.pair_id.in_({pair_id for pair_id, _ in wanted}))
        .order_by(promises.c.made_at.desc())
    )
    rows = tx.connection.execute(query).all() if wanted else []
    found = (
        next((row for row in rows if row.pair_id == pair_id and row.start < moment), None)
        for pair_id, moment in wanted
    )
    return [_promise(tx, row) if row is not None else None for row in found]


def _promises(tx: Transaction, where: ColumnElement[bool]) -> list[PromiseRecord]:
    query = select(promises).where(where).order_by(promises.c.made_at)
    return [_promise(tx, row) for row in tx.connection.execute(query)]


def _promise(tx: Transaction, row: Row[Any]) -> PromiseRecord:
    return PromiseRecord(
        meeting_id=row.meeting_id,
        pair_id=row.pair_id,
        text=tx.sealer.open(row.text_sealed, PROMISE),
        made_at=row.made_at,
        kept=Answer3(row.kept) if row.kept else None,
        answered_at=row.answered_at,
    )


def put_promise(
    tx: Transaction, leader_id: int, pair_id: int, meeting_id: int, text: str, at: datetime
) -> None:
    """Store what support was promised in a meeting, over an earlier wording of it."""
    sealed = tx.sealer.seal(text, PROMISE)
    mine = promises.c.meeting_id == meeting_id
    if tx.connection.execute(update(promises).where(mine).values(text_sealed=sealed)).rowcount == 0:
        row = {
            "meeting_id": meeting_id,
            "leader_id": leader_id,
            "pair_id": pair_id,
            "text_sealed": sealed,
            "made_at": at,
        }
        tx.connection.execute(insert(promises).values(row))


def mark_kept(tx: Transaction, meeting_id: int, kept: Answer3 | None, at: datetime) -> None:
    """The answer to "did you keep it", and when it came; unsure leaves it open, None takes it back."""
    told = None if kept is Answer3.UNSURE else kept
    values = {"kept": told, "answered_at": at if kept is not None else None}
    tx.connection.execute(update(promises).where(promises.c.meeting_id == meeting_id).values(values))


def forget_promise(tx: Transaction, meeting_id: int) -> None:
    """Nothing was promised in a meeting after all."""
    tx.connection.execute(delete(promises).where(promises.c.meeting_id == meeting_id))


def forget(tx: Transaction, meeting_id: int) -> None:
    """Remove a reflection and its promise."""
    tx.connection.execute(delete(reflections).where(reflections.c.meeting_id == meeting_id))
    tx.connection.execute(delete(promises).where(promises.c.meeting_id == meeting_id))


def _open(tx: Transaction, sealed: str) -> Reflection:
    body: dict[str, Any] = json.loads(tx.sealer.open(sealed, BODY))
    return Reflection(
        **body
        | {
            "outcome": Outcome(body["outcome"]) if body["outcome"] else None,
            "signs": tuple((key, Answer3(answer)) for key, answer in body["signs"]),
            "talked": Talked(body["talked"]) if body["talked"] else None,
            "kept": Answer3(body["kept"]) if body["kept"] else None,
        }
    )
