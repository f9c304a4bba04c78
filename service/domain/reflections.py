"""Answers, signs and promises: what a leader's reply means."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """Did it happen?"""

    HELD = "held"
    MOVED = "moved"
    LEADER_CANCELLED = "leader_cancelled"
    MEMBER_CANCELLED = "member_cancelled"
    NO_SHOW = "no_show"


class Answer3(StrEnum):
    """A one-word answer."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Talked(StrEnum):
    """Who talked more."""

    LEADER = "me"
    MEMBER = "them"
    EVEN = "even"


@dataclass(frozen=True, slots=True)
class Question:
    """One numbered question of a form.

    `number` counts from 1 over the whole mail. `subject` says what it is about:
    "meeting:<id>", "series:<id>", "pause" or "reply:<id>". `key` is one of worked,
    surprised, better, sign.<sign key>, talked, promise, kept, happened, series, pause.
    `choices` are the words offered for a one-word answer, () for free text.
    """

    number: int
    subject: str
    key: str
    ask: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reflection:
    """What a leader wrote about one meeting; None where not answered.

    `signs` maps sign keys to answers. `free_text` is what stood under no question.
    """

    outcome: Outcome | None = None
    worked: str | None = None
    surprised: str | None = None
    better: str | None = None
    signs: tuple[tuple[str, Answer3], ...] = ()
    talked: Talked | None = None
    promise: str | None = None
    kept: Answer3 | None = None
    free_text: str | None = None
