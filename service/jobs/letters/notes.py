"""Welcome, rebook, confirm, receipt, reconnect, export: the short notes."""

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from service.domain.letters import (
    Ask,
    ConfirmItem,
    ConfirmLetter,
    Done,
    ExportLetter,
    Kind,
    RebookLetter,
    ReceiptLetter,
    ReconnectLetter,
    Slot,
    UnderstoodLine,
    UnderstoodSection,
    WelcomeLetter,
)
from service.domain.people import Pair
from service.domain.planning import plan
from service.domain.playbook import pick
from service.domain.records import By, Meeting
from service.domain.reflections import Question
from service.domain.slots import busy_times, free_slots
from service.jobs.letters.case import Case, Content
from service.jobs.own_data import FILE_NAME, as_file
from service.storage import decisions, emails
from service.storage.emails import Email

LOOK_BEFORE = timedelta(days=2)  # a meeting weeks away is rebooked around its own day


def welcome(case: Case) -> Content:
    """What will come, and whom we found."""
    waiting = {pair.id for pair in case.desk.pairs.values() if _waits(case, pair)}
    first = next((d.due for d in plan(case.desk, case.now) if d.kind is Kind.PREP and d.planned), None)
    return Content(
        WelcomeLetter(
            members=tuple(p.member.label for p in case.desk.pairs.values() if p.id not in waiting),
            waiting=tuple(p.member.label for p in case.desk.pairs.values() if p.id in waiting),
            first_prep_at=case.local(first) if first is not None else None,
            purpose=pick(case.playbook.purpose, case.leader.id),
        )
    )


def rebook(case: Case) -> Content | None:
    """Free times from the leader's own calendar, each with a ready event behind it."""
    meeting = case.meeting()
    if meeting is None:
        return None
    letter = RebookLetter(case.member(meeting), case.local(meeting.start), _slots(case, meeting))
    return Content(letter)


def confirm(case: Case) -> Content | None:
    """All that waits for the leader's word, numbered."""
    found: list[ConfirmItem] = []
    for row in case.carried:
        item = _confirm_item(case, row, number=len(found) + 1)
        if item is not None:
            found.append(item)
    if not found:
        return None
    return Content(ConfirmLetter(tuple(found)), tuple(item.question for item in found))


def receipt(case: Case) -> Content:
    """What was understood, as it was stored when the reply was read."""
    kept = emails.payload(case.tx, case.email.id)
    until = kept.get("paused_until")
    sections = tuple(
        UnderstoodSection(about, tuple(UnderstoodLine(label, answer) for label, answer in lines))
        for about, lines in kept.get("sections", [])
    )
    return Content(
        ReceiptLetter(
            sections=sections,
            free_text=kept.get("free_text"),
            unsure=tuple(kept.get("unsure", ())),
            done=Done(kept["done"]) if kept.get("done") else None,
            paused_until=date.fromisoformat(until) if until else None,
        )
    )


def reconnect(case: Case) -> Content | None:
    """The calendar may not be read any more; where to mend it. Nothing to say once it is mended."""
    if case.row.reconnect_since is None:
        return None
    return Content(ReconnectLetter("Your calendar", case.office.reconnect_link(case.row, case.now)))


def export(case: Case) -> Content:
    """The leader's own copy of everything kept."""
    data = emails.payload(case.tx, case.email.id)
    letter = ExportLetter(len(data.get("meetings", ())), len(data.get("reflections", ())))
    return Content(letter, attachment=(FILE_NAME, as_file(data)))


def _waits(case: Case, pair: Pair) -> bool:
    begins = case.desk.starts.get(pair.id)
    return begins is not None and begins > case.now


def _slots(case: Case, meeting: Meeting) -> tuple[Slot, ...]:
    if not case.events:
        return ()  # the note is kind without them, too
    wish = (meeting.start, meeting.end)
    busy = [*busy_times(case.events, case.leader), wish]  # the very time that was given up is no offer
    since = max(case.now, meeting.start - LOOK_BEFORE)
    spans = free_slots(busy, wish, case.desk.work, since)
    pair = case.desk.pairs[meeting.pair_id]
    return tuple(
        Slot(case.local(start), case.local(end), _ready_event(case, pair, start, end)) for start, end in spans
    )


def _ready_event(case: Case, pair: Pair, start: datetime, end: datetime) -> str:
    """Google Calendar's address for a prefilled event, opened by a click and saved by the leader."""
    stamp = "%Y%m%dT%H%M%SZ"
    names = f"{case.leader.person.first_name} / {pair.member.first_name} 1:1"
    fields = {"action": "TEMPLATE", "text": names, "dates": f"{start:{stamp}}/{end:{stamp}}"}
    guest = {"add": pair.member.email} if pair.member.email else {}
    return f"https://calendar.google.com/calendar/render?{urlencode(fields | guest)}"


def _confirm_item(case: Case, row: Email, number: int) -> ConfirmItem | None:
    what = row.key.split(":")[1]
    if what == "happened":
        return _happened(case, row, number)
    if what == "series":
        return _series(case, row, number)
    if what == "pause":
        return ConfirmItem(Ask.PAUSE, _question(case, number, "pause", "pause"))
    sender = emails.payload(case.tx, row.id).get("sender", "")
    question = _question(case, number, f"reply:{row.key.split(':')[2]}", "reply")
    return ConfirmItem(Ask.HELD_REPLY, question, sender=sender)


def _happened(case: Case, row: Email, number: int) -> ConfirmItem | None:
    meeting = case.meeting(row)
    if meeting is None or meeting.by is not By.UNKNOWN:
        return None  # answered meanwhile
    question = _question(case, number, f"meeting:{meeting.id}", "happened")
    return ConfirmItem(
        Ask.WHAT_HAPPENED, question, member=case.member(meeting), start=case.local(meeting.start)
    )


def _series(case: Case, row: Email, number: int) -> ConfirmItem | None:
    wanted = row.key.split(":")[2]
    for ask in decisions.open_questions(case.tx, case.leader.id):
        if str(ask.id) == wanted:
            question = _question(case, number, f"series:{ask.id}", "series")
            name = ask.member_name or ask.member_email
            return ConfirmItem(Ask.SERIES, question, ask.title, name, case.local(ask.start))
    return None


def _question(case: Case, number: int, subject: str, key: str) -> Question:
    words = pick(case.playbook.confirm[key], 0)
    return Question(number, subject, key, words, case.playbook.choices(key))
