"""What is kept about one member, for the member's own eyes.

Dates alone: not what became of a meeting, nor who called one off, nor what a leader wrote, or
whether.
"""

from dataclasses import dataclass
from datetime import date

from service.domain.people import Leader, Pair, Person
from service.jobs.keep_house import MEETINGS
from service.storage import meetings, people
from service.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Record:
    """The person as kept, who met them, and each meeting's day with the one until which it is kept
    (both local to the leader)."""

    member: Person
    leader: Person
    days: tuple[tuple[date, date], ...]


def subject_of(leader: Leader, pair: Pair) -> str:
    """What the link to a member's page names."""
    return f"{leader.key}-{pair.id}"


def record_of(tx: Transaction, subject: str) -> Record | None:
    """What is kept about the member whom a link names; None once leader or member is forgotten."""
    key, _, number = subject.rpartition("-")
    row = people.by_key(tx, key)
    if row is None:
        return None
    pair = next((one for one in people.pairs_of(tx, row.leader.id) if str(one.id) == number), None)
    if pair is None:
        return None
    starts = [one.start for one in meetings.of_leader(tx, row.leader.id) if one.pair_id == pair.id]
    zone = row.leader.zone
    days = [(start.astimezone(zone).date(), (start + MEETINGS).astimezone(zone).date()) for start in starts]
    return Record(pair.member, row.leader.person, tuple(days))
