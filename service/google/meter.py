"""What was asked of Google, counted until somebody writes it down."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Usage:
    """What one account used: calls, quota units, and its calls by the API's method id."""

    account: str
    calls: int
    units: int
    methods: Mapping[str, int] = field(default_factory=dict)


class Meter:
    """Counts calls of all threads. A call that was refused counts too, as it does at Google."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: dict[str, Counter[str]] = {}
        self._units: Counter[str] = Counter()

    def count(self, account: str, method: str, units: int) -> None:
        """One call of `method`, worth `units` of the quota."""
        with self._lock:
            self._calls.setdefault(account, Counter())[method] += 1
            self._units[account] += units

    def drain(self) -> list[Usage]:
        """Everything counted since the last drain, by account; the meter then starts from nothing."""
        with self._lock:
            calls, self._calls = self._calls, {}
            units, self._units = self._units, Counter()
        return [Usage(name, each.total(), units[name], dict(each)) for name, each in sorted(calls.items())]
