"""Bring a database to this version's tables, or back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from service.errors import StorageError
from service.storage.database import named_errors

_LOCK = 0x7669736176697321  # any number that is ours: "visavis!"
_SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Create or update the tables; a database that is current is left as it is."""
    with _alone(engine) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the tables back; what they held is gone."""
    with _alone(engine) as connection:
        command.downgrade(_config(connection), revision)


def require_current(engine: Engine) -> None:
    """Raise `StorageError` unless the tables are this version's."""
    with named_errors(), engine.connect() as connection:
        there = MigrationContext.configure(connection).get_current_revision()
    wanted = newest()
    if there is None:
        raise StorageError(
            "The database is empty: run `visavis init` (or `visavis migrate`).", permanent=True
        )
    if there != wanted:
        raise StorageError(
            f"The database is at revision {there}, this version needs {wanted}: run `visavis migrate`.",
            permanent=True,
        )


def newest() -> str | None:
    """The revision that this version needs."""
    return ScriptDirectory(str(_SCRIPTS)).get_current_head()


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction in which nobody else migrates: several may start at once."""
    with named_errors(), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield connection


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
