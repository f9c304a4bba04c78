"""What a leader sets by themselves is kept, and planned by at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.cycle import new_starts
from service.domain.desk import Desk
from service.domain.people import Leader, LeaderState, Pair
from service.domain.records import LIVE
from service.domain.wishes import Wishes
from service.jobs.desks import begin_times, load_desk
from service.jobs.office import Office
from service.storage import meetings, people
from service.storage.database import Transaction
from service.storage.people import LeaderRow


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member with what is next: the meeting's start and the pair's beginning are local, None for
    nothing in sight and for a pair that has begun; `week` is the next meeting's, with its job in a word."""

    pair: Pair
    next_at: datetime | None = None
    week: int | None = None
    job: str = ""
    begins: datetime | None = None


def keep_wishes(tx: Transaction, row: LeaderRow, wishes: Wishes, now: datetime) -> None:
    """Store what holds for all mails."""
    people.change(
        tx,
        row.leader.id,
        preferences=people.preferences_to_json(wishes.preferences),
        language=wishes.language,
        country=wishes.country,
        one_by_one=wishes.one_by_one,
        next_due_at=None,
    )
    if wishes.one_by_one != row.leader.one_by_one:
        _begin_anew(tx, row.leader, now, one_by_one=wishes.one_by_one)


def _begin_anew(tx: Transaction, leader: Leader, now: datetime, *, one_by_one: bool) -> None:
    pairs = people.pairs_of(tx, leader.id)
    begins = begin_times(leader, pairs)
    if not begins:
        return  # the first reading begins everyone's
    past = meetings.of_leader(tx, leader.id, until=now)
    met = {one.pair_id for one in past if one.start >= begins[one.pair_id]}
    for pair_id, start in new_starts(pairs, begins, met, now, leader.zone, one_by_one=one_by_one).items():
        people.change_pair(tx, pair_id, starts_at=start)


def change_pairs(tx: Transaction, leader_id: int, changes: Iterable[tuple[Pair, Mapping[str, Any]]]) -> None:
    """Store what holds for single pairs."""
    for pair, values in changes:
        if values:
            people.change_pair(tx, pair.id, **values)
    people.change(tx, leader_id, next_due_at=None)


def pause(tx: Transaction, row: LeaderRow, until: datetime | None) -> None:
    """No mails until then, or until the leader goes on."""
    if row.leader.state in {LeaderState.ACTIVE, LeaderState.PAUSED}:
        people.set_state(tx, row.leader.id, LeaderState.PAUSED, until)


def resume(tx: Transaction, row: LeaderRow) -> None:
    """Mails again, after a pause or an end."""
    if row.leader.state in {LeaderState.PAUSED, LeaderState.STOPPED}:
        people.set_state(tx, row.leader.id, LeaderState.ACTIVE)


def members_of(
    tx: Transaction, office: Office, row: LeaderRow, now: datetime
) -> tuple[list[MemberView], Desk]:
    """Each member with what is next, in the roster's order, and the desk it was seen on."""
    desk = load_desk(tx, office, row, now)
    jobs = {week.number: week.job for week in office.playbook_of(row.leader.language).weeks}
    return [_view(desk, pair, jobs, now) for pair in desk.pairs.values()], desk


def _view(desk: Desk, pair: Pair, jobs: Mapping[int, str], now: datetime) -> MemberView:
    zone, begins = desk.leader.zone, desk.starts.get(pair.id)
    ahead = [one for one in desk.meetings if one.pair_id == pair.id and one.start > now and one.state in LIVE]
    later = begins.astimezone(zone) if begins is not None and begins > now else None
    if not ahead:
        return MemberView(pair, begins=later)
    place = desk.places.get(ahead[0].id or 0)
    week = place.week if place else None
    return MemberView(pair, ahead[0].start.astimezone(zone), week, jobs.get(week or 0, ""), later)
