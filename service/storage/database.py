"""The engine and its transactions: SQLite by default, PostgreSQL when outgrown."""

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from service.domain.ports import Sealer
from service.errors import StorageError

BUSY_MILLISECONDS = 10_000  # how long a writer waits for another one (SQLite)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One open transaction; everything in it is committed together or not at all."""

    connection: Connection
    sealer: Sealer

    def alone_with(self, subject: str) -> None:
        """Let no other writer deal with the subject until the end; on SQLite writers are alone anyway."""
        if self.connection.dialect.name == "postgresql":
            key = int.from_bytes(hashlib.sha256(subject.encode()).digest()[:8], signed=True)
            self.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


class Database:
    """The one way to the tables. Hold no transaction over a network call."""

    def __init__(
        self, url: str, sealer: Sealer, threads: int = 8, busy_milliseconds: int = BUSY_MILLISECONDS
    ) -> None:
        self.engine = make_engine(url, threads, busy_milliseconds)
        self._reader = self.engine.execution_options(**_reading(self.engine))
        self._durable = self.engine.execution_options(visavis_durable=True)
        # SQLite lets waiting writers race for their turn, and one among many can lose until it gives up.
        self._turn: AbstractContextManager[object] = (
            RLock() if self.engine.dialect.name == "sqlite" else nullcontext()
        )
        self._sealer = sealer

    @contextmanager
    def begin(self, *, durable: bool = False) -> Iterator[Transaction]:
        """A transaction that may write: committed at the end, rolled back on an error.

        A crash of the program loses no commit. `durable`: nor does a power cut; for what
        cannot be done again once the outside world has moved on.
        """
        engine = self._durable if durable else self.engine
        with named_errors(), self._turn, engine.begin() as connection:
            yield Transaction(connection, self._sealer)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that only reads, all at one moment; on SQLite it never waits for a writer."""
        with named_errors(), self._reader.connect() as connection:
            yield Transaction(connection, self._sealer)

    def empty_log(self) -> None:
        """Leave nothing of what was deleted in a SQLite file's log; a reader may hold it up."""
        if self.engine.dialect.name == "sqlite":
            with named_errors(), self.engine.connect().execution_options(visavis_bare=True) as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def make_engine(url: str, threads: int = 8, busy_milliseconds: int = BUSY_MILLISECONDS) -> Engine:
    """An engine with the settings that were measured to lose nothing under threads."""
    pool = {"pool_size": threads + 2, "max_overflow": 4}
    if make_url(url).get_backend_name() != "sqlite":
        return _postgresql(url, pool)
    engine = create_engine(url, connect_args={"timeout": busy_milliseconds / 1000}, **pool)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql(url: str, pool: dict[str, int]) -> Engine:
    try:
        return create_engine(url, pool_pre_ping=True, **pool)
    except ModuleNotFoundError as error:
        raise StorageError(
            f"PostgreSQL needs a package that is not here ({error.name}): install visavis[postgresql].",
            permanent=True,
        ) from error


def lock_folder(url: str) -> Path | None:
    """Where the processes on this database keep their locks; None unless it is a SQLite file."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(f"{parsed.database}-workers")


def _reading(engine: Engine) -> dict[str, Any]:
    if engine.dialect.name == "sqlite":
        return {"visavis_reads": True}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _set_up_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN decides, not the driver's
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("visavis_bare", False):
        return  # what cannot be done within a transaction
    # In WAL mode NORMAL survives a killed program, FULL a power cut as well; it syncs all before it.
    level = "FULL" if options.get("visavis_durable", False) else "NORMAL"
    connection.exec_driver_sql(f"PRAGMA synchronous={level}")
    connection.exec_driver_sql("BEGIN" if options.get("visavis_reads", False) else "BEGIN IMMEDIATE")


@contextmanager
def named_errors() -> Iterator[None]:
    """What the database says, as one clear line: a `StorageError`."""
    try:
        yield
    except PoolTimeoutError as error:
        raise StorageError("All connections to the database are busy; the next pass tries again.") from error
    except DBAPIError as error:
        named = _named(error)
        if named is None:
            raise
        raise named from error


# What SQLite and PostgreSQL say, whether trying again cannot help, and what to do about it.
_SAYINGS = (
    (
        r"no such (table|column)|(relation|column) .* does not exist",
        True,
        "The database is not set up for this version ({said}): run `visavis migrate`.",
    ),
    (
        r"locked|deadlock",
        False,
        "The database is locked by another program; nothing was lost, the next pass tries again.",
    ),
    (
        r"is full|disk I/O|No space left",
        False,
        "The database cannot be written ({said}): free some disk space; the next pass tries again.",
    ),
    (
        r"unable to open|readonly|read-only",
        False,
        "The database file cannot be opened for writing ({said}): check its folder and its permissions.",
    ),
    (
        r"not a database|malformed",
        True,
        "The database file is damaged ({said}): stop the program and put a backup in its place.",
    ),
)


def _named(error: DBAPIError) -> StorageError | None:
    """The line for what the database said; None for a mistake of ours, which keeps its trace."""
    if isinstance(error, IntegrityError):
        return None
    said = " ".join(str(error.orig).split())
    for pattern, permanent, line in _SAYINGS:
        if re.search(pattern, said):
            return StorageError(line.format(said=said), permanent=permanent)
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return StorageError(f"The database did not answer ({said}); the next pass tries again.")
    return None
