"""Reflection: the form after the meeting, and its one reminder."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from service.domain.desk import IN_HAND, Decision, Desk, Mail, Reason
from service.domain.letters import Kind
from service.domain.plans.prep import TRUST_A_READING
from service.domain.records import COUNTS_AS_HELD, LIVE, Meeting, State
from service.domain.timing import after_meeting, next_working_morning, out_of_quiet, when_reachable

AFTER_THE_END = timedelta(minutes=15)
BACK_TO_BACK = timedelta(minutes=15)
FORM_IS_FRESH = timedelta(days=3)
REMINDER_IS_FRESH = timedelta(days=2)
IGNORED_AFTER = timedelta(days=3)
IGNORED_IN_A_ROW = 4


def forms(desk: Desk, now: datetime) -> Iterator[Decision]:
    """One decision for each meeting since the leader joined; back-to-back ones share a form."""
    wanted: list[Meeting] = []
    for meeting in desk.meetings:
        if desk.leader.joined_at is None or meeting.start < desk.leader.joined_at:
            continue
        row = desk.mails.get(_key(meeting))
        if row is not None and row.settled:
            continue
        due = _due(desk, meeting, now)
        reason = _reason(desk, meeting, now) or _why_silent(desk, meeting, row, due)
        if reason is not None or (row is not None and row.status in IN_HAND):
            yield _form(desk, meeting, due, reason)
        else:
            wanted.append(meeting)
    for chain in _back_to_back(wanted):
        yield from _share(desk, chain, now)


def reminders(desk: Desk, now: datetime) -> Iterator[Decision]:
    """One for each form that left and was not answered, on the next working morning."""
    quiet = len(ignored_streak(desk, now)) >= IGNORED_IN_A_ROW
    meetings = {meeting.id: meeting for meeting in desk.meetings}
    for form in desk.mails_of(Kind.REFLECTION):
        meeting = meetings.get(form.meeting_id)
        if form.sent_at is None or form.carried or meeting is None:
            continue
        base = next_working_morning(form.sent_at, desk.work)
        yield Decision(
            kind=Kind.REMINDER,
            key=form.key.replace("reflection:", "reminder:", 1),
            due=when_reachable(max(base, now), desk.leader.preferences, desk.work),
            reason=_no_reminder(form, meeting, base, now, quiet=quiet),
            pair_id=form.pair_id,
            meeting_id=form.meeting_id,
            thread=form.key,
        )


def ignored_streak(desk: Desk, now: datetime) -> list[Mail]:
    """The forms left unanswered in a row up to now, oldest first; fresh ones are not counted yet."""
    return [form for form in unanswered(desk) if form.sent_at and now - form.sent_at >= IGNORED_AFTER]


def unanswered(desk: Desk) -> list[Mail]:
    """The forms that left since the last one answered, oldest first."""
    left = [form for form in desk.mails_of(Kind.REFLECTION) if form.sent_at and not form.carried]
    return list(takewhile(lambda form: form.answered_at is None, reversed(left)))[::-1]


def _key(meeting: Meeting) -> str:
    return f"reflection:{meeting.key}"


def _base(desk: Desk, last: Meeting) -> datetime:
    return after_meeting(last.end + AFTER_THE_END, desk.leader.preferences, desk.work)


def _due(desk: Desk, last: Meeting, now: datetime) -> datetime:
    return out_of_quiet(max(_base(desk, last), now), desk.leader.preferences, desk.work)


def _why_silent(desk: Desk, meeting: Meeting, row: Mail | None, due: datetime) -> Reason | None:
    """Asked before meetings are bundled, so that none rides in a form that will not leave."""
    if row is not None and row.silenced and row.due_at >= meeting.end:
        return Reason(row.reason or Reason.PAUSED)
    return desk.why_silent(meeting.pair_id, due)


def _form(
    desk: Desk, meeting: Meeting, due: datetime, reason: Reason | None, carrier: str | None = None
) -> Decision:
    place = desk.places.get(meeting.id or 0)
    return Decision(
        kind=Kind.REFLECTION,
        key=_key(meeting),
        due=due,
        reason=reason,
        pair_id=meeting.pair_id,
        meeting_id=meeting.id,
        week=place.week if place else None,
        carrier=carrier,
    )


def _back_to_back(meetings: Sequence[Meeting]) -> list[list[Meeting]]:
    chains: list[list[Meeting]] = []
    for meeting in sorted(meetings, key=lambda one: (one.start, one.end)):
        if chains and meeting.start - max(one.end for one in chains[-1]) <= BACK_TO_BACK:
            chains[-1].append(meeting)
        else:
            chains.append([meeting])
    return chains


def _share(desk: Desk, chain: Sequence[Meeting], now: datetime) -> Iterator[Decision]:
    last = max(chain, key=lambda one: one.end)
    due = _due(desk, last, now)
    yield _form(desk, last, due, None)
    for meeting in chain:
        if meeting is not last:
            yield _form(desk, meeting, due, Reason.BUNDLED, carrier=_key(last))


def _reason(desk: Desk, meeting: Meeting, now: datetime) -> Reason | None:
    if meeting.id in desk.reflected:
        return Reason.ANSWERED
    if meeting.state is State.EXCUSED:
        return Reason.EXCUSED
    if meeting.state not in LIVE | COUNTS_AS_HELD:
        return Reason.CANCELLED if meeting.state is State.CANCELLED else Reason.NOT_HELD
    if meeting.id not in desk.places:
        return Reason.NOT_STARTED
    if desk.work.absent(meeting.start, meeting.end):
        return Reason.OUT_OF_OFFICE
    if desk.calendar_read_at is None or now - desk.calendar_read_at > TRUST_A_READING:
        return Reason.CALENDAR_UNREAD
    if now - _base(desk, meeting) > FORM_IS_FRESH:
        return Reason.TOO_LATE
    return None


def _no_reminder(
    form: Mail, meeting: Meeting, base: datetime, now: datetime, *, quiet: bool
) -> Reason | None:
    if form.answered_at is not None:
        return Reason.ANSWERED
    moved_on = form.sent_at is not None and meeting.end > form.sent_at  # learned after the form had left
    if meeting.state not in LIVE | COUNTS_AS_HELD or moved_on:
        return Reason.NOT_HELD
    if quiet:
        return Reason.QUIET_AFTER_IGNORED
    if now - base > REMINDER_IS_FRESH:
        return Reason.TOO_LATE
    return None
