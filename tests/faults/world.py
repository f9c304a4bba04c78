"""One leader's world: a real database and real jobs, a clock, a calendar, and processes that die or sleep."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from service.accounts.signing import Signer
from service.accounts.vault import Vault
from service.domain.events import Event
from service.domain.people import LeaderState, Person
from service.domain.records import Meeting
from service.jobs.office import Office, PassReport
from service.jobs.passes import run_pass
from service.playbooks import load_playbook
from service.storage import emails, meetings, people
from service.storage.database import Database
from service.storage.emails import Email
from service.storage.people import LeaderRow, NewLeader
from tests.fakes.calendar import FakeCalendar
from tests.fakes.cli import Mail
from tests.fakes.databases import KEY, reconnect_link
from tests.fakes.mailbox import Died
from tests.fakes.offices import ANN, JOINED, LEA, MAX, Inline, no_holidays, series
from tests.faults.post import Post

FIRST = JOINED + timedelta(days=1, hours=6)  # Tuesday, 14:00 in Berlin
Happening = Callable[[], None]


@dataclass
class Worker:
    """A process: alive, dead, or dead without anybody knowing."""

    name: str
    gone: set[str]

    def is_gone(self, owner: str) -> bool:
        return owner in self.gone


@dataclass
class Sight:
    """What could be known at a point of a pass: by it a mail that leaves is judged.

    `at` is the pass's own time, `week` by meeting key what the pair's record says.
    """

    at: datetime
    events: frozenset[Event]
    state: LeaderState
    meetings: dict[str, Meeting]
    weeks: dict[str, int]


@dataclass
class Pass:
    """A pass that runs: what is to happen in it, once, at which point; and what it saw there."""

    worker: Worker
    now: datetime
    happenings: dict[str, Happening]
    written: Sight | None = None
    checked: Sight | None = None


@dataclass
class World:
    """Everything there is; `judge` sees each mail that leaves, with the pass that sent it."""

    path: Path
    drafts: bool
    judge: Callable[["World", Pass, Mail], None]
    now: datetime = JOINED
    gone: set[str] = field(default_factory=set)
    seen: frozenset[Event] = frozenset()
    passes: list[Pass] = field(default_factory=list)
    letters: list[Mail] = field(default_factory=list)
    overslept: set[str] = field(default_factory=set)
    drafted: dict[str, dict[str, int]] = field(default_factory=dict)
    lost_drafts: set[str] = field(default_factory=set)
    replied: dict[str, frozenset[str]] = field(default_factory=dict)
    last_reply: bytes | None = None
    broken: list[AssertionError] = field(default_factory=list)
    workers: int = 0

    def __post_init__(self) -> None:
        self.calendar = FakeCalendar(
            [
                *series(FIRST, 5),
                *series(FIRST + timedelta(minutes=30), 5, uid="ann", member=ANN, title="Ann / Lea 1:1"),
            ]
        )
        self.mailbox = Post(drafts=self.drafts, wrote=self._wrote, left=self._left)
        self.database = self._open()
        with self.database.begin() as tx:
            new = NewLeader(email=LEA, name="Lea", zone="Europe/Berlin", calendar="ics:lea")
            self.leader_id = people.add(tx, new, (Person(MAX, "Max"), Person(ANN, "Ann")))
        self.office = self.new_office()

    def _open(self) -> Database:
        return Database(f"sqlite:///{self.path}", Vault([KEY]), busy_milliseconds=1)

    def new_office(self) -> Office:
        """A process of its own on the same database, mailbox and calendar."""
        self.workers += 1
        return Office(
            database=self.database,
            mailbox=self.mailbox,
            calendar_of=lambda _row: self.calendar,
            playbook_of=load_playbook,
            days_off=no_holidays,
            owners=Worker(f"worker-{self.workers}", self.gone),
            sender="One-on-One Lab <lab@example.org>",
            service_name="Vis-à-vis",
            base_url="http://127.0.0.1:8080",
            daily_cap=1000,
            reconnect_link=reconnect_link,
            signer=Signer([KEY]),
            fault=self._fault,
        )

    def restart(self, *, known: bool) -> None:
        """The process is dead, which the next one knows, or has to wait for its leases."""
        if known:
            self.gone.add(self.office.owners.name)
        self.database.close()
        self.database = self._open()
        self.office = self.new_office()

    def run(
        self, happenings: dict[str, Happening] | None = None, office: Office | None = None
    ) -> PassReport | None:
        """One pass at this moment; None where the process died in it."""
        office = office or self.office
        owners = office.owners
        assert isinstance(owners, Worker)
        self.passes.append(Pass(owners, self.now, dict(happenings or {})))
        try:
            return run_pass(office, self.now, Inline())
        except Died:
            return None
        finally:
            self.passes.pop()

    def sleep(self, over: timedelta) -> None:
        """The pass that runs stands still, while another process makes one of its own."""
        self.now += over
        self.run(office=self.new_office())

    def lock(self) -> Callable[[], None]:
        """Another program writes into the database until the function given is called."""
        other = sqlite3.connect(self.path, timeout=0, isolation_level=None)
        with suppress(sqlite3.OperationalError):
            other.execute("BEGIN IMMEDIATE")
        return other.close

    def row(self) -> LeaderRow:
        with self.database.read() as tx:
            return people.by_id(tx, self.leader_id)

    def meetings(self) -> list[Meeting]:
        with self.database.read() as tx:
            return meetings.of_leader(tx, self.leader_id)

    def rows(self) -> list[Email]:
        """The whole outbox."""
        with self.database.read() as tx:
            return emails.of_leader(tx, self.leader_id)

    def sight(self, at: datetime) -> Sight:
        """What can be known now, counted by ourselves."""
        known = self.meetings()
        return Sight(at, self.seen, self.row().leader.state, {one.key: one for one in known}, weeks(known))

    def _fault(self, point: str) -> None:
        running = self.passes[-1]
        if point == "sync_after_commit":
            self.seen = frozenset(self.calendar.events)
        if point == "written":
            running.written = self.sight(running.now)
        happening = running.happenings.pop(point, None)
        if happening is not None:
            happening()
        if point == "drafted":
            running.checked = self.sight(running.now)

    def _wrote(self, mail: Mail) -> None:
        written = self.passes[-1].written
        assert written is not None
        self.drafted[str(mail.message["Message-ID"])] = written.weeks

    def _left(self, mail: Mail) -> None:
        """Judge it; what is wrong is kept until the pass is over, since jobs go on after an error."""
        try:
            self.judge(self, self.passes[-1], mail)
        except AssertionError as error:
            self.broken.append(error)
        self.letters.append(mail)


def weeks(known: list[Meeting]) -> dict[str, int]:
    """Each meeting's week of three, by its key: one on for each before it that was held or still stands."""
    found, count = {}, {one.pair_id: 0 for one in known}
    for one in sorted(known, key=lambda meeting: (meeting.start, meeting.id or 0)):
        found[one.key] = count[one.pair_id] % 3 + 1
        count[one.pair_id] += one.state in {"planned", "moved", "presumed_held", "held"}
    return found
