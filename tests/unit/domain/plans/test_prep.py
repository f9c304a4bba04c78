"""Prep: the week's structure before the meeting, once, and never too late."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.desk import Desk, Mail
from service.domain.letters import Kind
from service.domain.people import LeaderState, Preferences
from service.domain.records import By, Meeting, State, What
from service.domain.timing import out_of_quiet
from service.domain.workdays import WorkCalendar
from tests.fakes.desks import (
    BERLIN,
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
DUE = at("2026-11-24 12:00")
EARLIER = at("2026-11-23 15:00")


def sent(meeting: Meeting = MEETING, due: datetime = DUE, week: int = 1, key: str = "") -> Mail:
    return mail(Kind.PREP, meeting, due, week=week, key=key)


# --- when -------------------------------------------------------------------------------


def test_a_meeting_to_come_has_a_prep_with_its_pairs_week_and_key() -> None:
    found = the(desk(MEETING), EARLIER, Kind.PREP)
    assert (found.due, found.reason, found.week, found.key) == (DUE, None, 1, "prep:m1")
    assert (found.pair_id, found.meeting_id) == (1, 1)


def test_each_pair_has_its_own_week() -> None:
    meetings = [
        one_on_one(at("2026-11-10 14:00"), number=1, state=State.HELD),
        one_on_one(at("2026-11-17 14:00"), number=2, state=State.CANCELLED),
        one_on_one(START, number=3),
        one_on_one(START + HOUR, number=4, pair_id=2),
    ]
    found = {one.meeting_id: one.week for one in of_kind(desk(*meetings), EARLIER, Kind.PREP) if one.planned}
    assert found == {3: 2, 4: 1}


def test_created_late_it_leaves_at_once_while_ten_minutes_remain() -> None:
    found = the(desk(MEETING), START - 10 * MINUTE, Kind.PREP)
    assert found.planned
    assert found.due == START - 10 * MINUTE


def test_with_nine_minutes_left_it_is_skipped() -> None:
    assert why(desk(MEETING), START - 9 * MINUTE, Kind.PREP) == "too_late"


@pytest.mark.parametrize("late", [0 * MINUTE, MINUTE, 5 * DAY])
def test_it_never_leaves_for_a_meeting_that_has_begun(late: timedelta) -> None:
    assert why(desk(MEETING), START + late, Kind.PREP) == "meeting_began"


def test_booked_in_quiet_hours_for_before_they_end_it_cannot_leave() -> None:
    meeting = one_on_one(at("2026-11-25 07:05"))
    assert why(desk(meeting), at("2026-11-24 21:00"), Kind.PREP) == "quiet_hours"


def test_booked_in_quiet_hours_it_waits_for_their_end_while_ten_minutes_remain() -> None:
    meeting = one_on_one(at("2026-11-25 07:10"))
    found = the(desk(meeting), at("2026-11-24 21:00"), Kind.PREP)
    assert found.planned
    assert clock(found.due) == "Wed 2026-11-25 07:00"


def test_a_leader_who_travels_is_mailed_on_the_clock_there() -> None:
    new_york = ZoneInfo("America/New_York")
    at_home = desk(one_on_one(at("2026-11-24 16:00")))
    there = desk(one_on_one(at("2026-11-24 16:00")), who=leader(new_york))
    assert clock(the(at_home, EARLIER, Kind.PREP).due) == "Tue 2026-11-24 14:00"
    assert clock(the(there, EARLIER, Kind.PREP).due, new_york) == "Tue 2026-11-24 08:30"


# --- once -------------------------------------------------------------------------------


def test_once_it_has_left_there_is_no_second_one() -> None:
    assert why(desk(MEETING, mails=[sent()]), DUE + HOUR, Kind.PREP) == "already_prepared"


def test_once_its_meeting_has_begun_nothing_is_left_to_say() -> None:
    assert of_kind(desk(MEETING, mails=[sent()]), START, Kind.PREP) == []


@pytest.mark.parametrize("status", ["failed", "unknown"])
def test_one_that_may_have_left_or_cannot_is_not_tried_under_another_key(status: str) -> None:
    row = mail(Kind.PREP, MEETING, DUE, status=status)
    assert why(desk(MEETING, mails=[row]), DUE + HOUR, Kind.PREP) == "already_prepared"


def moved(to: str, seen: datetime, *mails: Mail, week: int) -> Desk:
    """The meeting now stands elsewhere, after so many held ones that its week is `week`."""
    meeting = replace(MEETING, start=at(to), end=at(to) + 30 * MINUTE, state=State.MOVED)
    history = {1: (change(What.MOVED, seen),)}
    return desk(meeting, pairs=[pair(shift=week - 1)], mails=mails, history=history)


def test_moved_before_the_prep_left_it_goes_with_the_meeting() -> None:
    found = the(moved("2026-11-26 14:00", EARLIER, week=1), EARLIER, Kind.PREP)
    assert clock(found.due) == "Thu 2026-11-26 12:00"


def test_moved_after_the_prep_left_it_gets_no_second_one() -> None:
    of = moved("2026-11-26 14:00", DUE + HOUR, sent(), week=1)
    assert why(of, DUE + 2 * HOUR, Kind.PREP) == "already_prepared"


def test_unless_its_week_changed_with_the_move() -> None:
    found = the(moved("2026-12-03 14:00", DUE + HOUR, sent(), week=2), DUE + 2 * HOUR, Kind.PREP)
    assert (found.planned, found.key, found.week) == (True, "prep:m1:w2", 2)
    assert clock(found.due) == "Thu 2026-12-03 12:00"


def test_a_week_that_changed_without_a_move_is_no_reason_for_a_second_one() -> None:
    of = desk(MEETING, pairs=[pair(shift=1)], mails=[sent(week=1)])
    assert why(of, DUE + HOUR, Kind.PREP) == "already_prepared"


def test_a_move_that_the_prep_already_knew_is_no_reason_either() -> None:
    of = moved("2026-11-24 14:00", DUE, sent(week=1), week=2)
    assert why(of, DUE + HOUR, Kind.PREP) == "already_prepared"


def test_moved_back_to_a_week_it_was_prepared_for_it_gets_no_third_one() -> None:
    first, second = sent(week=1), sent(week=2, due=DUE + DAY, key="prep:m1:w2")
    back = moved("2026-12-03 14:00", DUE + 2 * DAY, first, second, week=1)
    third = the(back, DUE + 2 * DAY, Kind.PREP)
    assert third.key == "prep:m1:w1"
    again = moved(
        "2026-12-03 14:00",
        DUE + 3 * DAY,
        first,
        second,
        sent(week=1, due=DUE + 2 * DAY, key=third.key),
        week=2,
    )
    assert of_kind(again, DUE + 3 * DAY, Kind.PREP) == []


def test_skipped_for_being_too_late_it_is_taken_up_again_when_the_meeting_moves_on() -> None:
    skipped = mail(Kind.PREP, MEETING, DUE, status="skipped", reason="too_late")
    assert the(moved("2026-11-26 14:00", START, skipped, week=1), START, Kind.PREP).planned


# --- why not ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.CANCELLED, "cancelled"),
        (State.EXCUSED, "excused"),
        (State.NO_SHOW, "not_held"),
        (State.UNKNOWN, "not_held"),
        (State.MOVED, None),
        (State.HELD, None),
    ],
)
def test_only_a_meeting_that_stands_is_prepared(state: State, reason: str | None) -> None:
    assert why(desk(replace(MEETING, state=state, by=By.MEMBER)), EARLIER, Kind.PREP) == reason


def test_a_pair_that_begins_later_one_by_one_has_none_yet() -> None:
    of = desk(MEETING, one_on_one(START + 7 * DAY, number=2), starts={1: START + DAY})
    found = {one.meeting_id: (one.reason, one.week) for one in of_kind(of, EARLIER, Kind.PREP)}
    assert found == {1: ("not_started", None), 2: (None, 1)}


def test_none_where_the_leader_is_out_of_office_for_all_of_the_meeting() -> None:
    away = WorkCalendar(BERLIN, absences=((START, START + HOUR),))
    assert why(desk(MEETING, work=away), EARLIER, Kind.PREP) == "out_of_office"


def test_being_away_for_a_part_of_it_is_no_reason() -> None:
    away = WorkCalendar(BERLIN, absences=((START - HOUR, START + 10 * MINUTE),))
    assert why(desk(MEETING, work=away), EARLIER, Kind.PREP) is None


def test_none_from_a_calendar_that_was_not_read_for_three_days() -> None:
    fresh = desk(MEETING, read_at=EARLIER - 3 * DAY)
    stale = desk(MEETING, read_at=EARLIER - 3 * DAY - MINUTE)
    assert why(fresh, EARLIER, Kind.PREP) is None
    assert why(stale, EARLIER, Kind.PREP) == "calendar_unread"


def test_none_for_a_muted_pair() -> None:
    assert why(desk(MEETING, pairs=[pair(muted=True)]), EARLIER, Kind.PREP) == "muted"


def test_a_pause_holds_back_what_is_due_before_it_ends() -> None:
    who = leader(state=LeaderState.PAUSED, paused_until=DUE + DAY)
    of = desk(MEETING, one_on_one(START + 7 * DAY, number=2), who=who)
    assert [one.reason for one in of_kind(of, EARLIER, Kind.PREP)] == ["paused", None]


def test_a_prep_that_a_pause_held_back_leaves_once_it_is_over_and_time_remains() -> None:
    held_back = mail(Kind.PREP, MEETING, DUE, status="skipped", reason="paused")
    assert why(desk(MEETING, mails=[held_back]), DUE + HOUR, Kind.PREP) is None


def test_a_meeting_before_the_leader_joined_is_none_of_ours() -> None:
    assert of_kind(desk(MEETING, who=leader(joined_at=START + HOUR)), EARLIER, Kind.PREP) == []


# --- always -----------------------------------------------------------------------------

moments = st.datetimes(datetime(2026, 11, 20), datetime(2026, 12, 4), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants naive bounds and adds the zone
hours = st.integers(0, 23).map(lambda hour: time(hour))
wants = st.builds(
    Preferences, quiet_from=hours, quiet_until=hours, lead_minutes=st.none() | st.integers(0, 1440)
)


@given(start=moments, now=moments, preferences=wants)
def test_what_is_planned_leaves_out_of_quiet_hours_and_ten_minutes_before_at_the_latest(
    start: datetime, now: datetime, preferences: Preferences
) -> None:
    of = desk(one_on_one(start), who=leader(preferences=preferences))
    for found in of_kind(of, now, Kind.PREP):
        if found.planned:
            assert found.due <= start - 10 * MINUTE
            assert out_of_quiet(found.due, preferences, of.work) == found.due


@given(start=moments, now=moments, preferences=wants)
def test_what_is_due_and_sent_is_not_planned_again(
    start: datetime, now: datetime, preferences: Preferences
) -> None:
    of = delivered(desk(one_on_one(start), who=leader(preferences=preferences)), now)
    later = [one for one in of_kind(of, now, Kind.PREP) if one.planned]
    assert all(one.due > now for one in later)


def test_a_holiday_before_an_early_meeting_brings_it_forward() -> None:
    work = WorkCalendar(BERLIN, days_off=frozenset({date(2026, 11, 23)}))
    found = the(desk(one_on_one(at("2026-11-24 09:00")), work=work), at("2026-11-20 09:00"), Kind.PREP)
    assert clock(found.due) == "Fri 2026-11-20 17:00"
