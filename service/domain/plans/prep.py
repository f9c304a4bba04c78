"""Prep: the week's structure, before the meeting."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from service.domain.desk import Decision, Desk, Mail, Reason
from service.domain.letters import Kind
from service.domain.records import COUNTS_AS_HELD, LIVE, Meeting, State, What
from service.domain.timing import LAST_MOMENT, out_of_quiet, prep_time

# A calendar unread for so long may have lost the meeting: better no mail than a wrong one.
TRUST_A_READING = timedelta(days=3)


def preps(desk: Desk, now: datetime) -> Iterator[Decision]:
    """One decision for each meeting since the leader joined."""
    left = {mail.meeting_id: mail for mail in desk.mails_of(Kind.PREP) if mail.settled}
    for meeting in desk.meetings:
        if desk.leader.joined_at is not None and meeting.start >= desk.leader.joined_at:
            decision = _prep(desk, meeting, left.get(meeting.id), now)
            if decision.reason is not Reason.ALREADY_PREPARED or meeting.start > now:
                yield decision


def _prep(desk: Desk, meeting: Meeting, last: Mail | None, now: datetime) -> Decision:
    place = desk.places.get(meeting.id or 0)
    week = place.week if place else None
    base = prep_time(meeting.start, desk.leader.preferences, desk.work)
    due = out_of_quiet(max(base, now), desk.leader.preferences, desk.work) if base < now else base
    again = last is not None and _moved_to_another_week(desk, meeting, last, week)
    return Decision(
        kind=Kind.PREP,
        key=_key(meeting, week if again else None),
        due=due,
        reason=_reason(desk, meeting, now, due, done=last is not None and not again),
        pair_id=meeting.pair_id,
        meeting_id=meeting.id,
        week=week,
    )


def _key(meeting: Meeting, week: int | None) -> str:
    return f"prep:{meeting.key}" if week is None else f"prep:{meeting.key}:w{week}"


def _moved_to_another_week(desk: Desk, meeting: Meeting, last: Mail, week: int | None) -> bool:
    move = desk.last_change(meeting, (What.MOVED, What.RESCHEDULED))
    moved_since = move is not None and last.sent_at is not None and move.seen_by > last.sent_at
    return moved_since and last.week != week


def _reason(desk: Desk, meeting: Meeting, now: datetime, due: datetime, *, done: bool) -> Reason | None:
    if done:
        return Reason.ALREADY_PREPARED
    stands = _why_it_does_not_stand(desk, meeting, now)
    if stands is not None:
        return stands
    if meeting.start - now < LAST_MOMENT:
        return Reason.TOO_LATE
    if due > meeting.start - LAST_MOMENT:
        return Reason.QUIET_HOURS
    return None


def _why_it_does_not_stand(desk: Desk, meeting: Meeting, now: datetime) -> Reason | None:
    if meeting.state is State.EXCUSED:
        return Reason.EXCUSED
    if meeting.state not in LIVE | COUNTS_AS_HELD:
        return Reason.CANCELLED if meeting.state is State.CANCELLED else Reason.NOT_HELD
    if meeting.start <= now:
        return Reason.MEETING_BEGAN
    if meeting.id not in desk.places:
        return Reason.NOT_STARTED
    if desk.work.absent(meeting.start, meeting.end):
        return Reason.OUT_OF_OFFICE
    if desk.calendar_read_at is None or now - desk.calendar_read_at > TRUST_A_READING:
        return Reason.CALENDAR_UNREAD
    return None
