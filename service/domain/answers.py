"""What a one-word answer means, however people happen to put it."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from service.domain.answer_words import (
    EVEN,
    HELD,
    LEAD_IN,
    LESS,
    ME,
    NO,
    NOTHING,
    OUTCOMES,
    PLAIN_WORDS,
    PLAIN_YES,
    THEM,
    UNSURE,
    YES,
)


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


Answer = Outcome | Answer3 | Talked


def meanings(key: str) -> tuple[Answer, ...]:
    """What the words offered for an answer to the question `key` mean, in their order."""
    if key == "happened":
        return tuple(Outcome)
    return tuple(Talked) if key == "talked" else tuple(Answer3)


def understand(key: str, text: str, choices: Sequence[str] = ()) -> Answer | None:
    """The one-word answer in `text` to the question `key`; None where it says nothing plain.

    One of the question's own `choices` counts first, then what people say in any language
    known, then what begins with a choice. The choices themselves ("me / them / even"), left
    as they were, are no answer.
    """
    if text.count("/") > 1:
        return None
    offered = dict(zip(map(_plain, choices), meanings(key), strict=False))
    said = _plain(text)
    if said in offered:
        return offered[said]
    readers: dict[str, Callable[[str], Answer | None]] = {"happened": read_outcome, "talked": read_talked}
    found = readers.get(key, read_yes_no)(text)
    return found if found is not None else _begun_with(said, offered)


def _begun_with(said: str, offered: Mapping[str, Answer]) -> Answer | None:
    """The longest of the words offered that it begins with."""
    begun = [choice for choice in offered if choice and said.startswith(f"{choice} ")]
    return offered[max(begun, key=len)] if begun else None


def read_yes_no(text: str) -> Answer3 | None:
    """Yes, no or unsure; a sentence counts by how it begins ("Yes, she told me …")."""
    said = LEAD_IN.sub("", _plain(text))
    if said in {"", "?"}:
        return Answer3.UNSURE if "?" in text else None
    if _DOUBT.search(text.casefold()):
        return Answer3.UNSURE
    for answer, pattern in ((Answer3.UNSURE, UNSURE), (Answer3.NO, NO), (Answer3.YES, YES)):
        if pattern.match(said):
            return answer
    return None


def read_outcome(text: str) -> Outcome | None:
    """What became of a meeting. A bare "no" is None: it does not say whose doing it was."""
    said = _plain(text)
    if UNSURE.match(said):
        return None
    if PLAIN_YES.match(LEAD_IN.sub("", said)) or HELD.match(said):
        return Outcome.HELD
    found = next((name for name, pattern in OUTCOMES if pattern.search(said)), None)
    return Outcome(found) if found else None


def read_talked(text: str) -> Talked | None:
    """Who talked more; of two people named, the first ("me more than her")."""
    words = re.sub(r"\bel (?=\d)", "", _plain(text)).split()  # "el 80 %" is the article
    said = " ".join(words)
    if not words or len(words) > 8:
        return None
    if EVEN.search(said):
        return Talked.EVEN
    first = next((word for word in words if word in ME | THEM), None)
    if first is None:
        return None
    turned = LESS.search(said) is not None
    return Talked.LEADER if (first in ME) != turned else Talked.MEMBER


def says_more(text: str, choices: Sequence[str] = ()) -> bool:
    """Whether an answer holds words beyond the plain ones and its choices': they are worth keeping."""
    offered = {word for choice in choices for word in _plain(choice).split()}
    return any(word not in PLAIN_WORDS | offered for word in _plain(text).split())


def says_nothing(text: str) -> bool:
    """Whether an answer in words only says that there is nothing: kept, but never quoted back."""
    return NOTHING.fullmatch(_plain(text)) is not None


def _plain(text: str) -> str:
    """Lower case, accents off, words and a lone question mark only, one space between."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.findall(r"[\w'/%]+|[👍✅✔✓]|^\?$", letters))


_DOUBT = re.compile(r"^\W*(?:\w+\W+){0,2}?no (?:lo )?sé\b")  # Spanish: with its accent it is no "no se"
