"""Reflections and promises: sealed, complete, the leader's own."""

from datetime import timedelta

import pytest

from service.domain.reflections import Answer3, Outcome, Reflection, Talked
from service.storage import people, reflections
from service.storage.database import Database
from tests.fakes.databases import NOW, add_leader, add_meeting

DAY = timedelta(days=1)
FULL = Reflection(
    outcome=Outcome.HELD,
    worked="She spoke first, größer \ud83d",
    surprised="",
    better="less of me",
    signs=(("brought_up", Answer3.YES), ("asked_help", Answer3.UNSURE)),
    talked=Talked.MEMBER,
    promise="a word with finance",
    kept=Answer3.NO,
    free_text="一対一\nand more",
)


@pytest.mark.parametrize("reflection", [FULL, Reflection()], ids=["full", "empty"])
def test_a_reflection_comes_back_word_for_word(database: Database, reflection: Reflection) -> None:
    with database.begin() as tx:
        add_leader(tx)
        meeting = add_meeting(tx).id or 0
        reflections.put(tx, 1, meeting, reflection, NOW)
        assert reflections.of_meeting(tx, meeting) == reflection
        assert reflections.of_leader(tx, 1) == {meeting: reflection}


def test_a_later_reflection_stands_in_place_of_the_earlier(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        meeting = add_meeting(tx).id or 0
        reflections.put(tx, 1, meeting, Reflection(worked="first"), NOW)
        reflections.put(tx, 1, meeting, FULL, NOW + DAY)
        assert reflections.of_leader(tx, 1) == {meeting: FULL}


def test_what_was_written_before_the_end_is_no_reflection_on_it(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        meeting = add_meeting(tx)
        reflections.put(tx, 1, meeting.id or 0, FULL, meeting.end - timedelta(seconds=1))
        assert reflections.reflected(tx, 1) == frozenset()
        reflections.put(tx, 1, meeting.id or 0, FULL, meeting.end)
        assert reflections.reflected(tx, 1) == {meeting.id}


def test_a_promise_is_open_until_it_is_answered_and_again_when_unsure(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        meeting = add_meeting(tx)
        reflections.put_promise(tx, 1, meeting.pair_id, meeting.id or 0, "a word with finance", NOW)
        for answer, kept in ((Answer3.YES, Answer3.YES), (Answer3.UNSURE, None), (Answer3.NO, Answer3.NO)):
            reflections.mark_kept(tx, meeting.id or 0, answer, NOW + DAY)
            (promise,) = reflections.promises_of_pair(tx, meeting.pair_id)
            assert (promise.text, promise.made_at, promise.kept) == ("a word with finance", NOW, kept)
            assert promise.answered_at == NOW + DAY


def test_another_wording_of_a_promise_keeps_its_day(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        meeting = add_meeting(tx)
        for text, at in (("first", NOW), ("second", NOW + DAY)):
            reflections.put_promise(tx, 1, meeting.pair_id, meeting.id or 0, text, at)
        (promise,) = reflections.promises_of(tx, 1)
        assert (promise.text, promise.made_at) == ("second", NOW)


def test_promises_are_told_oldest_first_and_to_nobody_else(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx, "lea")
        add_leader(tx, "ida")
        for day in (2, 1):
            meeting = add_meeting(tx, start=NOW + day * DAY, uid=str(day))
            made = NOW + day * DAY
            reflections.put_promise(tx, 1, meeting.pair_id, meeting.id or 0, f"day {day}", made)
        assert [one.text for one in reflections.promises_of(tx, 1)] == ["day 1", "day 2"]
        assert reflections.promises_of(tx, 2) == []
        assert reflections.promises_of_pair(tx, people.pairs_of(tx, 2)[0].id) == []


def test_what_is_forgotten_is_gone_with_its_promise(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        meeting = add_meeting(tx)
        reflections.put(tx, 1, meeting.id or 0, FULL, NOW)
        reflections.put_promise(tx, 1, meeting.pair_id, meeting.id or 0, "a word", NOW)
        reflections.forget(tx, meeting.id or 0)
        assert reflections.of_meeting(tx, meeting.id or 0) is None
        assert reflections.promises_of(tx, 1) == []


def test_some_reflections_come_at_once(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        first, second = (add_meeting(tx, start=NOW + n * DAY, uid=str(n)).id or 0 for n in range(2))
        reflections.put(tx, 1, first, FULL, NOW)
        reflections.put(tx, 1, second, Reflection(worked="tea"), NOW)
        assert reflections.of_meetings(tx, [first, 99]) == {first: FULL}
        assert reflections.of_meetings(tx, []) == {}


def test_the_promise_before_a_meeting_is_the_pairs_newest_from_an_earlier_one(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        for day in range(3):
            meeting = add_meeting(tx, start=NOW + day * DAY, uid=str(day))
            made = NOW + day * DAY
            reflections.put_promise(tx, 1, meeting.pair_id, meeting.id or 0, f"day {day}", made)
        pair = people.pairs_of(tx, 1)[0].id
        found = reflections.promises_before(tx, [(pair, NOW + 2 * DAY), (pair, NOW), (99, NOW + DAY)])
        assert [one and one.text for one in found] == ["day 1", None, None]
        assert reflections.promises_before(tx, []) == []


def test_an_answer_to_a_promise_and_the_promise_can_be_taken_back(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        meeting = add_meeting(tx)
        reflections.put(tx, 1, meeting.id or 0, FULL, NOW)
        reflections.put_promise(tx, 1, meeting.pair_id, meeting.id or 0, "a word", NOW)
        reflections.mark_kept(tx, meeting.id or 0, Answer3.NO, NOW)
        reflections.mark_kept(tx, meeting.id or 0, None, NOW + DAY)
        (promise,) = reflections.promises_of(tx, 1)
        assert (promise.kept, promise.answered_at) == (None, None)
        reflections.forget_promise(tx, meeting.id or 0)
        assert reflections.promises_of(tx, 1) == []
        assert reflections.of_meeting(tx, meeting.id or 0) == FULL
