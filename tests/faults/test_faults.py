"""Every remote effect has a named fault point before and after it, and each may be the last thing done."""

import re
from pathlib import Path

import service
from tests.faults.points import POINTS

CALL = re.compile(r"""\bfault\("(\w+)"\)""")


def test_the_fault_points_are_those_of_the_program() -> None:
    source = Path(service.__file__).parent.rglob("*.py")
    assert {name for path in source for name in CALL.findall(path.read_text())} == set(POINTS)
