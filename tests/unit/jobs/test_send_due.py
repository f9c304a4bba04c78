"""Several mailboxes: each leader hears from one, in its name, and each is full by itself."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from service.domain.letters import Kind
from service.jobs.assign_mailboxes import assign_mailboxes
from service.jobs.send_due import send
from service.storage import outbox
from service.storage.outbox import NewEmail
from tests.fakes.offices import JOINED, LittleHouse

ONE, TWO = "lab1@example.org", "lab2@example.org"
LEA, MAX = 1, 2


@pytest.fixture
def house(house: LittleHouse) -> LittleHouse:
    """Lea hears from the first mailbox, Max from the second."""
    senders = {address: f"One-on-One Lab <{address}>" for address in (ONE, TWO)}
    house.office = replace(house.office, senders=senders, mailboxes=(ONE, TWO), leaders_per_mailbox=1)
    house.add_leader("lea")
    house.add_leader("max")
    assign_mailboxes(house.office)
    return house


@pytest.fixture
def receipt_to(house: LittleHouse) -> Callable[[int], str]:
    """Send a leader a receipt; how that went."""

    numbers = count()

    def send_one(leader_id: int) -> str:
        key = f"receipt:{next(numbers)}"
        with house.database.begin() as tx:
            email = outbox.put(tx, NewEmail(key, Kind.RECEIPT, leader_id, JOINED, payload={}))
        assert email is not None
        outcome = send(house.office, email, JOINED)
        assert outcome is not None
        return outcome.reason or outcome.status

    return send_one


def test_each_leader_hears_from_the_same_one_in_its_own_name(
    house: LittleHouse, receipt_to: Callable[[int], str]
) -> None:
    for leader in (LEA, MAX, LEA):
        receipt_to(leader)
    assert [mail.via for mail in house.mailbox.sent] == [ONE, TWO, ONE]
    for mail, name in zip(house.sent("receipt"), ("lab1", "lab2", "lab1"), strict=True):
        assert mail["From"] == f"One-on-One Lab <{name}@example.org>"
        assert mail["Reply-To"].startswith(f"{name}+")


def test_one_that_is_full_for_the_day_holds_up_its_own_leaders_alone(
    house: LittleHouse, receipt_to: Callable[[int], str]
) -> None:
    house.office = replace(house.office, daily_cap=1)
    assert [receipt_to(leader) for leader in (LEA, LEA, MAX, MAX)] == [
        "sent",
        "daily_cap",
        "sent",
        "daily_cap",
    ]


def test_one_alone_is_full_for_everybody(house: LittleHouse, receipt_to: Callable[[int], str]) -> None:
    house.office = replace(house.office, daily_cap=1, senders={}, mailboxes=())
    assert [receipt_to(leader) for leader in (LEA, MAX)] == ["sent", "daily_cap"]
