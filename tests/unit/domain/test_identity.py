from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from service.domain.authorship import Sighting, stands
from service.domain.events import EventStatus
from service.domain.identity import Pairing, Reading, Tie, cadences, pair_up
from service.domain.records import Meeting, State
from tests.fakes.oneonones import leader, meeting, sighting, utc, window_at

NOW = utc("2026-11-18 12:00")  # a Wednesday
MONDAY = utc("2026-11-23 09:00")
DAY, WEEK = timedelta(days=1), timedelta(days=7)
GONE = EventStatus.CANCELLED


def standing(seen: Sighting) -> bool:
    return stands(seen, leader())


def reading(seen_after: datetime | None = NOW - timedelta(minutes=15)) -> Reading:
    return Reading(window_at(NOW), seen_after, NOW)


def paired(known: Sequence[Meeting], seen: Sequence[Sighting]) -> Pairing:
    return pair_up(known, seen, standing, reading())


def series(first: datetime, weeks: int, uid: str = "series") -> list[Sighting]:
    return [sighting(first + WEEK * week, uid=uid) for week in range(weeks)]


def known_series(first: datetime, weeks: int) -> list[Meeting]:
    return [meeting(first + WEEK * week) for week in range(weeks)]


def test_the_providers_id_comes_first_wherever_the_event_stands_now() -> None:
    one = meeting(MONDAY)
    moved = sighting(MONDAY + 20 * DAY, occurrence=one.occurrence)
    near = sighting(MONDAY, uid="other")
    assert paired([one], [near, moved]).by_id == {one: moved}
    assert paired([one], [near, moved]).new == (near,)


def test_an_event_that_is_now_with_somebody_else_is_not_the_meeting_it_was() -> None:
    one = meeting(MONDAY)
    other = sighting(MONDAY, pair_id=2)
    assert paired([one], [other]) == Pairing({}, {}, (other,))


def test_new_ids_at_the_same_times_are_the_same_meetings() -> None:
    known = known_series(MONDAY, 4)
    renamed = series(MONDAY, 4, uid="after the split")
    found = paired(known, renamed).by_slot
    assert found == {one: (Tie.FOLLOWS, new) for one, new in zip(known, renamed, strict=True)}


@pytest.mark.parametrize("days", [-3, -1, 1, 3])
def test_a_whole_series_moved_by_some_days_is_paired_in_order(days: int) -> None:
    known = known_series(MONDAY, 8)
    shifted = series(MONDAY + days * DAY, 8, uid="shifted")
    found = paired(known, shifted).by_slot
    assert [found[one][1] for one in known] == shifted


@pytest.mark.parametrize(("hours", "same"), [(84, True), (85, False)])
def test_the_reach_is_half_a_cadence(hours: int, same: bool) -> None:
    one = meeting(MONDAY, uid="single", recurring=False)
    new = sighting(MONDAY + timedelta(hours=hours), uid="new", recurring=False)
    assert bool(paired([one], [new]).by_slot) is same


def test_a_series_meeting_rather_is_another_series_than_an_ad_hoc_event_nearby() -> None:
    one = meeting(MONDAY)
    ad_hoc = sighting(MONDAY + timedelta(hours=2), uid="ad hoc", recurring=False)
    follows = sighting(MONDAY + DAY, uid="new series")
    assert paired([one], [ad_hoc, follows]).by_slot == {one: (Tie.FOLLOWS, follows)}


def test_the_very_same_slot_goes_before_everything() -> None:
    one = meeting(MONDAY)
    same = sighting(MONDAY, uid="detached", recurring=False)
    follows = sighting(MONDAY + DAY, uid="new series")
    assert paired([one], [follows, same]).by_slot == {one: (Tie.FOLLOWS, same)}


def test_a_meeting_called_off_does_not_take_the_event_of_one_that_is_on() -> None:
    off, on = meeting(MONDAY + 2 * DAY, State.CANCELLED, uid="off"), meeting(MONDAY)
    new = sighting(MONDAY + DAY + timedelta(hours=6), uid="new", recurring=False)
    assert paired([off, on], [new]).by_slot == {on: (Tie.FOLLOWS, new)}


def test_the_nearest_is_taken_first_and_nothing_twice() -> None:
    first, second = known_series(MONDAY, 2)
    new = sighting(MONDAY + 5 * DAY, uid="new", recurring=False)
    assert paired([first, second], [new]).by_slot == {second: (Tie.FOLLOWS, new)}


def test_a_cancelled_entry_is_a_meeting_of_its_own_only_by_its_id() -> None:
    one = meeting(MONDAY)
    cancelled = sighting(MONDAY, uid="other", status=GONE)
    assert paired([one], [cancelled]).by_slot == {}


