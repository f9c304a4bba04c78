"""How long answering takes, from the tap in a mail to what was understood: `python -m tests.benchmarks.form`.

Twenty forms of one leader, each answered by the tap and one press, in a real Chromium against the
real server on this machine, and by the test client for the server's part alone. Times are in
milliseconds: the median and the longest.
"""

import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page

from service.accounts.signing import Purpose
from service.storage.database import make_engine
from service.storage.migrate import upgrade
from tests.fakes.chromium import Windows, chromium, serving
from tests.fakes.desks import HOUR, at
from tests.fakes.offices import JOINED, WEEK, series
from tests.fakes.web_house import WebHouse, open_web_house

FIRST = at("2026-11-03 14:00")
ROUNDS = 20


@contextmanager
def answered_for_weeks() -> Iterator[tuple[WebHouse, list[str]]]:
    """Lea with a form for each of many weeks; their paths, as they stand in the mails."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/visavis.db")
        upgrade(engine)
        engine.dispose()
        web = open_web_house(Path(folder))
        web.little.add_leader().events = series(FIRST, 2 * ROUNDS + 4)
        web.little.run(JOINED)
        for week in range(2 * ROUNDS):
            web.now = FIRST + week * WEEK + HOUR
            web.little.run(web.now - timedelta(hours=6), web.now)
        rows = [one for one in web.little.rows("reflection") if one.sent_at]
        yield web, [web.path(Purpose.FORM, one.token) for one in rows]
        web.little.database.close()


def taken(work: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def told(name: str, times: list[float]) -> None:
    print(f"{name:42} {statistics.median(times):7.1f} {max(times):7.1f}")  # noqa: T201 - its result


def on_the_server(web: WebHouse, paths: list[str]) -> None:
    """Opening the page, and sending it, without a browser or a network."""
    looking, sending = [], []
    for path in paths:
        client = web.app.test_client()
        pages: list[str] = []
        looking.append(taken(lambda: pages.append(client.get(f"{path}?q=1&a=0").text)))  # noqa: B023
        token = re.findall(r'name="csrf_token" value="([^"]*)"', pages[0])[0]
        data = {"csrf_token": token, "a1": "0", "a2": "We walked along the river."}
        sending.append(taken(lambda: client.post(path, data=data)))  # noqa: B023
    told("server: the page", looking)
    told("server: storing it, and the receipt", sending)


def in_the_browser(page: Page, base: str, paths: list[str]) -> None:
    """From the link to the page with its answer marked, and from there to the receipt."""
    opening, sending = [], []
    for path in paths:
        opening.append(taken(lambda: page.goto(f"{base}{path}?q=1&a=0")))  # noqa: B023
        sending.append(taken(lambda: _send(page)))
    told("browser: tap in the mail to the page", opening)
    told("browser: press to the receipt", sending)
    told("browser: from tap to receipt", [sum(both) for both in zip(opening, sending, strict=True)])


def _send(page: Page) -> None:
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Thank you").wait_for()


def main() -> None:
    """Print the figures."""
    print(f"{'milliseconds':42} {'median':>7} {'longest':>7}")  # noqa: T201 - its result
    with answered_for_weeks() as (web, paths):
        on_the_server(web, paths[:ROUNDS])
        with chromium() as running, serving(web.app) as base:
            windows = Windows(running.browser())
            in_the_browser(windows(), base, paths[ROUNDS : 2 * ROUNDS])
            windows.close()


if __name__ == "__main__":
    main()
