"""Answers, signs and promises: what a leader's reply means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.answers import (
    Answer,
    Answer3,
    Outcome,
    Talked,
    meanings,
    says_more,
    understand,
)
from service.domain.playbook import Playbook, pick

__all__ = [
    "Answer3",
    "Outcome",
    "Question",
    "Reading",
    "Reflection",
    "Talked",
    "form",
    "interpret",
    "merge",
]


@dataclass(frozen=True, slots=True)
class Question:
    """One numbered question of a form.

    `number` counts from 1 over the whole mail. `subject` says what it is about:
    "meeting:<id>", "series:<id>", "pause" or "reply:<id>". `key` is one of worked,
    surprised, better, sign.<sign key>, talked, promise, kept, happened, series, pause.
    `choices` are the words offered for a one-word answer, in the leader's language and in the
    order of the answers' enum; () for free text.
    """

    number: int
    subject: str
    key: str
    ask: str
    choices: tuple[str, ...] = ()

    def read(self, text: str) -> Answer | None:
        """The one-word answer in `text`; None where it says nothing plain."""
        return understand(self.key, text, self.choices)

    def worded(self, answer: str) -> str | None:
        """An answer in the words that were offered; None where it was not among them."""
        offered: dict[str, str] = dict(zip(meanings(self.key), self.choices, strict=False))
        return offered.get(answer)


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


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply says about one subject.

    A meeting has a `reflection`; every other subject an `answer` (yes, no, unsure) and,
    in `free_text`, the words that say more. `unclear` holds the numbers of one-word
    questions whose answer was not understood; their words stand in the free text.
    """

    reflection: Reflection | None = None
    answer: Answer3 | None = None
    unclear: tuple[int, ...] = ()
    free_text: str | None = None


def form(
    playbook: Playbook, meeting_id: int, first_number: int, turn: int, ask_kept: bool
) -> tuple[Question, ...]:
    """One meeting's questions, numbered from `first_number`; `turn` (from 0) picks the wordings."""
    asks = playbook.reflection | {f"sign.{sign.key}": sign.ask for sign in playbook.signs}
    signs = [f"sign.{sign.key}" for sign in playbook.signs]
    kept = ["kept"] if ask_kept else []
    keys = ["happened", *_IN_WORDS, *signs, "talked", *kept, "promise"]
    return tuple(
        Question(number, f"meeting:{meeting_id}", key, pick(asks[key], turn), _choices(playbook, key))
        for number, key in enumerate(keys, first_number)
    )


_IN_WORDS = ("worked", "surprised", "better")


def _choices(playbook: Playbook, key: str) -> tuple[str, ...]:
    return () if key in {*_IN_WORDS, "promise"} else playbook.choices(key)


def interpret(
    questions: Sequence[Question], answers: Mapping[int, str], free_text: str
) -> dict[str, Reading]:
    """What a reply says, by subject; subjects it says nothing about are left out.

    Words under no question go to the first meeting asked about, or to the first subject.
    Where the reply answers nothing by number, a single question, or the outcome of a
    single meeting ("She cancelled."), is read from the words alone.
    """
    said = {number: text.strip() for number, text in answers.items() if text.strip()}
    loose = free_text.strip()
    if not said and loose:
        said, loose = _from_words_alone(questions, loose)
    owner = _owner(questions)
    readings = {}
    for subject in dict.fromkeys(question.subject for question in questions):
        asked = [q for q in questions if q.subject == subject and q.number in said]
        reading = _reading(subject, asked, said, loose if subject == owner else "")
        if reading is not None:
            readings[subject] = reading
    return readings


def merge(old: Reflection, new: Reflection) -> Reflection:
    """A second reply adds to the first: newer one-word answers win, different texts are appended."""
    return Reflection(
        outcome=new.outcome or old.outcome,
        worked=_joined(old.worked, new.worked),
        surprised=_joined(old.surprised, new.surprised),
        better=_joined(old.better, new.better),
        signs=tuple((dict(old.signs) | dict(new.signs)).items()),
        talked=new.talked or old.talked,
        promise=_joined(old.promise, new.promise),
        kept=new.kept or old.kept,
        free_text=_joined(old.free_text, new.free_text),
    )


def _from_words_alone(questions: Sequence[Question], loose: str) -> tuple[dict[int, str], str]:
    if len(questions) == 1:
        question = questions[0]
        if not question.choices or question.read(loose):
            return {question.number: loose}, ""
    happened = [question for question in questions if question.key == "happened"]
    if len(happened) != 1 or len(loose.split()) > 12:
        return {}, loose
    if happened[0].read(loose) not in {None, Outcome.HELD}:
        return {happened[0].number: loose}, ""
    return {}, loose


def _owner(questions: Sequence[Question]) -> str | None:
    """Whose the words under no question are."""
    subjects = [question.subject for question in questions]
    return next((s for s in subjects if s.startswith("meeting:")), subjects[0] if subjects else None)


def _reading(subject: str, asked: Sequence[Question], said: Mapping[int, str], loose: str) -> Reading | None:
    if not asked and not loose:
        return None
    understood = {q: q.read(said[q.number]) for q in asked if q.choices}
    unclear = tuple(q.number for q, answer in understood.items() if answer is None)
    more = [
        said[q.number]
        for q, answer in understood.items()
        if answer is None or says_more(said[q.number], q.choices)
    ]
    free_text = "\n".join([*more, loose]).strip() or None
    if subject.startswith("meeting:"):
        texts = {q.key: said[q.number] for q in asked if not q.choices}
        reflection = _reflection(texts, {q.key: answer for q, answer in understood.items()}, free_text)
        return Reading(reflection=reflection, unclear=unclear)
    plain = (answer for answer in understood.values() if isinstance(answer, Answer3))
    return Reading(answer=next(plain, None), unclear=unclear, free_text=free_text)


def _reflection(
    texts: Mapping[str, str], words: Mapping[str, Answer | None], free_text: str | None
) -> Reflection:
    happened, talked, kept = (words.get(key) for key in ("happened", "talked", "kept"))
    return Reflection(
        outcome=happened if isinstance(happened, Outcome) else None,
        worked=texts.get("worked"),
        surprised=texts.get("surprised"),
        better=texts.get("better"),
        signs=tuple(
            (key.removeprefix("sign."), answer)
            for key, answer in words.items()
            if key.startswith("sign.") and isinstance(answer, Answer3)
        ),
        talked=talked if isinstance(talked, Talked) else None,
        promise=texts.get("promise"),
        kept=kept if isinstance(kept, Answer3) else None,
        free_text=free_text,
    )


def _joined(old: str | None, new: str | None) -> str | None:
    """Both texts, each said once."""
    if not old or not new:
        return new or old
    if _squeezed(new) in _squeezed(old):
        return old
    return new if _squeezed(old) in _squeezed(new) else f"{old}\n{new}"


def _squeezed(text: str) -> str:
    return f" {' '.join(text.casefold().split())} "
