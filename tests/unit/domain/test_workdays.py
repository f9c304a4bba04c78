from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.workdays import WorkCalendar, instant
from tests.fakes.oneonones import BERLIN, utc

NEW_YORK = ZoneInfo("America/New_York")
APIA = ZoneInfo("Pacific/Apia")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")


def calendar(*absences: tuple[datetime, datetime], days_off: frozenset[date] = frozenset()) -> WorkCalendar:
    return WorkCalendar(BERLIN, frozenset({5, 6}), days_off, absences)


@pytest.mark.parametrize(
    ("zone", "day", "clock", "expected"),
    [
        (BERLIN, date(2026, 11, 23), time(8, 30), "2026-11-23 07:30"),
        (BERLIN, date(2026, 7, 1), time(8, 30), "2026-07-01 06:30"),
        (NEW_YORK, date(2026, 11, 23), time(20, 0), "2026-11-24 01:00"),
    ],
)
def test_a_local_clock_time_is_an_instant(zone: ZoneInfo, day: date, clock: time, expected: str) -> None:
    assert WorkCalendar(zone).at(day, clock) == utc(expected)


@pytest.mark.parametrize(
    ("zone", "day", "clock", "expected"),
    [
        (BERLIN, date(2026, 3, 29), time(2, 30), "2026-03-29 01:00"),
        (NEW_YORK, date(2026, 3, 8), time(2, 0), "2026-03-08 07:00"),
        (LORD_HOWE, date(2026, 10, 4), time(2, 15), "2026-10-03 15:30"),
        (APIA, date(2011, 12, 30), time(9, 0), "2011-12-30 10:00"),
    ],
    ids=["one hour gone", "the gap's first minute", "half an hour gone", "a whole day gone"],
)
def test_a_clock_time_that_is_skipped_moves_to_the_next_that_exists(
    zone: ZoneInfo, day: date, clock: time, expected: str
) -> None:
    assert instant(day, clock, zone) == utc(expected)


def test_a_clock_time_that_comes_twice_means_its_first_coming() -> None:
    assert calendar().at(date(2026, 10, 25), time(2, 30)) == utc("2026-10-25 00:30")


@given(
    day=st.dates(date(2000, 1, 1), date(2040, 1, 1)),
    clock=st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    zone=st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, APIA]),
)
def test_an_instant_reads_back_as_its_clock_time_or_a_later_one(
    day: date, clock: time, zone: ZoneInfo
) -> None:
    wanted = datetime.combine(day, clock, tzinfo=zone)
    found = instant(day, clock, zone)
    assert found.tzinfo is UTC
    assert timedelta(0) <= found.astimezone(zone) - wanted <= timedelta(days=1)


def test_local_is_the_leaders_own_clock() -> None:
    assert calendar().local(utc("2026-11-23 23:30")).isoformat() == "2026-11-24T00:30:00+01:00"


def test_weekends_and_holidays_are_not_worked() -> None:
    work = calendar(days_off=frozenset({date(2026, 12, 25)}))
    assert work.is_working(date(2026, 12, 24))
    assert not work.is_working(date(2026, 12, 25))
    assert not work.is_working(date(2026, 12, 26))


def test_a_weekend_is_what_the_country_calls_one() -> None:
    work = WorkCalendar(ZoneInfo("Asia/Riyadh"), weekend=frozenset({4, 5}))
    assert not work.is_working(date(2026, 11, 27))  # a Friday
    assert work.is_working(date(2026, 11, 29))  # a Sunday


def test_a_day_away_is_not_worked_but_half_a_day_away_is() -> None:
    work = calendar(
        (utc("2026-11-23 08:00"), utc("2026-11-23 16:00")),  # 9:00 to 17:00 in Berlin
        (utc("2026-11-24 08:00"), utc("2026-11-24 12:00")),
    )
    assert not work.is_working(date(2026, 11, 23))
    assert work.is_working(date(2026, 11, 24))


def test_absences_that_touch_count_as_one() -> None:
    morning = (utc("2026-11-23 08:00"), utc("2026-11-23 12:00"))
    afternoon = (utc("2026-11-23 12:00"), utc("2026-11-23 16:00"))
    assert not calendar(afternoon, morning).is_working(date(2026, 11, 23))


def test_absent_means_for_all_of_it() -> None:
    work = calendar((utc("2026-11-23 08:00"), utc("2026-11-23 12:00")))
    assert work.absent(utc("2026-11-23 11:30"), utc("2026-11-23 12:00"))
    assert not work.absent(utc("2026-11-23 11:45"), utc("2026-11-23 12:15"))
    assert not work.absent(utc("2026-11-23 12:00"), utc("2026-11-23 12:00"))


def test_the_working_days_beside_a_day_skip_what_is_not_worked() -> None:
    work = calendar(days_off=frozenset({date(2026, 11, 20)}))
    assert work.previous_working(date(2026, 11, 23)) == date(2026, 11, 19)
    assert work.next_working(date(2026, 11, 19)) == date(2026, 11, 23)


def test_after_sixty_days_without_work_the_day_beside_must_do() -> None:
    work = calendar((utc("2026-01-01 00:00"), utc("2027-01-01 00:00")))
    assert work.previous_working(date(2026, 6, 15)) == date(2026, 6, 14)
    assert work.next_working(date(2026, 6, 15)) == date(2026, 6, 16)


def test_the_first_working_day_of_a_month() -> None:
    work = calendar(days_off=frozenset({date(2027, 1, 1)}))
    assert work.first_working_of_month(2026, 11) == date(2026, 11, 2)  # the 1st is a Sunday
    assert work.first_working_of_month(2027, 1) == date(2027, 1, 4)


def test_a_month_of_leave_begins_on_its_first_day() -> None:
    work = calendar((utc("2026-10-01 00:00"), utc("2027-01-01 00:00")))
    assert work.first_working_of_month(2026, 11) == date(2026, 11, 1)
