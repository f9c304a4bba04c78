"""Free times for a new try, from the leader's own calendar, within working hours."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.events import Event, EventKind, EventStatus, Guest, Response
from service.domain.slots import Span, busy_times, free_slots
from service.domain.workdays import WorkCalendar
from tests.fakes.desks import BERLIN, DAY, HOUR, MINUTE, at, clock, leader

NOW = at("2026-11-24 08:00")  # a Tuesday
WISH = (at("2026-11-24 14:00"), at("2026-11-24 14:30"))
WORK = WorkCalendar(BERLIN)


def slots(busy: list[Span] | None = None, work: WorkCalendar = WORK, now: datetime = NOW) -> list[str]:
    return [clock(start) for start, _ in free_slots(busy or [], WISH, work, now)]


def whole(day: str) -> Span:
    return at(f"{day} 00:00"), at(f"{day} 00:00") + DAY


def test_three_of_them_one_a_day_at_the_time_that_was_meant() -> None:
    assert slots() == ["Tue 2026-11-24 14:00", "Wed 2026-11-25 14:00", "Thu 2026-11-26 14:00"]


def test_each_as_long_as_the_meeting_was() -> None:
    assert {end - start for start, end in free_slots([], WISH, WORK, NOW)} == {30 * MINUTE}


def test_where_that_time_is_taken_the_nearest_free_one() -> None:
    busy = [(at("2026-11-24 13:30"), at("2026-11-24 16:00"))]
    assert slots(busy)[0] == "Tue 2026-11-24 13:00"


def test_of_two_equally_near_the_earlier() -> None:
    busy = [(at("2026-11-24 14:00"), at("2026-11-24 14:30"))]
    assert slots(busy)[0] == "Tue 2026-11-24 13:30"


def test_touching_is_no_overlap() -> None:
    busy = [(at("2026-11-24 13:00"), WISH[0]), (WISH[1], at("2026-11-24 15:00"))]
    assert slots(busy)[0] == "Tue 2026-11-24 14:00"


def test_with_two_hours_notice_at_least() -> None:
    assert slots(now=at("2026-11-24 12:30"))[0] == "Tue 2026-11-24 14:30"
    assert slots(now=at("2026-11-24 15:00"))[0] == "Wed 2026-11-25 14:00"


def test_days_that_are_full_are_passed_over() -> None:
    assert slots([whole("2026-11-24"), whole("2026-11-26")]) == [
        "Wed 2026-11-25 14:00",
        "Fri 2026-11-27 14:00",
        "Mon 2026-11-30 14:00",
    ]


def test_five_working_days_are_looked_at_and_then_there_are_none() -> None:
    full = [whole(f"2026-11-{day}") for day in (24, 25, 26, 27, 30)]
    assert slots(full) == []


def test_weekends_holidays_and_leave_are_left_out() -> None:
    work = WorkCalendar(BERLIN, days_off=frozenset({date(2026, 11, 25)}), absences=(whole("2026-11-26"),))
    assert slots(work=work) == ["Tue 2026-11-24 14:00", "Fri 2026-11-27 14:00", "Mon 2026-11-30 14:00"]


def test_an_evening_meeting_is_offered_at_the_end_of_the_working_day() -> None:
    wish = (at("2026-11-24 18:00"), at("2026-11-24 18:30"))
    assert clock(free_slots([], wish, WORK, NOW)[0][0]) == "Tue 2026-11-24 16:30"


def test_working_hours_are_the_leaders() -> None:
    early = WorkCalendar(BERLIN, work_from=time(6), work_until=time(12))
    assert slots(work=early)[0] == "Tue 2026-11-24 11:30"


def test_one_longer_than_the_working_day_has_no_place() -> None:
    wish = (WISH[0], WISH[0] + 9 * HOUR)
    assert free_slots([], wish, WORK, NOW) == []


@pytest.mark.parametrize("day", ["2026-10-23", "2027-03-26"])
def test_over_a_change_of_clocks_the_local_time_stays(day: str) -> None:
    wish = (at(f"{day} 14:00"), at(f"{day} 14:30"))
    found = [clock(start)[-5:] for start, _ in free_slots([], wish, WORK, at(f"{day} 08:00"))]
    assert found == ["14:00"] * 3


spans = st.lists(
    st.tuples(st.integers(0, 7 * 48), st.integers(1, 8)).map(
        lambda one: (NOW + one[0] * 30 * MINUTE, NOW + (one[0] + one[1]) * 30 * MINUTE)
    ),
    max_size=30,
)


@given(
    busy=spans,
    minutes=st.integers(15, 120),
    zone=st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "America/New_York"]),
)
def test_an_offer_is_always_free_and_in_working_hours(busy: list[Span], minutes: int, zone: str) -> None:
    work = WorkCalendar(ZoneInfo(zone))
    wish = (WISH[0], WISH[0] + minutes * MINUTE)
    for start, end in free_slots(busy, wish, work, NOW):
        assert start >= NOW + 2 * HOUR
        assert work.is_working(work.local(start).date())
        assert time(9) <= work.local(start).time()
        assert work.local(end).time() <= time(17)
        assert all(until <= start or begin >= end for begin, until in busy)


# --- what blocks ------------------------------------------------------------------------


def event(**more: object) -> Event:
    return Event("uid", "", *WISH, **more)  # type: ignore[arg-type] # passed on as they are


def mine(response: Response) -> tuple[Guest, ...]:
    return (Guest("lea@example.org", response=response), Guest("max@example.org"))


@pytest.mark.parametrize(
    ("found", "blocks"),
    [
        (event(), True),
        (event(status=EventStatus.TENTATIVE), True),
        (event(status=EventStatus.CANCELLED), False),
        (event(busy=False), False),
        (event(all_day=True), False),
        (event(all_day=True, kind=EventKind.OUT_OF_OFFICE), True),
        (event(guests=mine(Response.ACCEPTED)), True),
        (event(guests=mine(Response.NEEDS_ACTION)), True),
        (event(guests=mine(Response.DECLINED)), False),
    ],
)
def test_what_stands_in_the_calendar_blocks_unless_it_is_off_free_or_declined(
    found: Event, blocks: bool
) -> None:
    assert busy_times([found], leader()) == ([WISH] if blocks else [])
