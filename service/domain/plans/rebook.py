"""Rebook: a kind note with free times, when the leader's side cancelled."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from service.domain.desk import IN_HAND, Decision, Desk, Reason
from service.domain.letters import Kind
from service.domain.records import COUNTS_AS_HELD, LIVE, By, Change, Meeting, State
from service.domain.timing import REBOOK_MORNING, next_working_morning, when_reachable

NOTE_IS_FRESH = timedelta(days=3)
ONE_A_WEEK = timedelta(days=7)
HALF_A_WEEK = timedelta(days=3.5)


def rebooks(desk: Desk, now: datetime) -> Iterator[Decision]:
    """One for each meeting that the leader's side cancelled since joining; at most one a week per pair."""
    latest = _noted(desk)
    for meeting in desk.meetings:
        change = desk.called_off(meeting)
        row = desk.mails.get(_key(meeting))
        if change is None or (row is not None and row.settled):
            continue
        if change.by is not By.LEADER and (row is None or row.status not in IN_HAND):
            continue
        reason, due = _reason(desk, meeting, change, now), _due(desk, change, now)
        if reason is None and meeting.pair_id in latest and due - latest[meeting.pair_id] < ONE_A_WEEK:
            reason = Reason.ONE_A_WEEK
        if reason is None:
            latest[meeting.pair_id] = due
        yield _decision(meeting, due, reason)


def _key(meeting: Meeting) -> str:
    return f"rebook:{meeting.key}"


def _decision(meeting: Meeting, due: datetime, reason: Reason | None) -> Decision:
    return Decision(
        kind=Kind.REBOOK,
        key=_key(meeting),
        due=due,
        reason=reason,
        pair_id=meeting.pair_id,
        meeting_id=meeting.id,
    )


def _noted(desk: Desk) -> dict[int, datetime]:
    """When each pair last had such a note."""
    found: dict[int, datetime] = {}
    for mail in desk.mails_of(Kind.REBOOK):
        if mail.pair_id is not None and mail.sent_at is not None:
            found[mail.pair_id] = mail.sent_at
    return found


def _due(desk: Desk, change: Change, now: datetime) -> datetime:
    base = next_working_morning(change.seen_by, desk.work, REBOOK_MORNING)
    return when_reachable(max(base, now), desk.leader.preferences, desk.work)


def _reason(desk: Desk, meeting: Meeting, change: Change, now: datetime) -> Reason | None:
    if meeting.state in LIVE | COUNTS_AS_HELD:
        return Reason.REPLACED
    if meeting.state is State.EXCUSED:
        return Reason.EXCUSED
    if meeting.state is not State.CANCELLED or meeting.by is not By.LEADER:
        return Reason.NOT_HELD
    if any(_replaces(other, meeting) for other in desk.meetings):
        return Reason.REPLACED
    if now - next_working_morning(change.seen_by, desk.work, REBOOK_MORNING) > NOTE_IS_FRESH:
        return Reason.TOO_LATE
    return None


def _replaces(other: Meeting, cancelled: Meeting) -> bool:
    """An extra meeting of the pair nearby, booked before the other one was called off."""
    stands = other.pair_id == cancelled.pair_id and other.state in LIVE | COUNTS_AS_HELD
    both_regular = other.recurring and cancelled.recurring
    return stands and not both_regular and abs(other.start - cancelled.start) < HALF_A_WEEK
