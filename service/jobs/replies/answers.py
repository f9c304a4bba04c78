"""What each answer changes: a reflection, a promise, a meeting's state, a decision, a pause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.domain.answers import says_nothing
from service.domain.letters import Kind
from service.domain.meetings import hold
from service.domain.people import LeaderState, Person
from service.domain.records import Meeting
from service.domain.reflections import Answer3, Question, Reading, Reflection, merge
from service.jobs.office import Office
from service.jobs.sightings import kin_subject
from service.storage import decisions, meetings, people, reflections
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
) -> dict[str, Any]:
    """Carry out what a reply says; the receipt's note, {} where it says nothing."""
    taking = Taking(tx, office, row, email, questions, now)
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
    if said.outcome is not None:
        _hold(taking, meeting, said)
    if taking.email.kind is not Kind.CONFIRM:
        _reflect(taking, meeting, said)
    lines = _lines(taking, f"meeting:{meeting_id}", said)
    if lines:
        taking.sections.append((_member_label(taking, meeting), lines))
    taking.free_text += [said.free_text] if said.free_text and reading.reflection else []


def _hold(taking: Taking, meeting: Meeting, said: Reflection) -> None:
    if said.outcome is None:
        return
    update = hold(meeting, said.outcome, taking.now)
    pairs = people.pairs_of(taking.tx, taking.row.leader.id)
    meetings.apply(taking.tx, taking.row.leader, pairs, [update])
    people.change(taking.tx, taking.row.leader.id, next_due_at=None)


def _reflect(taking: Taking, meeting: Meeting, said: Reflection) -> None:
    tx, leader_id, meeting_id = taking.tx, taking.row.leader.id, meeting.id or 0
    if said == Reflection():
        return
    old = reflections.of_meeting(tx, meeting_id)
    whole = merge(old, said) if old else said
    reflections.put(tx, leader_id, meeting_id, whole, taking.now)
    if said.kept is not None:
        _keep_promise(taking, meeting, said.kept)
    if whole.promise and not says_nothing(whole.promise):
        reflections.put_promise(tx, leader_id, meeting.pair_id, meeting_id, whole.promise, taking.now)


def _keep_promise(taking: Taking, meeting: Meeting, kept: Answer3) -> None:
    """The answer is about the pair's newest earlier promise that is still open."""
    earlier = {
        one.id
        for one in meetings.of_leader(taking.tx, taking.row.leader.id, until=meeting.start)
        if one.pair_id == meeting.pair_id
    }
    for promise in reversed(reflections.promises_of_pair(taking.tx, meeting.pair_id)):
        if promise.meeting_id in earlier and promise.kept is not Answer3.YES:
            reflections.mark_kept(taking.tx, promise.meeting_id, kept, taking.now)
            return


def _series(taking: Taking, decision_id: int, reading: Reading) -> None:
    if reading.answer not in {Answer3.YES, Answer3.NO}:
        return
    tx, leader = taking.tx, taking.row.leader
    for ask in decisions.open_questions(tx, leader.id):
        if ask.id == decision_id:
            yes = reading.answer is Answer3.YES
            member = Person(ask.member_email, ask.member_name)
            known = member if member.email or member.name else None
            decisions.decide(tx, leader.id, decisions.series_subject(ask.uid), yes, taking.now)
            decisions.decide(tx, leader.id, kin_subject(ask.title, known), yes, taking.now)
            people.change(tx, leader.id, calendar_fingerprint=None, next_due_at=None)
            taking.sections.append((ask.title, _lines_of(taking, f"series:{decision_id}", reading)))


def _pause(taking: Taking, reading: Reading) -> None:
    if reading.answer is Answer3.YES:
        people.set_state(taking.tx, taking.row.leader.id, LeaderState.PAUSED)
    if reading.answer is not None:
        taking.sections.append(("", _lines_of(taking, "pause", reading)))


def _lines_of(taking: Taking, subject: str, reading: Reading) -> Lines:
    return [(q.ask, str(reading.answer)) for q in taking.questions if q.subject == subject]


def _lines(taking: Taking, subject: str, said: Reflection) -> Lines:
    """Each answered question with what was understood, in the form's order."""
    signs = dict(said.signs)
    lines: Lines = []
    for question in taking.questions:
        if question.subject != subject:
            continue
        if question.key == "happened":
            answer = _chosen(question, said.outcome)
        elif question.key.startswith("sign."):
            answer = signs.get(question.key.removeprefix("sign."))
        else:
            answer = getattr(said, question.key, None)
        if answer is not None:
            lines.append((question.ask, str(answer)))
    return lines


def _chosen(question: Question, outcome: object) -> str | None:
    """The outcome in the words the form offered."""
    order = ("held", "moved", "leader_cancelled", "member_cancelled", "no_show")
    return question.choices[order.index(str(outcome))] if outcome is not None else None


def _member_label(taking: Taking, meeting: Meeting) -> str:
    pairs = {pair.id: pair for pair in people.pairs_of(taking.tx, taking.row.leader.id)}
    return pairs[meeting.pair_id].member.label
