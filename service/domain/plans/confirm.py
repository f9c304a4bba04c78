"""Confirm: what only the leader knows, asked once and all in one mail."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from service.domain.desk import IN_HAND, Decision, Desk, Reason
from service.domain.letters import Kind
from service.domain.plans.reflection import IGNORED_IN_A_ROW, ignored_streak
from service.domain.records import By, State
from service.domain.timing import in_working_hours, next_working_morning

QUESTION_IS_FRESH = timedelta(days=5)
SERIES_IS_FRESH = timedelta(days=90)  # shorter than mails are kept: asked once, even if never answered
PAUSE_KEY = "confirm:pause:"


def confirms(desk: Desk, now: datetime) -> list[Decision]:
    """What happened, is this a one-on-one, shall we pause; what is due together is one mail."""
    found = [*_what_happened(desk, now), *_series(desk, now), *_pause(desk, now)]
    found = [_unless_silent(desk, decision) for decision in found]
    rows = {decision.key: desk.mails.get(decision.key) for decision in found}
    fresh = [d for d in found if (row := rows[d.key]) is None or not (row.settled or row.status in IN_HAND)]
    in_hand = [d for d in found if (row := rows[d.key]) is not None and row.status in IN_HAND]
    return in_hand + _in_one_mail(fresh, now)


def _unless_silent(desk: Desk, decision: Decision) -> Decision:
    """Asked before they are bundled, so that none rides in a mail that will not leave."""
    silent = desk.why_silent(decision.pair_id, decision.due)
    return replace(decision, reason=silent) if decision.planned and silent else decision


def _in_one_mail(decisions: Sequence[Decision], now: datetime) -> list[Decision]:
    due = [decision for decision in decisions if decision.planned and decision.due <= now]
    carried = {decision.key for decision in due[1:]}
    return [
        replace(decision, reason=Reason.BUNDLED, carrier=due[0].key) if decision.key in carried else decision
        for decision in decisions
    ]


def _what_happened(desk: Desk, now: datetime) -> Iterator[Decision]:
    for meeting in desk.meetings:
        change = desk.called_off(meeting)
        key = f"confirm:happened:{meeting.key}"
        unknown = meeting.state is State.CANCELLED and meeting.by is By.UNKNOWN
        if change is None or not (unknown or key in desk.mails):
            continue
        base = next_working_morning(change.seen_by, desk.work, desk.leader.preferences.work_from)
        too_late = Reason.TOO_LATE if now - base > QUESTION_IS_FRESH else None
        yield Decision(
            kind=Kind.CONFIRM,
            key=key,
            due=in_working_hours(max(base, now), desk.leader.preferences, desk.work),
            reason=too_late if unknown else Reason.ANSWERED,
            pair_id=meeting.pair_id,
            meeting_id=meeting.id,
        )


def _series(desk: Desk, now: datetime) -> Iterator[Decision]:
    for ask in desk.asks:
        yield Decision(
            kind=Kind.CONFIRM,
            key=f"confirm:series:{ask.key}",
            due=in_working_hours(max(ask.asked_at, now), desk.leader.preferences, desk.work),
            reason=Reason.TOO_LATE if now - ask.asked_at > SERIES_IS_FRESH else None,
        )


def _pause(desk: Desk, now: datetime) -> Iterator[Decision]:
    """Asked once in a row of ignored forms, however long the row becomes."""
    streak = ignored_streak(desk, now)
    if len(streak) < IGNORED_IN_A_ROW:
        return
    asked = [mail for mail in desk.mails_of(Kind.CONFIRM) if mail.key.startswith(PAUSE_KEY)]
    since = [mail.key for mail in asked if mail.due_at >= streak[0].due_at]
    key = since[0] if since else streak[0].key.replace("reflection:", PAUSE_KEY, 1)
    due = in_working_hours(now, desk.leader.preferences, desk.work)
    yield Decision(kind=Kind.CONFIRM, key=key, due=due)
