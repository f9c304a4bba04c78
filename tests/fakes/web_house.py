"""The pages over a little house, on a real SQLite file: `web.visitor()` is a browser.

    def test_a_page(web: WebHouse) -> None:
        web.little.add_leader()
        page = web.visitor(LEA).get("/me/")

`web.now` is the pages' clock (set it to go on in time); `web.little` has the calendars, the
passes and the mails that left; `web.app` can be served to a real browser.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flask import Flask
from playwright.sync_api import Page

from service.accounts.signing import Purpose
from service.accounts.vault import Vault
from service.assembly import House
from service.assembly.google import open_doors
from service.settings import load_settings
from service.web.wiring import pages_of
from tests.fakes.databases import KEY
from tests.fakes.desks import at
from tests.fakes.offices import LEA, Inline, LittleHouse, open_little_house
from tests.fakes.visitor import Visitor, visitor

HERE = "http://127.0.0.1:8080"
SETTINGS = """\
[service]
database = "sqlite:///visavis.db"
base_url = "{base_url}"
secret_key = "signs the sessions of these tests and nothing else"

[mail]
from = "One-on-One Lab <lab@example.org>"
"""


@dataclass
class WebHouse:
    """A little house with its pages."""

    little: LittleHouse
    house: House
    now: datetime = field(default_factory=lambda: at("2026-11-03 12:00"))
    _app: Flask | None = None

    @property
    def app(self) -> Flask:
        """The pages, on this house's clock."""
        if self._app is None:
            self._app = pages_of(self.house, lambda: self.now)
        return self._app

    def visitor(self, leader: str | None = None) -> Visitor:
        """A new browser: nobody's, or one in which the leader with this address is signed in."""
        client = visitor(self.app)
        if leader is not None:
            with client.session_transaction() as session:
                session["leader"] = self.little.row(leader).leader.key
        return client

    def cookie(self, leader: str) -> str:
        """What a real browser holds in which this leader is signed in, as `visavis`."""
        client = self.visitor(leader)
        found = client.get_cookie("visavis")
        assert found is not None
        return found.value

    def sign_in(self, page: Page, base: str, leader: str = LEA) -> Page:
        """Let a real browser's window, for the pages served at `base`, be this leader's."""
        page.context.add_cookies([{"name": "visavis", "value": self.cookie(leader), "url": base}])
        return page

    def path(self, purpose: Purpose, subject: str) -> str:
        """A signed link's path, made now."""
        return self.house.office.signer.path(purpose, subject, self.now)

    def leader_path(self, purpose: Purpose, leader: str = LEA) -> str:
        """The same for links that name a leader."""
        return self.path(purpose, self.little.row(leader).leader.key)


def open_web_house(folder: Path, *, base_url: str = HERE, **more: object) -> WebHouse:
    """Over the database `visavis.db` of the folder, which is set up; close its database in the end."""
    (folder / "visavis.toml").write_text(SETTINGS.format(base_url=base_url), encoding="utf-8")
    settings = load_settings(folder / "visavis.toml", {})
    little = open_little_house(folder / "visavis.db", **more)
    doors = open_doors(settings, little.database, None)
    house = House(settings, little.database, Vault([KEY]), doors, little.office, Inline())
    return WebHouse(little, house)
