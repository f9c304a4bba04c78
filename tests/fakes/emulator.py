"""A Google that others wrote: the npm package `emulate`, started on this machine for a test.

`npm install --prefix tests/emulator --no-package-lock` installs it; CI does. It knows the plain
paths only (see tests/emulator/README.md), and none of our code is in it.
"""

import html
import json
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from tests.fakes.node import OLDEST, newer_node
from tests.fakes.postgres import give_up

if TYPE_CHECKING:
    from google.oauth2.credentials import Credentials

HOME = Path(__file__).parents[1] / "emulator"
CLIENT_ID, CLIENT_SECRET, CALLBACK = "visavis", "GOCSPX-of-the-emulator", "http://127.0.0.1:8099/"
PROGRAM = HOME / "node_modules/emulate/dist/index.js"
_TRIES, _PATIENCE = 5, 30.0
_FORM = re.compile(r"<form.*?</form>", re.DOTALL)
_FIELD = re.compile(r'name="([^"]+)" value="([^"]*)"')


class NotStartedError(Exception):
    """The emulator ended, or did not answer in time; the text is what it printed."""


@dataclass(frozen=True)
class Emulator:
    """A running emulator."""

    url: str
    process: subprocess.Popen[bytes]

    @property
    def token_uri(self) -> str:
        return f"{self.url}/oauth2/token"

    def client(self) -> dict[str, Any]:
        """The client-secrets file of the one app it knows."""
        inner = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "auth_uri": f"{self.url}/o/oauth2/v2/auth",
            "token_uri": self.token_uri,
            "redirect_uris": [CALLBACK],
        }
        return {"installed": inner}

    def consent(self, address: str, user: str) -> str:
        """Do at the consent page what `user` would do; where the browser is sent then."""
        with _browser() as browser:
            page = browser.get(address, timeout=10).text
            form = next(each for each in _FORM.findall(page) if user in each)
            fields = {name: html.unescape(value) for name, value in _FIELD.findall(form)}
            where = f"{self.url}/o/oauth2/v2/auth/callback"
            answer = browser.post(where, fields, allow_redirects=False, timeout=10)
            return str(answer.headers["Location"])

    def grant(self, user: str, *scopes: str) -> "Credentials":
        """The credentials that a user's consent gives, PKCE and state included."""
        from google_auth_oauthlib.flow import Flow

        flow = Flow.from_client_config(self.client(), scopes, redirect_uri=CALLBACK)
        address, _ = flow.authorization_url(access_type="offline", prompt="consent")
        # It looks for the client's id in the body only, where RFC 6749 prefers the header.
        flow.fetch_token(authorization_response=self.consent(address, user), include_client_id=True)
        flow.oauth2session.close()
        credentials: Credentials = flow.credentials
        return credentials

    def revoke(self, token: str) -> None:
        """Take a grant back, as its user could."""
        with _browser() as browser:
            browser.post(f"{self.url}/oauth2/revoke", {"token": token}, timeout=10).raise_for_status()


@contextmanager
def running(folder: Path, seed: Mapping[str, Any]) -> Iterator[Emulator]:
    """Start it with a seed; `folder` takes its files. It is gone at the end."""
    program = _program()
    seed_file = folder / "seed.json"
    google = {"oauth_clients": [_CLIENT], **seed}
    seed_file.write_text(json.dumps({"google": google}), encoding="utf-8")
    process, url = _started(program, folder, seed_file)
    try:
        yield Emulator(url, process)
    finally:
        _stop(process)


def answers(url: str) -> bool:
    """Whether it takes calls."""
    try:
        with _browser() as browser:
            return browser.get(f"{url}/.well-known/openid-configuration", timeout=5).ok
    except requests.ConnectionError:
        return False


def wait(ready: Callable[[], bool], ended: Callable[[], bool], patience: float = _PATIENCE) -> bool:
    """Whether something gets ready before it ends, and within so many seconds."""
    last = time.monotonic() + patience
    while time.monotonic() < last:
        if ready():
            return True
        if ended():
            return False
        time.sleep(0.02)
    return False


_CLIENT = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "redirect_uris": [CALLBACK]}


def _browser() -> requests.Session:
    """One that asks no proxy: what it visits is on this machine."""
    session = requests.Session()
    session.trust_env = False
    return session


def _program() -> list[str]:
    """How to run it; the test is given up where it is not installed."""
    if not PROGRAM.exists():
        give_up("The Google emulator is not installed here (npm install --prefix tests/emulator)")
    node = newer_node()
    if node is None:
        give_up(f"The Google emulator needs Node {OLDEST} or newer")
    return [node, str(PROGRAM), "start", "--service", "google"]


def _started(program: list[str], folder: Path, seed: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start on a free port; somebody else may take it in between, so more than once."""
    for _ in range(_TRIES):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        process = _launched([*program, "--port", str(port), "--base-url", url, "--seed", str(seed)], folder)
        if wait(partial(answers, url), partial(_has_ended, process)):
            return process, url
        _stop(process)
    raise NotStartedError((folder / "emulator.txt").read_text(errors="replace")[-2000:])


def _launched(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "emulator.txt").open("ab") as output:
        return subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is not None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
