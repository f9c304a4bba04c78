"""What becomes of a meeting without a reading: by time alone, or by the leader's word."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from service.domain.records import (
    COUNTS_AS_HELD,
    LIVE,
    By,
    Change,
    Confidence,
    Meeting,
    State,
    Update,
    What,
)
from service.domain.reflections import Outcome
from service.domain.workdays import WorkCalendar

SAID_MOVED = "the leader says it was moved"


def settle(known: Sequence[Meeting], work: WorkCalendar, now: datetime) -> list[Update]:
    """What the time alone changes: meetings whose end is past are presumed held, or excused
    where the leader was away for all of it."""
    ends = (ended(meeting, work, meeting.last_seen_at, now) for meeting in known)
    return [update for update in ends if update]


def hold(meeting: Meeting, outcome: Outcome, now: datetime) -> Update:
    """The meeting as the leader says it went; no later reading overrules it.

    "Moved" makes it excused with the evidence `SAID_MOVED`: neither held nor cancelled.
    The meeting it was moved to is on record by itself if it is in the calendar.
    """
    state, by = _OUTCOMES[outcome]
    if outcome is Outcome.MOVED and meeting.state is State.MOVED and meeting.end > now:
        state = State.MOVED
    change = Change(
        What.CONFIRMED if _agrees(meeting, state, by) else What.CORRECTED,
        seen_after=meeting.last_seen_at,
        seen_by=now,
        by=by,
        confidence=Confidence.HIGH if by else None,
        evidence=SAID_MOVED if outcome is Outcome.MOVED else "the leader says so",
    )
    return Update(replace(meeting, state=state, by=by, confidence=change.confidence), change)


_OUTCOMES: dict[Outcome, tuple[State, By | None]] = {
    Outcome.HELD: (State.HELD, None),
    Outcome.MOVED: (State.EXCUSED, None),
    Outcome.LEADER_CANCELLED: (State.CANCELLED, By.LEADER),
    Outcome.MEMBER_CANCELLED: (State.CANCELLED, By.MEMBER),
    Outcome.NO_SHOW: (State.NO_SHOW, None),
}


def unsaid(meeting: Meeting, now: datetime) -> Update:
    """The meeting once the leader has taken back what they said of it: as the calendar alone tells."""
    state = State.PLANNED if meeting.end > now else State.PRESUMED_HELD
    change = Change(What.CORRECTED, meeting.last_seen_at, now, evidence="the leader took it back")
    return Update(replace(meeting, state=state, by=None, confidence=None), change)


def _agrees(meeting: Meeting, state: State, by: By | None) -> bool:
    if state is State.HELD:
        return meeting.state in COUNTS_AS_HELD | LIVE
    return meeting.state is state and meeting.by in {by, By.UNKNOWN, None}


def ended(meeting: Meeting, work: WorkCalendar, seen_after: datetime | None, now: datetime) -> Update | None:
    """The end of a live meeting whose time is past, else None."""
    if meeting.state not in LIVE or meeting.end > now:
        return None
    if work.absent(meeting.start, meeting.end):
        change = Change(What.EXCUSED, seen_after, now, evidence="the leader was away")
        return Update(replace(meeting, state=State.EXCUSED), change)
    change = Change(What.ENDED, seen_after, now, evidence="its time has passed")
    return Update(replace(meeting, state=State.PRESUMED_HELD), change)
