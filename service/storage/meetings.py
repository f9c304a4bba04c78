"""Meetings and the appended history of each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)

from service.domain.people import Leader, Pair
from service.domain.records import COUNTS_AS_HELD, LIVE, By, Change, Confidence, Meeting, State, Update, What
from service.storage.database import Transaction
from service.storage.people import meeting_key
from service.storage.schema import changes, leaders, meetings, pairs


def of_leader(
    tx: Transaction, leader_id: int, since: datetime | None = None, until: datetime | None = None
) -> list[Meeting]:
    """A leader's meetings that start in [since, until), by start."""
    query = (
        select(meetings).where(meetings.c.leader_id == leader_id).order_by(meetings.c.start, meetings.c.id)
    )
    if since is not None:
        query = query.where(meetings.c.start >= since)
    if until is not None:
        query = query.where(meetings.c.start < until)
    return [_meeting(row) for row in tx.connection.execute(query)]


def advanced_before(tx: Transaction, leader_id: int, moment: datetime) -> dict[int, int]:
    """How many meetings before a moment moved each pair's cycle on since it began, by pair id."""
    query = (
        select(meetings.c.pair_id, func.count())
        .join(pairs, pairs.c.id == meetings.c.pair_id)
        .join(leaders, leaders.c.id == meetings.c.leader_id)
        .where(meetings.c.leader_id == leader_id, meetings.c.start < moment)
        .where(meetings.c.start >= func.coalesce(pairs.c.starts_at, leaders.c.joined_at))
        .where(meetings.c.state.in_(LIVE | COUNTS_AS_HELD))
        .group_by(meetings.c.pair_id)
    )
    return {row.pair_id: row[1] for row in tx.connection.execute(query)}


def one(tx: Transaction, meeting_id: int) -> Meeting | None:
    """The meeting with this id."""
    row = tx.connection.execute(select(meetings).where(meetings.c.id == meeting_id)).one_or_none()
    return _meeting(row) if row else None


def some(tx: Transaction, meeting_ids: Iterable[int]) -> dict[int, Meeting]:
    """Those of the meetings that are still on record, by id."""
    query = select(meetings).where(meetings.c.id.in_(list(meeting_ids)))
    return {row.id: _meeting(row) for row in tx.connection.execute(query)}


def history(tx: Transaction, leader_id: int, since: datetime | None = None) -> dict[int, tuple[Change, ...]]:
    """Every change of a leader's meetings, by meeting, oldest first; one query."""
    query = select(changes).join(meetings).where(meetings.c.leader_id == leader_id).order_by(changes.c.id)
    if since is not None:
        query = query.where(meetings.c.start >= since)
    found: dict[int, list[Change]] = defaultdict(list)
    for row in tx.connection.execute(query):
        found[row.meeting_id].append(_change(row))
    return {meeting_id: tuple(rows) for meeting_id, rows in found.items()}


def apply(tx: Transaction, leader: Leader, pairs: Sequence[Pair], updates: Iterable[Update]) -> None:
    """Store what tracking found: new meetings, new states, and a line of history for each."""
    found = list(updates)
    _change_known(tx, [item.meeting for item in found if item.meeting.id is not None])
    ids = iter(_add(tx, leader, pairs, [item.meeting for item in found if item.meeting.id is None]))
    numbered = [(item.meeting.id or next(ids), item.change) for item in found]
    lines = [asdict(change) | {"meeting_id": number} for number, change in numbered if change is not None]
    if lines:
        tx.connection.execute(insert(changes), lines)


def _change_known(tx: Transaction, known: Sequence[Meeting]) -> None:
    """Every column anew, in order; ids are let go first, for one meeting may take another's."""
    if not known:
        return
    _let_go(tx, meetings.c.id.in_({meeting.id for meeting in known}))
    rows = [
        {f"new_{name}": value for name, value in _values(meeting).items()} | {"this_id": meeting.id}
        for meeting in known
    ]
    changed: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _COLUMNS}
    this = meetings.c.id == bindparam("this_id")
    tx.connection.execute(update(meetings).where(this).values(changed), rows)


def forget(tx: Transaction, meeting_ids: Sequence[int]) -> None:
    """Remove meetings that turned out to be none, with their history."""
    if meeting_ids:
        tx.connection.execute(delete(meetings).where(meetings.c.id.in_(meeting_ids)))


