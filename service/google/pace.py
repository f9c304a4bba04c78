"""How time passes for limits and backoff: for real, or only in a simulation's head."""

import threading
import time
from typing import Protocol


class Pace(Protocol):
    """A clock in seconds that only ever goes forward, and a way to wait by it."""

    def now(self) -> float:
        """Seconds since some moment that stays the same."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return when `now` is that much later."""
        ...


class RealPace:
    """The machine's own monotonic clock."""

    def now(self) -> float:
        """Seconds since some moment of this machine's."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for real."""
        time.sleep(seconds)


class VirtualPace:
    """Time that moves on when somebody sleeps, and nobody waits; `slept` are the sleeps so far.

    Several threads share the one clock, so each sees the others' sleeps pass as well.
    """

    def __init__(self, start: float = 0.0) -> None:
        self._now = start
        self._lock = threading.Lock()
        self.slept: list[float] = []

    def now(self) -> float:
        """Virtual seconds."""
        with self._lock:
            return self._now

    def sleep(self, seconds: float) -> None:
        """Move the clock on, at once."""
        with self._lock:
            self.slept.append(seconds)
            self._now += max(0.0, seconds)

    def move_to(self, moment: float) -> None:
        """Catch up with a simulation's own clock; never back."""
        with self._lock:
            self._now = max(self._now, moment)
