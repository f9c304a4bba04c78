"""Up, down and up again, on both engines; what is in the tables survives."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from service.accounts.vault import Vault
from service.errors import StorageError
from service.storage import migrate, people
from service.storage.database import Database, make_engine
from service.storage.schema import metadata
from tests.fakes.databases import ENGINES, KEY, add_leader

REVISIONS = [
    revision.revision
    for revision in ScriptDirectory(str(Path(migrate.__file__).parent / "migrations")).walk_revisions()
][::-1]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    empty = f"sqlite:///{tmp_path / 'visavis.db'}"
    found = make_engine(empty if request.param == "sqlite" else request.getfixturevalue("postgresql_url"))
    yield found
    found.dispose()


def _open(engine: Engine) -> Database:
    return Database(str(engine.url), Vault([KEY]))


def _tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_the_migrated_tables_are_the_ones_the_program_knows(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert _tables(engine) == set(metadata.tables)


def test_a_second_upgrade_changes_nothing(engine: Engine) -> None:
    migrate.upgrade(engine)
    with closing(_open(engine)) as database:
        with database.begin() as tx:
            add_leader(tx)
        migrate.upgrade(engine)
        with database.read() as tx:
            assert len(people.everyone(tx)) == 1


def test_every_step_can_be_taken_down_and_up_again(engine: Engine) -> None:
    heights = []
    for revision in REVISIONS:
        migrate.upgrade(engine, revision)
        heights.append(_tables(engine))
    for revision, tables in zip(REVISIONS[::-1], heights[::-1], strict=True):
        migrate.downgrade(engine, revision)
        assert _tables(engine) == tables
    migrate.downgrade(engine)
    assert _tables(engine) == set()
    migrate.upgrade(engine)
    assert _tables(engine) == heights[-1]


def test_what_is_in_the_tables_survives_later_steps(engine: Engine) -> None:
    migrate.upgrade(engine)
    with closing(_open(engine)) as database:
        with database.begin() as tx:
            add_leader(tx)
        migrate.downgrade(engine, REVISIONS[0])
        migrate.upgrade(engine)
        with database.read() as tx:
            assert people.by_id(tx, 1).leader.name == "Lea"


def test_many_may_upgrade_at_once(engine: Engine) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: migrate.upgrade(engine), range(3)))
    assert _tables(engine) == set(metadata.tables)


def test_an_empty_database_is_told_with_what_to_run(engine: Engine) -> None:
    with pytest.raises(StorageError, match="is empty: run `visavis init`") as caught:
        migrate.require_current(engine)
    assert caught.value.permanent


def test_an_older_database_is_told_with_what_to_run(engine: Engine) -> None:
    migrate.upgrade(engine, REVISIONS[0])
    with pytest.raises(StorageError, match=r"this version needs .*`visavis migrate`") as caught:
        migrate.require_current(engine)
    assert caught.value.permanent


def test_a_current_database_is_fine(engine: Engine) -> None:
    migrate.upgrade(engine)
    migrate.require_current(engine)
    assert migrate.newest() == REVISIONS[-1]


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "visavis.db"
    path.write_bytes(b"a shopping list, long enough to be looked at as a file of its own kind" * 100)
    with pytest.raises(StorageError, match="put a backup in its place"):
        migrate.require_current(make_engine(f"sqlite:///{path}"))


def test_a_place_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="check its folder"):
        migrate.upgrade(make_engine(f"sqlite:///{tmp_path}/missing/visavis.db"))


def test_the_scripts_are_found_wherever_the_program_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = tmp_path / "100% odd, folder"
    shutil.copytree(Path(migrate.__file__).parent / "migrations", strange)
    monkeypatch.setattr(migrate, "_SCRIPTS", strange)
    engine = make_engine(f"sqlite:///{tmp_path / 'visavis.db'}")
    migrate.upgrade(engine)
    assert _tables(engine) == set(metadata.tables)
    engine.dispose()
