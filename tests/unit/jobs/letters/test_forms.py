"""Prep, form and reminder, as they are written from what is on record."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import update

from service.domain.events import EventStatus
from service.domain.letters import FormSection, Letter, PrepLetter, ReflectionLetter
from service.domain.records import Update
from service.domain.reflections import Answer3, Question, Reflection, Talked
from service.jobs.letters.case import Content
from service.storage import emails, meetings, people, reflections
from service.storage.schema import meetings as meetings_table
from tests.fakes.desks import DAY, HOUR, MINUTE, at
from tests.fakes.offices import ANN, JOINED, WEEK, LittleHouse, series

FIRST = at("2026-11-03 14:00")
SECOND = FIRST + WEEK
PREP = at("2026-11-10 12:00")


@pytest.fixture
def held(house: LittleHouse) -> LittleHouse:
    """Max and Lea met on the 3rd, and will again each Tuesday."""
    house.add_leader().events = series(FIRST, 4)
    house.run(JOINED, FIRST - 2 * HOUR, FIRST + HOUR)
    return house


def reflect(house: LittleHouse, meeting: int, *, promise: str = "", **said: object) -> None:
    """Lea wrote about a meeting (by its place in time, from 0) the day after."""
    about = house.meetings()[meeting]
    after = about.end + DAY
    with house.database.begin() as tx:
        reflections.put(tx, 1, about.id or 0, Reflection(**said), after)  # type: ignore[arg-type] # by name
        if promise:
            reflections.put_promise(tx, 1, about.pair_id, about.id or 0, promise, after)


def prep(house: LittleHouse, now: datetime = PREP) -> PrepLetter:
    house.run(now)
    content = house.letter(house.rows("prep")[-1], now)
    assert content is not None
    assert isinstance(content.letter, PrepLetter)
    return content.letter


def sections(content: Content | None) -> tuple[FormSection, ...]:
    letter: Letter | None = content.letter if content else None
    assert isinstance(letter, ReflectionLetter)
    return letter.sections


# --- prep -------------------------------------------------------------------------------


def test_the_first_prep_has_the_first_week_and_nothing_to_look_back_on(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST, 4)
    house.run(JOINED)
    letter = prep(house, FIRST - 2 * HOUR)
    assert (letter.member, letter.week.number, letter.last_better, letter.open_promise) == (
        "Max",
        1,
        None,
        None,
    )
    assert letter.start.isoformat() == "2026-11-03T14:00:00+01:00"


def test_the_next_has_the_next_week_after_a_held_one(held: LittleHouse) -> None:
    assert prep(held).week.number == 2


def test_it_recalls_what_could_be_better_and_the_promise_still_open(held: LittleHouse) -> None:
    reflect(held, 0, better="Wait before I answer.", promise="A quiet desk")
    letter = prep(held)
    assert letter.last_better == "Wait before I answer."
    assert letter.open_promise is not None
    assert letter.open_promise.text == "A quiet desk"


def test_a_promise_that_was_kept_is_not_recalled(held: LittleHouse) -> None:
    reflect(held, 0, promise="A quiet desk")
    with held.database.begin() as tx:
        reflections.mark_kept(tx, held.meetings()[0].id or 0, Answer3.YES, SECOND)
    assert prep(held).open_promise is None


def test_one_that_was_not_kept_yet_still_is(held: LittleHouse) -> None:
    reflect(held, 0, promise="A quiet desk")
    with held.database.begin() as tx:
        reflections.mark_kept(tx, held.meetings()[0].id or 0, Answer3.NO, SECOND)
    assert prep(held).open_promise is not None


def test_last_time_is_the_pairs_own(held: LittleHouse) -> None:
    held.calendars["lea@example.org"].events += series(
        FIRST + DAY, 3, uid="ann", member=ANN, title="Ann / Lea 1:1"
    )
    held.run(FIRST + 2 * HOUR, FIRST + DAY + HOUR)
    reflect(held, 1, better="Ann's alone.", promise="Ann's promise")
    assert held.meetings()[1].pair_id == 2
    letter = prep(held)
    assert (letter.member, letter.last_better, letter.open_promise) == ("Max", None, None)


def test_who_talked_more_last_time_is_reminded_of_that_trap(held: LittleHouse) -> None:
    reflect(held, 0, talked=Talked.LEADER)
    assert prep(held).trap.key == "talking"


def test_what_moved_since_it_was_planned_is_what_it_says(held: LittleHouse) -> None:
    calendar = held.calendars["lea@example.org"]
    calendar.events[1] = replace(calendar.events[1], start=SECOND + HOUR, end=SECOND + 2 * HOUR)
    letter = prep(held, PREP + HOUR)
    assert (letter.start.hour, letter.end.hour) == (15, 16)


def test_whatever_is_on_record_takes_the_same_few_queries(held: LittleHouse) -> None:
    held.run(PREP)
    row = held.rows("prep")[-1]
    with held.counted() as before:
        held.letter(row, PREP)
    for n in range(30):
        _met_before(held, n)
    with held.counted() as after:
        held.letter(row, PREP)
    assert len(after) == len(before)


def _met_before(house: LittleHouse, n: int) -> None:
    first = house.meetings()[0]
    older = replace(
        first, id=None, uid=f"older-{n}", start=first.start + n * MINUTE, end=first.end + n * MINUTE
    )
    with house.database.begin() as tx:
        meetings.apply(tx, people.by_id(tx, 1).leader, people.pairs_of(tx, 1), [Update(older, None)])


# --- form -------------------------------------------------------------------------------


def form(house: LittleHouse) -> Content | None:
    return house.letter(house.rows("reflection")[-1], house.rows("reflection")[-1].due_at)


def asked(house: LittleHouse, kind: str) -> tuple[Question, ...]:
    with house.database.read() as tx:
        return emails.questions(tx, house.rows(kind)[-1])


def back_to_back(house: LittleHouse) -> None:
    """Ann follows on Max, and the common form leaves after her."""
    house.add_leader().events = series(FIRST, 3) + series(
        FIRST + 30 * MINUTE, 3, uid="ann", member=ANN, title="Ann / Lea 1:1"
    )
    house.run(JOINED, FIRST, FIRST + 30 * MINUTE)


def test_it_asks_what_worked_surprised_and_could_be_better_and_one_word_questions(held: LittleHouse) -> None:
    content = form(held)
    assert content is not None
    keys = [question.key for question in content.questions]
    assert keys[:4] == ["happened", "worked", "surprised", "better"]
    assert keys[-2:] == ["talked", "promise"]
    assert sum(key.startswith("sign.") for key in keys) == 3


def test_it_asks_whether_a_promise_was_kept_only_where_one_is_open(held: LittleHouse) -> None:
    assert "kept" not in {question.key for question in asked(held, "reflection")}
    reflect(held, 0, promise="A quiet desk")
    held.run(SECOND + HOUR)
    assert "kept" in {question.key for question in asked(held, "reflection")}


def test_two_meetings_are_two_sections_numbered_on(house: LittleHouse) -> None:
    back_to_back(house)
    house.run(FIRST + 75 * MINUTE)
    (mail,) = house.sent("reflection")
    row = next(one for one in house.rows("reflection") if one.sent_at)
    found = sections(house.letter(row, row.due_at))
    assert [section.member for section in found] == ["Max", "Ann"]
    numbers = [question.number for section in found for question in section.questions]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len({question.subject for section in found for question in section.questions}) == 2
    text = mail.get_body(("plain",))
    assert text is not None
    assert all(f"{number}." in text.get_content() for number in numbers)


def test_one_that_was_called_off_after_it_was_bundled_is_not_asked_about(house: LittleHouse) -> None:
    back_to_back(house)
    house.run(FIRST + 75 * MINUTE)
    row = next(one for one in house.rows("reflection") if one.sent_at)
    with house.database.begin() as tx:
        first = house.meetings()[0].id
        off = update(meetings_table).where(meetings_table.c.id == first).values(state="cancelled")
        tx.connection.execute(off)
    assert [section.member for section in sections(house.letter(row, row.due_at))] == ["Ann"]


def test_when_the_last_is_called_off_in_time_the_first_has_its_own_form(house: LittleHouse) -> None:
    back_to_back(house)
    calendar = house.calendars["lea@example.org"]
    ann = calendar.events[3]
    calendar.events[3] = replace(ann, status=EventStatus.CANCELLED)
    house.run(FIRST + 50 * MINUTE)
    (mail,) = house.sent("reflection")
    assert "Max" in mail["Subject"]


def test_the_wordings_change_from_week_to_week(held: LittleHouse) -> None:
    first = [question.ask for question in asked(held, "reflection")]
    held.run(SECOND + HOUR)
    assert [question.ask for question in asked(held, "reflection")] != first


# --- reminder ---------------------------------------------------------------------------


def test_it_asks_exactly_what_the_form_asked(house: LittleHouse) -> None:
    back_to_back(house)
    house.run(FIRST + 75 * MINUTE)
    row = next(one for one in house.rows("reflection") if one.sent_at)
    with house.database.read() as tx:
        form_asked = emails.questions(tx, row)
    house.run(at("2026-11-04 08:30"))
    assert asked(house, "reminder") == form_asked
    assert [section.member for section in sections(house.letter(house.rows("reminder")[0], row.due_at))] == [
        "Max",
        "Ann",
    ]


def test_it_stands_in_the_forms_thread(held: LittleHouse) -> None:
    held.run(at("2026-11-04 08:30"))
    (form_mail,), (mail,) = held.sent("reflection"), held.sent("reminder")
    assert mail["In-Reply-To"] == form_mail["Message-ID"]
    assert mail["Subject"] == f"Re: {form_mail['Subject']}"
