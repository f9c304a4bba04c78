"""The demo's time goes on from the end of its story."""

from datetime import UTC, datetime, timedelta

from service.demo.clock import Clock

ENDS = datetime(2026, 11, 15, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_it_goes_with_the_real_clock_and_can_be_put_ahead() -> None:
    real = [datetime(2031, 3, 1, tzinfo=UTC)]
    clock = Clock(ENDS, lambda: real[-1])
    assert clock() == ENDS
    real.append(real[-1] + HOUR)
    assert clock() == ENDS + HOUR
    clock.leap(3 * HOUR)
    assert clock() == ENDS + 4 * HOUR
    assert clock.begins == ENDS
