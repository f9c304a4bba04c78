from datetime import date, datetime

import pytest

from service.domain.events import EventStatus, Response
from service.domain.records import By, Confidence, State, What
from service.domain.workdays import WorkCalendar
from tests.fakes.oneonones import (
    BEFORE,
    BERLIN,
    DAY,
    HOUR,
    MEMBER,
    MONDAY,
    WEEK,
    record_of,
    sighting,
    single,
    weekly,
    whats,
)

GONE, NO = EventStatus.CANCELLED, Response.DECLINED


class TestRescheduled:
    def test_cancelled_and_booked_anew_in_one_reading(self) -> None:
        record = record_of(*weekly())
        instead = single(MONDAY + 2 * DAY, "instead")
        record.read([sighting(MONDAY, status=GONE), instead, *weekly()[1:]], BEFORE + HOUR)
        assert len(record.meetings) == 4
        assert whats(record) == [What.SEEN, What.RESCHEDULED]
        first = record.in_order()[0]
        assert (first.state, first.start, first.uid) == (State.MOVED, MONDAY + 2 * DAY, "instead")

    @pytest.mark.parametrize("later", [BEFORE + DAY, MONDAY + DAY], ids=["before", "the day after"])
    def test_booked_anew_in_a_later_reading(self, later: datetime) -> None:
        record = record_of(*weekly())
        record.read(weekly()[1:], BEFORE + HOUR)
        record.read([single(MONDAY + 2 * DAY, "instead"), *weekly()[1:]], later)
        first = record.in_order()[0]
        assert (first.state, first.by) == (State.MOVED, None)
        assert whats(record) == [What.SEEN, What.VANISHED, What.RESCHEDULED]

    def test_a_deleted_single_event_made_anew_elsewhere(self) -> None:
        record = record_of(single(MONDAY))
        record.read([single(MONDAY + DAY, "anew")], BEFORE + HOUR)
        assert whats(record) == [What.SEEN, What.RESCHEDULED]

    def test_the_next_meeting_of_the_series_replaces_nothing(self) -> None:
        record = record_of(*weekly(weeks=3))
        off = [*weekly(weeks=2), sighting(MONDAY + 2 * WEEK, status=GONE)]
        record.read(off, BEFORE + HOUR)
        record.read([*off, sighting(MONDAY + 3 * WEEK)], BEFORE + 2 * HOUR)
        assert record.states() == [State.PLANNED, State.PLANNED, State.CANCELLED, State.PLANNED]

    def test_a_new_event_more_than_half_a_cadence_away_is_a_meeting_of_its_own(self) -> None:
        record = record_of(single(MONDAY))
        record.read([single(MONDAY + 4 * DAY, "new")], BEFORE + HOUR)
        assert record.states() == [State.CANCELLED, State.PLANNED]


class TestSeriesEnd:
    def test_a_series_that_vanishes_is_one_event(self) -> None:
        record = record_of(*weekly())
        record.read([], BEFORE + HOUR)
        assert record.states() == [State.CANCELLED, *[State.EXCUSED] * 3]
        assert [whats(record, at)[-1] for at in range(4)] == [What.SERIES_ENDED] * 4
        assert record.in_order()[0].by is By.UNKNOWN

    def test_a_series_cancelled_as_a_whole_is_its_organisers_doing(self) -> None:
        record = record_of(*weekly())
        gone = [sighting(MONDAY + WEEK * week, status=GONE, organizer=MEMBER) for week in range(4)]
        record.read(gone, BEFORE + HOUR)
        first = record.in_order()[0]
        assert (first.state, first.by, first.confidence) == (State.CANCELLED, By.MEMBER, Confidence.MEDIUM)
        assert record.states()[1:] == [State.EXCUSED] * 3

    def test_a_series_that_ends_later_is_ended_from_there(self) -> None:
        record = record_of(*weekly())
        record.read(weekly(weeks=2), BEFORE + HOUR)
        assert record.states() == [State.PLANNED, State.PLANNED, State.CANCELLED, State.EXCUSED]

    def test_two_cancellations_in_a_series_that_goes_on_are_two(self) -> None:
        record = record_of(*weekly())
        record.read(weekly()[2:], BEFORE + HOUR)
        assert record.states()[:2] == [State.CANCELLED] * 2
        assert [whats(record, at)[-1] for at in range(2)] == [What.VANISHED] * 2

    def test_a_series_replaced_by_another_far_off_makes_no_storm(self) -> None:
        record = record_of(*weekly(weeks=8))
        record.read(weekly(MONDAY + 4 * DAY, 8, uid="fridays"), BEFORE + HOUR)
        assert record.states().count(State.CANCELLED) <= 1

    def test_a_series_remade_in_a_later_reading_takes_up_where_it_ended(self) -> None:
        record = record_of(*weekly())
        record.read([], BEFORE + HOUR)
        record.read(weekly(uid="remade"), BEFORE + 2 * HOUR)
        assert record.states() == [State.PLANNED] * 4
        assert whats(record)[-1] is What.RESTORED


class TestExcused:
    AWAY = WorkCalendar(BERLIN, absences=((MONDAY - DAY, MONDAY + DAY),))

    def test_cancelled_while_the_leader_is_away(self) -> None:
        record = record_of(*weekly(), work=self.AWAY)
        record.read([sighting(MONDAY, status=GONE), *weekly()[1:]], BEFORE + HOUR)
        assert record.states()[0] is State.EXCUSED
        assert whats(record) == [What.SEEN, What.EXCUSED]

    def test_vanished_on_a_holiday(self) -> None:
        work = WorkCalendar(BERLIN, days_off=frozenset({date(2026, 11, 23)}))
        record = record_of(*weekly(), work=work)
        record.read(weekly()[1:], BEFORE + HOUR)
        assert (record.states()[0], record.in_order()[0].by) == (State.EXCUSED, None)

    @pytest.mark.parametrize("reads", [True, False])
    def test_left_standing_while_the_leader_is_away(self, reads: bool) -> None:
        record = record_of(single(MONDAY), work=self.AWAY)
        if reads:
            record.read([single(MONDAY)], MONDAY + HOUR)
        else:
            record.let_pass(MONDAY + HOUR)
        assert (record.states(), whats(record)[-1]) == ([State.EXCUSED], What.EXCUSED)

    def test_away_and_booked_anew_is_rescheduled(self) -> None:
        record = record_of(*weekly(), work=self.AWAY)
        record.read([single(MONDAY + 3 * DAY, "instead"), *weekly()[1:]], BEFORE + HOUR)
        assert record.states()[0] is State.MOVED


class TestRestored:
    def test_a_cancelled_meeting_that_stands_again_is_planned(self) -> None:
        record = record_of(*weekly())
        record.read([sighting(MONDAY, leader_says=NO), *weekly()[1:]], BEFORE + HOUR)
        record.read(weekly(), BEFORE + 2 * HOUR)
        first = record.in_order()[0]
        assert (first.state, first.by, first.confidence) == (State.PLANNED, None, None)
        assert whats(record) == [What.SEEN, What.DECLINED, What.RESTORED]

    def test_at_another_time_it_is_moved(self) -> None:
        record = record_of(single(MONDAY))
        record.read([], BEFORE + HOUR)
        record.read([single(MONDAY + 9 * DAY)], BEFORE + 2 * HOUR)
        assert (record.states(), whats(record)[-1]) == ([State.MOVED], What.RESTORED)

    def test_what_is_past_is_not_restored(self) -> None:
        record = record_of(single(MONDAY))
        record.read([], BEFORE + HOUR)
        assert record.read([single(MONDAY)], MONDAY + DAY) == []
