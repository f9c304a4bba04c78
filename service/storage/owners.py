"""Who holds a lease, and whether that process still lives.

A lease that has run out is free anyway. Knowing at once that its owner is dead lets a
restarted program go on where it was killed, instead of waiting for the lease.
"""

import fcntl
import os
import secrets
from pathlib import Path
from typing import IO
from zlib import crc32

from sqlalchemy import Engine, text

from service.errors import StorageError
from service.storage.database import named_errors


class FileOwners:
    """Processes on one machine: each holds a lock on a file of its own, which dies with it."""

    def __init__(self, folder: Path) -> None:
        self.name = secrets.token_hex(8)
        self._folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._clear_away()
            self._lock = self._hold(self.name)
        except OSError as error:
            raise StorageError(
                f"Cannot write beside the database ({error.strerror}): check {folder}."
            ) from error

    def is_gone(self, owner: str) -> bool:
        """Whether nobody holds the owner's lock any more."""
        if owner == self.name:
            return False
        try:
            with self._path(owner).open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Leave: the lock is let go, its file removed."""
        self._path(self.name).unlink(missing_ok=True)
        self._lock.close()

    def _path(self, owner: str) -> Path:
        return self._folder / f"{os.path.basename(owner)}.lock"  # noqa: PTH119 - a name, not a path

    def _hold(self, owner: str) -> IO[str]:
        """Lock the file; once more if a starting neighbour cleared it away in between."""
        while True:
            file = self._path(owner).open("w")
            fcntl.flock(file, fcntl.LOCK_EX)  # a neighbour that is looking holds it for an instant
            if self._path(owner).exists():
                return file
            file.close()

    def _clear_away(self) -> None:
        for path in self._folder.glob("*.lock"):
            if self.is_gone(path.stem):
                path.unlink(missing_ok=True)


class AdvisoryOwners:
    """Processes on one PostgreSQL: each holds an advisory lock on a connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self.name = secrets.token_hex(8)
        self._engine = engine
        with named_errors():
            self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _key(self.name)})

    def is_gone(self, owner: str) -> bool:
        """Whether nobody holds the owner's lock any more."""
        if owner == self.name:
            return False
        with named_errors(), self._engine.connect() as connection:
            free = connection.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _key(owner)})
            return bool(free.scalar_one())

    def close(self) -> None:
        """Leave: the lock goes with the connection."""
        if not self._connection.closed:
            self._connection.invalidate()
            self._connection.close()


def _key(owner: str) -> int:
    return crc32(owner.encode())
