"""A leader's desk: everything that planning needs, read in a handful of queries."""

from datetime import datetime

from service.domain.desk import Desk
from service.domain.letters import Kind
from service.domain.records import Meeting
from service.jobs.desks import REMEMBER, load_desk
from service.storage import absences, outbox, people
from service.storage.emails import Email, Status
from service.storage.outbox import NewEmail
from tests.fakes.databases import add_email, add_meeting
from tests.fakes.desks import DAY, HOUR, MINUTE, at
from tests.fakes.offices import JOINED, WEEK, LittleHouse, series

NOW = at("2026-11-24 12:00")


def load(house: LittleHouse, now: datetime = NOW) -> Desk:
    with house.database.read() as tx:
        return load_desk(tx, house.office, people.by_id(tx, 1), now)


def held(house: LittleHouse, start: datetime, uid: str) -> Meeting:
    with house.database.begin() as tx:
        return add_meeting(tx, 1, start, uid=uid, state="held")


def test_before_the_first_reading_there_is_only_the_leader(house: LittleHouse) -> None:
    house.add_leader()
    desk = load(house)
    assert (desk.leader.email, desk.starts, desk.meetings, desk.calendar_read_at) == (
        "lea@example.org",
        {},
        [],
        None,
    )


def test_what_was_read_is_on_it(house: LittleHouse) -> None:
    house.add_leader().events = series(at("2026-11-03 14:00"), 3)
    house.run(JOINED)
    desk = load(house, JOINED)
    assert [one.start.day for one in desk.meetings] == [3, 10, 17]
    assert {place.week for place in desk.places.values()} == {1, 2, 3}
    assert set(desk.history) == {one.id for one in desk.meetings}
    assert desk.starts == {1: JOINED, 2: JOINED}
    assert desk.calendar_read_at == JOINED


def test_old_meetings_are_left_in_the_drawer_but_count_for_the_week(house: LittleHouse) -> None:
    house.add_leader()
    with house.database.begin() as tx:
        people.change(tx, 1, joined_at=NOW - 2 * REMEMBER)
    held(house, NOW - REMEMBER - MINUTE, "old")
    recent = held(house, NOW - DAY, "recent")
    desk = load(house)
    assert [one.id for one in desk.meetings] == [recent.id]
    assert desk.places[recent.id or 0].week == 2


def test_out_of_office_times_are_those_last_read(house: LittleHouse) -> None:
    house.add_leader()
    with house.database.begin() as tx:
        absences.put(tx, 1, ((NOW, NOW + DAY),))
    assert load(house).work.absences == ((NOW, NOW + DAY),)


# --- what rode in another mail ----------------------------------------------------------


def bundle(house: LittleHouse) -> tuple[Email, Email]:
    """A form that is to leave, and one that rides in it."""
    house.add_leader()
    with house.database.begin() as tx:
        carrier = add_email(tx, "reflection:carrier", kind=Kind.REFLECTION)
        rider = add_email(
            tx, "reflection:rider", kind=Kind.REFLECTION, carrier_id=carrier.id, reason="bundled"
        )
    return carrier, rider


def end(house: LittleHouse, email: Email, status: Status) -> None:
    with house.database.begin() as tx:
        mine = outbox.claim(tx, email, "us", NOW + HOUR)
        assert mine is not None
        outbox.mark_ended(tx, mine, status, "cancelled")


def test_it_is_carried_while_its_carrier_leaves(house: LittleHouse) -> None:
    bundle(house)
    mails = load(house).mails
    assert (mails["reflection:rider"].carried, mails["reflection:carrier"].carried) == (True, False)
    assert mails["reflection:rider"].settled


def test_when_the_carrier_was_skipped_it_is_free_again(house: LittleHouse) -> None:
    carrier, _ = bundle(house)
    end(house, carrier, Status.SKIPPED)
    rider = load(house).mails["reflection:rider"]
    assert (rider.carried, rider.settled, rider.reason) == (False, False, "bundled")


def test_with_a_carrier_that_failed_it_is_settled_too(house: LittleHouse) -> None:
    carrier, _ = bundle(house)
    end(house, carrier, Status.FAILED)
    assert load(house).mails["reflection:rider"].settled


def test_freed_it_may_ride_in_another_and_is_not_sent_beside_it(house: LittleHouse) -> None:
    carrier, rider = bundle(house)
    end(house, carrier, Status.SKIPPED)
    with house.database.begin() as tx:
        other = add_email(tx, "reflection:other", kind=Kind.REFLECTION)
        again = NewEmail(rider.key, rider.kind, 1, NOW, carrier_id=other.id, reason="bundled")
        assert outbox.reopen(tx, rider, again)
        assert [one.key for one in outbox.deliverable(tx, 1, NOW + DAY)] == ["reflection:other"]
    assert load(house).mails["reflection:rider"].carried


# --- queries ----------------------------------------------------------------------------


def test_it_takes_as_many_queries_for_fifty_meetings_as_for_one(house: LittleHouse) -> None:
    house.add_leader()
    with house.database.begin() as tx:
        people.change(tx, 1, joined_at=NOW - 20 * WEEK)
    held(house, NOW - DAY, "first")
    with house.counted() as few:
        load(house)
    for n in range(50):
        held(house, NOW - DAY - n * HOUR, f"more {n}")
    with house.counted() as many:
        load(house)
    assert len(many) == len(few) <= 12


def test_it_reads_no_sealed_text_of_any_mail(house: LittleHouse) -> None:
    house.add_leader()
    with house.counted() as statements:
        load(house)
    assert not [one for one in statements if "text_sealed" in one]
