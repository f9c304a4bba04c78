"""A mail's questions as a form: what stands in it, and what sending it causes, the same as a reply."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from service.domain.filled import filled, fingerprint
from service.domain.letters import ConfirmItem, FormSection, Kind
from service.domain.reflections import Question, Reading, Reflection, interpret
from service.jobs.form_parts import confirm_items, form_sections, load_parts, settled
from service.jobs.hints import pages_told
from service.jobs.office import Office
from service.jobs.replies.accept import asked, carry_out, plan_receipt
from service.storage import emails, people, reflections
from service.storage.database import Transaction
from service.storage.emails import Email
from service.storage.people import LeaderRow

ASKING = frozenset({Kind.REFLECTION, Kind.REMINDER, Kind.CONFIRM})


@dataclass(frozen=True, slots=True)
class Browser:
    """Who looks, as far as a browser shows: the leader with this key, and by its reference each
    form that was sent from here, with the state in which that left it."""

    leader_key: str | None = None
    left: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form of a mail; neither `sections` nor `items` where nothing is left to answer.

    `reference` is that of the mail that asked first: a reminder's form is the same one. `kept`
    is on record, by meeting; `state` tells it from all else, "" for nothing. What is kept may be
    shown only where `may_see`. `settled` are the numbers of items that were answered.
    """

    row: LeaderRow
    email: Email
    reference: str
    sections: tuple[FormSection, ...] = ()
    items: tuple[ConfirmItem, ...] = ()
    kept: Mapping[int, Reflection] = field(default_factory=dict)
    state: str = ""
    may_see: bool = False
    settled: frozenset[int] = frozenset()

    @property
    def questions(self) -> tuple[Question, ...]:
        """Those that can be answered."""
        in_sections = (question for section in self.sections for question in section.questions)
        return (*in_sections, *(item.question for item in self.items))

    @property
    def answers(self) -> dict[int, str]:
        """What is on record, by question number."""
        found: dict[int, str] = {}
        for subject, said in self._said.items():
            found |= filled((one for one in self.questions if one.subject == subject), said)
        return found

    @property
    def more(self) -> dict[str, str]:
        """What is on record under no question, by subject."""
        return {subject: said.free_text for subject, said in self._said.items() if said.free_text}

    @property
    def _said(self) -> dict[str, Reflection]:
        return {f"meeting:{number}": said for number, said in self.kept.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """What was filled in: answers by question number, words under no question by subject. `seen`
    is the state of what the form showed."""

    answers: Mapping[int, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What sending caused: the receipt's `note`, {} where nothing was said, and the form as it
    stands now. `added` is whether that came to answers which the form had not shown."""

    sheet: Sheet
    note: dict[str, Any]
    added: bool = False


def look_at(office: Office, reference: str, browser: Browser) -> Sheet | None:
    """The form as it stands; None where there is none. Changes nothing."""
    with office.database.read() as tx:
        email = _asking(tx, reference)
        return _sheet(tx, people.by_id(tx, email.leader_id), email, browser) if email else None


def send(office: Office, reference: str, entry: Entry, browser: Browser, now: datetime) -> Sent | None:
    """Store what was filled in, with everything it causes; None where there is no such form.

    It takes the place of what the form showed, if that is still what is on record; else it
    adds to that, as a second reply does.
    """
    with office.database.begin(durable=True) as tx:
        email = _asking(tx, reference)
        if email is None:
            return None
        row = people.locked(tx, email.leader_id)
        before = _sheet(tx, row, email, browser)
        replacing = before.may_see and entry.seen == before.state
        readings = _readings(before, entry, replacing=replacing)
        asks = before.questions
        note = carry_out(tx, office, row, email, asks, readings, now, replacing=replacing)
        after = _sheet(tx, people.by_id(tx, row.leader.id), email, browser)
        receipt = _receipt(before, after) if note else ""
        if receipt:
            plan_receipt(tx, row, email, receipt, note, now)
    if receipt:
        pages_told(office.database, now)
    may_see = before.may_see or not before.state  # else the browser has not shown that it knows it
    added = not replacing and before.state not in {"", after.state}
    return Sent(replace(after, may_see=may_see), note, added)


def _asking(tx: Transaction, reference: str) -> Email | None:
    email = emails.by_token(tx, [reference])
    return email if email is not None and email.kind in ASKING else None


def _sheet(tx: Transaction, row: LeaderRow, email: Email, browser: Browser) -> Sheet:
    root = email if email.thread_of is None else emails.one(tx, email.thread_of)
    parts = load_parts(tx, row, email, asked(tx, email))
    if email.kind is Kind.CONFIRM:
        return Sheet(row, email, root.token, items=confirm_items(parts), settled=settled(parts))
    kept = reflections.of_meetings(tx, parts.meetings)
    state = fingerprint(kept)
    may_see = browser.leader_key == row.leader.key or (state != "" and browser.left.get(root.token) == state)
    sections = form_sections(parts, may_see=may_see)
    return Sheet(row, email, root.token, sections, (), kept, state, may_see)


def _readings(sheet: Sheet, entry: Entry, *, replacing: bool) -> dict[str, Reading]:
    """What was filled in, as a reply would say it; where it is to replace, of every meeting."""
    readings: dict[str, Reading] = {}
    for subject in dict.fromkeys(question.subject for question in sheet.questions):
        asks = [question for question in sheet.questions if question.subject == subject]
        said = {one.number: entry.answers[one.number] for one in asks if one.number in entry.answers}
        reading = interpret(asks, said, "").get(subject)
        if sheet.sections:
            reading = _with_more(reading, entry.more.get(subject, "").strip(), replacing=replacing)
        if reading is not None:
            readings[subject] = reading
    return readings


def _with_more(reading: Reading | None, more: str, *, replacing: bool) -> Reading | None:
    """The reading of a meeting with the words that stand under no question."""
    if reading is None and not more and not replacing:
        return None
    whole = reading or Reading()
    said = whole.reflection or Reflection()
    free_text = "\n".join(words for words in (said.free_text, more) if words) or None
    return replace(whole, reflection=replace(said, free_text=free_text))


def _receipt(before: Sheet, after: Sheet) -> str:
    """What the receipt is called, "" for none: one a form, and one for each time that a browser
    which does not know the answers adds to them, so that the leader learns of it."""
    name = f"form-{before.reference[:20]}"
    if before.may_see or not before.state:
        return name
    return f"{name}-{after.state[:8]}" if after.state != before.state else ""