def test_what_replaces_a_cancelled_entry_is_found() -> None:
    one = meeting(MONDAY)
    cancelled = sighting(MONDAY, status=GONE)
    instead = sighting(MONDAY + 2 * DAY, uid="instead", recurring=False)
    found = paired([one], [cancelled, instead])
    assert found.by_id == {one: cancelled}
    assert found.by_slot == {one: (Tie.FOLLOWS, instead)}


def test_the_entry_of_a_meeting_that_is_over_is_absorbed_when_it_gets_another_time() -> None:
    over = meeting(NOW - 2 * DAY, State.PRESUMED_HELD, seen=NOW - DAY)
    edited = sighting(NOW - DAY, uid="shifted")
    assert paired([over], [edited]).by_slot == {over: (Tie.ABSORBED, edited)}


def test_what_is_still_to_come_is_not_absorbed_by_what_is_over() -> None:
    over = meeting(NOW - DAY, State.HELD, seen=NOW)
    coming = sighting(NOW + DAY, uid="new", recurring=False)
    assert paired([over], [coming]) == Pairing({}, {}, (coming,))


def test_a_meeting_called_off_returns_with_a_new_event_nearby() -> None:
    off = meeting(NOW - DAY, State.CANCELLED)
    instead = sighting(NOW + DAY, uid="instead", recurring=False)
    assert paired([off], [instead]).by_slot == {off: (Tie.RETURNS, instead)}


def test_a_meeting_called_off_long_ago_does_not_return() -> None:
    off = meeting(NOW - 4 * DAY, State.CANCELLED)
    new = sighting(NOW - DAY + timedelta(hours=23, minutes=50), uid="new", recurring=False)
    assert paired([off], [new]).by_slot == {}


def test_a_meeting_that_the_leader_called_off_while_its_entry_stands_does_not_return() -> None:
    off = meeting(NOW - DAY, State.CANCELLED)
    entry, new = sighting(NOW - DAY), sighting(NOW + DAY, uid="new", recurring=False)
    assert paired([off], [entry, new]) == Pairing({off: entry}, {}, (new,))


def test_no_meeting_goes_to_where_an_earlier_reading_saw_nothing() -> None:
    coming = meeting(NOW + DAY)
    written_back = sighting(NOW - DAY, uid="written back")
    assert paired([coming], [written_back]).by_slot == {}


def test_a_meeting_presumed_held_without_a_reading_is_still_the_calendars_to_decide() -> None:
    blind = meeting(NOW - DAY, State.PRESUMED_HELD, seen=NOW - 3 * DAY)
    assert reading(seen_after=NOW - 2 * DAY).decides(blind)
    assert not reading(seen_after=NOW - timedelta(hours=1)).decides(blind)


@pytest.mark.parametrize("state", [State.HELD, State.NO_SHOW, State.CANCELLED, State.EXCUSED])
def test_what_is_settled_is_not_the_calendars_to_decide(state: State) -> None:
    assert not reading().decides(meeting(NOW + DAY, state))


def test_the_same_id_twice_is_one_meeting_and_the_standing_one_of_them() -> None:
    one = meeting(MONDAY)
    found = paired([one], [sighting(MONDAY), sighting(MONDAY, status=GONE)])
    assert standing(found.by_id[one])


@pytest.mark.parametrize(
    ("gaps", "days"),
    [([], 7), ([7, 7, 7], 7), ([14, 14], 14), ([3, 4, 3, 4], 3.5), ([0.1, 0.1], 1), ([60], 35)],
    ids=["nothing tells", "weekly", "fortnightly", "twice a week", "the shortest", "the longest"],
)
def test_a_cadence_is_the_median_gap(gaps: list[float], days: float) -> None:
    starts = [NOW]
    for gap in gaps:
        starts.append(starts[-1] + timedelta(days=gap))
    seen = [sighting(start) for start in starts]
    assert cadences([], seen, standing, reading()) == {1: timedelta(days=days)}


def test_a_shifted_series_keeps_its_cadence() -> None:
    known, seen = known_series(MONDAY, 8), series(MONDAY + 2 * DAY, 8)
    assert cadences(known, seen, standing, reading()) == {1: WEEK}


def test_meetings_of_long_ago_and_those_called_off_tell_no_cadence() -> None:
    old = [meeting(NOW - 90 * DAY + DAY * count, State.HELD) for count in range(9)]
    off = [meeting(NOW + DAY * count, State.CANCELLED) for count in range(9)]
    assert cadences([*old, *off], [], standing, reading()) == {1: WEEK}


def test_ad_hoc_meetings_between_do_not_quicken_a_series() -> None:
    between = [sighting(MONDAY + 3 * DAY + WEEK * week, uid=f"{week}", recurring=False) for week in range(8)]
    assert cadences([], series(MONDAY, 8) + between, standing, reading()) == {1: WEEK}
