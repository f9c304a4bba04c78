"""Instants and words from outside, on both engines."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import StatementError

from service.storage import people, upkeep
from service.storage.database import Database
from service.storage.schema import leaders, marks
from tests.fakes.databases import add_leader

SUMMER = datetime(2026, 7, 1, 9, 30, 0, 123456, tzinfo=ZoneInfo("America/New_York"))


def test_an_instant_comes_back_as_the_same_instant_in_utc(database: Database) -> None:
    with database.begin() as tx:
        upkeep.set_mark(tx, "job", SUMMER)
    with database.read() as tx:
        found = upkeep.mark(tx, "job")
    assert found == SUMMER
    assert found is not None
    assert found.utcoffset() == timedelta(0)


def test_instants_compare_by_time_not_by_their_zones_clock(database: Database) -> None:
    with database.begin() as tx:
        tx.connection.execute(insert(marks).values(name="job", at=SUMMER))
    later = (SUMMER + timedelta(minutes=1)).astimezone(ZoneInfo("Pacific/Auckland"))
    with database.read() as tx:
        assert tx.connection.execute(select(marks.c.name).where(marks.c.at < later)).scalars().all() == [
            "job"
        ]
        earlier = (SUMMER - timedelta(minutes=1)).astimezone(UTC)
        assert tx.connection.execute(select(marks.c.name).where(marks.c.at < earlier)).first() is None


def test_no_instant_is_none(database: Database) -> None:
    with database.begin() as tx:
        leader_id = add_leader(tx)
        assert people.by_id(tx, leader_id).leader.joined_at is None


def test_a_time_without_a_zone_is_a_mistake_in_the_program(database: Database) -> None:
    with database.begin() as tx, pytest.raises(StatementError, match="must know its zone"):
        upkeep.set_mark(tx, "job", SUMMER.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("größer, 一対一, 🙂", "größer, 一対一, 🙂"),
        ("half \ud83d a character", "half ? a character"),
        ("a\0b", "a?b"),
    ],
)
def test_words_from_outside_are_kept_as_far_as_any_database_can(
    database: Database, words: str, kept: str
) -> None:
    with database.begin() as tx:
        people.change(tx, add_leader(tx), calendar_error=words)
        assert people.by_id(tx, 1).error == kept
        found = tx.connection.execute(select(leaders.c.id).where(leaders.c.calendar_error == words))
        assert found.scalar_one() == 1
