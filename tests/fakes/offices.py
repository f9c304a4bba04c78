"""A whole office on a real SQLite file, with calendars and a mailbox in memory.

November 2026 in Berlin, as for the desks: the 3rd is a Tuesday, the leader is Lea.
"""

import email
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pytest
from sqlalchemy import event as sqlalchemy_event

from service.accounts.signing import Signer
from service.accounts.vault import Vault
from service.domain.events import Event, EventStatus, Guest
from service.domain.people import Person
from service.domain.records import Meeting
from service.jobs.desks import load_desk
from service.jobs.letters.build import build
from service.jobs.letters.case import Case, Content
from service.jobs.office import Office, PassReport
from service.jobs.passes import run_pass
from service.playbooks import load_playbook
from service.storage import emails, meetings, people
from service.storage.database import Database
from service.storage.emails import Email
from service.storage.people import LeaderRow, NewLeader
from tests.fakes.calendar import FakeCalendar
from tests.fakes.databases import KEY, reconnect_link
from tests.fakes.desks import at
from tests.fakes.mailbox import FakeMailbox

P = ParamSpec("P")
R = TypeVar("R")
LEA, MAX, ANN = "lea@example.org", "max@example.org", "ann@example.org"
HALF_HOUR, WEEK = timedelta(minutes=30), timedelta(days=7)
JOINED = at("2026-11-02 08:00")


class Inline(Executor):
    """Does everything at once, in this thread."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        future: Future[R] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class OnlyUs:
    """No other process works on the database."""

    name = "us"

    def is_gone(self, owner: str) -> bool:
        return owner != self.name


def one_on_one(
    start: datetime,
    *,
    uid: str = "max",
    occurrence: str = "",
    title: str = "Max / Lea 1:1",
    member: str = MAX,
    leader: str = LEA,
    organizer: str = "",
    status: EventStatus = EventStatus.CONFIRMED,
    length: timedelta = HALF_HOUR,
    recurring: bool = False,
) -> Event:
    guests = (Guest(leader), Guest(member)) if member else ()
    return Event(
        uid,
        occurrence,
        start,
        start + length,
        title,
        status,
        organizer=organizer or leader,
        guests=guests,
        recurring=recurring,
    )


def series(first: datetime, weeks: int = 8, **more: Any) -> list[Event]:
    """The same every week; occurrences are told by their number."""
    return [one_on_one(first + n * WEEK, occurrence=f"{n}", recurring=True, **more) for n in range(weeks)]


@dataclass
class LittleHouse:
    """The office, and what tests want to see of it. `calendars` are by leader's address."""

    office: Office
    database: Database
    mailbox: FakeMailbox
    calendars: dict[str, FakeCalendar] = field(default_factory=dict)

    def add_leader(self, name: str = "lea", *members: Person, **more: Any) -> FakeCalendar:
        """A leader with Max and Ann, unless told; their calendar, empty."""
        address = f"{name}@example.org"
        roster = members or (Person(MAX, "Max"), Person(ANN, "Ann"))
        values = {"email": address, "name": name.title(), "zone": "Europe/Berlin", "calendar": f"ics:{name}"}
        with self.database.begin() as tx:
            people.add(tx, NewLeader(**values | more), roster)
        self.calendars[address] = FakeCalendar()
        return self.calendars[address]

    def run(self, *moments: datetime) -> PassReport:
        """A pass at each moment; the report of all."""
        reports = [run_pass(self.office, moment, Inline()) for moment in moments]
        for later in reports[1:]:
            reports[0].add(later)
        return reports[0]

    def row(self, address: str = LEA) -> LeaderRow:
        with self.database.read() as tx:
            found = people.by_email(tx, address)
        assert found is not None
        return found

    def meetings(self, address: str = LEA) -> list[Meeting]:
        with self.database.read() as tx:
            return meetings.of_leader(tx, self.row(address).leader.id)

    def rows(self, kind: str, address: str = LEA) -> list[Email]:
        """The outbox's rows of a kind."""
        with self.database.read() as tx:
            found = emails.of_leader(tx, self.row(address).leader.id)
        return [one for one in found if one.kind == kind]

    def sent(self, kind: str) -> list[EmailMessage]:
        """What people got, in order."""
        found = (email.message_from_bytes(mail.mime, policy=default) for mail in self.mailbox.sent)
        return [mail for mail in found if isinstance(mail, EmailMessage) and mail["X-Visavis-Kind"] == kind]

    def letter(self, row: Email, now: datetime, events: tuple[Event, ...] = ()) -> Content | None:
        """What an email would say now."""
        with self.database.read() as tx:
            leader = people.by_id(tx, row.leader_id)
            desk = load_desk(tx, self.office, leader, now)
            carried = emails.carried_by(tx, row.id)
            return build(Case(tx, self.office, leader, desk, row, carried, now, events))

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """The statements that are executed within."""
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            statements.append(statement)

        sqlalchemy_event.listen(self.database.engine, "before_cursor_execute", note)
        yield statements
        sqlalchemy_event.remove(self.database.engine, "before_cursor_execute", note)


def no_holidays(country: str, year: int) -> frozenset[date]:  # noqa: ARG001 - the office's signature
    return frozenset()


def open_little_house(path: Path, **more: Any) -> LittleHouse:
    """On a SQLite file that is set up; close its database in the end."""
    database, mailbox = Database(f"sqlite:///{path}", Vault([KEY])), FakeMailbox()
    calendars: dict[str, FakeCalendar] = {}
    office = Office(
        database=database,
        mailbox=mailbox,
        calendar_of=lambda row: calendars[row.leader.email],
        playbook_of=load_playbook,
        days_off=more.pop("days_off", no_holidays),
        owners=OnlyUs(),
        sender="One-on-One Lab <lab@example.org>",
        service_name="Vis-à-vis",
        base_url="http://127.0.0.1:8080",
        daily_cap=more.pop("daily_cap", 1000),
        reconnect_link=reconnect_link,
        signer=Signer([KEY]),
    )
    return LittleHouse(office, database, mailbox, calendars)


@pytest.fixture
def house(sqlite_file: Path) -> Iterator[LittleHouse]:
    """A little house with nobody in it."""
    found = open_little_house(sqlite_file)
    yield found
    found.database.close()
