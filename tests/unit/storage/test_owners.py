"""Who holds a lease, and whether that process still lives."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.errors import StorageError
from service.jobs.office import Owners
from service.storage.database import lock_folder, make_engine
from service.storage.owners import AdvisoryOwners, FileOwners

CHILD = """
import sys
from service.storage.database import lock_folder, make_engine
from service.storage.owners import AdvisoryOwners, FileOwners
url = sys.argv[1]
folder = lock_folder(url)
owners = FileOwners(folder) if folder else AdvisoryOwners(make_engine(url))
print(owners.name, flush=True)
sys.stdin.read()
"""
Join = Callable[[], "FileOwners | AdvisoryOwners"]


@pytest.fixture
def join(database_url: str) -> Iterator[Join]:
    """A further process, so to speak: an owner of its own on the same database."""
    engine, joined = make_engine(database_url), []
    folder = lock_folder(database_url)

    def join() -> FileOwners | AdvisoryOwners:
        joined.append(FileOwners(folder) if folder else AdvisoryOwners(engine))
        return joined[-1]

    yield join
    for owners in joined:
        owners.close()
    engine.dispose()


def test_the_living_are_not_gone_and_have_names_of_their_own(join: Join) -> None:
    first, second = join(), join()
    assert first.name != second.name
    assert not first.is_gone(second.name)
    assert not second.is_gone(first.name)
    assert not first.is_gone(first.name)


def test_looking_twice_changes_nothing(join: Join) -> None:
    first, second, third = join(), join(), join()
    for looker in (second, third, second):
        assert not looker.is_gone(first.name)


@pytest.mark.parametrize("name", ["", "never-heard-of", "../../etc/passwd"])
def test_who_was_never_there_is_gone(join: Join, name: str) -> None:
    assert join().is_gone(name)


def test_who_left_is_gone(join: Join) -> None:
    here, left = join(), join()
    left.close()
    assert here.is_gone(left.name)


@pytest.mark.slow
def test_who_was_killed_is_gone_at_once_and_who_is_paused_is_not(database_url: str, join: Join) -> None:
    here: Owners = join()
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with child:
        assert child.stdout is not None
        name = child.stdout.readline().strip()
        assert not here.is_gone(name)
        os.kill(child.pid, signal.SIGSTOP)
        assert not here.is_gone(name)
        child.kill()
        child.wait()
    _wait_until(lambda: here.is_gone(name))


def test_files_of_the_dead_are_cleared_away_by_the_next_to_come(tmp_path: Path) -> None:
    (tmp_path / "dead.lock").touch()
    alive = FileOwners(tmp_path)
    newcomer = FileOwners(tmp_path)
    assert {path.stem for path in tmp_path.glob("*.lock")} == {alive.name, newcomer.name}
    alive.close()
    newcomer.close()
    assert list(tmp_path.iterdir()) == []


def test_many_may_start_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        everyone = list(pool.map(lambda _: FileOwners(tmp_path), range(40)))
    assert not any(one.is_gone(other.name) for one in everyone for other in everyone)
    for owners in everyone:
        owners.close()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="Cannot write beside the database"):
        FileOwners(tmp_path / "file" / "locks")


@pytest.mark.postgresql
def test_a_postgresql_that_is_away_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="did not answer"):
        AdvisoryOwners(make_engine(f"postgresql+psycopg://visavis@/visavis?host={tmp_path}"))


def _wait_until(condition: Callable[[], bool]) -> None:
    """PostgreSQL notices the death of a connection within an instant, not at once."""
    for _ in range(10_000):
        if condition():
            return
    pytest.fail("the dead are still taken for alive")
