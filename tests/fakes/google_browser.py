"""Somebody's browser at our pages and at the fake Google, over real HTTP."""

import html
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from queue import Queue
from threading import Event, Thread
from urllib.parse import urljoin

import requests

from service.accounts.links import Whose, link_token
from service.clock import utc_now
from service.web.server import serve
from service.web.wiring import pages_of
from tests.fakes.google_house import ADA, GoogleHouse

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_SECONDS = 30


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass
class GoogleBrowser:
    """A leader's browser; `moved` is how far its clock and the server's have gone on."""

    lab: GoogleHouse
    base: str
    moved: timedelta = timedelta()
    session: requests.Session = field(default_factory=requests.Session)

    def link(self, email: str = ADA) -> str:
        """What the reconnect mail holds."""
        row = self.lab.leader(email)
        with self.lab.wired() as house:
            return f"{self.base}/c/{link_token(house.vault, Whose(email, row.leader.key), utc_now())}"

    def handed(self, *command: str) -> str:
        """The link that a command gives the operator to send."""
        done = self.lab.ok(*command)
        assert "on this machine alone" in done.err
        return done.out.split()[-1].replace(self.lab.house.environ["VISAVIS_SERVICE_BASE_URL"], self.base)

    def open(self, url: str) -> requests.Response:
        return self.session.get(url, timeout=_SECONDS, allow_redirects=False)

    def press(self, url: str, **typed: object) -> requests.Response:
        """The page's button, with the hidden fields of its form."""
        return self.send(url, self.open(url), typed)

    def send(
        self, url: str, page: requests.Response, typed: Mapping[str, object] | None = None
    ) -> requests.Response:
        """The button of a page that was opened before."""
        fields = dict(_HIDDEN.findall(page.text)) | dict(typed or {})
        return self.session.post(url, fields, timeout=_SECONDS, allow_redirects=False)

    def follow(self, answer: requests.Response) -> requests.Response:
        """Where the answer leads on to."""
        return self.open(urljoin(answer.url, answer.headers["Location"]))

    def at_google(self, page: requests.Response) -> str:
        """Consent, or whatever the person does there; where Google sends the browser."""
        return self.open(page.headers["Refresh"].removeprefix("0; url=")).headers["Location"]

    def consent(self, url: str, **typed: object) -> requests.Response:
        """The button, Google, and back."""
        return self.open(self.at_google(self.press(url, **typed)))


@contextmanager
def google_browser(lab: GoogleHouse) -> Iterator[GoogleBrowser]:
    """A browser, and our pages on a free port, with a client at Google that may come back to them."""
    base = f"http://127.0.0.1:{free_port()}"
    lab.set(SERVICE_BASE_URL=base)
    lab.client(kind="web", redirect=f"{base}/c/back")
    browser = GoogleBrowser(lab, base)
    with served(browser), browser.session:
        yield browser


@contextmanager
def served(browser: GoogleBrowser) -> Iterator[None]:
    """The pages of the house as it is set up now, on the browser's port."""
    ports: Queue[int] = Queue()
    stop = Event()
    with browser.lab.wired() as house, ExitStack() as ending:
        app = pages_of(house, lambda: utc_now() + browser.moved)
        port = int(browser.base.rpartition(":")[2])
        more = {"ready": ports.put}
        thread = Thread(target=serve, args=(app, "127.0.0.1", port, stop), kwargs=more)
        thread.start()
        ending.callback(thread.join, timeout=_SECONDS)
        ending.callback(stop.set)
        ports.get(timeout=_SECONDS)
        yield


def words(page: requests.Response) -> str:
    """What a person reads, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
