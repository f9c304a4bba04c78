from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.cycle import CyclePlace, new_starts, starts, weeks_of
from service.domain.people import Pair
from service.domain.records import COUNTS_AS_HELD, LIVE, Meeting, State
from tests.fakes.oneonones import BERLIN, meeting, pair, utc

FIRST = utc("2026-11-02 10:00")
JOINED = utc("2026-11-01 00:00")


def weekly(*states: State) -> list[Meeting]:
    return [meeting(FIRST + timedelta(weeks=week), state, number=week) for week, state in enumerate(states)]


def weeks(meetings: Sequence[Meeting], of: Pair | None = None) -> list[int]:
    places = weeks_of(meetings, of or pair(), 3, JOINED)
    return [places[number].week for number in sorted(places)]


def test_each_held_meeting_moves_the_pair_on_and_after_three_it_begins_again() -> None:
    assert weeks(weekly(*[State.HELD] * 3, State.PRESUMED_HELD, State.PLANNED)) == [1, 2, 3, 1, 2]


@pytest.mark.parametrize("state", [State.CANCELLED, State.NO_SHOW, State.UNKNOWN, State.EXCUSED])
def test_a_meeting_that_was_not_held_skips_nothing(state: State) -> None:
    assert weeks(weekly(State.HELD, state, state, State.PLANNED)) == [1, 2, 2, 2]


def test_meetings_to_come_each_have_a_week_of_their_own() -> None:
    assert weeks(weekly(State.HELD, State.PLANNED, State.MOVED, State.PLANNED)) == [1, 2, 3, 1]


def test_the_second_meeting_of_a_calendar_week_gets_the_next_structure() -> None:
    monday, thursday = meeting(FIRST, number=1), meeting(FIRST + timedelta(days=3), number=2)
    assert weeks([thursday, monday]) == [1, 2]


def test_a_correction_takes_the_advance_back() -> None:
    before = weekly(State.PRESUMED_HELD, State.PLANNED)
    after = weekly(State.NO_SHOW, State.PLANNED)
    assert (weeks(before), weeks(after)) == ([1, 2], [1, 1])


def test_meetings_before_the_start_have_no_place_and_move_nothing() -> None:
    places = weeks_of(weekly(State.HELD, State.HELD, State.PLANNED), pair(), 3, FIRST + timedelta(days=10))
    assert places == {2: CyclePlace(1, 0)}


def test_a_meeting_at_the_very_start_counts() -> None:
    assert weeks_of(weekly(State.HELD), pair(), 3, FIRST) == {0: CyclePlace(1, 0)}


def test_another_pairs_meetings_do_not_count() -> None:
    other = meeting(FIRST - timedelta(hours=1), State.HELD, number=9, pair_id=2)
    assert weeks_of([other, *weekly(State.PLANNED)], pair(), 3, JOINED) == {0: CyclePlace(1, 0)}


def test_a_shift_skips_forward_or_repeats() -> None:
    assert weeks(weekly(State.HELD, State.PLANNED), pair(shift=1)) == [2, 3]
    assert weeks(weekly(State.HELD, State.PLANNED), pair(shift=-1)) == [3, 1]


def test_a_pinned_week_stays_and_only_its_wordings_change() -> None:
    places = weeks_of(weekly(State.HELD, State.HELD, State.PLANNED), pair(pinned_week=2), 3, JOINED)
    assert list(places.values()) == [CyclePlace(2, 0), CyclePlace(2, 1), CyclePlace(2, 2)]


def test_a_turn_is_a_whole_cycle_and_never_negative() -> None:
    held = weekly(*[State.HELD] * 7)
    assert [place.turn for place in weeks_of(held, pair(), 3, JOINED).values()] == [0, 0, 0, 1, 1, 1, 2]
    assert weeks_of(held, pair(shift=-5), 3, JOINED)[0].turn == 0


def test_a_fourth_week_in_the_playbook_is_gone_through_too() -> None:
    places = weeks_of(weekly(*[State.HELD] * 5), pair(), 4, JOINED)
    assert [place.week for place in places.values()] == [1, 2, 3, 4, 1]


@given(st.lists(st.sampled_from(State), max_size=30), st.integers(-5, 5))
def test_the_week_is_the_number_held_before_modulo_three(states: list[State], shift: int) -> None:
    advancing = [state in COUNTS_AS_HELD | LIVE for state in states]
    expected = [(shift + sum(advancing[:at])) % 3 + 1 for at in range(len(states))]
    assert weeks(weekly(*states), pair(shift=shift)) == expected


def test_everyone_at_once_begins_when_the_leader_joined() -> None:
    assert starts([pair(1), pair(2)], JOINED, BERLIN, one_by_one=False) == {1: JOINED, 2: JOINED}


@pytest.mark.parametrize(
    ("zone", "joined", "second", "third"),
    [
        (BERLIN, "2026-11-23 09:30", "2026-11-29 23:00", "2026-12-06 23:00"),
        (BERLIN, "2026-10-20 09:30", "2026-10-26 23:00", "2026-11-02 23:00"),
        (ZoneInfo("America/Los_Angeles"), "2026-11-24 05:00", "2026-11-30 08:00", "2026-12-07 08:00"),
        (ZoneInfo("Asia/Tokyo"), "2026-11-23 20:00", "2026-11-30 15:00", "2026-12-07 15:00"),
    ],
    ids=["winter", "over the end of summer time", "still the day before", "already the day after"],
)
def test_one_by_one_a_further_pair_begins_each_week_at_local_midnight(
    zone: ZoneInfo, joined: str, second: str, third: str
) -> None:
    pairs = [pair(3), pair(1), pair(2)]
    expected = {1: utc(joined), 2: utc(second), 3: utc(third)}
    assert starts(pairs, utc(joined), zone, one_by_one=True) == expected


@pytest.mark.parametrize("one_by_one", [True, False])
def test_a_pairs_own_start_goes_before_the_order(one_by_one: bool) -> None:
    own: datetime = utc("2027-01-01 00:00")
    assert starts([pair(1), pair(2, starts_at=own)], JOINED, BERLIN, one_by_one)[2] == own


def test_who_changes_to_all_at_once_begins_now_with_those_who_wait() -> None:
    pairs, begins = [pair(1), pair(2)], {1: JOINED, 2: JOINED + timedelta(weeks=1)}
    now = JOINED + timedelta(days=1)
    assert new_starts(pairs, begins, {1}, now, BERLIN, one_by_one=False) == {2: now}


def test_who_changes_to_one_by_one_goes_on_with_those_they_met() -> None:
    pairs = [pair(3), pair(1), pair(2)]
    now = utc("2026-11-23 09:30")
    found = new_starts(pairs, dict.fromkeys((1, 2, 3), JOINED), {2}, now, BERLIN, one_by_one=True)
    assert found == {1: utc("2026-11-29 23:00"), 3: utc("2026-12-06 23:00")}


def test_who_changes_to_one_by_one_before_the_first_meeting_starts_with_the_first() -> None:
    now = utc("2026-11-23 09:30")
    found = new_starts([pair(1), pair(2)], {1: JOINED, 2: JOINED}, set(), now, BERLIN, one_by_one=True)
    assert found == {1: now, 2: utc("2026-11-29 23:00")}
