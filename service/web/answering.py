"""Between the page of a form and what is stored: who looks, what was typed, what to say about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import session

from service.accounts.signing import Purpose
from service.assembly import House
from service.domain.letters import ConfirmItem
from service.domain.reflections import Question
from service.jobs.forms import Browser, Entry, Sheet, look_at, send
from service.web.site import signed_in

LONGEST = 5_000  # characters of an answer
WHILE_WRITING = timedelta(days=1)  # a form that was open when its link ended is still taken in
_REMEMBERED = 12  # forms; the cookie has to stay small
_FORMS = "forms"


class Tell(StrEnum):
    """What the page says above the questions."""

    NOTHING = ""
    PICKED = "picked"  # an answer was tapped in the mail: it is marked, not sent
    HIDDEN = "hidden"  # something is there that this browser may not see
    YOURS = "yours"
    CHANGED = "changed"  # something else came in meanwhile: both are there now
    EMPTY = "empty"
    STALE = "stale"
    TOO_LONG = "too_long"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form to show: with these answers by question number, and words by subject. `seen` goes
    along with it, `picked` is the question answered by a tap, `too_long` are names of fields."""

    sheet: Sheet
    answers: Mapping[int, str]
    more: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""
    tell: Tell = Tell.NOTHING
    picked: int | None = None
    too_long: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """What was understood: the receipt's note. `rest` is what a confirm mail asks besides."""

    sheet: Sheet
    note: Mapping[str, Any]
    added: bool
    rest: tuple[ConfirmItem, ...]


class Answering:
    """The desk behind the form's pages; `now` is the clock."""

    def __init__(self, house: House, now: Callable[[], datetime]) -> None:
        self._house, self._now = house, now

    def sheet(self, token: str, grace: timedelta = timedelta()) -> Sheet | None:
        """The form that a link leads to, as this browser may see it; None for none. `grace` is how
        long a link may be over."""
        moments = {self._now(), self._now() - grace}
        named = (self._house.office.signer.subject(Purpose.FORM, token, moment) for moment in moments)
        reference = next((one for one in named if one), None)
        return look_at(self._house.office, reference, _browser()) if reference else None

    def page(self, sheet: Sheet, query: Mapping[str, str]) -> FormPage:
        """What to show on opening the link; `query` may mark an answer: q is its question, a the choice."""
        answers, more = (sheet.answers, sheet.more) if sheet.may_see else ({}, {})
        seen = sheet.state if sheet.may_see else ""
        tell = (Tell.YOURS if sheet.may_see else Tell.HIDDEN) if sheet.state else Tell.NOTHING
        picked = next((one for one in sheet.questions if str(one.number) == query.get("q")), None)
        choice = _choice(picked, query.get("a", "")) if picked else None
        if picked is None or choice is None:
            return FormPage(sheet, answers, more, seen, tell)
        if tell is not Tell.HIDDEN and choice != answers.get(picked.number):
            tell = Tell.PICKED
        return FormPage(sheet, {**answers, picked.number: choice}, more, seen, tell, picked.number)

    def typed(self, sheet: Sheet, form: Mapping[str, str], tell: Tell = Tell.NOTHING) -> FormPage:
        """The form with what was typed into it, as it was sent."""
        given = {one.number: _given(one, form.get(f"a{one.number}", "")) for one in sheet.questions}
        answers = {number: words for number, words in given.items() if words}
        subjects = dict.fromkeys(question.subject for question in sheet.questions)
        said = {subject: _clean(form.get(name_of(subject), "")) for subject in subjects}
        more = {subject: words for subject, words in said.items() if words}
        texts = {f"a{number}": words for number, words in answers.items()}
        texts |= {name_of(subject): words for subject, words in more.items()}
        too_long = frozenset(name for name, words in texts.items() if len(words) > LONGEST)
        tell = tell or (Tell.TOO_LONG if too_long else Tell.NOTHING)
        if not tell and not texts and not (sheet.may_see and sheet.state):
            tell = Tell.EMPTY
        picked = next(iter(answers), None) if sheet.items else None
        return FormPage(sheet, answers, more, form.get("seen", ""), tell, picked, too_long)

    def door(self, sheet: Sheet) -> str:
        """Where this leader gets into their own pages, without the slash in front."""
        return self._house.office.signer.path(Purpose.DOOR, sheet.row.leader.key, self._now()).lstrip("/")

    def send(self, page: FormPage) -> FormPage | ReceiptPage | None:
        """Store what was typed: the receipt, or the form again where the leader should look once more."""
        office, reference = self._house.office, page.sheet.email.token
        entry = Entry(page.answers, page.more, page.seen)
        sent = send(office, reference, entry, _browser(), self._now())
        if sent is None:
            return None
        _remember(sent.sheet)
        if sent.added and page.sheet.may_see:
            now = sent.sheet
            return FormPage(now, now.answers, now.more, now.state, Tell.CHANGED)
        rest = (item for item in sent.sheet.items if item.question.number not in sent.sheet.settled)
        others = tuple(item for item in rest if item.question.number not in page.answers)
        return ReceiptPage(sent.sheet, sent.note, sent.added, others)


def name_of(subject: str) -> str:
    """The field for words about a subject that stand under no question."""
    return f"more-{subject.partition(':')[2]}"


def _given(question: Question, value: str) -> str:
    return (_choice(question, value) or "") if question.choices else _clean(value)


def _choice(question: Question, index: str) -> str | None:
    """The words of a choice by its place from 0; None for what is none."""
    places = {str(place): choice for place, choice in enumerate(question.choices)}
    return places.get(index)


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _browser() -> Browser:
    return Browser(signed_in(), dict(session.get(_FORMS, ())))


def _remember(sheet: Sheet) -> None:
    """Let this browser see the form again, as long as nobody else adds to it."""
    others = [pair for pair in session.get(_FORMS, ()) if pair[0] != sheet.reference]
    if sheet.may_see and sheet.state:
        session.permanent = True
        session[_FORMS] = [*others, (sheet.reference, sheet.state)][-_REMEMBERED:]
