"""Figures that tests have measured, printed once at the end of the run: a line for each thing measured.

A test asks for `figure` and tells what it saw; the worst of several values is kept. It also works
where the tests run in several processes.
"""

from collections import defaultdict
from collections.abc import Callable

import pytest

_NAME = "figure"
Figure = Callable[[str, str, float], None]


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    """`figure("mail prep", "KB", 12.5)`: what, of which quantity, how much (less is better)."""
    return lambda what, quantity, value: record_property(_NAME, [what, quantity, value])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print them."""
    worst: dict[str, dict[str, float]] = defaultdict(dict)
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in getattr(report, "user_properties", ()):
            if name == _NAME and report.when == "call":
                what, quantity, much = value
                worst[what][quantity] = max(much, worst[what].get(quantity, much))
    if worst:
        terminalreporter.section("figures, the worst of each")
    for what, quantities in sorted(worst.items()):
        told = (f"{much:.4g} {quantity}" for quantity, much in sorted(quantities.items()))
        terminalreporter.write_line(f"{what}: {', '.join(told)}")
