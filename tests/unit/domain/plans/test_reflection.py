"""Reflection: the form after the meeting, shared by meetings back to back, and its one reminder."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.desk import Desk, Mail
from service.domain.letters import Kind
from service.domain.people import LeaderState
from service.domain.records import By, Meeting, State
from service.domain.timing import out_of_quiet
from service.domain.workdays import WorkCalendar
from tests.fakes.desks import (
    BERLIN,
    DAY,
    HOUR,
    MINUTE,
    at,
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
END = START + 30 * MINUTE
MEETING = one_on_one(START)
HELD = replace(MEETING, state=State.PRESUMED_HELD)
DUE = END + 15 * MINUTE


def form(meeting: Meeting = HELD, due: datetime = DUE, **more: object) -> Mail:
    return mail(Kind.REFLECTION, meeting, due, **more)  # type: ignore[arg-type] # passed on as they are


def after(first: Meeting, gap: int, number: int, **more: object) -> Meeting:
    """Another pair's meeting, so many minutes after the end of the first."""
    return one_on_one(first.end + gap * MINUTE, number=number, pair_id=number, **more)  # type: ignore[arg-type] # likewise


def forms(of: Desk, now: datetime) -> dict[int | None, tuple[str | None, str | None]]:
    """By meeting: why it has no form of its own, and the form it rides in."""
    return {one.meeting_id: (one.reason, one.carrier) for one in of_kind(of, now, Kind.REFLECTION)}


OWN = (None, None)


# --- when -------------------------------------------------------------------------------


def test_it_is_due_a_quarter_of_an_hour_after_the_end() -> None:
    found = the(desk(HELD), END, Kind.REFLECTION)
    assert (found.due, found.reason, found.key, found.week) == (DUE, None, "reflection:m1", 1)


def test_the_end_is_the_one_it_has_now() -> None:
    longer = replace(MEETING, end=END + HOUR, state=State.MOVED)
    assert the(desk(longer), END, Kind.REFLECTION).due == DUE + HOUR


def test_missed_it_leaves_at_once() -> None:
    assert the(desk(HELD), DUE + DAY, Kind.REFLECTION).due == DUE + DAY


def test_an_evening_in_quiet_hours_is_reflected_in_the_morning() -> None:
    late = one_on_one(at("2026-11-24 19:30"))
    assert clock(the(desk(late), START, Kind.REFLECTION).due) == "Wed 2026-11-25 07:00"


def test_after_a_friday_evening_it_waits_for_monday_and_is_still_fresh() -> None:
    late = one_on_one(at("2026-11-20 19:45"))
    due = at("2026-11-23 08:30")
    assert the(desk(late), at("2026-11-20 21:00"), Kind.REFLECTION).due == due
    assert why(desk(late), due + 2 * DAY, Kind.REFLECTION) is None


def test_on_a_saturday_it_comes_on_saturday_as_the_meeting_did() -> None:
    meeting = one_on_one(at("2026-11-21 11:00"))
    assert clock(the(desk(meeting), START - 4 * DAY, Kind.REFLECTION).due) == "Sat 2026-11-21 11:45"


def test_after_three_days_nobody_remembers() -> None:
    assert why(desk(HELD), DUE + 3 * DAY, Kind.REFLECTION) is None
    assert why(desk(HELD), DUE + 3 * DAY + MINUTE, Kind.REFLECTION) == "too_late"


# --- why not ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.CANCELLED, "cancelled"),
        (State.EXCUSED, "excused"),
        (State.NO_SHOW, "not_held"),
        (State.UNKNOWN, "not_held"),
        (State.HELD, None),
        (State.PRESUMED_HELD, None),
    ],
)
def test_only_a_meeting_that_took_place_is_reflected(state: State, reason: str | None) -> None:
    assert why(desk(replace(MEETING, state=state, by=By.LEADER)), DUE, Kind.REFLECTION) == reason


def test_one_that_was_reflected_already_is_not_asked_about() -> None:
    assert why(desk(HELD, reflected=[1]), DUE, Kind.REFLECTION) == "answered"


