from dataclasses import replace

import pytest

from service.domain.cycle import CyclePlace
from service.domain.records import By, Meeting, State
from service.domain.reflections import Reflection, Talked
from service.domain.traps import choose_trap, talks_more
from tests.fakes.oneonones import MONDAY, WEEK, meeting
from tests.fakes.small_playbook import small_playbook

FIRST = CyclePlace(1, 0)


def cancelled(by: By, weeks_ago: int) -> Meeting:
    return replace(meeting(MONDAY - WEEK * weeks_ago, State.CANCELLED), by=by)


def test_a_leader_who_talked_more_last_time_reads_of_talking() -> None:
    last = Reflection(talked=Talked.LEADER)
    assert choose_trap(small_playbook(), FIRST, last, []).key == "talking"


def test_a_leader_who_cancelled_twice_lately_reads_of_cancelling() -> None:
    recent = [cancelled(By.LEADER, 1), cancelled(By.LEADER, 3)]
    assert choose_trap(small_playbook(), FIRST, None, recent).key == "cancelling"


@pytest.mark.parametrize(
    "recent",
    [[cancelled(By.LEADER, 1)], [cancelled(By.MEMBER, 1), cancelled(By.UNKNOWN, 2)]],
    ids=["once", "not the leader's doing"],
)
def test_one_cancellation_or_somebody_elses_is_no_trap(recent: list[Meeting]) -> None:
    assert choose_trap(small_playbook(), FIRST, None, recent).key == "tasks_only"


def test_otherwise_every_meeting_names_the_next_trap() -> None:
    places = [CyclePlace(week, turn) for turn in range(2) for week in (1, 2, 3)]
    named = [choose_trap(small_playbook(), place, Reflection(talked=Talked.EVEN), []).key for place in places]
    assert named == ["tasks_only", "talking", "avoiding", "cancelling", "tasks_only", "talking"]


def test_a_playbook_without_the_fitting_trap_goes_round() -> None:
    own = replace(small_playbook(), traps=small_playbook().traps[:1])
    assert choose_trap(own, FIRST, Reflection(talked=Talked.LEADER), []).key == "tasks_only"


@pytest.mark.parametrize(
    ("talked", "more"),
    [
        ([Talked.LEADER], False),
        ([Talked.LEADER, Talked.LEADER], True),
        ([Talked.LEADER, Talked.LEADER, Talked.MEMBER, Talked.EVEN], True),
        ([Talked.LEADER, Talked.LEADER, Talked.MEMBER, Talked.EVEN, Talked.EVEN], False),
        ([None, None, Talked.LEADER, Talked.LEADER], True),
    ],
)
def test_talking_more_is_a_habit_from_twice_and_half_of_the_answers(
    talked: list[Talked | None], more: bool
) -> None:
    assert talks_more([Reflection(talked=one) for one in talked]) is more
