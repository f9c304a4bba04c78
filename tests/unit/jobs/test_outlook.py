"""What a page shows of the mails to come: the same that is planned, in order, on the leader's clock."""

from datetime import datetime

import pytest

from service.domain.letters import Kind
from service.domain.people import LeaderState
from service.jobs.outlook import Coming, coming
from service.storage import people
from tests.fakes.desks import BERLIN, at
from tests.fakes.offices import ANN, JOINED, LittleHouse, series

NOON = at("2026-11-03 12:00")


@pytest.fixture
def busy(house: LittleHouse) -> LittleHouse:
    """Max on Tuesdays at 14:00, Ann on Wednesdays at 11:00; Tuesday's prep has left."""
    events = series(at("2026-11-03 14:00")) + series(at("2026-11-04 11:00"), uid="ann", member=ANN)
    house.add_leader().events = events
    house.run(JOINED, NOON)
    return house


def ahead(house: LittleHouse, now: datetime = NOON, **more: int) -> list[Coming]:
    with house.database.read() as tx:
        return coming(tx, house.office, house.row(), now, **more)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def test_the_next_ones_come_first_and_name_the_member(busy: LittleHouse) -> None:
    assert ahead(busy) == [
        Coming(Kind.REFLECTION, local("2026-11-03 14:45"), "Max"),
        Coming(Kind.PREP, local("2026-11-04 09:00"), "Ann"),
        Coming(Kind.REFLECTION, local("2026-11-04 11:45"), "Ann"),
    ]
    assert len(ahead(busy, most=5)) == 5


def test_what_is_due_by_now_comes_now(busy: LittleHouse) -> None:
    late = at("2026-11-04 09:10")
    assert Coming(Kind.PREP, local("2026-11-04 09:10"), "Ann") in ahead(busy, late)


def test_nothing_comes_while_the_leader_wants_nothing(busy: LittleHouse) -> None:
    with busy.database.begin() as tx:
        people.set_state(tx, busy.row().leader.id, LeaderState.STOPPED)
    assert ahead(busy) == []