def test_other_reasons_have_their_names() -> None:
    away = WorkCalendar(BERLIN, absences=((START, END),))
    assert why(desk(HELD, work=away), DUE, Kind.REFLECTION) == "out_of_office"
    assert why(desk(HELD, starts={1: END}), DUE, Kind.REFLECTION) == "not_started"
    assert why(desk(HELD, read_at=DUE - 4 * DAY), DUE, Kind.REFLECTION) == "calendar_unread"
    assert why(desk(HELD, pairs=[pair(muted=True)]), DUE, Kind.REFLECTION) == "muted"
    assert of_kind(desk(HELD, who=leader(joined_at=END)), DUE, Kind.REFLECTION) == []


def test_what_was_held_during_a_pause_is_not_asked_about_when_it_is_over() -> None:
    missed = form(status="skipped", reason="paused")
    assert of_kind(desk(HELD, mails=[missed]), DUE + DAY, Kind.REFLECTION) == []


def test_but_a_meeting_that_was_moved_out_of_the_pause_is() -> None:
    missed = form(due=DUE - 7 * DAY, status="skipped", reason="paused")
    assert why(desk(HELD, mails=[missed]), DUE, Kind.REFLECTION) is None


# --- back to back -----------------------------------------------------------------------


@pytest.mark.parametrize("gap", [0, 15, -10])
def test_two_back_to_back_share_a_form_after_the_last(gap: int) -> None:
    second = after(MEETING, gap, 2)
    of = desk(MEETING, second)
    assert forms(of, START) == {1: ("bundled", "reflection:m2"), 2: OWN}
    assert {one.due for one in of_kind(of, START, Kind.REFLECTION)} == {second.end + 15 * MINUTE}


def test_with_sixteen_minutes_between_each_has_its_own() -> None:
    assert forms(desk(MEETING, after(MEETING, 16, 2)), START) == {1: OWN, 2: OWN}


def test_three_in_a_row_share_one() -> None:
    second = after(MEETING, 5, 2)
    of = desk(MEETING, second, after(second, 5, 3))
    assert forms(of, START) == {1: ("bundled", "reflection:m3"), 2: ("bundled", "reflection:m3"), 3: OWN}


def test_one_within_another_lets_the_longer_one_carry() -> None:
    long = replace(MEETING, end=START + 2 * HOUR)
    inside = one_on_one(START + 15 * MINUTE, number=2, pair_id=2)
    next_one = after(long, 10, 3)
    assert forms(desk(long, inside), START) == {1: OWN, 2: ("bundled", "reflection:m1")}
    assert forms(desk(long, inside, next_one), START)[1] == ("bundled", "reflection:m3")


def test_a_cancelled_one_between_is_no_bridge() -> None:
    second = after(MEETING, 0, 2, state=State.CANCELLED, by=By.MEMBER)
    third = after(second, 0, 3)
    assert forms(desk(MEETING, second, third), START) == {1: OWN, 2: ("cancelled", None), 3: OWN}


def test_one_whose_form_has_left_stays_out() -> None:
    second = after(MEETING, 0, 2)
    assert forms(desk(HELD, second, mails=[form()]), DUE) == {2: OWN}


def test_one_whose_form_is_on_its_way_stays_out() -> None:
    second = after(MEETING, 0, 2)
    found = forms(desk(HELD, second, mails=[form(status="sending")]), DUE)
    assert found == {1: OWN, 2: OWN}


def test_one_of_a_muted_pair_carries_nobody() -> None:
    second = after(MEETING, 0, 2)
    of = desk(MEETING, second, pairs=[pair(1), pair(2, muted=True)])
    assert forms(of, START) == {1: OWN, 2: ("muted", None)}


def test_when_the_carrier_is_skipped_the_others_still_get_a_form() -> None:
    second, third = after(MEETING, 0, 2), after(MEETING, 30, 3)
    cancelled = replace(third, state=State.CANCELLED, by=By.MEMBER)
    rows = [
        form(status="skipped", reason="bundled"),  # its carrier was skipped: it rides in nothing
        form(second, status="skipped", reason="bundled"),
        form(third, status="skipped", reason="cancelled"),
    ]
    found = forms(desk(HELD, second, cancelled, mails=rows), third.end)
    assert found == {1: ("bundled", "reflection:m2"), 2: OWN}


def test_what_went_in_another_form_is_not_asked_about_again() -> None:
    second = after(MEETING, 0, 2)
    rows = [
        form(status="skipped", reason="bundled", carried=True),
        form(second, due=second.end + 15 * MINUTE),
    ]
    assert forms(desk(HELD, second, mails=rows), second.end + HOUR) == {}


