"""A database that is set up, on SQLite and on a real PostgreSQL: what holds on one holds on both.

The tables are made once; each test then works on a copy, or on what the last one left emptied.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from service.accounts.vault import Vault
from service.domain.letters import Kind
from service.domain.people import Pair, Person
from service.domain.records import Meeting, State, Update
from service.storage import meetings, outbox, people
from service.storage.database import Database, Transaction, make_engine
from service.storage.emails import Email
from service.storage.migrate import upgrade
from service.storage.outbox import NewEmail
from service.storage.people import LeaderRow, NewLeader
from service.storage.schema import metadata
from tests.fakes.postgres import Server

KEY = "the key of these tests, long enough to be one"
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


def utc(text: str) -> datetime:
    """`2026-11-23 10:00` as an aware UTC datetime."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NOW = utc("2026-11-23 09:00")


@pytest.fixture(scope="session")
def sqlite_pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables and nothing in them."""
    path = tmp_path_factory.mktemp("pattern") / "pattern.db"
    _set_up(f"sqlite:///{path}")
    return path


@dataclass(frozen=True)
class Databases:
    """PostgreSQL databases that are set up: one is lent at a time, and emptied when it comes back."""

    server: Server
    clean: list[str] = field(default_factory=list)

    def lend(self) -> str:
        """The name of an empty one."""
        if self.clean:
            return self.clean.pop()
        name = f"lent_{uuid4().hex}"
        self.server.execute(f"CREATE DATABASE {name}")
        _set_up(self.server.url(name))
        return name

    def take_back(self, name: str) -> None:
        """Empty it, which is quick; one that a test has spoilt is thrown away."""
        tables = ", ".join(table.name for table in metadata.sorted_tables)
        engine = create_engine(self.server.url(name), poolclass=NullPool)
        try:
            with engine.begin() as connection:
                connection.execute(text("SET LOCAL lock_timeout = '2s'"))
                connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
        except DBAPIError:
            self.server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        else:
            self.clean.append(name)


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_server: Server) -> Databases:
    """Databases on the real PostgreSQL, with the tables and nothing in them."""
    return Databases(postgresql_server)


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that is set up, once on each engine."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_pattern"), tmp_path / "visavis.db")
        yield f"sqlite:///{tmp_path / 'visavis.db'}"
        return
    databases: Databases = request.getfixturevalue("postgresql_databases")
    name = databases.lend()
    yield databases.server.url(name)
    databases.take_back(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Such a database, open."""
    found = Database(database_url, Vault([KEY]))
    yield found
    found.close()


@pytest.fixture
def sqlite_file(sqlite_pattern: Path, tmp_path: Path) -> Path:
    """A SQLite file that is set up, for what only files can suffer."""
    path = tmp_path / "visavis.db"
    shutil.copy(sqlite_pattern, path)
    return path


def add_leader(tx: Transaction, name: str = "lea", members: int = 1, **more: Any) -> int:
    """A leader with some members; the id."""
    values: dict[str, Any] = {"email": f"{name}@example.org", "name": name.title(), "zone": "Europe/Berlin"}
    new = NewLeader(**values | {"calendar": f"ics:{name}.ics"} | more)
    roster = [Person(f"{name}{number}@example.org", f"Member {number}") for number in range(members)]
    return people.add(tx, new, roster)


def add_email(tx: Transaction, key: str = "prep:1", **more: Any) -> Email:
    """A planned prep of leader 1, due now, unless told otherwise."""
    values: dict[str, Any] = {"kind": Kind.PREP, "leader_id": 1, "due_at": NOW} | more
    stored = outbox.put(tx, NewEmail(key, **values))
    assert stored is not None
    return stored


def add_meeting(
    tx: Transaction, leader_id: int = 1, start: datetime = NOW, uid: str = "uid", **more: Any
) -> Meeting:
    """A meeting with the leader's first member, as stored."""
    pairs = people.pairs_of(tx, leader_id)
    new = a_meeting(pairs[0], start, uid, **more)
    meetings.apply(tx, people.by_id(tx, leader_id).leader, pairs, [Update(new, None)])
    return next(
        one for one in meetings.of_leader(tx, leader_id) if (one.uid, one.occurrence) == (uid, new.occurrence)
    )


def a_meeting(pair: Pair, start: datetime = NOW, uid: str = "uid", **more: Any) -> Meeting:
    """A meeting of half an hour, not stored yet."""
    end = start + timedelta(minutes=30)
    values: dict[str, Any] = {
        "occurrence": "",
        "state": State.PLANNED,
        "first_seen_at": NOW,
        "last_seen_at": NOW,
    } | more
    return Meeting(None, pair.id, uid, start=start, end=end, **values)


def _set_up(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()


def reconnect_link(row: LeaderRow, _now: datetime) -> str:
    """Where a leader gives access again, for offices without real doors."""
    return f"http://127.0.0.1:8080/c/{row.leader.key}"
