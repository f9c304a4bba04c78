from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from service.domain.authorship import Sighting
from service.domain.events import EventStatus, Response
from service.domain.records import By, Confidence, State, What
from tests.fakes.oneonones import (
    BEFORE,
    DAY,
    HALF_HOUR,
    HOUR,
    MONDAY,
    record_of,
    sighting,
    single,
    weekly,
    whats,
)

GONE, NO = EventStatus.CANCELLED, Response.DECLINED
FEW_MINUTES = timedelta(minutes=15)


class TestSeen:
    def test_a_meeting_to_come_is_planned(self) -> None:
        record = record_of(single(MONDAY))
        assert (record.states(), whats(record)) == ([State.PLANNED], [What.SEEN])

    def test_one_first_seen_after_its_end_is_presumed_held_at_once(self) -> None:
        record = record_of(single(BEFORE - DAY))
        assert (record.states(), whats(record)) == ([State.PRESUMED_HELD], [What.SEEN])

    def test_what_is_seen_says_between_which_readings(self) -> None:
        record = record_of()
        later = BEFORE + HOUR
        (update,) = record.read([single(MONDAY)], later)
        assert update.change is not None
        assert (update.change.seen_after, update.change.seen_by) == (BEFORE, later)

    def test_the_same_again_changes_nothing(self) -> None:
        record = record_of(*weekly())
        assert record.read(weekly(), BEFORE + HOUR) == []

    def test_last_seen_is_refreshed_once_after_the_start_and_once_after_the_end(self) -> None:
        record = record_of(single(MONDAY))
        times = [MONDAY + FEW_MINUTES / 3 * count for count in range(1, 12)]
        written = [now for now in times if record.read([single(MONDAY)], now)]
        assert written == [times[0], MONDAY + HALF_HOUR]

    def test_new_reasons_are_kept_without_a_change(self) -> None:
        record = record_of(single(MONDAY))
        (update,) = record.read([replace(single(MONDAY), reasons=("said so",))], BEFORE + HOUR)
        assert (update.change, update.meeting.reasons) == (None, ("said so",))

    @pytest.mark.parametrize("uid", ["single", "series"])
    def test_what_was_off_when_first_seen_is_no_cancellation_that_we_saw(self, uid: str) -> None:
        off = sighting(MONDAY, uid=uid, status=GONE, recurring=uid == "series")
        record = record_of(off)
        assert record.read([off], BEFORE + HOUR) == []
        assert record.states() == []

    def test_a_series_meeting_cancelled_before_it_came_into_view_is_a_cancellation(self) -> None:
        record = record_of(*weekly())
        off = sighting(BEFORE + 60 * DAY + HOUR, status=GONE)
        record.read([*weekly(), off], BEFORE + DAY)
        assert (record.states()[-1], whats(record, -1)) == (State.CANCELLED, [What.CANCELLED])

    @pytest.mark.parametrize("left", [[], weekly(MONDAY - 14 * DAY, weeks=2)], ids=["deleted", "split"])
    def test_what_is_left_of_a_series_that_ended_is_no_cancellation_each_week_anew(
        self, left: list[Sighting]
    ) -> None:
        record = record_of(*left)
        off = sighting(BEFORE + 60 * DAY + HOUR, status=GONE)
        assert not [one for one in record.read([*left, off], BEFORE + DAY) if one.meeting.start > MONDAY]


