"""A real PostgreSQL server for the tests, where its programs are installed.

It listens on a socket in a temporary folder only, runs as an unprivileged user (as
`postgres` when the tests run as root), and is gone with the tests.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

import pytest

_ELSEWHERE = (
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
_FAST = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=60"


@dataclass(frozen=True)
class Server:
    """A running server; `folder` holds its data and its socket."""

    programs: Path
    folder: Path
    user: str | None

    def url(self, database: str) -> str:
        """The address of one of its databases, as SQLAlchemy writes it."""
        return f"postgresql+psycopg://visavis@/{database}?host={self.folder}"

    def execute(self, statement: str) -> None:
        """Run one statement outside any transaction, as CREATE DATABASE wants it."""
        where = ["-h", str(self.folder), "-U", "visavis", "-d", "postgres"]
        command = [str(self.programs / "psql"), *where, "-qc", statement]
        subprocess.run(command, check=True, capture_output=True, text=True)

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs as its user; it writes to a file beside the data."""
        # Not a pipe: the server started by pg_ctl would keep it open, and we would wait for ever.
        with (self.folder / f"{program}.txt").open("a") as output:
            subprocess.run(
                [self.programs / program, "-D", self.folder / "data", *arguments],
                check=True,
                cwd=self.folder,
                stdout=output,
                stderr=output,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
            )


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = [path for pattern in _ELSEWHERE for path in Path("/").glob(pattern[1:])]
    return max((path for path in folders if (path / "initdb").exists()), default=None)


def _unprivileged() -> str | None:
    """Whom to become: nobody else, unless we are root, whom PostgreSQL refuses to serve."""
    if os.geteuid() != 0:
        return None
    return pwd.getpwnam("postgres").pw_name


def give_up(reason: str) -> NoReturn:
    """Skip, with the reason; fail where CI=true, lest the tests stop running unnoticed."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}; where CI=true these tests must run")
    pytest.skip(reason)


def _start(programs: Path, folder: Path) -> Server:
    server = Server(programs, folder, _unprivileged())
    if server.user:
        shutil.chown(folder, server.user, server.user)
    server.run("initdb", "-U", "visavis", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    server.run("pg_ctl", "-w", "-l", str(folder / "server.txt"), "-o", f"{_FAST} -k {folder}", "start")
    return server


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A running server, shared by the tests of one process."""
    programs = _programs()
    if programs is None:
        give_up("PostgreSQL's server is not installed here (initdb was not found)")
    # Not pytest's own folder: only its owner may enter that, and a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="visavis-", dir="/tmp") as folder:
        server = _start(programs, Path(folder))
        try:
            yield server
        finally:
            server.run("pg_ctl", "-w", "-m", "immediate", "stop")


@pytest.fixture
def postgresql_url(postgresql_server: Server) -> Iterator[str]:
    """The address of a database of its own, empty, dropped after the test."""
    name = f"test_{uuid4().hex}"
    postgresql_server.execute(f"CREATE DATABASE {name}")
    yield postgresql_server.url(name)
    postgresql_server.execute(f"DROP DATABASE {name} WITH (FORCE)")
