import threading
from collections.abc import Callable

from service.google.pace import RealPace, VirtualPace


class TestReal:
    def test_it_waits(self) -> None:
        pace = RealPace()
        before = pace.now()
        pace.sleep(0.01)
        assert pace.now() >= before + 0.01


class TestVirtual:
    def test_only_sleeping_moves_it(self) -> None:
        pace = VirtualPace(100.0)
        assert (pace.now(), pace.now()) == (100.0, 100.0)
        pace.sleep(3600)
        assert pace.now() == 3700.0

    def test_it_keeps_what_was_slept(self) -> None:
        pace = VirtualPace()
        pace.sleep(2)
        pace.sleep(0.5)
        assert pace.slept == [2, 0.5]

    def test_it_follows_a_simulation_and_never_goes_back(self) -> None:
        pace = VirtualPace()
        pace.move_to(50.0)
        pace.move_to(20.0)
        assert (pace.now(), pace.slept) == (50.0, [])

    def test_no_sleep_of_any_thread_is_lost(
        self, in_many_threads: Callable[[Callable[[], None]], list[threading.Thread]]
    ) -> None:
        pace = VirtualPace()

        def sleep() -> None:
            for _ in range(500):
                pace.sleep(1)

        for thread in in_many_threads(sleep):
            thread.join()
        assert pace.now() == 4000