class TestMoved:
    def test_another_start_is_a_move(self) -> None:
        record = record_of(single(MONDAY))
        record.read([single(MONDAY + DAY)], BEFORE + HOUR)
        (one,) = record.in_order()
        assert (one.state, one.start, one.end) == (State.MOVED, MONDAY + DAY, MONDAY + DAY + HALF_HOUR)
        assert record.history[1][-1].old_start == MONDAY
        assert whats(record) == [What.SEEN, What.MOVED]

    def test_another_end_alone_is_none(self) -> None:
        record = record_of(single(MONDAY))
        record.read([sighting(MONDAY, uid="single", occurrence="", recurring=False, length=HOUR)], BEFORE)
        assert (record.states(), whats(record)) == ([State.PLANNED], [What.SEEN])
        assert record.in_order()[0].end == MONDAY + HOUR

    def test_there_and_back_is_two_moves(self) -> None:
        record = record_of(single(MONDAY))
        record.read([single(MONDAY + DAY)], BEFORE + HOUR)
        record.read([single(MONDAY)], BEFORE + 2 * HOUR)
        assert whats(record) == [What.SEEN, What.MOVED, What.MOVED]

    def test_a_split_at_the_same_times_changes_only_ids(self) -> None:
        record = record_of(*weekly())
        updates = record.read(weekly(uid="after the split"), BEFORE + HOUR)
        assert [update.change for update in updates] == [None] * 4
        assert {one.uid for one in record.in_order()} == {"after the split"}

    @pytest.mark.parametrize("days", [-2, 1, 3])
    @pytest.mark.parametrize("uid", ["series", "after the split"])
    def test_a_whole_series_at_another_day_is_moved_not_cancelled(self, days: int, uid: str) -> None:
        record = record_of(*weekly())
        record.read(weekly(MONDAY + days * DAY, uid=uid), BEFORE + HOUR)
        assert record.states() == [State.MOVED] * 4
        assert whats(record) == [What.SEEN, What.MOVED]

    def test_moved_and_over_between_two_readings_is_moved_and_then_ended(self) -> None:
        record = record_of(single(MONDAY))
        record.read([single(MONDAY - DAY)], MONDAY - HOUR)
        assert whats(record) == [What.SEEN, What.MOVED, What.ENDED]
        assert record.states() == [State.PRESUMED_HELD]

    def test_a_meeting_that_is_over_stays_when_its_entry_is_edited_later(self) -> None:
        record = record_of(*weekly())
        record.read(weekly(), MONDAY + HOUR)
        wednesday = MONDAY + 2 * DAY
        record.read(weekly(MONDAY + DAY), wednesday)
        assert record.states() == [State.PRESUMED_HELD, State.MOVED, State.MOVED, State.MOVED]
        assert record.in_order()[0].start == MONDAY

    def test_its_entry_is_its_own_also_under_new_ids(self) -> None:
        record = record_of(*weekly())
        record.read(weekly(), MONDAY + HOUR)
        record.read(weekly(MONDAY + DAY, uid="shifted"), MONDAY + 2 * DAY)
        assert len(record.meetings) == 4
        assert record.read(weekly(MONDAY + DAY, uid="shifted"), MONDAY + 2 * DAY + HOUR) == []


class TestCancelled:
    def test_a_cancelled_entry(self) -> None:
        record = record_of(*weekly())
        record.read([sighting(MONDAY, status=GONE), *weekly()[1:]], BEFORE + HOUR)
        first = record.in_order()[0]
        assert (first.state, first.by, first.confidence) == (State.CANCELLED, By.LEADER, Confidence.MEDIUM)
        assert whats(record) == [What.SEEN, What.CANCELLED]

    @pytest.mark.parametrize(
        ("declined", "by"),
        [(sighting(MONDAY, leader_says=NO), By.LEADER), (sighting(MONDAY, member_says=NO), By.MEMBER)],
    )
    def test_a_declined_entry_is_a_sure_sign(self, declined: Sighting, by: By) -> None:
        record = record_of(*weekly())
        record.read([declined, *weekly()[1:]], BEFORE + HOUR)
        first = record.in_order()[0]
        assert (first.state, first.by, first.confidence) == (State.CANCELLED, by, Confidence.HIGH)
        assert whats(record) == [What.SEEN, What.DECLINED]

    def test_an_entry_that_vanished_leaves_open_who_it_was(self) -> None:
        record = record_of(*weekly())
        record.read(weekly()[1:], BEFORE + HOUR)
        first = record.in_order()[0]
        assert (first.state, first.by, first.confidence) == (State.CANCELLED, By.UNKNOWN, Confidence.LOW)
        assert whats(record) == [What.SEEN, What.VANISHED]

    @pytest.mark.parametrize(("now", "late"), [(MONDAY - 3 * DAY, False), (MONDAY - HOUR, True)])
    def test_late_goes_by_when_it_was_seen(self, now: datetime, late: bool) -> None:
        record = record_of(*weekly())
        record.read(weekly()[1:], now)
        assert record.history[1][-1].late is late

    def test_a_cancellation_is_seen_once(self) -> None:
        record = record_of(*weekly())
        off = [sighting(MONDAY, status=GONE), *weekly()[1:]]
        record.read(off, BEFORE + HOUR)
        assert record.read(off, BEFORE + 2 * HOUR) == []
        assert record.read(off, MONDAY + DAY) == []

    def test_cancelled_while_nobody_read_is_cancelled_all_the_same(self) -> None:
        record = record_of(*weekly())
        record.let_pass(MONDAY + HOUR)
        assert record.states()[0] is State.PRESUMED_HELD
        record.read(weekly()[1:], MONDAY + 2 * HOUR)
        assert record.states()[0] is State.CANCELLED

    def test_somebody_elses_event_nearby_keeps_nothing_alive(self) -> None:
        record = record_of(*weekly())
        other = sighting(MONDAY, uid="other", pair_id=2)
        record.read([other, *weekly()[1:]], BEFORE + HOUR)
        assert sorted((one.pair_id, one.state) for one in record.in_order()[:2]) == [
            (1, State.CANCELLED),
            (2, State.PLANNED),
        ]


