"""The demo's time: the end of its story, and since then as fast as anywhere."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """Shows `begins` when the real clock shows `started`, and goes with it."""

    begins: datetime
    started: datetime
    real: Callable[[], datetime]

    def __call__(self) -> datetime:
        """The demo's instant, in UTC."""
        return self.begins + (self.real() - self.started)
