"""What a leader may wish for, and what is said of what cannot be."""

from datetime import UTC, date, datetime, time

import pytest

from service.domain.people import Leader, Pair, Person, Preferences
from service.domain.wishes import (
    LEAD,
    Problem,
    Wishes,
    WrongError,
    clock_of,
    day_of,
    of_pair,
    pair_changes,
    pause_end,
    pinned,
    stepped,
    typed_pair,
    typed_wishes,
    wishes_of,
)
from tests.fakes.desks import BERLIN, at

LEA = Leader(1, "lea@example.org", "Lea", BERLIN, country="DE", preferences=Preferences(lead_minutes=45))
MAX = Pair(7, 1, Person("max@example.org", "Max"), shift=2)


def read(**typed: str) -> tuple[Wishes | None, dict[str, Problem]]:
    return wishes_of(typed, LEA, {"en", "es"}, {"DE", "PT"})


# --- single fields ------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "found"), [("20:00", time(20)), (" 07:05 ", time(7, 5))])
def test_a_time_of_the_day(text: str, found: time) -> None:
    assert clock_of(text) == found


@pytest.mark.parametrize("text", ["", "25:00", "noon", "09:00+01:00", "09:00Z"])
def test_no_time_of_the_day(text: str) -> None:
    with pytest.raises(WrongError) as error:
        clock_of(text)
    assert error.value.problem is Problem.TIME


def test_a_day() -> None:
    assert day_of(" 2026-12-01 ") == date(2026, 12, 1)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-02-30", "1999-12-31", "2200-01-01", "01.12.2026"])
def test_no_day(text: str) -> None:
    with pytest.raises(WrongError) as error:
        day_of(text)
    assert error.value.problem is Problem.DAY


def test_a_week_is_pinned_or_follows_the_cycle() -> None:
    assert pinned("3", 3) == {"pinned_week": 3}
    assert pinned("cycle", 3) == {"pinned_week": None}


@pytest.mark.parametrize("text", ["0", "4", "-1", "x", "", "1.0"])
def test_no_week_of_the_playbook(text: str) -> None:
    with pytest.raises(WrongError):
        pinned(text, 3)


def test_weeks_are_skipped_and_repeated_from_where_the_pair_is() -> None:
    assert (stepped(MAX, 1), stepped(MAX, -1)) == ({"shift": 3}, {"shift": 1})


@pytest.mark.parametrize(
    ("text", "end"), [("", None), ("  ", None), ("2026-11-24", datetime(2026, 11, 23, 23, tzinfo=UTC))]
)
def test_a_pause_ends_as_its_day_begins_or_stays_open(text: str, end: datetime | None) -> None:
    assert pause_end(text, date(2026, 11, 23), BERLIN) == end


@pytest.mark.parametrize("text", ["2026-11-23", "2026-11-22"])
def test_a_pause_that_would_be_over_is_none(text: str) -> None:
    with pytest.raises(WrongError) as error:
        pause_end(text, date(2026, 11, 23), BERLIN)
    assert error.value.problem is Problem.PAST


# --- what holds for all mails -------------------------------------------------------------


def test_what_stands_in_the_fields_is_what_holds() -> None:
    wishes, problems = wishes_of(typed_wishes(LEA), LEA, {"en"}, {"DE"})
    assert problems == {}
    assert wishes == Wishes(LEA.preferences, "en", "DE", one_by_one=False)


def test_a_field_that_is_not_there_stays_as_it_is() -> None:
    wishes, _ = read(quiet_from="21:30", language="es", country="", rhythm="one")
    assert wishes is not None
    assert wishes.preferences == Preferences(quiet_from=time(21, 30), lead_minutes=45)
    assert (wishes.language, wishes.country, wishes.one_by_one) == ("es", None, True)


def test_the_rule_stands_in_place_of_minutes() -> None:
    wishes, _ = read(lead="rule", lead_minutes="nonsense that was typed before")
    assert wishes is not None
    assert wishes.preferences.lead_minutes is None


