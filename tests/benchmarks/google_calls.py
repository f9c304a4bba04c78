"""What a call to Google costs this program: `python -m tests.benchmarks.google_calls`.

CPU and wall time of one `events.list`, beside the same call over httplib2 (one connection,
nothing counted or limited) and beside building the request and reading the answer alone. Then 32
threads against a server that takes 150 ms, as Google does. The server is a process of its own
on this machine; times are the best of several rounds.
"""

import gzip
import json
import multiprocessing
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httplib2
from google.oauth2.credentials import Credentials

from service.google.apis import calendar_api
from service.google.calls import Account, Caller
from service.google.meter import Meter
from service.google.pace import RealPace
from service.google.transport import Transport

ROUNDS, CALLS = 7, 300
THREADS, LATENCY, LEADERS = 32, 0.15, 960
FIELDS = "timeZone,nextPageToken,nextSyncToken,items(id,status,summary,start,end,attendees,organizer,updated)"

Call = Callable[[Any], object]


def event(number: int) -> dict[str, object]:
    """One instance of a weekly meeting of two, as the API gives it."""
    people = [{"email": f"{who}@example.org", "responseStatus": "accepted"} for who in ("lea", f"m{number}")]
    return {
        "id": f"abcdefghijklmnop_{number:08}T100000Z",
        "status": "confirmed",
        "updated": "2026-11-20T10:00:00.000Z",
        "summary": f"1:1 Lea / M{number}",
        "organizer": {"email": "lea@example.org", "self": True},
        "start": {"dateTime": "2026-11-24T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-11-24T10:30:00+01:00", "timeZone": "Europe/Berlin"},
        "attendees": people,
    }


def answer(events: int) -> bytes:
    """A page as it goes over the wire: packed, under Google's usual headers."""
    page = {
        "timeZone": "Europe/Berlin",
        "nextSyncToken": "x" * 24,
        "items": [event(n) for n in range(events)],
    }
    body = gzip.compress(json.dumps(page).encode())
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Encoding: gzip\r\n"
        "Vary: Origin, X-Origin, Referer\r\nDate: Tue, 24 Nov 2026 12:00:00 GMT\r\nServer: ESF\r\n"
        f"X-XSS-Protection: 0\r\nCache-Control: private\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def serve(listener: socket.socket) -> None:
    """Answer every connection's requests; the calendar's name says with what."""
    pages = {b"/empty/": answer(0), b"/full/": answer(50), b"/slow/": answer(0)}

    def talk(connection: socket.socket) -> None:
        asked = b""
        with connection:
            while data := connection.recv(65536):
                asked += data
                if asked.endswith(b"\r\n\r\n"):
                    name = next(name for name in pages if name in asked)
                    time.sleep(LATENCY if name == b"/slow/" else 0)
                    connection.sendall(pages[name])
                    asked = b""

    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=talk, args=(connection,), daemon=True).start()


@contextmanager
def server() -> Iterator[str]:
    """The server's address, while it runs."""
    with socket.create_server(("127.0.0.1", 0), backlog=THREADS * 2) as listener:
        process = multiprocessing.get_context("fork").Process(target=serve, args=(listener,), daemon=True)
        process.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            process.terminate()
            process.join()


class Unsent:
    """In place of a connection: what the client library itself costs."""

    def request(self, *_: object, **__: object) -> tuple[httplib2.Response, bytes]:
        return httplib2.Response({"status": "200"}), b'{"items": [], "nextSyncToken": "x"}'


class Bare(threading.local):
    """httplib2 with a token, one connection for each thread."""

    def __init__(self) -> None:
        self.http = httplib2.Http(timeout=30)

    def request(self, uri: str, method: str, body: object, headers: dict[str, str], **_: Any) -> Any:
        return self.http.request(uri, method, body=body, headers=headers | {"authorization": "Bearer x"})


def request(url: str, calendar: str) -> Any:
    events = calendar_api(url).events()
    return events.list(
        calendarId=calendar,
        singleEvents=True,
        showDeleted=True,
        maxResults=2500,
        syncToken="x",
        fields=FIELDS,
    )


def best(call: Call, url: str, calendar: str) -> tuple[float, float]:
    """Milliseconds of CPU and of wall time a call, of the fastest of some rounds."""
    found = []
    for _ in range(ROUNDS):
        cpu, wall = time.thread_time(), time.perf_counter()
        for _ in range(CALLS):
            call(request(url, calendar))
        found.append((time.thread_time() - cpu, time.perf_counter() - wall))
    return min(cpu for cpu, _ in found) / CALLS * 1000, min(wall for _, wall in found) / CALLS * 1000


def together(call: Call, url: str) -> tuple[float, float]:
    """Milliseconds of CPU a call, and seconds of wall time, for all leaders once with many threads."""
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _: call(request(url, "slow")), range(THREADS)))  # connect first
        cpu, wall = time.process_time(), time.perf_counter()
        list(pool.map(lambda _: call(request(url, "slow")), range(LEADERS)))
        return (time.process_time() - cpu) / LEADERS * 1000, time.perf_counter() - wall


def measure() -> Iterator[str]:
    """What was found, line by line."""
    with server() as url, Transport() as transport:
        caller = Caller(transport, RealPace(), Meter(), calendar_per_minute=10_000_000)
        leader = Account("leader:1", transport.http(Credentials("x")), "leader:1")
        unsent, bare = Unsent(), Bare()
        ways: dict[str, Call] = {
            "the client library alone, nothing sent": lambda asked: asked.execute(http=unsent),
            "httplib2": lambda asked: asked.execute(http=bare),
            "ours": lambda asked: caller.read(leader, asked),
        }
        for calendar in ("empty", "full"):
            for name, call in ways.items():
                if calendar == "empty" or call is not ways["the client library alone, nothing sent"]:
                    cpu, wall = best(call, url, calendar)
                    yield f"{cpu:7.3f} ms CPU {wall:7.3f} ms wall  {calendar} page, {name}"
        for name in ("httplib2", "ours"):
            cpu, wall = together(ways[name], url)
            yield f"{cpu:7.3f} ms CPU {wall:7.3f} s wall   {LEADERS} leaders, {THREADS} threads, {name}"


def main() -> None:
    """Print what was measured."""
    for line in measure():
        print(line, flush=True)  # noqa: T201 - a benchmark prints


if __name__ == "__main__":
    main()
