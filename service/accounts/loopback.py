"""Waits on this machine for a browser that comes back from Google.

The flow library's own server takes whatever request comes first, a browser's look for an icon
or a connection opened in advance as well, and then gives up; this one waits for the right one.
"""

import os
import select
import socketserver
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self, TextIO
from urllib.parse import parse_qsl, urlsplit

from service.errors import UsageError

_SILENT_SECONDS = 2.0
_CHUNK = 64 * 1024
_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Thank you</title>"
    "<p>Thank you. You can close this window; the rest is said where you started.</p>"
)


class _Server(socketserver.TCPServer):
    allow_reuse_address = True  # a port that was asked for can be used again at once


class Loopback:
    """A server on 127.0.0.1 for one answer. `url` is where the browser is to come back to; `port`
    0 takes a free one, which does for a desktop app at Google. Raises `UsageError` for one in use."""

    def __init__(
        self,
        port: int = 0,
        *,
        clock: Callable[[], float] = time.monotonic,
        silent_seconds: float = _SILENT_SECONDS,
    ) -> None:
        self._clock = clock
        try:
            self._server = _Server(("127.0.0.1", port), self._handler(silent_seconds))
        except (OSError, OverflowError) as error:
            raise UsageError(
                f"--port {port} cannot be listened on ({getattr(error, 'strerror', None) or error}): "
                "choose another, or leave it out."
            ) from error
        self._server.timeout = 0
        self._state = ""
        self._found: dict[str, str] | None = None
        self._typed = b""
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def wait(
        self,
        state: str,
        seconds: float,
        typed: TextIO | None = None,
        mistyped: Callable[[], object] = lambda: None,
    ) -> dict[str, str] | None:
        """The fields that came back with `state`; None where nothing did in time.

        `typed` is where a person may paste the address their browser ended at, for a browser
        that runs on another machine; `mistyped` tells them that something else was pasted.
        """
        deadline = self._clock() + seconds
        self._state = state
        sources: list[Any] = [self._server, *([typed] if typed else [])]
        while (left := deadline - self._clock()) > 0:
            ready, _, _ = select.select(sources, [], [], left)
            if self._server in ready:
                self._server.handle_request()
            elif ready and typed and not self._read(typed, mistyped):
                sources.remove(typed)
            if self._found is not None:
                return self._found
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.server_close()

    def _read(self, typed: TextIO, mistyped: Callable[[], object]) -> bool:
        """The lines typed so far; whether there may be more. Without the stream's own buffer, in
        which a line would be hidden from `select`."""
        found = os.read(typed.fileno(), _CHUNK)
        *lines, self._typed = (self._typed + found).split(b"\n")
        for line in (line.decode(errors="replace").strip() for line in lines):
            if line and not self._take(line):
                mistyped()
        return bool(found)

    def _take(self, address: str) -> bool:
        """Remember an address that is the answer waited for; whether it is."""
        fields = dict(parse_qsl(urlsplit(address).query))
        if not {"code", "error"} & fields.keys() or fields.get("state") != self._state:
            return False
        self._found = fields
        return True

    def _handler(self, silent_seconds: float) -> type[BaseHTTPRequestHandler]:
        take = self._take

        class Handler(BaseHTTPRequestHandler):
            timeout = silent_seconds  # browsers open connections in advance and say nothing on them

            def do_GET(self) -> None:
                page = _PAGE.encode() if take(self.path) else b""
                self.send_response(200 if page else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_: object) -> None:
                """Its lines would hold the code."""

        return Handler