@pytest.mark.parametrize("minutes", [LEAD[0], LEAD[-1]])
def test_a_lead_within_the_limits(minutes: int) -> None:
    wishes, _ = read(lead="own", lead_minutes=f" {minutes} ")
    assert wishes is not None
    assert wishes.preferences.lead_minutes == minutes


@pytest.mark.parametrize("minutes", ["9", "10081", "", "1.5", "-10", "²", "9" * 5000])
def test_a_lead_outside_of_them(minutes: str) -> None:
    assert read(lead="own", lead_minutes=minutes) == (None, {"lead_minutes": Problem.LEAD})


@pytest.mark.parametrize(("begin", "end"), [("09:00", "09:00"), ("17:00", "09:00")])
def test_work_begins_before_it_ends(begin: str, end: str) -> None:
    assert read(work_from=begin, work_until=end) == (None, {"work_until": Problem.ORDER})


def test_quiet_hours_may_span_midnight_or_be_none() -> None:
    for begin, end in (("22:00", "06:00"), ("12:00", "13:00"), ("07:00", "07:00")):
        assert read(quiet_from=begin, quiet_until=end)[1] == {}


def test_each_wrong_field_is_named() -> None:
    wrong = {
        "quiet_from": "late",
        "work_from": "",
        "language": "xx",
        "country": "ZZ",
        "rhythm": "",
        "lead": "x",
    }
    wishes, problems = read(**wrong)
    assert wishes is None
    assert problems == {
        "quiet_from": Problem.TIME,
        "work_from": Problem.TIME,
        "language": Problem.CHOICE,
        "country": Problem.CHOICE,
        "rhythm": Problem.CHOICE,
        "lead": Problem.CHOICE,
    }


# --- members ------------------------------------------------------------------------------


def test_a_members_fields_as_they_stand() -> None:
    assert typed_pair(MAX, BERLIN) == {"mails": "on", "week": "cycle", "starts": ""}
    other = Pair(8, 1, MAX.member, muted=True, pinned_week=2, starts_at=at("2026-12-01 00:00"))
    assert typed_pair(other, BERLIN) == {"mails": "off", "week": "2", "starts": "2026-12-01"}


def test_all_that_can_be_set_for_a_member() -> None:
    typed = {"mails": "off", "week": "2", "starts": "2026-12-01"}
    changes, problems = pair_changes(typed, 3, BERLIN)
    assert problems == {}
    assert changes == {"muted": True, "pinned_week": 2, "starts_at": at("2026-12-01 00:00")}


def test_an_empty_first_day_is_that_of_everyone() -> None:
    assert pair_changes({"starts": ""}, 3, BERLIN) == ({"starts_at": None}, {})


def test_for_all_at_once_an_empty_field_leaves_each_as_it_is() -> None:
    assert pair_changes({"starts": "", "week": ""}, 3, BERLIN, everyone=True) == ({}, {})
    assert pair_changes({"starts": "", "week": "cycle"}, 3, BERLIN, everyone=True)[0] == {"pinned_week": None}


def test_each_wrong_field_of_a_member_is_named() -> None:
    _, problems = pair_changes({"mails": "x", "week": "9", "starts": "soon"}, 3, BERLIN)
    assert problems == {"mails": Problem.CHOICE, "week": Problem.CHOICE, "starts": Problem.DAY}


def test_a_pair_that_began_in_the_middle_of_that_day_keeps_its_moment() -> None:
    noon = Pair(8, 1, MAX.member, starts_at=at("2026-11-02 12:00"))
    same, _ = pair_changes(typed_pair(noon, BERLIN), 3, BERLIN)
    other, _ = pair_changes({"starts": "2026-11-03"}, 3, BERLIN)
    assert of_pair(noon, same, BERLIN) == {"muted": False, "pinned_week": None}
    assert of_pair(noon, other, BERLIN) == {"starts_at": at("2026-11-03 00:00")}
    assert of_pair(noon, {"starts_at": None}, BERLIN) == {"starts_at": None}
