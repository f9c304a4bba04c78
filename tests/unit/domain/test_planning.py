"""The whole plan of a leader: the leader's word above it all, the welcome, and when to look again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.desk import Desk, Mail, OpenAsk, Reason
from service.domain.letters import Kind
from service.domain.people import LeaderState
from service.domain.planning import next_moment, plan
from service.domain.records import By, Meeting, State, What
from service.domain.timing import out_of_quiet
from tests.fakes.desks import (
    DAY,
    HOUR,
    MINUTE,
    at,
    change,
    clock,
    delivered,
    desk,
    leader,
    mail,
    of_kind,
    one_on_one,
    pair,
    the,
    why,
)

START = at("2026-11-24 14:00")
MEETING = one_on_one(START)
NOW = at("2026-11-23 15:00")


# --- welcome ----------------------------------------------------------------------------


def test_the_welcome_leaves_after_the_first_whole_reading() -> None:
    found = the(desk(who=leader(joined_at=NOW)), NOW, Kind.WELCOME)
    assert (found.due, found.reason, found.key) == (NOW, None, "welcome:lea")


def test_before_it_there_is_only_a_reason() -> None:
    assert why(desk(who=leader(joined_at=None)), NOW, Kind.WELCOME) == "calendar_unread"


def test_not_in_quiet_hours() -> None:
    evening = at("2026-11-23 21:00")
    assert (
        clock(the(desk(who=leader(joined_at=evening)), evening, Kind.WELCOME).due) == "Tue 2026-11-24 07:00"
    )


def test_once() -> None:
    joined = desk(who=leader(joined_at=NOW))
    assert of_kind(delivered(joined, NOW), NOW + DAY, Kind.WELCOME) == []


def test_after_two_weeks_nobody_is_greeted_and_after_two_months_nobody_speaks_of_it() -> None:
    of = desk(who=leader(joined_at=NOW))
    assert why(of, NOW + 14 * DAY + MINUTE, Kind.WELCOME) == "too_late"
    assert of_kind(of, NOW + 61 * DAY, Kind.WELCOME) == []


# --- the leader's word ------------------------------------------------------------------


def reasons(of: Desk, now: datetime = NOW) -> set[str | None]:
    return {decision.reason for decision in plan(of, now)}


def test_one_who_stopped_gets_nothing() -> None:
    assert reasons(desk(MEETING, who=leader(state=LeaderState.STOPPED, joined_at=NOW))) == {"stopped"}


def test_one_who_paused_gets_nothing_until_the_pause_is_over() -> None:
    until = START
    who = leader(state=LeaderState.PAUSED, paused_until=until, joined_at=NOW)
    found = {one.kind: (one.reason, one.due < until) for one in plan(desk(MEETING, who=who), NOW)}
    assert found[Kind.PREP] == ("paused", True)
    assert found[Kind.WELCOME] == ("paused", True)
    assert found[Kind.REFLECTION] == (None, False)


def test_a_pause_without_an_end_lasts() -> None:
    assert reasons(desk(MEETING, who=leader(state=LeaderState.PAUSED, joined_at=NOW))) == {"paused"}


def test_a_muted_pair_leaves_the_others_alone() -> None:
    other = one_on_one(START + HOUR, number=2, pair_id=2)
    of = desk(MEETING, other, pairs=[pair(1, muted=True), pair(2)])
    found = {one.meeting_id: one.reason for one in of_kind(of, NOW, Kind.PREP)}
    assert found == {1: "muted", 2: None}


# --- the plan ---------------------------------------------------------------------------


def test_it_is_in_order_of_time() -> None:
    dues = [one.due for one in plan(desk(MEETING, one_on_one(START - 3 * HOUR, number=2)), NOW)]
    assert dues == sorted(dues)


def test_every_reason_has_its_own_name() -> None:
    assert all(reason.value == reason.name.lower() for reason in Reason)


def test_what_had_nothing_to_say_is_not_tried_again() -> None:
    row = replace(
        mail(Kind.DIGEST, None, NOW, status="skipped", reason="nothing_to_say"), key="digest:lea:2026-11"
    )
    assert [one.key for one in of_kind(desk(MEETING, mails=[row]), NOW, Kind.DIGEST)] == []


states = st.sampled_from(list(State))
authors = st.sampled_from([None, *By])
whats = st.sampled_from(
    [What.CANCELLED, What.VANISHED, What.DECLINED, What.CORRECTED, What.MOVED, What.ENDED]
)


@st.composite
def desks(draw: st.DrawFn) -> Desk:
    """A leader with a few pairs and meetings in any state, some of it decided before."""
    count = draw(st.integers(0, 8))
    meetings: list[Meeting] = []
    history = {}
    for number in range(1, count + 1):
        start = NOW + draw(st.integers(-8 * 24 * 4, 8 * 24 * 4)) * 15 * MINUTE
        one = one_on_one(
            start, number=number, pair_id=draw(st.integers(1, 3)), state=draw(states), by=draw(authors)
        )
        meetings.append(one)
        seen = NOW - draw(st.integers(0, 150)) * HOUR
        history[number] = (change(draw(whats), seen, one.by),)
    state = draw(st.sampled_from(list(LeaderState)))
    until = draw(st.none() | st.integers(1, 200).map(lambda hours: NOW + hours * HOUR))
    who = leader(state=state, paused_until=until if state is LeaderState.PAUSED else None)
    asks = [OpenAsk(str(n), NOW - n * HOUR) for n in range(draw(st.integers(0, 2)))]
    pairs = [pair(n, muted=draw(st.booleans())) for n in (1, 2, 3)]
    return desk(*meetings, who=who, pairs=pairs, history=history, asks=asks)


moments = st.integers(-24, 24 * 9).map(lambda hours: NOW + timedelta(hours=hours))


@given(of=desks(), now=moments)
def test_planning_twice_gives_the_same(of: Desk, now: datetime) -> None:
    assert plan(of, now) == plan(of, now)


@given(of=desks(), now=moments)
def test_no_key_comes_twice(of: Desk, now: datetime) -> None:
    keys = [one.key for one in plan(of, now)]
    assert len(keys) == len(set(keys))


@given(of=desks(), now=moments)
def test_nothing_that_is_to_be_sent_is_due_in_quiet_hours(of: Desk, now: datetime) -> None:
    for one in plan(of, now):
        if one.planned:
            assert out_of_quiet(one.due, of.leader.preferences, of.work) == one.due


@given(of=desks(), now=moments)
def test_once_what_was_due_is_done_nothing_is_due(of: Desk, now: datetime) -> None:
    again = plan(delivered(of, now), now)
    assert [one for one in again if one.due <= now and one.reason is not Reason.ALREADY_PREPARED] == []


@given(of=desks(), now=moments)
def test_what_is_bundled_rides_in_a_mail_that_leaves(of: Desk, now: datetime) -> None:
    found = plan(of, now)
    leaving = {one.key: one for one in found if one.planned}
    for one in found:
        assert (one.reason is Reason.BUNDLED) == (one.carrier is not None)
        assert one.carrier is None or leaving[one.carrier].due == one.due


@settings(max_examples=40)  # each looks at two days, quarter of an hour by quarter of an hour
@given(of=desks(), now=moments)
def test_what_becomes_due_wakes_the_leader_in_time(of: Desk, now: datetime) -> None:
    """Looking only when `next_moment` says so finds every mail as soon as looking always would."""
    of = delivered(of, now)
    wake = next_moment(of, plan(of, now), now) or now + 30 * DAY
    quarter = now
    while quarter + 15 * MINUTE < wake and quarter < now + 2 * DAY:
        quarter += 15 * MINUTE
        missed = [one for one in plan(of, quarter) if one.planned and one.due <= quarter]
        assert missed == [], f"at {quarter}, though the next look is at {wake}"


# --- when to look again -----------------------------------------------------------------


def look(of: Desk, now: datetime = NOW) -> datetime | None:
    return next_moment(of, plan(of, now), now)


def test_the_next_look_is_at_the_next_mail() -> None:
    assert look(desk(MEETING)) == at("2026-11-24 12:00")


def test_or_at_the_end_of_a_meeting_which_then_counts_as_held() -> None:
    long = replace(MEETING, end=START + 30 * MINUTE)
    prepared = mail(Kind.PREP, long, START - 2 * HOUR, week=1)
    assert look(desk(long, mails=[prepared]), START) == long.end


def test_or_at_the_end_of_quiet_hours() -> None:
    late = one_on_one(at("2026-11-23 19:00"), state=State.PRESUMED_HELD)
    assert look(desk(late), at("2026-11-23 20:05")) == at("2026-11-24 07:00")


def test_or_when_a_form_counts_as_ignored() -> None:
    sent = at("2026-11-20 14:45")
    held = one_on_one(sent - 45 * MINUTE, state=State.HELD)
    rows: list[Mail] = [
        mail(Kind.REFLECTION, held, sent),
        mail(Kind.REMINDER, held, sent + 3 * DAY - 6 * HOUR),
    ]
    of = desk(held, mails=rows)
    assert look(of, sent + 3 * DAY - HOUR) == sent + 3 * DAY


def test_where_nothing_is_ahead_there_is_no_moment() -> None:
    assert look(desk(who=leader(joined_at=None))) is None


@pytest.mark.parametrize("state", [State.HELD, State.CANCELLED])
def test_meetings_that_are_over_wake_nobody(state: State) -> None:
    past = one_on_one(NOW - 5 * DAY, state=state, by=By.MEMBER)
    found = look(desk(past))
    assert found is not None
    assert found > NOW + DAY


def test_time_is_an_argument_and_always_utc() -> None:
    found = plan(desk(MEETING), NOW.astimezone(UTC))
    assert {one.due.utcoffset() for one in found} == {timedelta(0)}
