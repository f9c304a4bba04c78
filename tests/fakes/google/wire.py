"""A small HTTP/1.1 server on this machine: keep-alive, a thread a connection, one write an answer.

The standard library's handler parses headers as mail, which costs more than all the rest of a call.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import BinaryIO

MOST_BYTES = 36 * 1024 * 1024  # as much as Gmail takes for one mail
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked; header names are lower-case, the target is still encoded."""

    verb: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer, `after` so many seconds; `sent` is the share of the body that gets through.

    0 sends nothing, not even a status; anything but 1 closes the connection.
    """

    status: int = 200
    body: bytes = b""
    kind: str = "application/json; charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    after: float = 0.0
    sent: float = 1.0


class WireServer:
    """Answers every request with `answer`; what that raises is kept in `broken`."""

    def __init__(self, answer: Callable[[Request], Reply], port: int = 0) -> None:
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", port), backlog=512)
        self.port: int = self._listener.getsockname()[1]
        self.broken: list[Exception] = []
        self.accepted = 0
        self._closing = threading.Event()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        self._door = threading.Thread(target=self._accept, name="fake-google", daemon=True)

    def start(self) -> None:
        self._door.start()

    def close(self) -> None:
        """Cut every connection and wait until nothing runs any more."""
        self._closing.set()
        with contextlib.suppress(OSError):  # wakes the listener up
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        self._door.join()
        self._listener.close()
        with self._lock:
            left = list(self._open.items())
        for connection, _ in left:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for _, thread in left:
            thread.join()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._closing.is_set():
                connection.close()
                return
            self.accepted += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            with self._lock:
                self._open[connection] = thread
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with connection.makefile("rb") as stream, contextlib.suppress(OSError):
                while self._serve_one(connection, stream):
                    pass
        finally:
            with self._lock:
                del self._open[connection]
            connection.close()

    def _serve_one(self, connection: socket.socket, stream: BinaryIO) -> bool:
        """Whether the connection stays open."""
        try:
            request = _read(stream)
        except ValueError:
            connection.sendall(_written(Reply(400, b"Bad request", "text/plain")))
            return False
        if request is None:
            return False
        reply = self._answered(request)
        if reply.after:
            self._closing.wait(reply.after)
        if reply.sent:
            connection.sendall(_written(reply))
        if reply.sent < 1:
            return False
        return request.headers.get("connection", "").lower() != "close"

    def _answered(self, request: Request) -> Reply:
        try:
            return self._answer(request)
        except Exception as error:  # noqa: BLE001 - a mistake in the fake has to reach the test
            self.broken.append(error)
            return Reply(500, f"The fake is broken: {error!r}".encode(), "text/plain")


def _read(stream: BinaryIO) -> Request | None:
    """The next request; None where the client has gone. Raises ValueError for what is none."""
    line = stream.readline(65536)
    if not line:
        return None
    verb, target, version = line.decode("latin-1").split()
    if not version.startswith("HTTP/1."):
        raise ValueError(version)
    headers = {}
    while (line := stream.readline(65536)) not in (b"\r\n", b"\n"):
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise ValueError(line)
        headers[name.lower()] = value.strip()
    length = int(headers.get("content-length") or 0)
    if "transfer-encoding" in headers or not 0 <= length <= MOST_BYTES:
        raise ValueError(length)
    body = stream.read(length) if length else b""
    if len(body) < length:  # the client died in the midst of it
        return None
    return Request(verb, target, headers, body)


def _written(reply: Reply) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} {_PHRASES.get(reply.status, 'Unknown')}"]
    if reply.body or reply.status not in {204, 304}:
        lines += [f"Content-Type: {reply.kind}", f"Content-Length: {len(reply.body)}"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    body = reply.body[: int(len(reply.body) * reply.sent)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
