"""Digest: once a month, on its first working day."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from service.domain.desk import Decision, Desk, Reason
from service.domain.letters import Kind
from service.domain.records import Meeting, What, went_with_series
from service.domain.timing import month_of, next_month, previous_month, when_reachable

DIGEST_MORNING = time(8, 0)
SPREAD_MINUTES = 20
DIGEST_IS_FRESH = timedelta(days=14)


def digests(desk: Desk, now: datetime) -> Iterator[Decision]:
    """The digest of last month, and of this one to come; each once."""
    if desk.leader.joined_at is None:
        return
    this = month_of(desk.work.local(now).date())
    for month in (previous_month(this), this):
        if next_month(month) > desk.work.local(desk.leader.joined_at).date():
            yield _digest(desk, month, now)


def digest_key(leader_key: str, month: date) -> str:
    """The digest's key: leader and month."""
    return f"digest:{leader_key}:{month:%Y-%m}"


def month_of_key(key: str) -> date:
    """The month that a digest's key names."""
    return date.fromisoformat(f"{key.rpartition(':')[2]}-01")


def _digest(desk: Desk, month: date, now: datetime) -> Decision:
    after = next_month(month)
    first = desk.work.first_working_of_month(after.year, after.month)
    base = desk.work.at(first, DIGEST_MORNING) + timedelta(minutes=_spread(desk.leader.key))
    return Decision(
        kind=Kind.DIGEST,
        key=digest_key(desk.leader.key, month),
        due=when_reachable(max(base, now), desk.leader.preferences, desk.work),
        reason=_reason(desk, month, base, now),
    )


def _spread(leader_key: str) -> int:
    """Minutes after 08:00, so that many leaders' digests do not leave at once; fixed per leader."""
    return sum(leader_key.encode()) % SPREAD_MINUTES


def _reason(desk: Desk, month: date, base: datetime, now: datetime) -> Reason | None:
    if not any(_on_record(desk, month, meeting) for meeting in desk.meetings):
        return Reason.NOTHING_ON_RECORD
    return Reason.TOO_LATE if now - base > DIGEST_IS_FRESH else None


def _on_record(desk: Desk, month: date, meeting: Meeting) -> bool:
    """What the digest will count: since joining, of no muted pair, not gone with its series."""
    joined, pair = desk.leader.joined_at, desk.pairs.get(meeting.pair_id)
    if joined is None or meeting.start < joined or pair is None or pair.muted:
        return False
    last = desk.last_change(meeting, What)
    of_month = month_of(desk.work.local(meeting.start).date()) == month
    return of_month and not went_with_series(meeting, last)
