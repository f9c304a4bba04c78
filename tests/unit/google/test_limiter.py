import threading
from collections.abc import Callable

import pytest

from service.google.limiter import BURST_SECONDS, Limiter
from service.google.pace import VirtualPace
from service.settings.sections import GoogleSection

LONG = 1e6
Threads = Callable[[Callable[[], None]], list[threading.Thread]]


class StandingPace:
    """Time that stands still, so that every wait is measured from the same moment."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def waits(limiter: Limiter, pace: VirtualPace, *units: float) -> list[float]:
    """How long each of these takings slept, one after the other."""
    before = len(pace.slept)
    found = []
    for each in units:
        assert limiter.take(each, wait_at_most=LONG)
        found.append(sum(pace.slept[before:]))
        before = len(pace.slept)
    return found


class TestRate:
    def test_a_few_seconds_worth_goes_at_once(self) -> None:
        pace = VirtualPace()
        limiter = Limiter(600, pace)
        assert waits(limiter, pace, *[1] * int(10 * BURST_SECONDS)) == [0] * 50

    def test_then_it_flows_evenly(self) -> None:
        pace = VirtualPace()
        limiter = Limiter(600, pace, burst=2)
        assert waits(limiter, pace, 1, 1, 1, 1, 1) == pytest.approx([0, 0, 0.1, 0.1, 0.1])

    def test_no_minute_brings_more_than_the_limit_and_its_burst(self) -> None:
        pace = VirtualPace()
        limiter = Limiter(600, pace, burst=50)
        while pace.now() < 60:
            limiter.take(wait_at_most=LONG)
            taken = pace.now() * 10 + 50
        assert taken == pytest.approx(650)

    def test_ten_thousand_leaders_at_once_stay_within_googles_minute(self) -> None:
        """Google lets a project make 10,000 calls in any minute; what is set leaves room for a burst."""
        pace = VirtualPace()
        limiter, taken = Limiter(GoogleSection().queries_per_minute, pace), list[float]()
        for _ in range(2 * 10_000):
            limiter.take(wait_at_most=LONG)
            taken.append(pace.now())
        assert all(later - first >= 60 for first, later in zip(taken, taken[10_000:], strict=False))
        assert taken[9_999] < 70

    def test_a_rest_fills_it_up_and_no_further(self) -> None:
        pace = VirtualPace()
        limiter = Limiter(60, pace, burst=3)
        waits(limiter, pace, 3)
        pace.move_to(1000)
        assert waits(limiter, pace, 1, 1, 1, 1) == pytest.approx([0, 0, 0, 1])

    def test_units_weigh(self) -> None:
        pace = VirtualPace()
        limiter = Limiter(6000, pace, burst=100)
        assert waits(limiter, pace, 100, 20, 2) == pytest.approx([0, 0.2, 0.02])

    def test_more_than_the_burst_is_paid_back_by_those_behind(self) -> None:
        pace = VirtualPace()
        limiter = Limiter(60, pace, burst=5)
        assert waits(limiter, pace, 20, 1) == pytest.approx([0, 16])


class TestPatience:
    def test_who_would_wait_too_long_is_told_at_once(self) -> None:
        pace = VirtualPace()
        limiter = Limiter(60, pace, burst=1)
        assert limiter.take(wait_at_most=0)
        assert not limiter.take(wait_at_most=0.9)
        assert pace.slept == []

    def test_and_has_taken_nothing(self) -> None:
        pace = VirtualPace()
        limiter = Limiter(60, pace, burst=1)
        limiter.take(wait_at_most=0)
        for _ in range(5):
            limiter.take(wait_at_most=0.5)
        assert waits(limiter, pace, 1) == pytest.approx([1])


class TestLine:
    def test_it_is_served_in_the_order_of_arrival(self) -> None:
        pace = StandingPace()
        limiter = Limiter(60, pace, burst=1)
        for _ in range(4):
            limiter.take(wait_at_most=LONG)
        assert pace.slept == pytest.approx([1, 2, 3])

    def test_small_ones_do_not_overtake_a_large_one(self) -> None:
        pace = StandingPace()
        limiter = Limiter(60, pace, burst=10)
        limiter.take(10, wait_at_most=LONG)
        limiter.take(10, wait_at_most=LONG)
        limiter.take(1, wait_at_most=LONG)
        assert pace.slept == pytest.approx([10, 11])

    def test_threads_never_get_the_same_place(self, in_many_threads: Threads) -> None:
        pace = StandingPace()
        limiter = Limiter(60, pace, burst=1)

        def take() -> None:
            for _ in range(500):
                limiter.take(wait_at_most=LONG)

        for thread in in_many_threads(take):
            thread.join()
        assert sorted(pace.slept) == pytest.approx(list(range(1, 4000)))
