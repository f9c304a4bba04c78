"""Answers given by number: "1. yes 2. no", "1) yes", "Q1: yes", a line each or all in one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from service.domain.reflections import Question

_MARKER = re.compile(
    r"(?:^|(?<=[\s,;.]))[*_(\[#]{0,3}(?P<q>(?:[Qq](?:uestion )?)?)(?P<n>\d{1,2})"
    r"(?:\s?[.):\]=](?=\D|$)[*_.):\]]{0,2}|\s?[-–—](?=\s)|(?<=\d)(?=\s))",
    re.MULTILINE,
)

MOST_MARKERS = 200  # more numbers than any reply holds: what follows belongs to the last


@dataclass(frozen=True, slots=True)
class Marker:
    """One number in a text, whether it begins a line, and whether it stands without a mark."""

    number: int
    start: int
    end: int
    begins_line: bool
    bare: bool


def numbered(text: str, questions: Sequence[Question]) -> tuple[str, dict[int, str]] | None:
    """The words before the first number, and the answers by number; None where the text is
    no such thing (a list of somebody's own answers no one-word question as it is asked)."""
    asked = {question.number: question for question in questions}
    markers = _markers(text, asked)
    lines = _chain([marker for marker in markers if marker.begins_line])
    chains = (lines, _chain(markers)) if len(lines) < 2 or len(lines) < len(asked) else (lines,)
    readings = [_cut(text, chain) for chain in chains if len(chain) > 1 or (chain and not chain[0].bare)]
    good = [reading for reading in readings if _fits(reading[1], asked, lines)]
    return max(good, key=lambda reading: len(reading[1]), default=None)


def by_line(text: str, questions: Sequence[Question]) -> dict[int, str] | None:
    """A line an answer, in order, no numbers; only if there are as many, and the one-word
    questions (two at least) are all answered so."""
    rows = [row.strip() for row in text.split("\n") if row.strip()]
    choices = [question for question in questions if question.choices]
    if len(rows) != len(questions) or len(choices) < 2:
        return None
    answers = {question.number: row for question, row in zip(questions, rows, strict=True)}
    fit = all(question.read(answers[question.number]) for question in choices)
    return answers if fit else None


def _markers(text: str, asked: dict[int, Question]) -> list[Marker]:
    found = []
    for match in islice(_MARKER.finditer(text), MOST_MARKERS):
        row = text.rfind("\n", 0, match.start()) + 1
        begins = not text[row : match.start()].strip(" \t*•-")
        bare = not match["q"] and text[match.start() : match.end()].strip().isdigit()
        if int(match["n"]) in asked and (begins or not bare):
            found.append(Marker(int(match["n"]), match.start(), match.end(), begins, bare))
    return found


def _chain(markers: Sequence[Marker]) -> list[Marker]:
    """The numbers that count up; those of a list inside an answer are left to it."""
    chain: list[Marker] = []
    inner = 0
    for position, marker in enumerate(markers):
        last = chain[-1].number if chain else 0
        later = {follower.number for follower in markers[position + 1 :]}
        if chain and marker.number == 1:
            inner = 2
        elif inner and marker.number == inner and (marker.number <= last or marker.number in later):
            inner += 1
        elif marker.number > last and (marker.begins_line or not later & set(range(last + 1, marker.number))):
            chain.append(marker)
            inner = 0
    return chain


def _cut(text: str, chain: Sequence[Marker]) -> tuple[str, dict[int, str]]:
    ends = [*(marker.start for marker in chain[1:]), len(text)]
    answers = {
        marker.number: text[marker.end : end].strip(" \t\n,;*_")
        for marker, end in zip(chain, ends, strict=True)
    }
    return text[: chain[0].start].strip(" \t\n*-"), {n: answer for n, answer in answers.items() if answer}


def _fits(answers: dict[int, str], asked: dict[int, Question], lines: Sequence[Marker]) -> bool:
    """Whether the numbers are ours. One alone must begin a line; a list that begins at 1 must
    answer the one-word questions it meets."""
    fits = [
        asked[number].read(answer.split("\n\n")[0]) is not None
        for number, answer in answers.items()
        if asked[number].choices
    ]
    if not answers or (len(answers) == 1 and not lines):
        return False
    if not fits:
        return min(answers) > 1 or (len(answers) > 1 and not asked[1].choices)
    return sum(fits) * 2 > len(fits)


_MARKED = (
    r"\*{0}\*|_{0}_|\[\s*{0}\s*\]|{0}\s*(?:[✓✔☑✅←]|<-|\b[xX]\b(?!\]))|(?:[✓✔☑✅→]|->|\b[xX]\b\]?)\s*{0}\b"
)


def marked_choice(text: str, question: Question) -> str | None:
    """The one choice that stands out in a list of them: *bold*, in [brackets], with an x or a tick."""
    marked = [
        choice
        for choice in question.choices
        if re.search(_MARKED.format(re.escape(choice)), text, re.IGNORECASE)
    ]
    longest = max(marked, key=len, default="")  # "x no sé" marks no "no"
    return longest if longest and all(choice in longest for choice in marked) else None
