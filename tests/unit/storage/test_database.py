"""Transactions, and what a database in trouble says."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from service.accounts.vault import Vault
from service.errors import StorageError
from service.storage import people, upkeep
from service.storage.database import Database, lock_folder, make_engine
from service.storage.schema import marks
from tests.fakes.databases import KEY, NOW, add_leader


def test_what_was_begun_is_committed_as_a_whole(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx, "lea")
        add_leader(tx, "max")
    with database.read() as tx:
        assert [row.leader.name for row in people.everyone(tx)] == ["Lea", "Max"]


def test_what_fails_midway_leaves_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError):
        _add(database, "lea", "max", "lea")
    with database.read() as tx:
        assert people.everyone(tx) == []


def test_reading_sees_one_moment_whatever_is_written_meanwhile(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx, "lea")
    with database.read() as reader:
        assert len(people.everyone(reader)) == 1
        with database.begin() as writer:
            add_leader(writer, "max")
        assert len(people.everyone(reader)) == 1
    with database.read() as reader:
        assert len(people.everyone(reader)) == 2


def test_reading_never_waits_for_a_writer(database: Database) -> None:
    with database.begin() as writer:
        add_leader(writer)
        with database.read() as reader:
            assert people.everyone(reader) == []


def test_eight_threads_lose_no_increment(database: Database) -> None:
    with database.begin() as tx:
        people.change(tx, add_leader(tx), name="0")

    def count(_: int) -> None:
        for _ in range(50):
            with database.begin() as tx:
                now = int(people.locked(tx, 1).leader.name)
                people.change(tx, 1, name=str(now + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    with database.read() as tx:
        assert people.by_id(tx, 1).leader.name == "400"


def test_a_child_without_its_parent_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.begin() as tx:
        tx.connection.execute(
            text("INSERT INTO decisions (leader_id, subject, asked_at) VALUES (77, 'x', :now)"),
            {"now": NOW.replace(tzinfo=None)},
        )


def test_one_subject_is_dealt_with_by_one_writer_at_a_time(database_url: str) -> None:
    patient, hasty = (Database(database_url, Vault([KEY]), busy_milliseconds=1) for _ in range(2))
    with patient.begin() as tx:
        tx.alone_with("reply:1")
        with pytest.raises(StorageError):
            _be_alone_with(hasty, "reply:1")
    _be_alone_with(hasty, "reply:1")
    patient.close()
    hasty.close()


@pytest.mark.parametrize(("durable", "level"), [(False, 1), (True, 2)])
def test_only_what_must_survive_a_power_cut_is_synced(sqlite_file: Path, durable: bool, level: int) -> None:
    database = Database(f"sqlite:///{sqlite_file}", Vault([KEY]))
    for _ in range(2):
        with database.begin(durable=durable) as tx:
            assert tx.connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == level
    database.close()


def test_a_sqlite_file_keeps_its_readers_and_its_parents(sqlite_file: Path) -> None:
    database = Database(f"sqlite:///{sqlite_file}", Vault([KEY]))
    with database.read() as tx:
        assert tx.connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert tx.connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        assert tx.connection.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 1
    database.close()


def test_locks_lie_beside_a_file_and_nowhere_else(tmp_path: Path) -> None:
    assert lock_folder(f"sqlite:///{tmp_path}/a.db") == tmp_path / "a.db-workers"
    assert lock_folder("postgresql+psycopg://visavis@/visavis") is None


def test_a_database_locked_by_another_program_says_so_and_heals(sqlite_file: Path) -> None:
    database = Database(f"sqlite:///{sqlite_file}", Vault([KEY]), busy_milliseconds=1)
    other = sqlite3.connect(sqlite_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked by another program; nothing was lost") as caught:
        _write(database)
    assert not caught.value.permanent
    other.execute("ROLLBACK")
    other.close()
    _write(database)
    database.close()


def test_missing_tables_are_told_with_the_command_that_makes_them(database: Database) -> None:
    with database.begin() as tx:
        tx.connection.execute(text("DROP TABLE marks"))
    with pytest.raises(StorageError, match=r"not set up for this version .*`visavis migrate`") as caught:
        _write(database)
    assert caught.value.permanent


def test_a_full_disk_is_told_and_loses_nothing(sqlite_file: Path) -> None:
    database = Database(f"sqlite:///{sqlite_file}", Vault([KEY]))
    with database.begin() as tx:
        add_leader(tx)
        pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StorageError, match="free some disk space") as caught:
        _add(database, *(f"leader{number}" for number in range(1000)))
    assert not caught.value.permanent
    with database.read() as tx:
        assert len(people.everyone(tx)) == 1
    database.close()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/missing/visavis.db", Vault([KEY]))
    with pytest.raises(StorageError, match="check its folder and its permissions"):
        _write(database)


def test_a_file_that_may_not_be_written_is_told(sqlite_file: Path) -> None:
    database = Database(f"sqlite:///file:{sqlite_file}?mode=ro&uri=true", Vault([KEY]))
    with pytest.raises(StorageError, match="check its folder and its permissions"):
        _write(database)
    database.close()


@pytest.mark.parametrize("spoil", [slice(0, 100), slice(4096, None)])
def test_a_damaged_file_is_told_and_calls_for_a_backup(sqlite_file: Path, spoil: slice) -> None:
    content = bytearray(sqlite_file.read_bytes())
    content[spoil] = b"\xff" * len(content[spoil])
    sqlite_file.write_bytes(content)
    database = Database(f"sqlite:///{sqlite_file}", Vault([KEY]))
    with pytest.raises(StorageError, match="put a backup in its place") as caught:
        _write(database)
    assert caught.value.permanent
    database.close()


@pytest.mark.postgresql
def test_a_postgresql_that_does_not_answer_is_told(tmp_path: Path) -> None:
    database = Database(f"postgresql+psycopg://visavis@/visavis?host={tmp_path}", Vault([KEY]))
    with pytest.raises(StorageError, match="did not answer"):
        _write(database)


def test_without_its_driver_postgresql_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_driver(*_: object, **__: object) -> None:
        raise ModuleNotFoundError(name="psycopg")

    monkeypatch.setattr("service.storage.database.create_engine", no_driver)
    with pytest.raises(StorageError, match=r"psycopg.*visavis\[postgresql\]"):
        make_engine("postgresql+psycopg://visavis@/visavis")


def test_a_mistake_in_the_program_keeps_its_trace(database: Database) -> None:
    with pytest.raises(IntegrityError):
        _add(database, "locked", "locked")  # the word must not be taken for the database's


def test_when_all_connections_are_busy_the_line_says_so(sqlite_file: Path) -> None:
    database = Database(f"sqlite:///{sqlite_file}", Vault([KEY]))
    database.engine.pool._timeout = 0  # type: ignore[attr-defined]
    held = [database.engine.connect() for _ in range(14)]
    with pytest.raises(StorageError, match="connections to the database are busy"), database.read():
        pass
    for connection in held:
        connection.close()
    database.close()


def _write(database: Database) -> None:
    with database.begin() as tx:
        upkeep.set_mark(tx, "a job", NOW)


def _be_alone_with(database: Database, subject: str) -> None:
    with database.begin() as tx:
        if tx.connection.dialect.name == "postgresql":
            tx.connection.execute(text("SET LOCAL lock_timeout = 1"))
        tx.alone_with(subject)


def _add(database: Database, *names: str) -> None:
    with database.begin() as tx:
        for name in names:
            add_leader(tx, name)


def test_the_log_may_be_emptied_at_any_time_and_nothing_else_goes(database: Database) -> None:
    database.empty_log()
    _add(database, "lea")
    database.empty_log()
    with database.read() as tx:
        assert len(people.everyone(tx)) == 1


def test_many_writers_of_one_process_take_turns_and_none_gives_up(sqlite_file: Path) -> None:
    """With SQLite's own waiting, of a millisecond here, most of them would."""
    impatient = Database(f"sqlite:///{sqlite_file}", Vault([KEY]), threads=16, busy_milliseconds=1)
    ready = Barrier(16)

    def write(number: int) -> None:
        ready.wait(timeout=10)
        for count in range(10):
            with impatient.begin() as tx:
                upkeep.set_mark(tx, f"{number}:{count}", NOW)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(16)))
    with impatient.read() as tx:
        assert tx.connection.execute(select(func.count()).select_from(marks)).scalar_one() == 160
    impatient.close()
