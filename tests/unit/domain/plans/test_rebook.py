"""Rebook: a kind note where the leader's side cancelled and nothing took its place."""

from dataclasses import replace
from datetime import datetime

import pytest

from service.domain.desk import Desk
from service.domain.letters import Kind
from service.domain.people import LeaderState
from service.domain.records import By, Change, Meeting, State, What
from service.domain.workdays import WorkCalendar
from tests.fakes.desks import (
    BERLIN,
    DAY,
    HOUR,
    MINUTE,
    at,
    change,
    clock,
    desk,
    leader,
    mail,
    of_kind,
    one_on_one,
    pair,
    the,
    why,
)

SEEN = at("2026-11-24 11:00")
OFF = one_on_one(at("2026-11-25 14:00"), state=State.CANCELLED, by=By.LEADER)
CANCELLED = change(What.CANCELLED, SEEN, By.LEADER)
MORNING = at("2026-11-25 09:00")


def off(meeting: Meeting = OFF, line: Change = CANCELLED, **more: object) -> Desk:
    return desk(meeting, history={meeting.id or 0: (line,)}, **more)  # type: ignore[arg-type] # passed on as they are


def test_it_is_due_the_next_working_morning_at_nine() -> None:
    found = the(off(), SEEN, Kind.REBOOK)
    assert (found.due, found.reason, found.key, found.meeting_id) == (MORNING, None, "rebook:m1", 1)


def test_over_a_weekend_that_is_monday() -> None:
    line = change(What.CANCELLED, at("2026-11-20 16:00"), By.LEADER)
    assert clock(the(off(line=line), at("2026-11-20 16:00"), Kind.REBOOK).due) == "Mon 2026-11-23 09:00"


def test_not_while_the_leader_is_out_of_office() -> None:
    away = WorkCalendar(BERLIN, absences=((at("2026-11-25 00:00"), at("2026-11-27 11:30")),))
    assert clock(the(off(work=away), SEEN, Kind.REBOOK).due) == "Fri 2026-11-27 11:30"


@pytest.mark.parametrize("what", [What.CANCELLED, What.DECLINED, What.SERIES_ENDED, What.CORRECTED])
def test_however_the_leaders_side_called_it_off(what: What) -> None:
    assert why(off(line=change(what, SEEN, By.LEADER)), SEEN, Kind.REBOOK) is None


@pytest.mark.parametrize("by", [By.MEMBER, By.UNKNOWN])
def test_there_is_no_word_of_it_where_it_was_not_the_leaders_side(by: By) -> None:
    theirs = off(replace(OFF, by=by), change(What.CANCELLED, SEEN, by))
    assert of_kind(theirs, SEEN, Kind.REBOOK) == []


def test_an_excused_one_is_never_met_with_a_note() -> None:
    leave = replace(OFF, state=State.EXCUSED, by=None)
    assert of_kind(off(leave, change(What.EXCUSED, SEEN)), SEEN, Kind.REBOOK) == []
    assert why(off(leave), SEEN, Kind.REBOOK) == "excused"


def test_what_was_off_before_we_first_looked_is_none_of_ours() -> None:
    line = Change(What.CANCELLED, None, SEEN, By.LEADER)
    assert of_kind(off(line=line), SEEN, Kind.REBOOK) == []


def test_what_was_off_when_it_came_into_view_is_old_news() -> None:
    never_standing = replace(OFF, first_seen_at=SEEN)
    assert of_kind(off(never_standing), MORNING, Kind.REBOOK) == []
    seen_an_hour_before = replace(OFF, first_seen_at=SEEN - HOUR)
    assert the(off(seen_an_hour_before), MORNING, Kind.REBOOK).planned


@pytest.mark.parametrize("state", [State.PLANNED, State.MOVED, State.PRESUMED_HELD])
def test_a_meeting_that_stands_again_was_replaced(state: State) -> None:
    assert why(off(replace(OFF, state=state, by=None)), SEEN, Kind.REBOOK) == "replaced"


def extra(start: datetime, *, pair_id: int = 1, recurring: bool = False) -> Meeting:
    return one_on_one(start, number=2, pair_id=pair_id, recurring=recurring)


def with_extra(other: Meeting) -> str | None:
    return why(desk(OFF, other, history={1: (CANCELLED,)}), SEEN, Kind.REBOOK)


def test_an_extra_meeting_booked_before_the_old_one_was_called_off_replaces_it() -> None:
    assert with_extra(extra(OFF.start + 2 * DAY)) == "replaced"
    assert with_extra(extra(OFF.start + 4 * DAY)) is None


def test_the_next_regular_one_or_another_pairs_does_not() -> None:
    assert with_extra(extra(OFF.start + 3 * DAY, recurring=True)) is None
    assert with_extra(extra(OFF.start + DAY, pair_id=2)) is None


def test_called_off_itself_the_extra_one_replaces_nothing() -> None:
    assert with_extra(replace(extra(OFF.start + DAY), state=State.CANCELLED, by=By.MEMBER)) is None


def test_after_three_days_it_comes_too_late() -> None:
    assert why(off(), MORNING + 3 * DAY, Kind.REBOOK) is None
    assert why(off(), MORNING + 3 * DAY + MINUTE, Kind.REBOOK) == "too_late"


def test_at_most_one_a_week_per_pair() -> None:
    noted = mail(Kind.REBOOK, None, MORNING - 6 * DAY, key="rebook:m0")
    noted = replace(noted, pair_id=1)
    assert why(off(mails=[noted]), SEEN, Kind.REBOOK) == "one_a_week"
    a_week_ago = replace(noted, sent_at=MORNING - 7 * DAY)
    assert why(off(mails=[a_week_ago]), SEEN, Kind.REBOOK) is None


def test_of_several_called_off_at_once_the_nearest_has_the_note() -> None:
    later = one_on_one(OFF.start + 7 * DAY, number=2, state=State.CANCELLED, by=By.LEADER)
    other = one_on_one(OFF.start, number=3, pair_id=2, state=State.CANCELLED, by=By.LEADER)
    of = desk(later, OFF, other, history=dict.fromkeys((1, 2, 3), (CANCELLED,)))
    found = {one.meeting_id: one.reason for one in of_kind(of, SEEN, Kind.REBOOK)}
    assert found == {1: None, 2: "one_a_week", 3: None}


def test_once_it_has_left_it_is_not_repeated() -> None:
    assert of_kind(off(mails=[mail(Kind.REBOOK, OFF, MORNING)]), MORNING + HOUR, Kind.REBOOK) == []


def test_one_on_its_way_learns_that_it_was_the_members_doing() -> None:
    row = mail(Kind.REBOOK, OFF, MORNING, status="sending")
    theirs = off(replace(OFF, by=By.MEMBER), change(What.CORRECTED, MORNING, By.MEMBER), mails=[row])
    assert why(theirs, MORNING, Kind.REBOOK) == "not_held"


def test_a_muted_pair_and_a_leader_who_paused_hear_nothing() -> None:
    assert why(off(pairs=[pair(muted=True)]), SEEN, Kind.REBOOK) == "muted"
    assert why(off(who=leader(state=LeaderState.PAUSED)), SEEN, Kind.REBOOK) == "paused"


def test_what_a_pause_held_back_is_not_made_up_for() -> None:
    row = mail(Kind.REBOOK, OFF, MORNING, status="skipped", reason="paused")
    assert of_kind(off(mails=[row]), MORNING + DAY, Kind.REBOOK) == []
