"""The engine and its transactions: SQLite by default, PostgreSQL when outgrown."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from service.errors import StorageError

BUSY_MILLISECONDS = 10_000


class Sealer(Protocol):
    """What storage needs of the vault: sealed columns and keyed hashes."""

    def seal(self, text: str, purpose: str) -> str:
        """Encrypt for one purpose."""
        ...

    def open(self, token: str, purpose: str) -> str:
        """Decrypt, or raise `SecretError`."""
        ...

    def fingerprint(self, text: str, purpose: str) -> str:
        """A keyed hash that says nothing of the text without the key."""
        ...

    def fingerprints(self, text: str, purpose: str) -> tuple[str, ...]:
        """The same under every key still known, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Transaction:
    """One open transaction; everything in it is committed together or not at all."""

    connection: Connection
    sealer: Sealer

    @property
    def on_postgresql(self) -> bool:
        """Whether the engine behind is PostgreSQL."""
        return self.connection.dialect.name == "postgresql"


class Database:
    """The one way to the tables. Hold no transaction over a network call."""

    def __init__(self, url: str, sealer: Sealer, threads: int = 8) -> None:
        self.engine = make_engine(url, threads)
        self._reader = self.engine.execution_options(visavis_reads=True)
        self._sealer = sealer

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction that may write: committed at the end, rolled back on an error."""
        with _named_errors(), self.engine.begin() as connection:
            yield Transaction(connection, self._sealer)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that only reads: it never waits for a writer on SQLite."""
        with _named_errors(), self._reader.connect() as connection:
            yield Transaction(connection, self._sealer)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def make_engine(url: str, threads: int = 8) -> Engine:
    """An engine with the settings that were measured to lose nothing under threads."""
    pool = {"pool_size": threads + 2, "max_overflow": 4}
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, **pool)
    engine = create_engine(url, connect_args={"timeout": BUSY_MILLISECONDS / 1000}, **pool)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def lock_folder(url: str) -> Path | None:
    """Where the processes on this database keep their locks; None unless it is a SQLite file."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(f"{parsed.database}-workers")


def _set_up_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN decides, not the driver's
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("visavis_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StorageError(_explain(error)) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StorageError(_explain(error)) from error
        raise


def _explain(error: DBAPIError) -> str:
    said: Any = error.orig
    text = " ".join(str(said).split())
    if "no such table" in text or "no such column" in text:
        return f"The database is not set up for this version ({text}): run `visavis migrate`."
    if "locked" in text:
        return "The database is locked by another program; nothing was lost, the next pass tries again."
    if "full" in text or "disk I/O" in text:
        return f"The database cannot be written ({text}): free some disk space; the next pass tries again."
    if "unable to open" in text:
        return "The database file cannot be opened: check its folder and its permissions."
    return f"The database did not answer ({text}); the next pass tries again."
