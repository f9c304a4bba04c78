"""The demo's time: the end of its story, and from there on as fast as anywhere, or in leaps."""

from collections.abc import Callable
from datetime import datetime, timedelta


class Clock:
    """Shows `begins` (UTC) at first, and goes with the `real` clock; it can be put ahead."""

    def __init__(self, begins: datetime, real: Callable[[], datetime]) -> None:
        self.begins, self._real = begins, real
        self._ahead = begins - real()

    def __call__(self) -> datetime:
        """The demo's instant, in UTC."""
        return self._real() + self._ahead

    def leap(self, time: timedelta) -> None:
        """Let so much time pass at once."""
        self._ahead += time
