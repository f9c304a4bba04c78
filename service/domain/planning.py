"""What should leave when, and why the rest does not: one leader's whole plan.

Level-triggered: it compares what should be with what is, so a missed pass, a restart or a
moved meeting heals by itself.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from service.domain.desk import Decision, Desk, Reason
from service.domain.letters import Kind
from service.domain.people import LeaderState
from service.domain.plans.confirm import confirms
from service.domain.plans.month import digests
from service.domain.plans.prep import preps
from service.domain.plans.rebook import rebooks
from service.domain.plans.reflection import forms, reminders
from service.domain.records import LIVE
from service.domain.timing import out_of_quiet

WELCOME_IS_FRESH = timedelta(days=14)


def plan(desk: Desk, now: datetime) -> list[Decision]:
    """Every email to come and every one that will not, by due time.

    An email that has left, or was skipped before, is no longer in it; but for the prep of
    a meeting still to come that is not repeated (`already_prepared`).
    """
    found = [
        *_welcome(desk, now),
        *preps(desk, now),
        *forms(desk, now),
        *reminders(desk, now),
        *rebooks(desk, now),
        *confirms(desk, now),
        *digests(desk, now),
    ]
    gated = [_gate(desk, decision) for decision in found if not _is_over(desk, decision)]
    return sorted(gated, key=lambda decision: (decision.due, decision.key))


def next_moment(desk: Desk, decisions: list[Decision], now: datetime) -> datetime | None:
    """When this leader next needs a look: a mail falls due, or a meeting ends."""
    moments = [decision.due for decision in decisions if decision.due > now]
    moments += [meeting.end for meeting in desk.meetings if meeting.state in LIVE and meeting.end > now]
    return min(moments, default=None)


def _welcome(desk: Desk, now: datetime) -> Iterator[Decision]:
    joined = desk.leader.joined_at
    key = f"welcome:{desk.leader.key}"
    if joined is None:
        yield Decision(Kind.WELCOME, key, now, Reason.CALENDAR_UNREAD)
        return
    due = out_of_quiet(max(joined, now), desk.leader.preferences, desk.work)
    yield Decision(Kind.WELCOME, key, due, Reason.TOO_LATE if now - joined > WELCOME_IS_FRESH else None)


def _is_over(desk: Desk, decision: Decision) -> bool:
    """It has left; or it was decided not to send it, and nothing has changed since."""
    row = desk.mails.get(decision.key)
    if row is None or decision.reason is Reason.ALREADY_PREPARED:
        return False
    still_skipped = row.status == "skipped" and not decision.planned and decision.carrier is None
    return row.settled or still_skipped


def _gate(desk: Desk, decision: Decision) -> Decision:
    """The leader's word stands above every plan."""
    if not decision.planned and decision.reason is not Reason.BUNDLED:
        return decision
    stop = _why_nothing(desk, decision)
    return replace(decision, reason=stop, carrier=None) if stop is not None else decision


def _why_nothing(desk: Desk, decision: Decision) -> Reason | None:
    if desk.leader.state is LeaderState.STOPPED:
        return Reason.STOPPED
    until = desk.leader.paused_until
    if desk.leader.state is LeaderState.PAUSED and (until is None or decision.due < until):
        return Reason.PAUSED
    pair = desk.pairs.get(decision.pair_id or 0)
    return Reason.MUTED if pair is not None and pair.muted else None
