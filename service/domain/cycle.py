"""Which week of the cycle a pair's meetings have, and when a pair begins."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.domain.people import Pair
from service.domain.records import COUNTS_AS_HELD, LIVE, Meeting
from service.domain.workdays import instant

# A meeting still to come is presumed to take place: the one after it gets the next week.
ADVANCES = COUNTS_AS_HELD | LIVE


@dataclass(frozen=True, slots=True)
class CyclePlace:
    """A meeting's week (from 1), and how often the pair went through it before (from 0)."""

    week: int
    turn: int


def weeks_of(
    meetings: Sequence[Meeting], pair: Pair, number_of_weeks: int, starts_at: datetime | None
) -> dict[int, CyclePlace]:
    """The place of each of the pair's stored meetings, by meeting id.

    Only meetings that were held, or are still to come, move the cycle on; any other has
    the week it would have had. A meeting before `starts_at` has no place and moves
    nothing. All is computed from the states, so a correction takes a week back by itself.
    """
    return {
        meeting.id: _place(position, pair, number_of_weeks)
        for position, meeting in _positions(meetings, pair, starts_at)
        if meeting.id is not None
    }


def _positions(
    meetings: Sequence[Meeting], pair: Pair, starts_at: datetime | None
) -> Iterator[tuple[int, Meeting]]:
    counted = [
        meeting
        for meeting in meetings
        if meeting.pair_id == pair.id and (starts_at is None or meeting.start >= starts_at)
    ]
    position = pair.shift
    for meeting in sorted(counted, key=lambda one: (one.start, one.id or 0)):
        yield position, meeting
        position += meeting.state in ADVANCES


def _place(position: int, pair: Pair, number_of_weeks: int) -> CyclePlace:
    """A pinned pair has its week every time, so there every meeting is a turn of its own."""
    if pair.pinned_week is not None:
        return CyclePlace((pair.pinned_week - 1) % number_of_weeks + 1, max(position, 0))
    return CyclePlace(position % number_of_weeks + 1, max(position // number_of_weeks, 0))


def starts(
    pairs: Sequence[Pair], joined_at: datetime, zone: ZoneInfo, one_by_one: bool
) -> dict[int, datetime]:
    """When each pair begins (UTC), by pair id.

    Everyone at once: when the leader joined. One by one: a further pair each week, in
    roster order, at local midnight. A pair's own `starts_at` goes before both.
    """
    in_order = sorted(pairs, key=lambda pair: (pair.position, pair.id))
    return {
        pair.id: pair.starts_at or _begins(count if one_by_one else 0, joined_at, zone)
        for count, pair in enumerate(in_order)
    }


def new_starts(
    pairs: Sequence[Pair],
    begins: Mapping[int, datetime],
    met: Set[int],
    now: datetime,
    zone: ZoneInfo,
    *,
    one_by_one: bool,
) -> dict[int, datetime]:
    """When pairs begin (UTC, by pair id) once a leader changes between all and one by one.

    All: whoever still waits begins now. One by one: who has not `met` since their beginning
    begins a week after the other, in roster order; who has met goes on.
    """
    in_order = sorted(pairs, key=lambda pair: (pair.position, pair.id))
    if not one_by_one:
        return {pair.id: now for pair in in_order if begins[pair.id] > now}
    fresh = [pair for pair in in_order if pair.id not in met]
    first = 1 if met else 0
    return {pair.id: _begins(first + count, now, zone) for count, pair in enumerate(fresh)}


def _begins(weeks_later: int, joined_at: datetime, zone: ZoneInfo) -> datetime:
    if weeks_later == 0:
        return joined_at
    day = joined_at.astimezone(zone).date() + timedelta(weeks=weeks_later)
    return instant(day, time(0), zone)
