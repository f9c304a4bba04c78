"""A limit on how fast something is used, shared by all threads."""

import threading

from service.google.pace import Pace

BURST_SECONDS = 5.0
"""How much may be taken at once after a rest: what these seconds would have brought."""


class Limiter:
    """A token bucket: `per_minute` units flow in, at most `burst` are kept.

    Whoever takes gets a place in the line at once and then sleeps until it is due, so the
    line is served in the order of arrival, and nobody overtakes a large taking with small ones.
    """

    def __init__(self, per_minute: float, pace: Pace, *, burst: float | None = None) -> None:
        self._per_second = per_minute / 60
        self._burst = self._per_second * BURST_SECONDS if burst is None else burst
        self._pace = pace
        self._lock = threading.Lock()
        self._left = self._burst
        """Below zero: promised to those in line, and still to flow in."""
        self._seen = pace.now()

    def take(self, units: float = 1, *, wait_at_most: float) -> bool:
        """Take `units`, sleeping until they are there. False, at once and with nothing taken,
        where that would be longer than `wait_at_most` seconds.
        """
        with self._lock:
            now = self._pace.now()
            left = min(self._burst, self._left + (now - self._seen) * self._per_second)
            wait = max(0.0, min(units, self._burst) - left) / self._per_second
            if wait > wait_at_most:
                return False
            self._left, self._seen = left - units, now
        if wait:
            self._pace.sleep(wait)
        return True
