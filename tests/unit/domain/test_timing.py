"""When a mail may leave, on the leader's own clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.people import Preferences
from service.domain.timing import (
    LAST_MOMENT,
    after_meeting,
    in_working_hours,
    next_month,
    next_working_morning,
    out_of_quiet,
    prep_time,
    previous_month,
    when_reachable,
)
from service.domain.workdays import WorkCalendar
from tests.fakes.desks import BERLIN, MINUTE, at, clock

NORMAL = Preferences()
AT_HOME = WorkCalendar(BERLIN)


def prep(
    start: str, wants: Preferences = NORMAL, work: WorkCalendar = AT_HOME, zone: ZoneInfo = BERLIN
) -> str:
    return clock(prep_time(at(start, zone), wants, work), zone)


def quiet(begin: str, end: str) -> Preferences:
    return Preferences(quiet_from=time.fromisoformat(begin), quiet_until=time.fromisoformat(end))


def away(begin: str, end: str) -> WorkCalendar:
    return WorkCalendar(BERLIN, absences=((at(begin), at(end)),))


# --- prep -------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["2026-11-24 09:59", "2026-11-24 07:00", "2026-11-24 00:00"])
def test_before_ten_the_prep_leaves_at_five_the_working_day_before(start: str) -> None:
    assert prep(start) == "Mon 2026-11-23 17:00"


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-24 10:00", "08:30"),
        ("2026-11-24 10:30", "08:30"),
        ("2026-11-24 10:31", "08:31"),
        ("2026-11-24 14:00", "12:00"),
    ],
)
def test_from_ten_on_it_leaves_the_same_day_at_half_past_eight_or_two_hours_before(
    start: str, due: str
) -> None:
    assert prep(start) == f"Tue 2026-11-24 {due}"


def test_the_working_day_before_a_monday_is_friday() -> None:
    assert prep("2026-11-23 09:00") == "Fri 2026-11-20 17:00"


def test_a_weekend_is_what_the_locale_makes_it() -> None:
    work = WorkCalendar(BERLIN, weekend=frozenset({4, 5}))
    assert prep("2026-11-22 09:00", work=work) == "Thu 2026-11-19 17:00"


def test_a_holiday_is_no_working_day() -> None:
    work = WorkCalendar(BERLIN, days_off=frozenset({date(2026, 11, 24)}))
    assert prep("2026-11-25 09:00", work=work) == "Mon 2026-11-23 17:00"


def test_nor_is_a_day_out_of_office() -> None:
    work = away("2026-11-23 00:00", "2026-11-25 00:00")
    assert prep("2026-11-25 09:00", work=work) == "Fri 2026-11-20 17:00"


def test_after_a_long_leave_it_comes_the_same_morning_not_weeks_before() -> None:
    work = away("2026-11-09 00:00", "2026-11-23 00:00")
    assert prep("2026-11-23 09:30", work=work) == "Mon 2026-11-23 07:30"
    assert prep("2026-11-23 08:00", work=work) == "Mon 2026-11-23 07:00"


@pytest.mark.parametrize(
    ("start", "due"),
    [("2026-11-24 21:59", "19:59"), ("2026-11-24 22:00", "19:30"), ("2026-11-24 23:30", "19:30")],
)
def test_a_late_evenings_prep_comes_forward_before_quiet_hours(start: str, due: str) -> None:
    assert prep(start) == f"Tue 2026-11-24 {due}"


def test_a_meeting_on_a_saturday_evening_is_prepared_that_saturday() -> None:
    assert prep("2026-11-21 22:30") == "Sat 2026-11-21 19:30"


def test_it_waits_for_the_end_of_quiet_hours_while_half_an_hour_remains_to_read_it() -> None:
    assert prep("2026-11-23 10:00", quiet("20:00", "09:30")) == "Mon 2026-11-23 09:30"
    assert prep("2026-11-23 10:00", quiet("20:00", "09:31")) == "Fri 2026-11-20 19:30"


def test_quiet_hours_may_lie_within_a_day() -> None:
    assert prep("2026-11-24 14:00", quiet("11:30", "13:00")) == "Tue 2026-11-24 13:00"
    assert prep("2026-11-24 13:10", quiet("11:00", "13:00")) == "Tue 2026-11-24 10:30"


def test_quiet_hours_from_and_until_the_same_time_are_none() -> None:
    assert prep("2026-11-24 23:00", quiet("08:00", "08:00")) == "Tue 2026-11-24 21:00"


def test_nearly_no_hour_that_is_not_quiet_is_still_found() -> None:
    assert prep("2026-11-24 14:00", quiet("07:10", "07:00")) == "Tue 2026-11-24 07:00"


def test_the_leaders_own_lead_time_goes_before_the_rule() -> None:
    assert prep("2026-11-24 09:00", Preferences(lead_minutes=60)) == "Tue 2026-11-24 08:00"
    assert prep("2026-11-24 15:00", Preferences(lead_minutes=24 * 60)) == "Mon 2026-11-23 15:00"


def test_a_lead_time_under_ten_minutes_means_ten() -> None:
    assert prep("2026-11-24 15:00", Preferences(lead_minutes=0)) == "Tue 2026-11-24 14:50"


def test_a_lead_time_never_ends_in_quiet_hours_nor_on_the_weekend_before() -> None:
    assert prep("2026-11-24 07:30", Preferences(lead_minutes=60)) == "Tue 2026-11-24 07:00"
    assert prep("2026-11-23 07:20", Preferences(lead_minutes=60)) == "Fri 2026-11-20 19:30"
    assert prep("2026-11-23 12:00", Preferences(lead_minutes=24 * 60)) == "Fri 2026-11-20 12:00"


@pytest.mark.parametrize(
    ("zone", "start", "due"),
    [
        ("Europe/Berlin", "2027-03-29 09:00", "Fri 2027-03-26 17:00"),  # the clocks went forward on Sunday
        ("Europe/Berlin", "2026-10-25 11:00", "Sun 2026-10-25 09:00"),  # they went back that night
        ("America/New_York", "2026-11-01 12:00", "Sun 2026-11-01 10:00"),
        ("America/Sao_Paulo", "2026-11-24 09:00", "Mon 2026-11-23 17:00"),
        ("Asia/Kathmandu", "2026-11-24 10:00", "Tue 2026-11-24 08:30"),
        ("Australia/Lord_Howe", "2026-10-04 10:15", "Sun 2026-10-04 08:30"),
        ("Pacific/Apia", "2026-11-24 09:00", "Mon 2026-11-23 17:00"),
    ],
)
def test_the_clock_is_the_leaders_also_when_clocks_change(zone: str, start: str, due: str) -> None:
    there = ZoneInfo(zone)
    assert prep(start, work=WorkCalendar(there), zone=there) == due


def test_two_hours_before_are_real_hours_when_the_clocks_change() -> None:
    night_worker = quiet("08:00", "08:00")
    start = at("2026-10-25 04:30")  # clocks went from 03:00 back to 02:00
    due = prep_time(start, Preferences(lead_minutes=120, quiet_from=time(8), quiet_until=time(8)), AT_HOME)
    assert start - due == timedelta(hours=2)
    assert out_of_quiet(due, night_worker, AT_HOME) == due


# --- quiet hours ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "out"),
    [
        ("2026-11-23 19:59", "Mon 2026-11-23 19:59"),
        ("2026-11-23 20:00", "Tue 2026-11-24 07:00"),
        ("2026-11-24 03:00", "Tue 2026-11-24 07:00"),
        ("2026-11-24 06:59", "Tue 2026-11-24 07:00"),
        ("2026-11-24 07:00", "Tue 2026-11-24 07:00"),
    ],
)
def test_quiet_hours_last_from_eight_to_seven_unless_set(moment: str, out: str) -> None:
    assert clock(out_of_quiet(at(moment), NORMAL, AT_HOME)) == out


def test_an_end_that_comes_twice_is_waited_for_no_day_too_long() -> None:
    second = datetime(2026, 10, 25, 2, 10, tzinfo=BERLIN, fold=1)
    out = out_of_quiet(second, quiet("22:00", "02:30"), AT_HOME)
    assert out - second == 20 * MINUTE


clocks = st.times().map(lambda found: found.replace(second=0, microsecond=0, tzinfo=None))
zones = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]
).map(ZoneInfo)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)).map(  # noqa: DTZ001 - Hypothesis wants naive bounds and adds the zone
    lambda found: found.replace(second=0, microsecond=0)
)
preferences = st.builds(
    Preferences,
    quiet_from=clocks,
    quiet_until=clocks,
    lead_minutes=st.none() | st.integers(10, 24 * 60),
    weekend=st.sets(st.integers(0, 6), max_size=6).map(frozenset),
)


@given(moment=instants, wants=preferences, zone=zones)
def test_out_of_quiet_hours_is_out_of_them_and_never_back_in_time(
    moment: datetime, wants: Preferences, zone: ZoneInfo
) -> None:
    work = WorkCalendar(zone, weekend=wants.weekend)
    out = out_of_quiet(moment, wants, work)
    assert out >= moment
    assert out - moment < timedelta(hours=26)
    assert out_of_quiet(out, wants, work) == out


@given(start=instants, wants=preferences, zone=zones)
def test_a_prep_is_never_due_in_quiet_hours(start: datetime, wants: Preferences, zone: ZoneInfo) -> None:
    work = WorkCalendar(zone, weekend=wants.weekend)
    due = prep_time(start, wants, work)
    assert out_of_quiet(due, wants, work) == due


@given(start=instants, zone=zones)
def test_with_the_usual_settings_there_is_always_time_to_read_it(start: datetime, zone: ZoneInfo) -> None:
    due = prep_time(start, NORMAL, WorkCalendar(zone))
    assert start - due >= LAST_MOMENT


# --- working days -----------------------------------------------------------------------


def test_the_next_working_morning_is_half_past_eight_after_weekend_holidays_and_leave() -> None:
    work = WorkCalendar(
        BERLIN,
        days_off=frozenset({date(2026, 11, 23)}),
        absences=((at("2026-11-24 00:00"), at("2026-11-25 00:00")),),
    )
    assert clock(next_working_morning(at("2026-11-20 11:00"), work)) == "Wed 2026-11-25 08:30"


@pytest.mark.parametrize(
    ("moment", "reached"),
    [
        ("2026-11-23 11:00", "Mon 2026-11-23 11:00"),
        ("2026-11-23 22:00", "Wed 2026-11-25 14:00"),  # over quiet hours into the leave, and out of it
        ("2026-11-21 11:00", "Mon 2026-11-23 08:30"),
        ("2026-11-25 09:00", "Wed 2026-11-25 14:00"),
    ],
)
def test_reachable_means_a_working_day_no_quiet_hours_and_in_office(moment: str, reached: str) -> None:
    work = away("2026-11-24 00:00", "2026-11-25 14:00")
    assert clock(when_reachable(at(moment), NORMAL, work)) == reached


def test_nobody_is_reachable_through_a_year_of_leave_told_day_by_day() -> None:
    first = at("2026-11-23 00:00")
    days = tuple((first + timedelta(days=n), first + timedelta(days=n + 1)) for n in range(60))
    work = WorkCalendar(BERLIN, absences=days)
    assert when_reachable(at("2026-11-23 09:00"), NORMAL, work) >= days[-1][1]


def test_settings_that_leave_no_moment_keep_at_least_quiet_hours() -> None:
    never = WorkCalendar(BERLIN, weekend=frozenset(range(7)))
    found = when_reachable(at("2026-11-23 22:00"), NORMAL, never)
    assert out_of_quiet(found, NORMAL, never) == found


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        ("2026-11-23 11:00", "Mon 2026-11-23 11:00"),
        ("2026-11-23 08:00", "Mon 2026-11-23 09:00"),
        ("2026-11-23 17:00", "Tue 2026-11-24 09:00"),
        ("2026-11-27 17:30", "Mon 2026-11-30 09:00"),
        ("2026-11-28 12:00", "Mon 2026-11-30 09:00"),
    ],
)
def test_working_hours_are_nine_to_five_on_working_days_unless_set(moment: str, found: str) -> None:
    assert clock(in_working_hours(at(moment), NORMAL, AT_HOME)) == found


def test_what_follows_a_meeting_comes_at_weekends_too_but_not_in_their_quiet_hours() -> None:
    assert clock(after_meeting(at("2026-11-21 11:15"), NORMAL, AT_HOME)) == "Sat 2026-11-21 11:15"
    assert clock(after_meeting(at("2026-11-24 20:45"), NORMAL, AT_HOME)) == "Wed 2026-11-25 07:00"
    assert clock(after_meeting(at("2026-11-20 20:45"), NORMAL, AT_HOME)) == "Mon 2026-11-23 08:30"


def test_months_follow_each_other_over_the_year() -> None:
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert previous_month(date(2027, 1, 31)) == date(2026, 12, 1)
    assert next_month(date(2027, 1, 31)) == date(2027, 2, 1)
