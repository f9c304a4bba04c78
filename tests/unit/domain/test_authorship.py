from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from service.domain.authorship import Sighting, author_of, is_late, stands
from service.domain.events import EventStatus, Guest, GuestKind, Response
from service.domain.records import By, Confidence
from service.domain.workdays import WorkCalendar
from tests.fakes.oneonones import BERLIN, MEMBER, leader, sighting, utc

START = utc("2026-11-25 09:00")  # a Wednesday, 10:00 in Berlin
GONE = EventStatus.CANCELLED
NO = Response.DECLINED


@pytest.mark.parametrize(
    ("seen", "by", "confidence"),
    [
        (sighting(START, leader_says=NO), By.LEADER, Confidence.HIGH),
        (sighting(START, leader_says=NO, status=GONE, organizer=MEMBER), By.LEADER, Confidence.HIGH),
        (sighting(START, member_says=NO), By.MEMBER, Confidence.HIGH),
        (sighting(START, member_says=NO, status=GONE), By.MEMBER, Confidence.HIGH),
        (sighting(START, status=GONE), By.LEADER, Confidence.MEDIUM),
        (sighting(START, status=GONE, organizer=MEMBER), By.MEMBER, Confidence.MEDIUM),
        (sighting(START, status=GONE, organizer="office@example.org"), By.UNKNOWN, Confidence.LOW),
        (sighting(START, status=GONE, organizer=""), By.UNKNOWN, Confidence.LOW),
    ],
    ids=[
        "the leader declined",
        "the leader declined what the member then cancelled",
        "the member declined",
        "the member declined what the leader then cancelled",
        "the leader's own event",
        "the member's own event",
        "somebody else's event",
        "nobody knows whose event",
    ],
)
def test_who_called_it_off_and_how_sure_that_is(seen: Sighting, by: By, confidence: Confidence) -> None:
    author = author_of(seen, leader())
    assert (author.by, author.confidence) == (by, confidence)
    assert author.evidence
    assert not stands(seen, leader())


@pytest.mark.parametrize("answer", [Response.NEEDS_ACTION, Response.TENTATIVE, Response.ACCEPTED])
def test_no_answer_yet_never_means_no(answer: Response) -> None:
    assert stands(sighting(START, leader_says=answer, member_says=answer), leader())


def test_an_alias_of_the_leader_is_the_leader() -> None:
    alias = replace(leader(), aliases=frozenset({"lea.long@example.org"}))
    seen = sighting(START, status=GONE, organizer="lea.long@example.org")
    assert author_of(seen, alias).by is By.LEADER


@pytest.mark.parametrize(
    "third",
    [
        Guest("room@example.org", response=NO, kind=GuestKind.ROOM),
        Guest("aide@example.org", response=NO, optional=True),
        Guest("aide@example.org", response=NO),
    ],
    ids=["a room", "an optional guest", "a guest too many"],
)
@pytest.mark.parametrize("member", [MEMBER, ""])
def test_a_third_guest_who_declines_calls_nothing_off(third: Guest, member: str) -> None:
    seen = replace(sighting(START), member=member)
    seen = replace(seen, event=replace(seen.event, guests=(*seen.event.guests, third)))
    assert stands(seen, leader())


def test_a_room_that_accepts_does_not_stand_in_for_a_member_who_declined() -> None:
    seen = replace(sighting(START, member_says=NO), member="")
    room = Guest("room@example.org", response=Response.ACCEPTED, kind=GuestKind.ROOM)
    assert not stands(replace(seen, event=replace(seen.event, guests=(*seen.event.guests, room))), leader())


def test_without_the_members_address_the_one_other_guest_is_the_member() -> None:
    assert author_of(replace(sighting(START, member_says=NO), member=""), leader()).by is By.MEMBER


def test_a_feed_without_guests_still_shows_what_stands() -> None:
    seen = sighting(START)
    assert stands(replace(seen, member="", event=replace(seen.event, guests=())), leader())


@pytest.mark.parametrize(
    ("start", "now", "late"),
    [
        ("2026-11-25 09:00", "2026-11-24 09:00", False),
        ("2026-11-25 09:00", "2026-11-24 09:01", True),
        ("2026-11-23 09:00", "2026-11-20 17:00", False),
        ("2026-11-23 09:00", "2026-11-20 17:01", True),
        ("2026-11-23 09:00", "2026-11-23 10:00", True),
    ],
    ids=[
        "a day before",
        "under a day before",
        "Friday at six for a Monday",
        "Friday after six for a Monday",
        "seen when it would have begun",
    ],
)
def test_late_is_under_a_day_or_after_six_on_the_working_day_before(start: str, now: str, late: bool) -> None:
    assert is_late(utc(start), utc(now), WorkCalendar(BERLIN)) is late


def test_late_goes_by_the_leaders_clock_and_holidays() -> None:
    work = WorkCalendar(ZoneInfo("America/New_York"), days_off=frozenset({date(2026, 11, 26)}))
    friday: datetime = utc("2026-11-27 19:00")
    assert not is_late(friday, utc("2026-11-25 23:00"), work)  # Wednesday, 18:00 in New York
    assert is_late(friday, utc("2026-11-25 23:01"), work)
