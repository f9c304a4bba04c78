"""A form with the answers in it: what is on record for its questions, and what sending it again leaves."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace

from service.domain.reflections import Question, Reflection

_SIGN = "sign."


def stated(question: Question, said: Reflection) -> str | None:
    """What a reflection holds for one of its form's questions; None where it was not answered."""
    if question.key == "happened":
        return said.outcome
    if question.key.startswith(_SIGN):
        return dict(said.signs).get(question.key.removeprefix(_SIGN))
    found: str | None = getattr(said, question.key, None)
    return found


def filled(questions: Iterable[Question], said: Reflection) -> dict[int, str]:
    """The answers by question number, one-word answers in the words that were offered."""
    answers = {question: stated(question, said) for question in questions}
    shown = {
        question.number: question.worded(answer) if question.choices else answer
        for question, answer in answers.items()
        if answer is not None
    }
    return {number: words for number, words in shown.items() if words is not None}


def replaced(old: Reflection, new: Reflection, questions: Sequence[Question]) -> Reflection:
    """What is kept once a form was sent again: what it asked is as it says now, or cleared; what it
    did not ask stays."""
    asked = {question.key for question in questions}
    signs = {key: answer for key, answer in old.signs if _SIGN + key not in asked} | dict(new.signs)
    fields = {"outcome" if key == "happened" else key for key in asked if not key.startswith(_SIGN)}
    values = {name: getattr(new, name) for name in fields | {"free_text"}}
    return replace(old, signs=tuple(signs.items()), **values)


def fingerprint(kept: Mapping[int, Reflection]) -> str:
    """What tells one state of some meetings' reflections from every other; "" where nothing is kept."""
    told = {str(meeting_id): asdict(said) for meeting_id, said in kept.items() if said != Reflection()}
    if not told:
        return ""
    for said in told.values():
        said["signs"] = dict(said["signs"])
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:24]
