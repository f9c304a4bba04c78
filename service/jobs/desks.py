"""Load one leader's desk: everything that planning needs, in a handful of queries."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from service.domain.cycle import CyclePlace, starts, weeks_of
from service.domain.desk import Desk, OpenAsk
from service.domain.people import Leader, Pair
from service.domain.records import Meeting
from service.jobs.office import Office
from service.storage import decisions, emails, meetings, people, reflections
from service.storage.database import Transaction
from service.storage.people import LeaderRow

REMEMBER = timedelta(days=75)  # last month's digest may be due in the middle of this one
LONG_BEFORE = timedelta(days=14)  # a prep leaves before its meeting, after leave even days before


def load_desk(tx: Transaction, office: Office, row: LeaderRow, now: datetime) -> Desk:
    """The leader's facts as they stand in this transaction."""
    leader, since = row.leader, now - REMEMBER
    pairs = people.pairs_of(tx, leader.id)
    recent = meetings.of_leader(tx, leader.id, since)
    begins = begin_times(leader, pairs)
    return Desk(
        leader=leader,
        work=office.work_calendar(row, now),
        pairs={pair.id: pair for pair in pairs},
        starts=begins,
        meetings=recent,
        history=meetings.history(tx, leader.id, since),
        places=places(office, leader, _as_of(tx, leader, pairs, since), recent),
        mails=emails.for_planning(tx, leader.id, since - LONG_BEFORE),
        reflected=reflections.reflected(tx, leader.id),
        asks=[OpenAsk(str(ask.id), ask.asked_at) for ask in decisions.open_questions(tx, leader.id)],
        calendar_read_at=row.read_at,
        reconnect_since=row.reconnect_since,
    )


def _as_of(tx: Transaction, leader: Leader, pairs: Sequence[Pair], since: datetime) -> list[Pair]:
    """The pairs with what older meetings count for in the cycle folded into their shift."""
    older = meetings.advanced_before(tx, leader.id, since)
    return [replace(pair, shift=pair.shift + older.get(pair.id, 0)) for pair in pairs]


def begin_times(leader: Leader, pairs: Sequence[Pair]) -> dict[int, datetime]:
    """When each pair's cycle begins, by pair id; {} before the first reading."""
    if leader.joined_at is None:
        return {}
    return starts(pairs, leader.joined_at, leader.zone, leader.one_by_one)


def places(
    office: Office, leader: Leader, pairs: Sequence[Pair], known: Sequence[Meeting]
) -> dict[int, CyclePlace]:
    """Every meeting's place in its pair's cycle, by meeting id."""
    begins = begin_times(leader, pairs)
    count = len(office.playbook_of(leader.language).weeks)
    by_pair: dict[int, list[Meeting]] = {pair.id: [] for pair in pairs}
    for meeting in known:
        by_pair[meeting.pair_id].append(meeting)
    found: dict[int, CyclePlace] = {}
    for pair in pairs:
        if pair.id in begins:
            found |= weeks_of(by_pair[pair.id], pair, count, begins[pair.id])
    return found