def _add(tx: Transaction, leader: Leader, pairs: Sequence[Pair], new: Sequence[Meeting]) -> list[int]:
    """Store new meetings, in as few statements as their ids allow; the numbers they get, in order."""
    ids: list[int] = []
    for batch in _without_twins(new):
        ids += _add_batch(tx, leader, pairs, batch)
    return ids


def _without_twins(new: Sequence[Meeting]) -> Iterator[list[Meeting]]:
    """Runs in which no two have the same ids: the second takes them from the first, once that is stored."""
    batch: dict[tuple[int, str, str], Meeting] = {}
    for meeting in new:
        if _ids(meeting) in batch:
            yield list(batch.values())
            batch.clear()
        batch[_ids(meeting)] = meeting
    if batch:
        yield list(batch.values())


def _add_batch(tx: Transaction, leader: Leader, pairs: Sequence[Pair], batch: Sequence[Meeting]) -> list[int]:
    _let_go_same(tx, batch)
    by_id = {pair.id: pair for pair in pairs}
    taken = set(
        tx.connection.execute(select(meetings.c.key).where(meetings.c.leader_id == leader.id)).scalars()
    )
    rows = []
    for meeting in batch:
        key = _free_key(
            taken, meeting_key(leader.key, by_id[meeting.pair_id], meeting.uid, meeting.occurrence)
        )
        taken.add(key)
        first = {"first_seen_at": meeting.first_seen_at, "pair_id": meeting.pair_id}
        rows.append(_values(meeting) | first | {"leader_id": leader.id, "key": key})
    stored = tx.connection.execute(insert(meetings).returning(meetings.c.key, meetings.c.id), rows)
    number = {row.key: row.id for row in stored}  # in whatever order they come
    return [number[str(row["key"])] for row in rows]


def _let_go_same(tx: Transaction, batch: Sequence[Meeting]) -> None:
    """Meetings that were over when another was seen under their ids own them no more."""
    same = tuple_(meetings.c.pair_id, meetings.c.uid, meetings.c.occurrence).in_(map(_ids, batch))
    _let_go(tx, same, meetings.c.end <= max(meeting.first_seen_at for meeting in batch))


def _ids(meeting: Meeting) -> tuple[int, str, str]:
    return meeting.pair_id, meeting.uid, meeting.occurrence


def _let_go(tx: Transaction, *where: ColumnElement[bool]) -> None:
    """Meetings that own their ids no more: an old event was dragged to a new day, say."""
    given_up = literal("let go by ") + cast(meetings.c.id, String)
    tx.connection.execute(update(meetings).where(*where).values(occurrence=given_up))


def _free_key(taken: Set[str], key: str) -> str:
    """An identity that was given up and came back is another meeting, with a name of its own."""
    tries = (key if n == 1 else f"{key}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in tries if name not in taken)


_COLUMNS = (
    "uid",
    "occurrence",
    "start",
    "end",
    "state",
    "by",
    "confidence",
    "organized_by_leader",
    "recurring",
    "reasons",
    "last_seen_at",
)


def _values(meeting: Meeting) -> dict[str, Any]:
    return {name: getattr(meeting, name) for name in _COLUMNS} | {"reasons": list(meeting.reasons)}


def _meeting(row: Row[Any]) -> Meeting:
    return Meeting(
        id=row.id,
        pair_id=row.pair_id,
        uid=row.uid,
        occurrence=row.occurrence,
        start=row.start,
        end=row.end,
        state=State(row.state),
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        recurring=row.recurring,
        organized_by_leader=row.organized_by_leader,
        by=By(row.by) if row.by else None,
        confidence=Confidence(row.confidence) if row.confidence else None,
        reasons=tuple(row.reasons),
        key=row.key,
    )


def _change(row: Row[Any]) -> Change:
    return Change(
        what=What(row.what),
        seen_after=row.seen_after,
        seen_by=row.seen_by,
        by=By(row.by) if row.by else None,
        confidence=Confidence(row.confidence) if row.confidence else None,
        evidence=row.evidence,
        old_start=row.old_start,
        late=row.late,
    )
