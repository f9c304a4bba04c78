"""A server on this machine that answers as a test says, or breaks off, and keeps what it was asked."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request as it came; header names are lower-case, connections are numbered from 1."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    connection: int


@dataclass(frozen=True)
class Reply:
    """An answer. `missing` bytes are promised and never come, `drip` more follow as one byte every
    10 ms, `last` closes the connection without having said so, `pieces` are its chunks
    where no length is told."""

    body: bytes = b"{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    missing: int = 0
    drip: int = 0
    last: bool = False
    pieces: int = 0


CUT = None
"""Instead of a reply: the connection is closed without a word."""


class Peer:
    """What the server is asked, and what it does: `answer` may block, and runs in the connection's thread."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self.answer: Callable[[Asked], Reply | None] = lambda _: Reply()
        self.dripped = 0
        self.closed: list[int] = []
        self.a_close = threading.Condition()

    def replies(self, *replies: Reply | None) -> None:
        """Answer with these in turn, and with the last one from then on."""
        left = list(replies)
        self.answer = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def has_closed(self, count: int) -> bool:
        """Wait until that many connections are closed on this side."""
        with self.a_close:
            return self.a_close.wait_for(lambda: len(self.closed) >= count, timeout=10)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits 40 ms for the client's leave
    server: "_Server"

    def setup(self) -> None:
        self.number = self.server.enter(self.request)
        super().setup()

    def finish(self) -> None:
        super().finish()
        self.connection.close()
        with self.server.peer.a_close:
            self.server.peer.closed.append(self.number)
            self.server.peer.a_close.notify_all()

    def handle_one_request(self) -> None:
        with suppress(OSError):
            super().handle_one_request()
            return
        self.close_connection = True

    def _answer(self) -> None:
        peer = self.server.peer
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, body, self.number)
        peer.asked.append(asked)
        reply = peer.answer(asked)
        if reply is CUT:
            self.close_connection = True
            return
        self._send(reply)
        self.close_connection = self.close_connection or reply.last or reply.missing > 0

    def _send(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        length = len(reply.body) + reply.missing + reply.drip
        told = {"Transfer-Encoding": "chunked"} if reply.pieces else {"Content-Length": str(length)}
        for name, value in {**told, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(_chunked(reply) if reply.pieces else reply.body)
        for self.server.peer.dripped in range(1, reply.drip + 1):
            self.server.over.wait(0.01)
            self.wfile.write(b" ")

    do_GET = do_POST = do_PUT = do_DELETE = do_CONNECT = _answer  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Say nothing on stderr."""


def _chunked(reply: Reply) -> bytes:
    size = -(-len(reply.body) // reply.pieces)
    cut = [reply.body[start : start + size] for start in range(0, len(reply.body), size)]
    end = b"" if reply.missing else b"0\r\n\r\n"
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in cut) + end


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128

    def __init__(self, peer: Peer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.peer = peer
        self.over = threading.Event()
        self._open: list[socket.socket] = []

    def enter(self, connection: socket.socket) -> int:
        self._open.append(connection)
        return len(self._open)

    def end(self) -> None:
        """Let every handler come to its end, whatever the client still holds open."""
        self.over.set()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients break off here; that is what the tests are about."""


@contextmanager
def served(tls: ssl.SSLContext | None = None) -> Iterator[Peer]:
    """The server, running until the end of the block."""
    peer = Peer()
    server = _Server(peer)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    peer.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.end()
        server.server_close()
        thread.join()
