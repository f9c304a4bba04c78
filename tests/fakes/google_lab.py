"""A service that is set up against the fake Google: one mailbox, and leaders by all three ways in."""

import email
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import policy
from pathlib import Path

from service.accounts.credentials import FIELDS
from service.accounts.scopes import EVENTS, GMAIL_MODIFY, OWN_EVENTS
from service.assembly import House, open_house
from service.commands.newcomer import Newcomer, checked
from service.domain.grants import Grant, Way, leader_holder, mailbox_holder
from service.jobs.connecting import connect_leader
from service.jobs.office import PassReport
from service.settings import load_settings
from service.storage import grants, people
from service.worker import tick
from tests.fakes.cli import Mail, new_house
from tests.fakes.google.server import FakeGoogle

LAB = "lab@example.org"
WAYS = {"ada": Way.OAUTH, "ben": Way.DELEGATION, "cleo": Way.SHARED}


def set_up(folder: Path, google: FakeGoogle, *, workers: int = 8) -> Path:
    """visavis.toml, the keys and the database in an empty folder; the path of the settings."""
    client = google.accounts.client()
    service = google.accounts.service_account(delegated=[OWN_EVENTS, EVENTS])
    (folder / "client.json").write_text(json.dumps(client.config()))
    (folder / "key.json").write_text(json.dumps(service.info()))
    house = new_house(folder)
    settings = house.folder / "visavis.toml"
    text = settings.read_text().replace('mailbox = "maildir:mail"', f'mailbox = "gmail:{LAB}"')
    text = text.replace("# workers = 8", f"workers = {workers}")
    text = text.replace("[google]\n", f"[google]\n{_google(google)}")
    settings.write_text(text)
    return settings


def _google(google: FakeGoogle) -> str:
    return (
        f'endpoint = "{google.url}"\ntoken_uri = "{google.token_uri}"\n'
        'client_file = "client.json"\nservice_account = "key.json"\ndelegation = true\n'
    )


@dataclass
class Lab:
    """The house at work, and what people have of it."""

    google: FakeGoogle
    house: House
    happenings: dict[datetime, list[Callable[[], object]]] = field(default_factory=dict)
    _read: dict[str, Mail] = field(default_factory=dict)
    _of: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, members: Sequence[str] = (), *, now: datetime, way: Way | None = None) -> str:
        """A leader with a Google calendar, connected in a way of their own; their address."""
        address, way = f"{name}@example.org", way or WAYS[name]
        self.google.user(address, name.title())
        new = Newcomer(address, name.title(), "Europe/Berlin", "google", members=tuple(members))
        with self.house.database.begin() as tx:
            leader_id = people.add(tx, *checked(new))
        self.connect(leader_id, address, way, now)
        if way is Way.SHARED:
            (service,) = self.google.accounts.services
            self.google.calendar.share(address, service)
        return address

    def connect(self, leader_id: int, address: str, way: Way, now: datetime) -> None:
        """Access to a leader's calendar is given, or given again."""
        grant = self._grant(leader_holder(leader_id), address, way, now)
        connect_leader(self.house.database, leader_id, grant, now)

    def connect_mailbox(self, now: datetime, scopes: Sequence[str] = (GMAIL_MODIFY,)) -> None:
        """The service's own mailbox, by consent."""
        self.google.user(LAB)
        grant = self._consented(mailbox_holder(LAB), LAB, now, *scopes)
        with self.house.database.begin() as tx:
            grants.put(tx, grant)

    def run(self, start: datetime, until: datetime, every: timedelta = timedelta(minutes=30)) -> PassReport:
        """Pass after pass in virtual time; what is to happen happens just before its pass."""
        return tick(self.house.office, self.house.pool, self._moments(start, until, every))

    def at(self, moment: datetime, deed: Callable[[], object]) -> None:
        """Let something happen then."""
        self.happenings.setdefault(moment, []).append(deed)

    def mails(self, address: str) -> list[Mail]:
        """What a leader has received of us, oldest first; each is taken apart once."""
        box = self.google.gmail.office.box(address)
        with self.google.world.lock:
            received = [one for one in box.messages.values() if one.received and one.id not in self._read]
        for one in received:
            message = email.message_from_bytes(one.raw, policy=policy.default)
            self._read[one.id] = Mail(Path(), message)
            self._of[address] = [*self._of.get(address, []), one.id]
        mails = (self._read[message_id] for message_id in self._of.get(address, []))
        return [mail for mail in mails if mail.message["X-Visavis-Kind"]]

    def _moments(self, start: datetime, until: datetime, every: timedelta) -> Iterator[datetime]:
        now = start
        while now <= until:
            for moment in sorted(moment for moment in self.happenings if moment <= now):
                for deed in self.happenings.pop(moment):
                    deed()
            self.google.now = now
            yield now
            now += every

    def _grant(self, holder: str, address: str, way: Way, now: datetime) -> Grant:
        if way is Way.OAUTH:
            return self._consented(holder, address, now, OWN_EVENTS)
        return Grant(holder, way, None, (EVENTS if way is Way.SHARED else OWN_EVENTS,), now)

    def _consented(self, holder: str, address: str, now: datetime, *scopes: str) -> Grant:
        (client,) = self.google.accounts.clients.values()
        info = self.google.accounts.grant(address, client, *scopes).info()
        secret = json.dumps({name: info[name] for name in FIELDS})
        return Grant(holder, Way.OAUTH, secret, tuple(scopes), now)


@contextmanager
def open_lab(folder: Path, google: FakeGoogle, *, workers: int = 8) -> Iterator[Lab]:
    """The lab in virtual time, its mailbox connected at the fake's own time."""
    settings = load_settings(set_up(folder, google, workers=workers), {})
    with open_house(settings, virtual=True) as house:
        lab = Lab(google, house)
        lab.connect_mailbox(google.now)
        yield lab