starts = st.lists(st.integers(0, 12 * 24), min_size=1, max_size=6, unique=True)


@given(starts=starts, minutes=st.integers(15, 90), later=st.integers(0, 30))
def test_every_meeting_is_asked_about_exactly_once(starts: list[int], minutes: int, later: int) -> None:
    """However they overlap, and whenever the passes come."""
    first = datetime(2026, 11, 23, tzinfo=UTC)
    meetings = [
        one_on_one(first + slot * 15 * MINUTE, number=n, pair_id=n, minutes=minutes)
        for n, slot in enumerate(starts, 1)
    ]
    of, asked = desk(*meetings), []
    for step in range(9):
        now = first + later * MINUTE + step * 12 * HOUR
        due = [one for one in of_kind(of, now, Kind.REFLECTION) if one.due <= now]
        leaving = {one.key for one in due if one.planned}
        assert {one.carrier for one in due if one.carrier} <= leaving
        assert all(out_of_quiet(one.due, of.leader.preferences, of.work) == one.due for one in due)
        asked += [one.meeting_id for one in due if one.planned or one.carrier]
        of = delivered(of, now)
    assert sorted(number for number in asked if number) == sorted(one.id or 0 for one in meetings)


# --- the reminder -----------------------------------------------------------------------


def reminder_of(*mails: Mail, now: datetime, **more: object) -> str | None:
    return why(desk(HELD, mails=mails, **more), now, Kind.REMINDER)  # type: ignore[arg-type] # passed on as they are


def test_an_unanswered_form_is_followed_by_one_reminder_next_working_morning() -> None:
    found = the(desk(HELD, mails=[form()]), DUE, Kind.REMINDER)
    assert clock(found.due) == "Wed 2026-11-25 08:30"
    assert (found.key, found.thread, found.meeting_id) == ("reminder:m1", "reflection:m1", 1)


def test_after_a_friday_the_next_working_morning_is_monday() -> None:
    friday = one_on_one(at("2026-11-20 14:00"), state=State.HELD)
    found = the(desk(friday, mails=[form(friday, at("2026-11-20 14:45"))]), START, Kind.REMINDER)
    assert found.due == START
    early = the(
        desk(friday, mails=[form(friday, at("2026-11-20 14:45"))]), at("2026-11-20 15:00"), Kind.REMINDER
    )
    assert clock(early.due) == "Mon 2026-11-23 08:30"


def test_it_waits_until_the_leader_is_back() -> None:
    away = WorkCalendar(BERLIN, absences=((at("2026-11-25 00:00"), at("2026-11-26 12:00")),))
    found = the(desk(HELD, work=away, mails=[form()]), DUE, Kind.REMINDER)
    assert clock(found.due) == "Thu 2026-11-26 12:00"


def test_then_it_is_quiet() -> None:
    sent = mail(Kind.REMINDER, HELD, DUE + DAY)
    assert of_kind(desk(HELD, mails=[form(), sent]), DUE + 10 * DAY, Kind.REMINDER) == []


def test_an_answered_form_needs_none() -> None:
    assert reminder_of(form(answered_at=DUE + HOUR), now=DUE + DAY) == "answered"


def test_nor_does_one_whose_meeting_turned_out_not_to_have_been() -> None:
    off = desk(replace(HELD, state=State.NO_SHOW), mails=[form()])
    assert why(off, DUE + HOUR, Kind.REMINDER) == "not_held"


def test_nor_does_one_whose_meeting_turned_out_to_have_been_moved_on() -> None:
    """As after days without a calendar: the form left for a meeting that is yet to come."""
    later = replace(HELD, state=State.MOVED, start=HELD.start + 3 * DAY, end=HELD.end + 3 * DAY)
    assert why(desk(later, mails=[form()]), DUE + HOUR, Kind.REMINDER) == "not_held"


def test_after_two_days_it_would_only_nag() -> None:
    morning = at("2026-11-25 08:30")
    assert reminder_of(form(), now=morning + 2 * DAY) is None
    assert reminder_of(form(), now=morning + 2 * DAY + MINUTE) == "too_late"


def test_a_form_that_never_left_has_none() -> None:
    for status in ("planned", "sending", "skipped", "failed", "unknown"):
        assert of_kind(desk(HELD, mails=[form(status=status)]), DUE + DAY, Kind.REMINDER) == []


