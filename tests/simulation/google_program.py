"""The real program at a Google of our own: real calendars and a real mailbox over real HTTP."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from service.accounts.credentials import FIELDS
from service.accounts.scopes import EVENTS, OWN_EVENTS, Mailing, mailbox_scopes
from service.accounts.vault import Vault
from service.assembly import make_office
from service.assembly.google import open_doors
from service.domain.events import Event
from service.domain.grants import Grant, Way, leader_holder, mailbox_holder
from service.domain.people import LeaderState
from service.google.pace import VirtualPace
from service.jobs.connecting import connect_leader, connect_mailbox
from service.jobs.office import Office
from service.settings import Settings
from service.settings.sections import Sections
from service.storage.schema import emails, leaders, replies
from tests.fakes.google.server import FakeGoogle
from tests.simulation.program import KEY, Program, Tenancy
from tests.simulation.truth import Leader

LAB = "lab@example.org"
LATE = (0, 0, 10, 60, 120, 240)
"""Minutes that a look into a calendar comes late: every minute's pass would take too long here."""
MINUTE = timedelta(minutes=1)
ALWAYS = datetime.min.replace(tzinfo=UTC)


class GoogleProgram(Program):
    """Wired by `service.assembly`, as the commands wire it; time is Google's, and waiting takes none.

    Each leader comes in by a way of their own, drawn from `random`.
    """

    def __init__(
        self, folder: Path, blank: Path, google: FakeGoogle, random: Random, mailing: Mailing
    ) -> None:
        self.google, self.random = google, random
        self.ways: dict[str, Way] = {}
        self.ids: dict[str, int] = {}
        self._shown: dict[str, list[Event]] = {}
        self._mailing = mailing
        self._client = google.accounts.client()
        self.service = google.accounts.service_account(delegated=[OWN_EVENTS, EVENTS])
        (folder / "key.json").write_text(json.dumps(self.service.info()))
        self._settings = Settings(folder, _sections(google))
        super().__init__(folder, blank)
        google.user(LAB)
        self.connect_mailbox()

    def make_office(self, owners: Tenancy) -> Office:
        pace = VirtualPace(self.google.now.timestamp())
        self.doors = open_doors(self._settings, self.database, pace)
        office = make_office(self._settings, self.database, self.doors, Vault([KEY]), owners, self.faults)
        follow = partial(_follow, pace)
        return replace(office, days_off=self.days_off, keep_pace=follow)

    def stop(self, *, known_dead: bool = True) -> None:
        self.doors.close()
        super().stop(known_dead=known_dead)

    def welcome(self, leader: Leader) -> None:
        self.google.user(leader.address, leader.name, zone=leader.zone.key)
        self.show(leader)
        self.ids[leader.address] = self.enrol(leader, "google")
        self.ways[leader.address] = self.random.choice((Way.OAUTH, Way.OAUTH, Way.DELEGATION, Way.SHARED))
        if self.ways[leader.address] is Way.SHARED:
            self.google.calendar.share(leader.address, self.service.email)
        self.connect(leader)

    def show(self, leader: Leader) -> None:
        """Let the calendar at Google hold what the leader's calendar holds now."""
        events = leader.events()
        if events != self._shown.get(leader.address):
            self.google.calendar.load(leader.address, events, named=_instance)
            self._shown[leader.address] = events

    def reader_of(self, leader: Leader) -> str:
        """Who it is that reads a leader's calendar, to Google."""
        shared = self.ways[leader.address] is Way.SHARED
        return self.service.email if shared else leader.address

    def connect(self, leader: Leader) -> None:
        """Access to a leader's calendar is given (again)."""
        number, way = self.ids[leader.address], self.ways[leader.address]
        holder, now = leader_holder(number), self.google.now
        scope = EVENTS if way is Way.SHARED else OWN_EVENTS
        grant = Grant(holder, way, None, (scope,), now)
        if way is Way.OAUTH:
            grant = self._consented(holder, leader.address, scope)
        connect_leader(self.database, number, grant, now)

    def connect_mailbox(self) -> None:
        """The mailbox is given (again), as much of it as this seed has."""
        connect_mailbox(
            self.database, self._consented(mailbox_holder(LAB), LAB, *mailbox_scopes(self._mailing))
        )

    def next_moment(self) -> datetime | None:
        """When there is something to do, or a calendar to look into."""
        with self.database.read() as tx:
            rows = tx.connection.execute(select(leaders.c.id, leaders.c.state, leaders.c.next_due_at)).all()
        late = self.random.choice(LATE) * MINUTE
        reading = [row.id for row in rows if row.state != LeaderState.STOPPED]
        looks = [look.again + late for number in reading if (look := self.office.looks.get(number))]
        due = ALWAYS if any(row.next_due_at is None for row in rows) else super().next_moment()
        return min((moment for moment in (due, *looks) if moment is not None), default=None)

    def trying_until(self, address: str) -> datetime | None:
        """When the last of this leader's mails that could not leave is tried again; None without one."""
        mine = emails.c.leader_id == self.ids[address]
        waits = (emails.c.status == "planned") & (emails.c.attempts > 0)
        with self.database.read() as tx:
            found: datetime | None = tx.connection.execute(
                select(func.max(emails.c.available_at)).where(mine, waits)
            ).scalar_one()
        return found

    def replies_after(self, number: int) -> list[tuple[int, str]]:
        """The replies that were taken in since the one of that number: number and Message-ID."""
        query = select(replies.c.id, replies.c.message_id).where(replies.c.id > number).order_by(replies.c.id)
        with self.database.read() as tx:
            return [(row.id, str(row.message_id)) for row in tx.connection.execute(query)]

    def _consented(self, holder: str, address: str, *scopes: str) -> Grant:
        info = self.google.accounts.grant(address, self._client, *scopes).info()
        secret = json.dumps({name: info[name] for name in FIELDS})
        return Grant(holder, Way.OAUTH, secret, tuple(scopes), self.google.now)


def _sections(google: FakeGoogle) -> Sections:
    return Sections.model_validate(
        {
            "service": {"secret_key": KEY, "database": "sqlite:///visavis.db"},
            "mail": {"mailbox": f"gmail:{LAB}", "from": f"One-on-One Lab <{LAB}>"},
            "google": {
                "endpoint": google.url,
                "token_uri": google.token_uri,
                "service_account": "key.json",
            },
        }
    )


def _instance(event: Event) -> str:
    """An occurrence's id is unlike every other's, also when a series is split."""
    return f"{event.uid}_{event.occurrence}"


def _follow(pace: VirtualPace, now: datetime) -> None:
    pace.move_to(now.timestamp())
