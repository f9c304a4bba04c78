"""What was called is added to the day's counts once."""

from collections.abc import Sequence
from dataclasses import replace

from service.jobs.count_calls import count_calls
from service.storage import usage
from service.storage.usage import Used
from tests.fakes.desks import DAY, at
from tests.fakes.offices import JOINED, LittleHouse


def counting(house: LittleHouse, *used: Used) -> LittleHouse:
    waiting = list(used)

    def drain() -> Sequence[Used]:
        drained = tuple(waiting)
        waiting.clear()
        return drained

    house.office = replace(house.office, drain_usage=drain)
    return house


def counted(house: LittleHouse) -> dict[str, list[tuple[str, int, int]]]:
    with house.database.read() as tx:
        found = usage.since(tx, JOINED.date() - DAY)
    return {
        account: [(day.isoformat(), one.calls, one.units) for day, one in days.items()]
        for account, days in found.items()
    }


def test_calls_are_counted_by_account_on_their_utc_day(house: LittleHouse) -> None:
    house.add_leader()
    office = counting(house, Used("leader:1", 3, 3, 1), Used("mailbox:lab@example.org", 2, 130)).office
    for _ in range(2):
        count_calls(office, at("2026-11-03 00:30"))
    assert counted(house) == {
        "leader:1": [("2026-11-02", 3, 3)],
        "mailbox:lab@example.org": [("2026-11-02", 2, 130)],
    }


def test_calls_for_one_who_was_erased_meanwhile_are_let_go(house: LittleHouse) -> None:
    count_calls(counting(house, Used("leader:9", 3, 3, 9)).office, JOINED)
    assert counted(house) == {}


def test_a_pass_counts_what_it_called(house: LittleHouse) -> None:
    house.add_leader()
    counting(house, Used("leader:1", 1, 1, 1)).run(JOINED)
    assert counted(house) == {"leader:1": [("2026-11-02", 1, 1)]}