def test_nor_has_what_rode_in_another_form() -> None:
    second = after(HELD, 0, 2)
    rows = [
        form(status="skipped", reason="bundled", carried=True),
        form(second, due=second.end + 15 * MINUTE),
    ]
    assert the(desk(HELD, second, mails=rows), second.end + HOUR, Kind.REMINDER).meeting_id == 2


# --- ignored ----------------------------------------------------------------------------

WEEKS = [one_on_one(START - 7 * DAY * n, number=10 - n, state=State.HELD) for n in range(5, -1, -1)]
LAST = WEEKS[-1].end + 15 * MINUTE


def ignored(count: int, *, answered: int | None = None) -> Desk:
    """The leader let the last `count` forms go by; the one `answered` before the last was answered."""
    chosen = WEEKS[-count:]
    rows = [
        form(one, one.end + 15 * MINUTE, answered_at=START if answered == count - 1 - n else None)
        for n, one in enumerate(chosen)
    ]
    return desk(*WEEKS, who=leader(joined_at=START - 60 * DAY), mails=rows)


def pause_questions(of: Desk, now: datetime) -> list[str]:
    return [one.key for one in of_kind(of, now, Kind.CONFIRM) if one.planned]


SETTLED = LAST + 3 * DAY


def test_four_ignored_in_a_row_are_met_with_one_question_in_working_hours() -> None:
    assert pause_questions(ignored(3), SETTLED) == []
    found = the(ignored(4), SETTLED, Kind.CONFIRM)
    assert found.key == "confirm:pause:m7"
    assert clock(found.due) == "Fri 2026-11-27 14:45"


def test_a_form_counts_as_ignored_after_three_days() -> None:
    assert pause_questions(ignored(4), SETTLED - MINUTE) == []


def test_an_answer_begins_the_count_anew() -> None:
    assert pause_questions(ignored(5, answered=1), SETTLED) == []
    assert pause_questions(ignored(6, answered=4), SETTLED) == ["confirm:pause:m7"]


def test_from_then_on_there_are_no_reminders() -> None:
    of = ignored(6)
    fresh = one_on_one(START + DAY, number=20, state=State.HELD)
    of = replace(
        of, meetings=[*of.meetings, fresh], mails={**of.mails, "reflection:m20": form(fresh, fresh.end)}
    )
    found = {one.meeting_id: one.reason for one in of_kind(of, SETTLED, Kind.REMINDER)}
    assert found[20] == "quiet_after_ignored"


def test_the_question_is_asked_once_however_long_the_row_becomes() -> None:
    of = delivered(ignored(4), SETTLED)
    older = of.mails["reflection:m7"]
    grown = replace(of, mails={key: one for key, one in of.mails.items() if one is not older})
    later = [one_on_one(START + 7 * DAY * n, number=20 + n, state=State.HELD) for n in (1, 2)]
    more = {f"reflection:m{one.id}": form(one, one.end) for one in later}
    grown = replace(grown, meetings=[*of.meetings, *later], mails={**grown.mails, **more})
    assert pause_questions(of, SETTLED + DAY) == []
    assert pause_questions(grown, SETTLED + 30 * DAY) == []


def test_a_new_row_after_an_answer_is_asked_about_anew() -> None:
    before = mail(Kind.CONFIRM, None, START - 50 * DAY, key="confirm:pause:m1")
    of = ignored(4)
    assert pause_questions(replace(of, mails={**of.mails, before.key: before}), SETTLED) == [
        "confirm:pause:m7"
    ]


def test_a_paused_leader_is_not_asked() -> None:
    of = ignored(4)
    paused = replace(of, leader=replace(of.leader, state=LeaderState.PAUSED))
    assert why(paused, SETTLED, Kind.CONFIRM) == "paused"


def test_forms_go_on_so_that_a_reader_who_never_writes_keeps_them() -> None:
    of = ignored(5)
    fresh = one_on_one(START + 7 * DAY, number=20, state=State.HELD)
    of = replace(of, meetings=[*of.meetings, fresh], places={**of.places, 20: of.places[10]})
    found = {one.meeting_id: one.reason for one in of_kind(of, fresh.end, Kind.REFLECTION)}
    assert found[20] is None
