"""Take in a reply that is the leader's: a command, or answers to what was asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from service.domain.letters import Kind
from service.domain.people import LeaderState
from service.domain.ports import Incoming
from service.domain.reflections import Answer3, Question, Reading, interpret
from service.jobs.office import Office
from service.jobs.replies.answers import take_in
from service.jobs.replies.letterbox import Opened, open_mail
from service.jobs.replies.sender import whose
from service.mail.reply import Answers, Command, command, subtract
from service.storage import emails, outbox, people, replies
from service.storage.database import Transaction
from service.storage.emails import Email
from service.storage.outbox import NewEmail
from service.storage.people import LeaderRow
from service.storage.replies import ReplyStatus

DAY = timedelta(days=1)
RECEIPTS_A_DAY = 30  # no mail ever causes a loop

Verdict = tuple[ReplyStatus, str | None]


def accept(
    tx: Transaction, office: Office, row: LeaderRow, email: Email, opened: Opened, now: datetime
) -> Verdict:
    """Store what the reply says with everything it causes; the receipt is planned with it."""
    received = opened.received
    if received is None:
        raise ValueError("only a mail that could be read is accepted")
    answers = subtract(
        received.texts, emails.thread_texts(tx, email), asked(tx, email), name=received.sender_name
    )
    order = command(answers.free_text, received.subject, now.astimezone(row.leader.zone).date())
    if order is not None:
        note: dict[str, Any] = _obey(tx, row, order, now)
    else:
        note = _read(tx, office, row, email, answers, now)
    if not note:
        return _store(tx, row, email, opened, (ReplyStatus.IGNORED, "nothing_new"), now)
    verdict = _store(tx, row, email, opened, (ReplyStatus.ACCEPTED, None), now)
    plan_receipt(tx, row, email, opened.digest[:20], note, now)
    return verdict


def asked(tx: Transaction, email: Email) -> tuple[Question, ...]:
    """What the mail asked; a follow-up that asked nothing speaks of its thread's first mail."""
    questions = emails.questions(tx, email)
    if questions or email.thread_of is None:
        return questions
    return emails.questions(tx, emails.one(tx, email.thread_of))


def _read(
    tx: Transaction, office: Office, row: LeaderRow, email: Email, answers: Answers, now: datetime
) -> dict[str, Any]:
    questions = asked(tx, email)
    readings = interpret(questions, answers.by_question, answers.free_text)
    if not questions and answers.free_text and email.meeting_id is not None:
        readings = {f"meeting:{email.meeting_id}": Reading(free_text=answers.free_text)}
    return carry_out(tx, office, row, email, questions, readings, now)


def carry_out(
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
    """All that answers to a mail cause, however they came; the receipt's note, {} where they say nothing."""
    note = take_in(tx, office, row, email, questions, readings, now, replacing=replacing)
    if any(subject.startswith("reply:") and said.answer is not None for subject, said in readings.items()):
        theirs = next(said.answer is Answer3.YES for s, said in readings.items() if s.startswith("reply:"))
        return _release(tx, office, row, email, now) if theirs else _refuse(tx, email, questions)
    if note:
        outbox.mark_answered(tx, _thread_ids(tx, email), now)
    return note


def _release(tx: Transaction, office: Office, row: LeaderRow, email: Email, now: datetime) -> dict[str, Any]:
    """The leader says that the held reply is theirs: it is read as any other."""
    reply_id = emails.payload(tx, email.id)["reply_id"]
    for held in replies.held(tx, row.leader.id):
        opened = open_mail(Incoming("", held.raw))
        answered = whose(tx, opened.received) if opened.received else None
        if held.id == reply_id and opened.received and answered:
            replies.settle(tx, held.id, ReplyStatus.ACCEPTED, "confirmed")
            texts = emails.thread_texts(tx, answered)
            answers = subtract(
                opened.received.texts, texts, asked(tx, answered), name=opened.received.sender_name
            )
            return _read(tx, office, row, answered, answers, now)
    return {}


def _refuse(tx: Transaction, email: Email, questions: Sequence[Question]) -> dict[str, Any]:
    """The held reply is nobody's of ours; the receipt says whose it was."""
    kept = emails.payload(tx, email.id)
    replies.settle(tx, kept["reply_id"], ReplyStatus.IGNORED, "not_theirs")
    lines = [(one.ask, one.worded(Answer3.NO)) for one in questions if one.key == "reply"]
    return {"sections": [(kept["sender"], lines)]}


def _thread_ids(tx: Transaction, email: Email) -> list[int]:
    """The mail answered, those bundled into it, and the one it follows up."""
    root = email.thread_of or email.id
    return [email.id, *(one.id for one in emails.carried_by(tx, root))]


def _obey(tx: Transaction, row: LeaderRow, order: Command, now: datetime) -> dict[str, Any]:
    if order.name == "stop":
        people.set_state(tx, row.leader.id, LeaderState.STOPPED)
        return {"done": "stopped"}
    if order.name == "resume":
        people.set_state(tx, row.leader.id, LeaderState.ACTIVE)
        return {"done": "resumed"}
    until = _pause_end(row, order, now)
    people.set_state(tx, row.leader.id, LeaderState.PAUSED, until)
    return {"done": "paused", "paused_until": _local_day(row, until) if until else None}


def _pause_end(row: LeaderRow, order: Command, now: datetime) -> datetime | None:
    """Local midnight of the day named, or so many days on; None for until they say resume."""
    midnight = now.astimezone(row.leader.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if order.until is not None:
        return midnight.replace(year=order.until.year, month=order.until.month, day=order.until.day)
    return midnight + timedelta(days=order.days) if order.days else None


def _local_day(row: LeaderRow, moment: datetime) -> str:
    return moment.astimezone(row.leader.zone).date().isoformat()


def _store(
    tx: Transaction, row: LeaderRow, email: Email, opened: Opened, verdict: Verdict, now: datetime
) -> Verdict:
    replies.put(
        tx,
        digest_=opened.digest,
        message_id=opened.message_id,
        leader_id=row.leader.id,
        email_id=email.id,
        status=verdict[0],
        reason=verdict[1],
        raw=opened.raw,
        at=now,
    )
    return verdict


def plan_receipt(
    tx: Transaction, row: LeaderRow, email: Email, name: str, note: dict[str, Any], now: datetime
) -> None:
    """A mail says what was understood; one for each `name`."""
    recent = emails.of_leader(tx, row.leader.id, now - DAY)
    if sum(one.kind is Kind.RECEIPT for one in recent) >= RECEIPTS_A_DAY:
        return
    outbox.put(
        tx,
        NewEmail(
            key=f"receipt:{row.leader.key}-{name}",
            kind=Kind.RECEIPT,
            leader_id=row.leader.id,
            due_at=now,
            meeting_id=email.meeting_id,
            pair_id=email.pair_id,
            thread_of=email.thread_of or email.id,
            payload=note,
        ),
    )
