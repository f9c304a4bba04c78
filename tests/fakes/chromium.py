"""A real Chromium, driven by Playwright: what it shows, what axe says of it, what it complains of."""

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Event, Thread, Timer
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    Request,
    sync_playwright,
)

from service.web.server import serve
from tests.fakes.postgres import give_up

PHONE = 375
TALL = 812
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
MODULES = Path(__file__).parents[1] / "browser" / "node_modules"
_AXE = MODULES / "axe-core" / "axe.min.js"
_PATIENCE = 10_000.0  # milliseconds: a page that takes longer is broken, on a busy machine too
_MOMENT = 100.0
_FLAGS = (
    "--no-sandbox",  # containers run as root, where there is none
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing outside this machine
)

Scheme = Literal["light", "dark"]


@dataclass
class Chromium:
    """One Chromium, started when it is asked for, and anew when it has died."""

    playwright: Playwright
    program: str
    _running: Browser | None = None
    _pid: int = 0

    def browser(self) -> Browser:
        """The browser, with a fresh profile."""
        if self._running is None or not self._running.is_connected():
            self._running = self.playwright.chromium.launch(executable_path=self.program, args=_FLAGS)
            processes = self._running.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
            found = (each["id"] for each in processes["processInfo"] if each["type"] == "browser")
            self._pid = next(found)
        return self._running

    @contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """End it if this takes longer: not everything that waits for a page gives up by itself."""
        guard = Timer(seconds, os.kill, (self._pid, signal.SIGKILL))
        guard.start()
        try:
            yield
        finally:
            guard.cancel()

    def close(self) -> None:
        if self._running is not None:
            self._running.close()


@contextmanager
def chromium() -> Iterator[Chromium]:
    """A Chromium; the test is given up where there is none."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        give_up("Chromium is not installed here (apt-get install chromium)")
    with sync_playwright() as playwright:
        running = Chromium(playwright, found)
        yield running
        running.close()


@dataclass
class Windows:
    """Windows of one browser, each with its own cookies; `troubles` is what their pages complained of."""

    browser: Browser
    troubles: list[str] = field(default_factory=list)
    _open: list[BrowserContext] = field(default_factory=list)

    def __call__(
        self,
        width: int = PHONE,
        *,
        height: int = TALL,
        color_scheme: Scheme = "light",
        javascript: bool = True,
        language: str = "en",
        strict: bool = True,
    ) -> Page:
        """A new window. Without `strict` a page's own rules (its CSP) are not kept."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=color_scheme,
            java_script_enabled=javascript,
            locale=language,
            bypass_csp=not strict,
        )
        context.set_default_timeout(_PATIENCE)
        self._open.append(context)
        page = context.new_page()
        self._listen(page)
        return page

    def close(self) -> None:
        """Close them all."""
        for context in self._open:
            context.close()
        self._open.clear()

    def _listen(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))
        page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        """Errors are noted, breaches of the CSP among them; a whole page may well answer 404."""
        about = str(message.location.get("url", ""))
        page = message.page
        is_the_page = page is not None and about == page.url and message.text.startswith("Failed to load")
        if message.type in {"error", "warning"} and not is_the_page and not about.endswith("/favicon.ico"):
            self.troubles.append(f"{about}: {message.text}")

    def _asked(self, request: Request) -> None:
        """Pages and mails take nothing from others."""
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.hostname != "127.0.0.1":
            self.troubles.append(f"{request.frame.url} wants {request.url}")


@cache
def _axe_source() -> str:
    if not _AXE.exists():
        give_up("axe-core is not installed here (npm install --prefix tests/browser --no-package-lock)")
    return _AXE.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.1 A and AA, a line each: rule, what it means, where, why.

    It is put in by the debugger, which a page's CSP does not bind: pages are judged as served.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe_source())
    found: dict[str, Any] = page.evaluate(
        """tags => axe.run(document, {
            runOnly: {type: "tag", values: tags}, resultTypes: ["violations"], preload: false,
        })""",
        list(WCAG),
    )
    return [_line(rule, node) for rule in found["violations"] for node in rule["nodes"]]


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    reasons = "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])
    return f"{rule['id']} ({rule['help']}): {node['html'][:160]} – {reasons}"


def hidden_sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window; 0 is as it should be."""
    page.wait_for_load_state()
    found: int = page.evaluate(
        "() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) "
        "- document.documentElement.clientWidth"
    )
    return max(0, found)


def scan(page: Page, address: str) -> list[str]:
    """Do as the scanner of a firm's mails: open the address and every link on it, scripts run.

    The addresses opened, in order. Nothing is pressed or typed.
    """
    opened = [address]
    _open(page, address)
    links: list[str] = page.eval_on_selector_all(
        "[href], [src], [action]",
        "all => all.map(one => one.getAttribute('href') || one.getAttribute('src') "
        "|| one.getAttribute('action'))",
    )
    here = urlsplit(address).netloc
    for link in dict.fromkeys(urljoin(page.url, one) for one in links):
        if urlsplit(link).netloc == here and link not in opened:
            with suppress(Error):  # a file to keep is no page to open: asked for all the same
                _open(page, link)
            opened.append(link)
    page.wait_for_timeout(_MOMENT)
    return opened


def _open(page: Page, address: str) -> None:
    page.goto(address, wait_until="load")
    page.wait_for_timeout(_MOMENT)  # what a script asks for at once is asked for by then


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application on a real server on this machine; its address, without a slash at the end."""
    stop, opened = Event(), Event()
    ports: list[int] = []

    def ready(port: int) -> None:
        ports.append(port)
        opened.set()

    thread = Thread(target=serve, args=(app, "127.0.0.1", 0, stop), kwargs={"ready": ready}, daemon=True)
    thread.start()
    assert opened.wait(_PATIENCE / 1000), "the server did not open"
    try:
        yield f"http://127.0.0.1:{ports[0]}"
    finally:
        stop.set()
        _wake(ports[0])
        thread.join()


def _wake(port: int) -> None:
    """A server that waits for a call does not look whether it is to stop."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        pass
