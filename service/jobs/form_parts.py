"""What a form is made of: a section for each meeting, or an item for each thing to confirm."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from service.domain.digest import PromiseRecord
from service.domain.letters import Ask, ConfirmItem, FormSection, PromiseLine
from service.domain.people import LeaderState, Pair
from service.domain.records import By, Meeting
from service.domain.reflections import Question
from service.storage import decisions, emails, meetings, people, reflections, replies
from service.storage.database import Transaction
from service.storage.emails import Email
from service.storage.people import LeaderRow


@dataclass(frozen=True, slots=True)
class Parts:
    """What a mail asked, with the meetings that are still on record, and the leader's pairs, by id."""

    tx: Transaction
    row: LeaderRow
    email: Email
    questions: Sequence[Question]
    meetings: Mapping[int, Meeting]
    pairs: Mapping[int, Pair]

    def meeting(self, subject: str) -> Meeting | None:
        """The meeting that a question is about."""
        kind, _, which = subject.partition(":")
        return self.meetings.get(int(which)) if kind == "meeting" else None

    def member(self, meeting: Meeting) -> str:
        """What to call the person across."""
        return self.pairs[meeting.pair_id].member.label

    def local(self, moment: datetime) -> datetime:
        """On the leader's clock."""
        return moment.astimezone(self.row.leader.zone)


def load_parts(tx: Transaction, row: LeaderRow, email: Email, questions: Sequence[Question]) -> Parts:
    """All that a form of these questions needs of meetings and people."""
    subjects = {question.subject.partition(":")[::2] for question in questions}
    known = meetings.some(tx, (int(which) for kind, which in subjects if kind == "meeting"))
    pairs = {pair.id: pair for pair in people.pairs_of(tx, row.leader.id)}
    return Parts(tx, row, email, questions, known, pairs)


def form_sections(parts: Parts, *, may_see: bool) -> tuple[FormSection, ...]:
    """A section for each meeting. A promise stands in it as the mail showed it; another one only
    where the browser may see what is on record."""
    asked = {
        meeting: tuple(questions)
        for subject, questions in groupby(parts.questions, key=lambda question: question.subject)
        if (meeting := parts.meeting(subject)) is not None
    }
    promises = _promises(parts, [m for m, qs in asked.items() if any(q.key == "kept" for q in qs)], may_see)
    return tuple(
        FormSection(
            member=parts.member(meeting),
            start=parts.local(meeting.start),
            end=parts.local(meeting.end),
            questions=questions,
            open_promise=promises.get(meeting),
        )
        for meeting, questions in asked.items()
    )


def _promises(parts: Parts, asked: Sequence[Meeting], may_see: bool) -> dict[Meeting, PromiseLine]:
    wanted = [(meeting.pair_id, meeting.start) for meeting in asked]
    found = zip(asked, reflections.promises_before(parts.tx, wanted), strict=True)
    known = {meeting: promise for meeting, promise in found if promise is not None}
    hides = known and not may_see
    shown = _squeezed("".join(emails.thread_texts(parts.tx, parts.email)[:1])) if hides else ""
    return {
        meeting: _line(parts, promise)
        for meeting, promise in known.items()
        if may_see or _squeezed(promise.text) in shown
    }


def _line(parts: Parts, promise: PromiseRecord) -> PromiseLine:
    return PromiseLine(promise.text, parts.local(promise.made_at).date())


def confirm_items(parts: Parts) -> tuple[ConfirmItem, ...]:
    """What still waits for the leader's word, or can be answered anew."""
    found = (_item(parts, question) for question in parts.questions)
    return tuple(item for item in found if item is not None)


def settled(parts: Parts) -> frozenset[int]:
    """The numbers of the questions about a meeting that were answered; they can be answered anew."""
    about = {question.number: parts.meeting(question.subject) for question in parts.questions}
    return frozenset(number for number, one in about.items() if one is not None and one.by is not By.UNKNOWN)


def _item(parts: Parts, question: Question) -> ConfirmItem | None:
    kind, _, which = question.subject.partition(":")
    if kind == "meeting":
        meeting = parts.meeting(question.subject)
        return _happened(parts, question, meeting) if meeting is not None else None
    if kind == "series":
        return next(_series(parts, question, which), None)
    if kind == "pause":
        paused = parts.row.leader.state is LeaderState.PAUSED
        return None if paused else ConfirmItem(Ask.PAUSE, question)
    return _held_reply(parts, question)


def _happened(parts: Parts, question: Question, meeting: Meeting) -> ConfirmItem:
    start = parts.local(meeting.start)
    return ConfirmItem(Ask.WHAT_HAPPENED, question, member=parts.member(meeting), start=start)


def _series(parts: Parts, question: Question, which: str) -> Iterator[ConfirmItem]:
    for ask in decisions.open_questions(parts.tx, parts.row.leader.id):
        if str(ask.id) == which:
            name, start = ask.member_name or ask.member_email, parts.local(ask.start)
            yield ConfirmItem(Ask.SERIES, question, ask.title, name, start)


def _held_reply(parts: Parts, question: Question) -> ConfirmItem | None:
    kept = emails.payload(parts.tx, parts.email.id)
    waits = any(one.id == kept.get("reply_id") for one in replies.held(parts.tx, parts.row.leader.id))
    return ConfirmItem(Ask.HELD_REPLY, question, sender=kept.get("sender", "")) if waits else None


def _squeezed(text: str) -> str:
    return " ".join(text.split())
