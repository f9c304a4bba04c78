"""What should leave when, and why the rest does not: one leader's whole plan.

Level-triggered: it compares what should be with what is, so a missed pass, a restart or a
moved meeting heals by itself.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from service.domain.desk import Decision, Desk, Reason
from service.domain.letters import Kind
from service.domain.plans.confirm import confirms
from service.domain.plans.month import digests
from service.domain.plans.prep import preps
from service.domain.plans.rebook import rebooks
from service.domain.plans.reconnect import reconnects
from service.domain.plans.reflection import IGNORED_AFTER, forms, reminders, unanswered
from service.domain.records import LIVE
from service.domain.timing import out_of_quiet

WELCOME_IS_FRESH = timedelta(days=14)
WELCOME_IS_HISTORY = timedelta(days=60)
# What fell due while the leader wanted no mail is not made up for (nor are forms, see there).
NOT_MADE_UP_FOR = frozenset({Kind.REMINDER, Kind.REBOOK})


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
        *reconnects(desk, now),
    ]
    gated = (_gate(desk, decision) for decision in found)
    ahead = (decision for decision in gated if not _is_over(desk, decision))
    return sorted(ahead, key=lambda decision: (decision.due, decision.key))


def next_moment(desk: Desk, decisions: list[Decision], now: datetime) -> datetime | None:
    """When this leader next needs a look: a mail falls due, a meeting ends, a form counts as ignored."""
    moments = [decision.due for decision in decisions]
    moments += [meeting.end for meeting in desk.meetings if meeting.state in LIVE]
    moments += [form.sent_at + IGNORED_AFTER for form in unanswered(desk) if form.sent_at]
    return min((moment for moment in moments if moment > now), default=None)


def _welcome(desk: Desk, now: datetime) -> Iterator[Decision]:
    joined = desk.leader.joined_at
    key = f"welcome:{desk.leader.key}"
    if joined is None:
        yield Decision(Kind.WELCOME, key, now, Reason.CALENDAR_UNREAD)
        return
    if now - joined > WELCOME_IS_HISTORY:
        return
    due = out_of_quiet(max(joined, now), desk.leader.preferences, desk.work)
    yield Decision(Kind.WELCOME, key, due, Reason.TOO_LATE if now - joined > WELCOME_IS_FRESH else None)


def _is_over(desk: Desk, decision: Decision) -> bool:
    """It has left; or it was decided not to send it, and nothing has changed since."""
    row = desk.mails.get(decision.key)
    if row is None or decision.reason is Reason.ALREADY_PREPARED:
        return False
    if row.settled or (row.silenced and decision.kind in NOT_MADE_UP_FOR):
        return True
    return row.status == "skipped" and not decision.planned and decision.carrier is None


def _gate(desk: Desk, decision: Decision) -> Decision:
    """The leader's word stands above every plan."""
    if not decision.planned and decision.reason is not Reason.BUNDLED:
        return decision
    stop = desk.why_silent(decision.pair_id, decision.due)
    return replace(decision, reason=stop, carrier=None) if stop is not None else decision
