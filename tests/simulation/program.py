"""The real program on a real database; only the clock, the calendars and the post are the world's."""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select

from service import worker
from service.accounts.signing import Signer
from service.accounts.vault import Vault
from service.domain.people import Person
from service.domain.ports import Mailbox
from service.jobs.office import Office, PassReport
from service.playbooks import load_playbook
from service.storage import migrate, people
from service.storage.database import Database
from service.storage.people import LeaderRow, NewLeader
from service.storage.schema import emails, leaders
from tests.fakes.calendar import FakeCalendar
from tests.fakes.databases import reconnect_link
from tests.fakes.mailbox import Died
from tests.simulation.truth import Leader

KEY = "a key that locks nothing but a simulation"


class InLine(Executor):
    """Runs what it is given at once, so that a seed always runs the same way."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future

    def map(self, fn: Callable[..., Any], *iterables: Iterable[Any], **_: Any) -> Iterator[Any]:
        return iter([fn(*args) for args in zip(*iterables, strict=True)])


class Tenancy:
    """One process's name on its leases; `gone` is shared by all who come after it."""

    def __init__(self, name: str, gone: set[str]) -> None:
        self.name, self._gone = name, gone

    def is_gone(self, owner: str) -> bool:
        return owner in self._gone


class Faults:
    """Dies at the n-th passing of a named point, once it is set."""

    def __init__(self) -> None:
        self.point, self.left = "", 0
        self.seen: set[str] = set()

    def set(self, point: str, left: int = 0) -> None:
        self.point, self.left = point, left

    def __call__(self, point: str) -> None:
        self.seen.add(point)
        if point != self.point:
            return
        if self.left:
            self.left -= 1
            return
        self.point = ""
        raise Died(point)


@cache
def blank_database(folder: Path) -> Path:
    """The tables as the real migrations make them, once for many simulations."""
    path = folder / "blank.db"
    database = Database(f"sqlite:///{path}", Vault([KEY]))
    migrate.upgrade(database.engine)
    database.close()
    return path


class Program(ABC):
    """The office of one process after another, on one database."""

    def __init__(self, folder: Path, blank: Path, threads: int = 0) -> None:
        path = folder / "visavis.db"
        self.database = _database_at(path)
        shutil.copyfile(blank, path)
        self.faults = Faults()
        self.off: dict[str, frozenset[Any]] = {}
        self.gone: set[str] = set()
        self._threads, self._count = threads, 0
        self.pool: Executor = InLine()
        self.start()

    @abstractmethod
    def make_office(self, owners: Tenancy) -> Office:
        """A process's office."""

    @abstractmethod
    def welcome(self, leader: Leader) -> None:
        """Let a leader join, with their calendar."""

    def start(self) -> None:
        """A new process on the old database."""
        self._count += 1
        self.office = self.make_office(Tenancy(f"process-{self._count}", self.gone))
        self.pool = ThreadPoolExecutor(self._threads) if self._threads else InLine()

    def stop(self, *, known_dead: bool = True) -> None:
        self.pool.shutdown()
        self.database.close()
        if known_dead:
            self.gone.add(self.office.owners.name)

    def restart(self, *, known_dead: bool = True) -> None:
        self.stop(known_dead=known_dead)
        self.start()

    def days_off(self, country: str, _year: int) -> frozenset[Any]:
        return self.off[country]

    def enrol(self, leader: Leader, calendar: str) -> int:
        """What `visavis leaders add` does; the key is the seed's, so that a run can be repeated."""
        country = f"Z{len(self.off)}"
        self.off[country] = leader.days_off
        new = NewLeader(
            leader.address,
            leader.name,
            leader.zone.key,
            calendar,
            one_by_one=leader.one_by_one,
            country=country,
        )
        with self.database.begin() as tx:
            number = people.add(tx, new, [Person(pair.address, pair.name) for pair in leader.pairs])
            people.change(tx, number, key=leader.key)
        return number

    def run_pass(self, now: datetime) -> PassReport:
        """One pass of the real worker."""
        return worker.tick(self.office, self.pool, iter([now]))

    def row(self, address: str) -> LeaderRow:
        with self.database.read() as tx:
            found = people.by_email(tx, address)
        assert found is not None
        return found

    def next_moment(self) -> datetime | None:
        """When the database says that there is something to do."""
        with self.database.read() as tx:
            due = tx.connection.execute(select(func.min(leaders.c.next_due_at))).scalar_one()
            waiting = emails.c.status == "planned"
            mail = tx.connection.execute(select(func.min(emails.c.available_at)).where(waiting)).scalar_one()
            held = emails.c.status == "sending"
            lease = tx.connection.execute(select(func.min(emails.c.lease_until)).where(held)).scalar_one()
        return min((moment for moment in (due, mail, lease) if moment is not None), default=None)


class PlainProgram(Program):
    """The program with a calendar in memory for each leader, and a mailbox that is the world's."""

    def __init__(self, folder: Path, blank: Path, mailbox: Mailbox, threads: int = 0) -> None:
        self.mailbox = mailbox
        self.calendars: dict[str, FakeCalendar] = {}
        super().__init__(folder, blank, threads)

    def make_office(self, owners: Tenancy) -> Office:
        return Office(
            database=self.database,
            mailbox=self.mailbox,
            calendar_of=lambda row: self.calendars[row.leader.email],
            playbook_of=lambda language: load_playbook(language, None),
            days_off=self.days_off,
            owners=owners,
            sender="One-on-One Lab <lab@example.org>",
            service_name="Vis-à-vis",
            base_url="http://127.0.0.1:8080",
            daily_cap=2000,
            reconnect_link=reconnect_link,
            signer=Signer([KEY]),
            fault=self.faults,
        )

    def welcome(self, leader: Leader) -> None:
        self.calendars[leader.address] = FakeCalendar(leader.events())
        self.enrol(leader, "ics:x")


@cache
def _database_at(path: Path) -> Database:
    """One for all simulations in a folder: SQLAlchemy need not compile every statement anew."""
    database = Database(f"sqlite:///{path}", Vault([KEY]))
    event.listen(database.engine, "connect", _write_lazily)
    return database


def _write_lazily(connection: Any, _record: Any) -> None:
    """A simulated crash ends no machine: what was committed need not be on the disk."""
    connection.execute("PRAGMA synchronous=OFF")
