import threading
from collections.abc import Callable

from service.google.meter import Meter, Usage


def test_calls_and_units_are_summed_by_account() -> None:
    meter = Meter()
    meter.count("leader:1", "calendar.events.list", 1)
    meter.count("mailbox:lab", "gmail.users.drafts.send", 100)
    meter.count("mailbox:lab", "gmail.users.history.list", 2)
    meter.count("mailbox:lab", "gmail.users.history.list", 2)
    assert meter.drain() == [
        Usage("leader:1", 1, 1, {"calendar.events.list": 1}),
        Usage("mailbox:lab", 3, 104, {"gmail.users.drafts.send": 1, "gmail.users.history.list": 2}),
    ]


def test_what_was_drained_is_not_counted_again() -> None:
    meter = Meter()
    meter.count("leader:1", "calendar.events.list", 1)
    meter.drain()
    assert meter.drain() == []


def test_no_call_of_any_thread_is_lost_while_others_drain(
    in_many_threads: Callable[[Callable[[], None]], list[threading.Thread]],
) -> None:
    meter = Meter()
    drained: list[Usage] = []

    def count() -> None:
        for _ in range(500):
            meter.count("leader:1", "calendar.events.list", 2)

    threads = in_many_threads(count)
    while any(thread.is_alive() for thread in threads):
        drained += meter.drain()
    drained += meter.drain()
    assert (sum(each.calls for each in drained), sum(each.units for each in drained)) == (4000, 8000)
