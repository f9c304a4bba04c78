"""The weeks' structures: read from data, so that a coach can rewrite them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# What is offered for a one-word answer where a playbook does not say: in the order that gives it its sense.
OFFERED: Mapping[str, tuple[str, ...]] = {
    "yes_no": ("yes", "no", "unsure"),
    "happened": ("yes", "moved", "I cancelled", "they cancelled", "nobody came"),
    "talked": ("me", "them", "even"),
}
_YES_OR_NO = frozenset({"series", "pause", "reply"})  # here nobody is offered to be unsure


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a week: several wordings that mean the same."""

    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the cycle. `job` is one word (connection, clarity, coaching)."""

    number: int
    job: str
    focus: str
    goal: str
    opening: tuple[str, ...]
    steps: tuple[Step, ...]
    closing: tuple[str, ...]
    why: tuple[str, ...]
    if_then: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trap:
    """Something that works against trust, and what to do instead."""

    key: str
    name: str
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """Something to watch for over weeks. `ask` is the one-word question of the form."""

    key: str
    name: str
    means: str
    ask: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Playbook:
    """Everything the mails teach, in one language.

    `reflection` maps the question keys `worked`, `surprised`, `better`, `talked`,
    `promise`, `kept`, `happened` to their wordings; `confirm` the keys `series`,
    `happened`, `pause`, `reply`, for what is asked when a calendar leaves it open. `answers`
    maps `yes_no`, `happened`, `talked` to the words offered, in the order of `OFFERED`; {} for those.
    """

    language: str
    purpose: tuple[str, ...]
    weeks: tuple[Week, ...]
    signs: tuple[Sign, ...]
    traps: tuple[Trap, ...]
    reflection: dict[str, tuple[str, ...]]
    monthly: tuple[str, ...]
    experiments: tuple[str, ...]
    confirm: dict[str, tuple[str, ...]] = field(default_factory=dict)
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def choices(self, key: str) -> tuple[str, ...]:
        """The words offered for a one-word answer to the question `key`."""
        offered = self.answers or OFFERED
        if key in {"happened", "talked"}:
            return offered[key]
        return offered["yes_no"][:2] if key in _YES_OR_NO else offered["yes_no"]


def pick(wordings: tuple[str, ...], turn: int) -> str:
    """The wording for the `turn`-th time (from 0), going round."""
    return wordings[turn % len(wordings)]
