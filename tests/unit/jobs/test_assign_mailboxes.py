"""Each leader always hears from the same mailbox; a pool fills up one after the other."""

from dataclasses import replace

from service.jobs.assign_mailboxes import assign_mailboxes, with_room
from service.storage import people
from tests.fakes.offices import LittleHouse

ONE, TWO = "lab1@example.org", "lab2@example.org"


def assigned(house: LittleHouse) -> list[str | None]:
    with house.database.read() as tx:
        return [row.mailbox for row in people.everyone(tx)]


def house_of(house: LittleHouse, *mailboxes: str, most: int = 2) -> LittleHouse:
    house.office = replace(house.office, mailboxes=mailboxes, leaders_per_mailbox=most)
    return house


def test_with_one_mailbox_that_needs_no_choice_nobody_is_assigned(house: LittleHouse) -> None:
    house.add_leader()
    assign_mailboxes(house.office)
    assert assigned(house) == [None]


def test_the_first_is_filled_before_the_next_takes_over(house: LittleHouse) -> None:
    for name in ("a", "b", "c"):
        house.add_leader(name)
    assign_mailboxes(house_of(house, ONE, TWO).office)
    assert assigned(house) == [ONE, ONE, TWO]


def test_who_has_one_keeps_it_though_another_has_room_again(house: LittleHouse) -> None:
    for name in ("a", "b", "c", "d"):
        house.add_leader(name)
    assign_mailboxes(house_of(house, ONE, TWO).office)
    with house.database.begin() as tx:
        people.erase(tx, 1)
    house.add_leader("e")
    assign_mailboxes(house.office)
    assert assigned(house) == [ONE, TWO, TWO, ONE]


def test_a_mailbox_that_was_taken_away_leaves_its_leaders_to_the_others(house: LittleHouse) -> None:
    for name in ("a", "b", "c"):
        house.add_leader(name)
    assign_mailboxes(house_of(house, ONE, TWO).office)
    assign_mailboxes(house_of(house, TWO, most=5).office)
    assert assigned(house) == [TWO, TWO, TWO]


def test_where_all_are_full_the_emptiest_takes_one_more() -> None:
    assert with_room({ONE: 3, TWO: 2}, [ONE, TWO], 2) == TWO


def test_once_all_have_one_nothing_is_written(house: LittleHouse) -> None:
    house.add_leader()
    assign_mailboxes(house_of(house, ONE).office)
    with house.counted() as statements:
        assign_mailboxes(house.office)
    assert [one for one in statements if not one.startswith(("SELECT", "BEGIN", "PRAGMA"))] == []
