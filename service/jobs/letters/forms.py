"""Prep, reflection and reminder: before and after a meeting."""

from datetime import timedelta
from itertools import groupby

from service.domain.answers import says_nothing
from service.domain.cycle import CyclePlace
from service.domain.letters import FormSection, PrepLetter, ReflectionLetter
from service.domain.records import COUNTS_AS_HELD, LIVE, Meeting
from service.domain.reflections import Question, form
from service.domain.traps import choose_trap
from service.jobs.letters.case import Case, Content
from service.storage import emails, reflections

FIRST = CyclePlace(1, 0)
LATELY = timedelta(weeks=6)  # two cycles: what a trap may be read from


def prep(case: Case) -> Content | None:
    """The structure of the pair's week."""
    meeting = case.meeting()
    if meeting is None:
        return None
    place = case.desk.places.get(meeting.id or 0, FIRST)
    week = case.playbook.weeks[place.week - 1]
    last = reflections.last_of_pair(case.tx, meeting.pair_id, meeting.start)
    letter = PrepLetter(
        member=case.member(meeting),
        start=case.local(meeting.start),
        end=case.local(meeting.end),
        week=week,
        turn=place.turn + case.desk.pairs[meeting.pair_id].position,
        last_better=last.better if last and last.better and not says_nothing(last.better) else None,
        open_promise=case.open_promise(meeting),
        trap=choose_trap(case.playbook, place, last, _lately(case, meeting)),
    )
    return Content(letter)


def reflection(case: Case) -> Content | None:
    """The form, a section for each of the meetings it covers that was not called off meanwhile."""
    sections: list[FormSection] = []
    number = 1
    covered = {row.meeting_id for row in case.carried}
    held = (one for one in case.desk.meetings if one.state in LIVE | COUNTS_AS_HELD)
    for meeting in (one for one in held if one.id in covered):
        section = _section(case, meeting, number)
        number += len(section.questions)
        sections.append(section)
    return _content(sections)


def reminder(case: Case) -> Content | None:
    """The form once more, with the same questions in the same words."""
    if case.email.thread_of is None:
        return None
    asked = emails.questions(case.tx, emails.one(case.tx, case.email.thread_of))
    meetings = {f"meeting:{meeting.id}": meeting for meeting in case.desk.meetings}
    sections = [
        _with_questions(case, meetings[subject], tuple(questions))
        for subject, questions in groupby(asked, key=lambda question: question.subject)
        if subject in meetings
    ]
    return _content(sections)


def _content(sections: list[FormSection]) -> Content | None:
    if not sections:
        return None
    questions = tuple(question for section in sections for question in section.questions)
    return Content(ReflectionLetter(tuple(sections)), questions)


def _section(case: Case, meeting: Meeting, number: int) -> FormSection:
    place = case.desk.places.get(meeting.id or 0, FIRST)
    turn = place.turn * len(case.playbook.weeks) + place.week - 1 + case.desk.pairs[meeting.pair_id].position
    questions = form(
        case.playbook, meeting.id or 0, number, turn, ask_kept=case.open_promise(meeting) is not None
    )
    return _with_questions(case, meeting, questions)


def _with_questions(case: Case, meeting: Meeting, questions: tuple[Question, ...]) -> FormSection:
    asks_kept = any(question.key == "kept" for question in questions)
    return FormSection(
        member=case.member(meeting),
        start=case.local(meeting.start),
        end=case.local(meeting.end),
        questions=questions,
        open_promise=case.open_promise(meeting) if asks_kept else None,
    )


def _lately(case: Case, meeting: Meeting) -> list[Meeting]:
    return [one for one in _earlier(case, meeting) if meeting.start - one.start <= LATELY]


def _earlier(case: Case, meeting: Meeting) -> list[Meeting]:
    mine = (one for one in case.desk.meetings if one.pair_id == meeting.pair_id)
    return [one for one in mine if one.start < meeting.start]
