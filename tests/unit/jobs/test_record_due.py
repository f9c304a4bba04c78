"""What is due becomes rows, once, before any mailbox is spoken to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from service.domain.people import LeaderState
from service.jobs.office import EmailOutcome
from service.jobs.record_due import record_due
from service.storage import meetings, people
from service.storage.emails import Status
from tests.fakes.desks import DAY, HOUR, MINUTE, at
from tests.fakes.offices import ANN, JOINED, MAX, LittleHouse, one_on_one, series

FIRST = at("2026-11-03 14:00")
PREP, FORM = at("2026-11-03 12:00"), at("2026-11-03 14:45")


def record(house: LittleHouse, now: datetime) -> list[EmailOutcome]:
    return record_due(house.office, house.row().leader.id, now)


def set_state(house: LittleHouse, state: LeaderState) -> None:
    with house.database.begin() as tx:
        people.set_state(tx, 1, state)


def test_what_is_due_is_planned_and_nothing_has_left(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST)
    house.run(JOINED)
    before = len(house.mailbox.sent)
    assert record(house, PREP) == []
    assert [row.status for row in house.rows("prep")] == [Status.PLANNED]
    assert len(house.mailbox.sent) == before


def test_what_is_not_due_is_no_row_yet(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST)
    house.run(JOINED)
    record(house, PREP - MINUTE)
    assert house.rows("prep") == []


def test_looking_again_stores_and_tells_nothing_new(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST)
    house.run(JOINED)
    set_state(house, LeaderState.PAUSED)
    assert [(one.kind, one.status, one.reason) for one in record(house, PREP)] == [
        ("prep", "skipped", "paused")
    ]
    before = house.rows("prep")
    assert record(house, PREP + MINUTE) == []
    assert house.rows("prep") == before


def test_two_who_look_at_the_same_moment_store_and_tell_it_once(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST)
    house.run(JOINED)
    set_state(house, LeaderState.PAUSED)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: record(house, PREP), range(4)))
    assert sorted(map(len, told)) == [0, 0, 0, 1]
    assert len(house.rows("prep")) == 1


def test_what_was_skipped_is_planned_anew_once_it_is_wanted(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST)
    house.run(JOINED)
    set_state(house, LeaderState.PAUSED)
    record(house, PREP)
    set_state(house, LeaderState.ACTIVE)
    record(house, PREP + HOUR)
    (row,) = house.rows("prep")
    assert (row.status, row.reason) == (Status.PLANNED, None)
    assert row.available_at <= PREP + HOUR


def _two_in_a_row(house: LittleHouse) -> None:
    """Max at 14:00, Ann right after him."""
    house.add_leader().events = [
        one_on_one(FIRST, uid="max", member=MAX),
        one_on_one(FIRST + HOUR / 2, uid="ann", member=ANN, title="Ann / Lea 1:1"),
    ]
    house.run(JOINED)


def test_one_on_ones_back_to_back_share_a_form(house: LittleHouse) -> None:
    _two_in_a_row(house)
    record(house, FORM + HOUR / 2)
    alone, inside = sorted(house.rows("reflection"), key=lambda row: row.carrier_id or 0)
    assert (alone.status, inside.status, inside.reason) == (Status.PLANNED, Status.SKIPPED, "bundled")
    assert inside.carrier_id == alone.id


def test_a_form_whose_carrier_does_not_leave_leaves_alone(house: LittleHouse) -> None:
    _two_in_a_row(house)
    now = FORM + HOUR / 2
    record(house, now)
    ann = next(one for one in house.meetings() if one.uid == "ann")
    with house.database.begin() as tx:
        meetings.forget(tx, [ann.id or 0])
    house.run(now, now + MINUTE, now + 2 * MINUTE)
    (form,) = house.sent("reflection")
    assert "Max" in form.as_string()
    assert {row.status for row in house.rows("reflection")} == {Status.SENT, Status.SKIPPED}


def test_meetings_that_are_over_are_presumed_held(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST, 1)
    house.run(JOINED)
    record(house, FIRST + DAY)
    assert [meeting.state for meeting in house.meetings()] == ["presumed_held"]


def test_the_next_look_is_when_something_falls_due_and_at_most_a_day_away(house: LittleHouse) -> None:
    house.add_leader().events = [one_on_one(FIRST + 30 * DAY)]
    house.run(JOINED)
    record(house, JOINED + HOUR)
    far = house.row().next_due_at
    assert far is not None
    assert far > JOINED + HOUR
    house.calendars["lea@example.org"].events = series(FIRST)
    house.run(JOINED + 2 * HOUR)
    record(house, JOINED + 3 * HOUR)
    assert house.row().next_due_at == PREP
