"""Which events may be a newcomer's one-on-ones, and what is kept of their word."""

from dataclasses import replace

import pytest

from service.domain.events import EventStatus, Guest
from service.domain.recognition import Outcome
from service.jobs.joining import Candidate, begin, candidates_of, first_prep, settle
from service.storage import decisions
from tests.fakes.desks import at
from tests.fakes.offices import LEA, MAX, LittleHouse, one_on_one, series

NOW = at("2026-11-03 12:00")
PLAIN = series(at("2026-11-05 14:00"), weeks=4)


@pytest.fixture
def little(house: LittleHouse) -> LittleHouse:
    house.add_leader()
    return house


def found(house: LittleHouse, *events: object) -> list[Candidate]:
    house.calendars[LEA].events = list(events)  # type: ignore[arg-type]
    return candidates_of(house.office, house.row(), NOW)


def answers(house: LittleHouse) -> list[bool | None]:
    with house.database.read() as tx:
        return list(decisions.of_leader(tx, 1).answers.values())


def test_a_series_is_one_with_its_next_meeting_on_the_leaders_clock(little: LittleHouse) -> None:
    (one,) = found(little, *PLAIN)
    assert (one.label, one.outcome, set(one.uids)) == ("Max", Outcome.YES, {"max"})
    assert f"{one.start:%d %H:%M}" == "05 14:00"


def test_a_series_that_was_split_is_still_one(little: LittleHouse) -> None:
    (one,) = found(little, *PLAIN[:2], *[replace(event, uid="max2") for event in PLAIN[2:]])
    assert one.uids == {"max", "max2"}


def test_two_titles_with_one_person_are_two(little: LittleHouse) -> None:
    other = one_on_one(at("2026-11-06 09:00"), uid="career", title="Career talk")
    assert [one.title for one in found(little, *PLAIN, other)] == ["Max / Lea 1:1", "Career talk"]


def test_the_strongest_reasons_come_first(little: LittleHouse) -> None:
    (one,) = found(little, *PLAIN)
    points = [abs(reason.points) for reason in one.reasons]
    assert points == sorted(points, reverse=True)


def test_what_is_over_called_off_or_ruled_out_is_not_shown(little: LittleHouse) -> None:
    over = one_on_one(at("2026-11-02 09:00"), uid="over")
    off = replace(one_on_one(at("2026-11-06 09:00"), uid="off"), status=EventStatus.CANCELLED)
    all_day = replace(one_on_one(at("2026-11-06 00:00"), uid="day"), all_day=True)
    many = tuple(Guest(f"{name}@example.org") for name in ("lea", "max", "ann", "zoe"))
    team = replace(one_on_one(at("2026-11-06 09:00"), uid="team", title="Team"), guests=many)
    assert found(little, over, off, all_day, team) == []


def test_a_name_alone_is_somebody_too(little: LittleHouse) -> None:
    event = replace(one_on_one(at("2026-11-06 09:00"), uid="kim", title="1:1 with Kim"), guests=())
    assert [one.label for one in found(little, event)] == ["Kim"]


def test_only_what_the_events_would_not_say_themselves_is_kept(little: LittleHouse) -> None:
    plain = found(little, *PLAIN)
    with little.database.begin() as tx:
        settle(tx, little.row(), plain, {plain[0].id}, NOW)
    assert answers(little) == []
    with little.database.begin() as tx:
        settle(tx, little.row(), plain, set(), NOW)
    assert answers(little) == [False, False]  # the series, and what it is when it is split
    assert [one.outcome for one in found(little, *PLAIN)] == [Outcome.NO]


def test_a_mind_can_be_changed(little: LittleHouse) -> None:
    for chosen in (False, True):
        plain = found(little, *PLAIN)
        with little.database.begin() as tx:
            settle(tx, little.row(), plain, {one.id for one in plain if chosen}, NOW)
    assert [one.outcome for one in found(little, *PLAIN)] == [Outcome.YES]


def test_the_first_prep_is_the_one_that_then_leaves(little: LittleHouse) -> None:
    little.calendars[LEA].events = PLAIN
    begin(little.office, little.row(), NOW)
    first = first_prep(little.office, little.row(), NOW)
    assert first is not None
    little.run(NOW, at("2026-11-05 12:00"))
    (sent,) = little.sent("prep")
    assert (sent["Subject"], first.member) == (first.subject, "Max")
    assert f"{first.due:%d %H:%M}" == "05 12:00"
    assert MAX not in first.html


def test_without_a_meeting_there_is_none(little: LittleHouse) -> None:
    begin(little.office, little.row(), NOW)
    assert first_prep(little.office, little.row(), NOW) is None
