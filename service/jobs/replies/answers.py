"""What each answer changes: a reflection, a promise, a meeting's state, a decision, a pause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.domain.filled import stated
from service.domain.letters import Kind
from service.domain.people import LeaderState, Person
from service.domain.records import Meeting
from service.domain.reflections import Answer3, Question, Reading, Reflection
from service.jobs.office import Office
from service.jobs.replies.keep import Keeping, keep_outcome, keep_reflection
from service.jobs.sightings import decide_series
from service.storage import decisions, meetings, people
from service.storage.database import Transaction
from service.storage.emails import Email
from service.storage.people import LeaderRow

Lines = list[tuple[str, str]]


@dataclass(slots=True)
class Taking:
    """One reply being taken in, and the receipt's note that grows with it."""

    tx: Transaction
    office: Office
    row: LeaderRow
    email: Email
    questions: Sequence[Question]
    now: datetime
    replacing: bool = False
    sections: list[tuple[str, Lines]] = field(default_factory=list)
    free_text: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)

    @property
    def note(self) -> dict[str, Any]:
        """What the receipt says; {} where nothing was said."""
        if not (self.sections or self.free_text or self.unsure):
            return {}
        text = "\n\n".join(self.free_text) or None
        return {"sections": self.sections, "free_text": text, "unsure": self.unsure}


def take_in(
    tx: Transaction,
    office: Office,
    row: LeaderRow,
    email: Email,
    questions: Sequence[Question],
    readings: Mapping[str, Reading],
    now: datetime,
    *,
    replacing: bool = False,
) -> dict[str, Any]:
    """Carry out what a reply says, which adds to what was said before unless it is `replacing` that;
    the receipt's note, {} where it says nothing."""
    taking = Taking(tx, office, row, email, questions, now, replacing)
    for subject, reading in readings.items():
        kind, _, which = subject.partition(":")
        if kind == "meeting":
            _meeting(taking, int(which), reading)
        elif kind == "series":
            _series(taking, int(which), reading)
        elif kind == "pause":
            _pause(taking, reading)
        taking.unsure += [q.ask for q in questions if q.number in reading.unclear]
        taking.free_text += [reading.free_text] if reading.free_text else []
    return taking.note


def _meeting(taking: Taking, meeting_id: int, reading: Reading) -> None:
    meeting = meetings.one(taking.tx, meeting_id)
    said = reading.reflection or Reflection(free_text=reading.free_text)
    if meeting is None:
        taking.free_text += [said.free_text] if said.free_text else []
        return
    keeping = Keeping(taking.tx, taking.row, taking.now, taking.replacing)
    if taking.email.kind is not Kind.CONFIRM:
        asked = [question for question in taking.questions if question.subject == f"meeting:{meeting_id}"]
        keep_reflection(keeping, meeting, said, asked)
    elif said.outcome is not None:
        keep_outcome(keeping, meeting, said.outcome)
    lines = _lines(taking, f"meeting:{meeting_id}", said)
    if lines:
        taking.sections.append((_member_label(taking, meeting), lines))
    taking.free_text += [said.free_text] if said.free_text and reading.reflection else []


def _series(taking: Taking, decision_id: int, reading: Reading) -> None:
    if reading.answer not in {Answer3.YES, Answer3.NO}:
        return
    tx, leader = taking.tx, taking.row.leader
    for ask in decisions.open_questions(tx, leader.id):
        if ask.id == decision_id:
            yes = reading.answer is Answer3.YES
            member = Person(ask.member_email, ask.member_name)
            known = member if member.email or member.name else None
            decide_series(tx, leader.id, [ask.uid], ask.title, known, yes, taking.now)
            taking.sections.append((ask.title, _lines_of(taking, f"series:{decision_id}", reading)))


def _pause(taking: Taking, reading: Reading) -> None:
    if reading.answer is Answer3.YES:
        people.set_state(taking.tx, taking.row.leader.id, LeaderState.PAUSED)
    if reading.answer is not None:
        taking.sections.append(("", _lines_of(taking, "pause", reading)))


def _lines_of(taking: Taking, subject: str, reading: Reading) -> Lines:
    asked = [question for question in taking.questions if question.subject == subject]
    if reading.answer is None:
        return []
    return [(question.ask, _said(taking, question, reading.answer)) for question in asked]


def _lines(taking: Taking, subject: str, said: Reflection) -> Lines:
    """Each answered question with what was understood, in the form's order."""
    lines: Lines = []
    for question in taking.questions:
        answer = stated(question, said) if question.subject == subject else None
        if answer is not None:
            lines.append((question.ask, _said(taking, question, answer)))
    return lines


def _said(taking: Taking, question: Question, answer: str) -> str:
    """An answer in the words that were offered; where a note did not offer to be unsure, in a form's."""
    if not question.choices:
        return answer
    playbook = taking.office.playbook_of(taking.row.leader.language)
    return question.worded(answer) or playbook.choices("kept")[-1]


def _member_label(taking: Taking, meeting: Meeting) -> str:
    pairs = {pair.id: pair for pair in people.pairs_of(taking.tx, taking.row.leader.id)}
    return pairs[meeting.pair_id].member.label
