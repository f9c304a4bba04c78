"""What a leader decided of an event: findable, yet only a hash is kept."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from service.accounts.vault import Vault
from service.errors import SecretError
from service.storage import decisions, people, upkeep
from service.storage.database import Database
from service.storage.schema import decisions as table
from tests.fakes.databases import KEY, NOW, add_leader

SERIES = decisions.series_subject("uid-1")
DETAIL = {
    "title": "Lea / Max",
    "member_email": "max@example.org",
    "member_name": "Max",
    "uid": "uid-1",
    "start": NOW.isoformat(),
}
NEW_KEY = "the key of next year, long enough to be one"


def test_nothing_is_known_at_first(database: Database) -> None:
    with database.begin() as tx:
        decided = decisions.of_leader(tx, add_leader(tx))
    assert not decided.knows(SERIES)
    assert decided.answer(SERIES) is None


def test_an_open_question_is_known_and_tells_what_it_is_about(database: Database) -> None:
    with database.begin() as tx:
        decisions.ask(tx, add_leader(tx), SERIES, DETAIL, NOW)
        decided = decisions.of_leader(tx, 1)
        assert decided.knows(SERIES)
        assert decided.answer(SERIES) is None
        (question,) = decisions.open_questions(tx, 1)
    assert (question.title, question.member_name, question.uid) == ("Lea / Max", "Max", "uid-1")
    assert (question.start, question.asked_at) == (NOW, NOW)


def test_an_answer_closes_the_question_and_forgets_what_it_was_about(database: Database) -> None:
    with database.begin() as tx:
        decisions.ask(tx, add_leader(tx), SERIES, DETAIL, NOW)
        decisions.decide(tx, 1, SERIES, False, NOW)
        assert decisions.open_questions(tx, 1) == []
        assert decisions.of_leader(tx, 1).answer(SERIES) is False
        assert tx.connection.execute(select(table.c.detail_sealed)).scalar_one() is None


def test_a_second_decision_stands_in_place_of_the_first(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        decisions.decide(tx, 1, SERIES, False, NOW)
        decisions.decide(tx, 1, SERIES, True, NOW + timedelta(days=1))
        assert decisions.of_leader(tx, 1).answer(SERIES) is True
        assert len(tx.connection.execute(select(table)).all()) == 1


def test_a_series_is_asked_about_once(database: Database) -> None:
    with database.begin() as tx:
        decisions.ask(tx, add_leader(tx), SERIES, DETAIL, NOW)
    with pytest.raises(IntegrityError), database.begin() as tx:
        decisions.ask(tx, 1, SERIES, DETAIL, NOW)


def test_a_series_and_a_person_of_one_name_are_two_subjects() -> None:
    assert decisions.series_subject("max@example.org") != decisions.person_subject("max@example.org")


def test_two_leaders_hashes_of_one_event_have_nothing_in_common(database: Database) -> None:
    with database.begin() as tx:
        for name in ("lea", "ida"):
            decisions.decide(tx, add_leader(tx, name), SERIES, True, NOW)
        subjects = tx.connection.execute(select(table.c.subject)).scalars().all()
    assert len(set(subjects)) == 2


def test_a_decision_outlives_the_rotation_of_the_operators_keys(database_url: str) -> None:
    before = Database(database_url, Vault([KEY]))
    with before.begin() as tx:
        decisions.decide(tx, add_leader(tx), SERIES, False, NOW)
    before.close()
    both = Vault([NEW_KEY, KEY])
    turning = Database(database_url, both)
    with turning.begin() as tx:
        for value in upkeep.sealed_values(tx):
            upkeep.replace_sealed(tx, value, both.reseal(value.token, value.purpose))
    turning.close()
    after = Database(database_url, Vault([NEW_KEY]))
    with after.read() as tx:
        assert decisions.of_leader(tx, 1).answer(SERIES) is False
    after.close()


def test_without_the_operators_key_no_subject_can_be_tried(database_url: str) -> None:
    mine = Database(database_url, Vault([KEY]))
    with mine.begin() as tx:
        decisions.decide(tx, add_leader(tx), SERIES, False, NOW)
    mine.close()
    thief = Database(database_url, Vault([NEW_KEY]))
    with thief.read() as tx, pytest.raises(SecretError):
        decisions.of_leader(tx, 1)
    thief.close()


def test_erasing_a_leader_takes_the_hash_key_along(database: Database) -> None:
    with database.begin() as tx:
        decisions.decide(tx, add_leader(tx), SERIES, True, NOW)
        people.erase(tx, 1)
        assert not decisions.of_leader(tx, add_leader(tx)).knows(SERIES)
