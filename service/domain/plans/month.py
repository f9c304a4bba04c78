"""Digest: once a month, on its first working day."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from service.domain.desk import Decision, Desk, Reason
from service.domain.letters import Kind
from service.domain.timing import month_of, next_month, out_of_quiet, previous_month

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


def _digest(desk: Desk, month: date, now: datetime) -> Decision:
    after = next_month(month)
    first = desk.work.first_working_of_month(after.year, after.month)
    base = desk.work.at(first, DIGEST_MORNING) + timedelta(minutes=_spread(desk.leader.key))
    return Decision(
        kind=Kind.DIGEST,
        key=digest_key(desk.leader.key, month),
        due=out_of_quiet(max(base, now) if base < now else base, desk.leader.preferences, desk.work),
        reason=_reason(desk, month, base, now),
    )


def _spread(leader_key: str) -> int:
    """Minutes after 08:00, so that many leaders' digests do not leave at once; fixed per leader."""
    return sum(leader_key.encode()) % SPREAD_MINUTES


def _reason(desk: Desk, month: date, base: datetime, now: datetime) -> Reason | None:
    if not any(_on_record(desk, month, meeting.start) for meeting in desk.meetings):
        return Reason.NOTHING_ON_RECORD
    return Reason.TOO_LATE if now - base > DIGEST_IS_FRESH else None


def _on_record(desk: Desk, month: date, start: datetime) -> bool:
    joined = desk.leader.joined_at
    return joined is not None and start >= joined and month_of(desk.work.local(start).date()) == month
