"""Every remote effect has a named fault point before and after it, and each may be the last thing done."""

import logging
import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

import service
from tests.faults.machine import Faults
from tests.faults.points import POINTS

CI = os.environ.get("CI") == "true"
# A longer run: FAULT_EXAMPLES=500. In CI each run is the same, and a failure is told as it was found.
SETTINGS = settings(
    max_examples=int(os.environ.get("FAULT_EXAMPLES", "40")),
    stateful_step_count=30,
    deadline=None,
    derandomize=CI,
    phases=[Phase.explicit, Phase.generate] if CI else list(Phase),
    suppress_health_check=[HealthCheck.too_slow],
)
CALL = re.compile(r"""\bfault\("(\w+)"\)""")


def test_the_fault_points_are_those_of_the_program() -> None:
    source = Path(service.__file__).parent.rglob("*.py")
    assert {name for path in source for name in CALL.findall(path.read_text())} == set(POINTS)


def test_whatever_fails_nothing_is_lost_and_nothing_leaves_twice(
    sqlite_pattern: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL + 1, "service")  # failures are what it is about
    machine = type("Machine", (Faults,), {"pattern": sqlite_pattern})
    run_state_machine_as_test(machine, settings=SETTINGS)