class TestAbsenceIsNotAlwaysCancellation:
    def test_a_history_tidied_after_the_end_changes_nothing(self) -> None:
        record = record_of(single(MONDAY))
        record.read([single(MONDAY)], MONDAY + HOUR)
        assert record.read([], MONDAY + 2 * HOUR) == []
        assert record.states() == [State.PRESUMED_HELD]

    def test_what_had_begun_while_it_was_there_is_presumed_held(self) -> None:
        record = record_of(single(MONDAY))
        record.read([single(MONDAY)], MONDAY + FEW_MINUTES)
        record.read([], MONDAY + HOUR)
        assert record.states() == [State.PRESUMED_HELD]

    def test_what_was_there_as_it_began_is_presumed_held(self) -> None:
        record = record_of(single(MONDAY))
        record.read([single(MONDAY)], MONDAY)
        record.read([], MONDAY + HOUR)
        assert record.states() == [State.PRESUMED_HELD]

    def test_what_was_there_as_it_ended_is_beyond_recall(self) -> None:
        record = record_of(single(MONDAY))
        record.read([single(MONDAY)], MONDAY + HALF_HOUR)
        cancelled = sighting(MONDAY, uid="single", occurrence="", recurring=False, status=GONE)
        assert record.read([cancelled], MONDAY + HOUR) == []

    def test_what_has_left_the_window_is_not_missed(self) -> None:
        record = record_of(single(MONDAY))
        assert [update.meeting.state for update in record.read([], MONDAY + 15 * DAY)] == [
            State.PRESUMED_HELD
        ]

    def test_what_may_have_moved_behind_the_far_edge_is_waited_for(self) -> None:
        friday, far = MONDAY + 4 * DAY, BEFORE + 60 * DAY  # the eighth is two days before `far`
        record = record_of(*weekly(friday, 8))
        shifted = weekly(friday + 3 * DAY, 8, uid="shifted")
        record.read([one for one in shifted if one.event.start < far], BEFORE + HOUR)
        assert record.states() == [*[State.MOVED] * 7, State.PLANNED]
        record.read(shifted, BEFORE + 3 * DAY)
        assert record.states() == [State.MOVED] * 8

    def test_but_not_for_ever(self) -> None:
        friday = MONDAY + 4 * DAY
        record = record_of(*weekly(friday, 8))
        record.read(weekly(friday, 7), BEFORE + HOUR)
        assert record.states() == [State.PLANNED] * 8
        record.read(weekly(friday, 7), BEFORE + 3 * DAY)
        assert record.states() == [*[State.PLANNED] * 7, State.CANCELLED]

    def test_what_was_before_the_leader_joined_is_left_alone(self) -> None:
        record = record_of(single(BEFORE - DAY))
        record.leader = replace(record.leader, joined_at=BEFORE)
        assert record.read([], BEFORE + HOUR) == []
