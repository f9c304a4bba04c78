"""A house with Google in it: visavis.toml points to the fake, and a person sits at the browser."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests

from service.assembly import House as Wired
from service.assembly import open_house
from service.domain.grants import Grant
from service.settings import load_settings
from service.storage import grants, people
from tests.fakes.cli import Done, House
from tests.fakes.google.auth import OAuthClient, ServiceAccount
from tests.fakes.google.server import FakeGoogle

ADA, BEN, LAB = "ada@example.org", "ben@example.org", "lab@example.org"


@dataclass
class GoogleHouse:
    """A folder in which the commands run, and the Google that they meet."""

    house: House
    google: FakeGoogle
    opened: list[str] = field(default_factory=list)
    """The addresses that the browser was sent to."""
    _browsing: list[threading.Thread] = field(default_factory=list)

    def set(self, **values: str) -> None:
        """Settings, as VISAVIS_<SECTION>_<KEY> without its beginning."""
        self.house.environ |= {f"VISAVIS_{name}": value for name, value in values.items()}

    def client(self, *, kind: str = "installed", testing: bool = False, redirect: str = "") -> OAuthClient:
        """An OAuth client that client_file holds from now on."""
        uris = [redirect] if redirect else []
        client = self.google.accounts.client(kind=kind, testing=testing, redirect_uris=uris)
        self.write("client.json", client.config())
        self.set(GOOGLE_CLIENT_FILE="client.json")
        return client

    def service_account(self, *delegated: str, delegation: bool = False) -> ServiceAccount:
        """A service account whose key service_account holds from now on."""
        account = self.google.accounts.service_account(delegated=delegated)
        self.write("service-account.json", account.info())
        self.set(GOOGLE_SERVICE_ACCOUNT="service-account.json", GOOGLE_DELEGATION=str(delegation).lower())
        return account

    def write(self, name: str, content: object) -> Path:
        path = self.house.folder / name
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    def add(self, address: str = ADA, calendar: str = "google", *flags: str) -> Done:
        """A leader with a calendar at Google."""
        name = address.partition("@")[0].capitalize()
        return self.house.ok(
            *("leaders", "add", address, "--name", name, "--timezone", "Europe/Berlin"),
            *("--calendar", calendar, *flags),
        )

    def run(self, *argv: str) -> Done:
        done = self.house.run(*argv)
        for thread in self._browsing:
            thread.join(30)
        return done

    def ok(self, *argv: str) -> Done:
        done = self.run(*argv)
        assert done.code == 0, f"{done.out}\n{done.err}"
        return done

    def browse(self, address: str) -> bool:
        """What stands in for `webbrowser.open`: the person answers at once, as `accounts.consent` says."""
        self.opened.append(address)
        thread = threading.Thread(target=requests.get, args=(address,), kwargs={"timeout": 30})
        thread.start()
        self._browsing.append(thread)
        return True

    def asked(self, name: str) -> str:
        """A field of the last consent that was asked for."""
        return parse_qs(urlsplit(self.opened[-1]).query)[name][0]

    def grant(self, holder: str) -> Grant | None:
        """What is stored."""
        with self.wired() as house, house.database.read() as tx:
            return grants.of(tx, holder)

    def leader(self, address: str = ADA) -> people.LeaderRow:
        with self.wired() as house, house.database.read() as tx:
            row = people.by_email(tx, address)
        assert row is not None
        return row

    @contextmanager
    def wired(self) -> Iterator[Wired]:
        """The same house, as the worker and the pages open it."""
        with open_house(load_settings(self.house.folder / "visavis.toml", self.house.environ)) as house:
            yield house


@contextmanager
def google_house(house: House) -> Iterator[GoogleHouse]:
    """Ada, Ben and the lab's mailbox at Google; Ada sits at the browser."""
    with FakeGoogle() as google:
        for address in (ADA, BEN, LAB):
            google.user(address)
        google.accounts.will_consent(ADA)
        made = GoogleHouse(house, google)
        made.set(GOOGLE_ENDPOINT=google.url, GOOGLE_TOKEN_URI=google.token_uri)
        yield made
