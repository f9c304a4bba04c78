"""Writing .ics files for tests, and serving them on this machine."""

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from service.domain.events import Event, Guest, GuestKind


def vevent(*lines: str, uid: str = "one@example.org") -> str:
    """A VEVENT of these lines."""
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


def calendar(*parts: str) -> bytes:
    """A VCALENDAR of these parts: properties, zones, events."""
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""]).encode()


def written(events: list[Event], zone: str | None = None) -> bytes:
    """Events as a calendar program would write them, each occurrence on its own."""
    header = [f"X-WR-TIMEZONE:{zone}"] if zone else []
    return calendar(*header, *[_written(event) for event in events])


def _written(event: Event) -> str:
    lines = [
        f"DTSTART:{_utc(event.start)}",
        f"DTEND:{_utc(event.end)}",
        f"SUMMARY:{event.title}",
        f"STATUS:{event.status.value.upper()}",
        *([f"ORGANIZER:mailto:{event.organizer}"] if event.organizer else []),
        *[_attendee(guest) for guest in event.guests],
    ]
    if event.occurrence:
        lines.append(f"RECURRENCE-ID:{_utc(datetime.fromisoformat(event.occurrence))}")
    if not event.busy:
        lines.append("TRANSP:TRANSPARENT")
    return vevent(*lines, uid=event.uid)


def _attendee(guest: Guest) -> str:
    kinds = {GuestKind.HUMAN: "INDIVIDUAL", GuestKind.ROOM: "ROOM", GuestKind.GROUP: "GROUP"}
    role = "OPT-PARTICIPANT" if guest.optional else "REQ-PARTICIPANT"
    answer = guest.response.value.upper().replace("_", "-")
    who = f'CN="{guest.name}";CUTYPE={kinds[guest.kind]}'
    return f"ATTENDEE;{who};PARTSTAT={answer};ROLE={role}:mailto:{guest.email}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


@dataclass
class Site:
    """What the server on this machine answers; `asked` keeps the headers of every request.

    `drips` bytes are sent one by one, `dripped` of them so far.
    """

    url: str = ""
    body: bytes = b""
    status: int = 200
    etag: str | None = None
    modified: str | None = None
    zipped: bool = False
    location: str | None = None
    cut: bool = False
    drips: int = 0
    dripped: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        site = self.site
        self.site.asked.append(dict(self.headers))
        told = {"If-None-Match": site.etag, "If-Modified-Since": site.modified}
        unchanged = any(value and self.headers.get(name) == value for name, value in told.items())
        self._answer(304, b"") if unchanged else self._answer(site.status, site.body)

    def _answer(self, status: int, body: bytes) -> None:
        site = self.site
        sent = gzip.compress(body) if site.zipped else body
        headers = {
            "ETag": site.etag,
            "Last-Modified": site.modified,
            "Location": site.location,
            "Content-Encoding": "gzip" if site.zipped else None,
            "Content-Length": str(len(sent) + (10 if site.cut else 0)),
        }
        self.send_response(status)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        with suppress(ConnectionError):  # who asked may have given up
            for place in range(site.drips):
                self.wfile.write(sent[place : place + 1])
                site.dripped += 1
                time.sleep(0.005)
            self.wfile.write(sent[site.drips :])

    def log_message(self, *_: object) -> None:
        """Say nothing on stderr."""


@contextmanager
def served(body: bytes = b"") -> Iterator[Site]:
    """A web site on this machine that answers every path alike."""
    site = Site(body=body)
    handler = type("Handler", (_Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    site.url = f"http://127.0.0.1:{server.server_address[1]}/secret-7c1f/basic.ics"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
