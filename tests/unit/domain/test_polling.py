"""A calendar that costs a call is asked often near a one-on-one, and seldom else."""

from datetime import datetime, timedelta

import pytest

from service.domain.events import Window
from service.domain.polling import LONGEST_SETBACK, next_look, setback
from service.domain.workdays import WorkCalendar
from tests.fakes.desks import BERLIN, DAY, HOUR, MINUTE, at, clock

WORK = WorkCalendar(BERLIN)
TALK = Window(at("2026-11-23 14:00"), at("2026-11-23 14:30"))


def after(last: str, *agenda: Window, told: bool = False, work: WorkCalendar = WORK) -> str:
    return clock(next_look(at(last), agenda, work, told=told))


@pytest.mark.parametrize(
    ("last", "then"),
    [
        ("2026-11-23 09:00", "Mon 2026-11-23 09:40"),
        ("2026-11-23 16:59", "Mon 2026-11-23 17:39"),
        ("2026-11-23 17:00", "Mon 2026-11-23 21:00"),
        ("2026-11-23 07:00", "Mon 2026-11-23 09:00"),
        ("2026-11-24 03:00", "Tue 2026-11-24 07:00"),
        ("2026-11-22 12:00", "Sun 2026-11-22 16:00"),
    ],
    ids=["at work", "as work ends", "evening", "before work", "night", "a weekend"],
)
def test_in_working_hours_more_often_than_outside(last: str, then: str) -> None:
    assert after(last) == then


def test_a_day_off_is_no_working_day() -> None:
    off = WorkCalendar(BERLIN, days_off=frozenset({at("2026-11-23 12:00").date()}))
    assert after("2026-11-23 10:00", work=off) == "Mon 2026-11-23 14:00"


@pytest.mark.parametrize(
    ("last", "then"),
    [
        ("2026-11-23 13:00", "13:40"),
        ("2026-11-23 13:20", "13:45"),
        ("2026-11-23 13:45", "13:50"),
        ("2026-11-23 14:10", "14:15"),
        ("2026-11-23 14:29", "14:34"),
        ("2026-11-23 14:30", "15:10"),
    ],
    ids=["far", "soon", "near", "going on", "ending", "over"],
)
def test_around_a_one_on_one_every_few_minutes(last: str, then: str) -> None:
    assert after(last, TALK) == f"Mon 2026-11-23 {then}"


def test_the_nearest_of_several_decides() -> None:
    later = Window(TALK.start + DAY, TALK.end + DAY)
    sooner = Window(TALK.start - 4 * HOUR, TALK.end - 4 * HOUR)
    assert after("2026-11-23 09:40", later, TALK, sooner) == "Mon 2026-11-23 09:45"


def test_one_that_tells_of_changes_is_asked_every_few_hours() -> None:
    assert after("2026-11-23 13:50", TALK, told=True) == "Mon 2026-11-23 17:50"


def test_a_working_day_with_three_one_on_ones_costs_some_thirty_looks() -> None:
    agenda = [Window(at(f"2026-11-23 {hour}:00"), at(f"2026-11-23 {hour}:30")) for hour in (10, 14, 16)]
    looks: list[datetime] = [at("2026-11-23 00:00")]
    while looks[-1] < at("2026-11-24 00:00"):
        looks.append(next_look(looks[-1], agenda, WORK, told=False))
    assert 30 <= len(looks) <= 45
    assert len(looks) == 43  # what it is today; a change is worth a thought


def test_failures_in_a_row_wait_ever_longer_up_to_an_hour() -> None:
    assert [setback(count) // MINUTE for count in (1, 2, 3, 7)] == [1, 2, 4, 60]
    assert setback(10_000) == LONGEST_SETBACK
    assert isinstance(setback(1), timedelta)
