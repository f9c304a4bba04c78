"""The one trap a prep mail names."""

from collections.abc import Sequence

from service.domain.cycle import CyclePlace
from service.domain.playbook import Playbook, Trap
from service.domain.records import By, Meeting, State
from service.domain.reflections import Reflection, Talked

TALKING, CANCELLING = "talking", "cancelling"
OFTEN = 2  # one cancellation is life, two are a habit in the making


def choose_trap(
    playbook: Playbook, place: CyclePlace, last: Reflection | None, recent: Sequence[Meeting]
) -> Trap:
    """The trap that last time or the recent meetings speak of, else one after the other.

    `last` is the pair's last reflection, `recent` its meetings of the last weeks. A
    playbook without the fitting trap goes round as well.
    """
    by_key = {trap.key: trap for trap in playbook.traps}
    if last and last.talked is Talked.LEADER and TALKING in by_key:
        return by_key[TALKING]
    if cancels_often(recent) and CANCELLING in by_key:
        return by_key[CANCELLING]
    before = place.turn * len(playbook.weeks) + place.week - 1
    return playbook.traps[before % len(playbook.traps)]


def cancels_often(meetings: Sequence[Meeting]) -> bool:
    """Whether the leader's side called off two or more of them."""
    return sum(one.state is State.CANCELLED and one.by is By.LEADER for one in meetings) >= OFTEN


def talks_more(reflections: Sequence[Reflection]) -> bool:
    """Whether the leader talked more twice or oftener, and in at least half of the answers."""
    answers = [one.talked for one in reflections if one.talked]
    mine = answers.count(Talked.LEADER)
    return mine >= OFTEN and mine * 2 >= len(answers)
