"""HTTP to Google: each call sent once, within time limits, over connections that are kept.

The client library takes any object with the `request` of httplib2. httplib2 itself is not used:
it sends a POST again when the answer does not come, and is not safe among threads. Nor are
requests and urllib3, which cost two to four times as much a call.
"""

import time
import zlib
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse
from types import TracebackType
from typing import TYPE_CHECKING, Self

from service import __version__
from service.google.connections import Connections
from service.google.refusals import GoogleError, Trouble
from service.google.tokens import Locks, Signer, TokenAnswer

if TYPE_CHECKING:
    import httplib2
    from google.auth.credentials import Credentials

CONNECT_SECONDS, READ_SECONDS = 5.0, 30.0
WHOLE_SECONDS = 90.0
"""An answer that drips a byte now and then never runs into the read timeout; this ends it."""
MOST_BYTES = 128 * 1024 * 1024
"""The largest mail that Gmail takes, as its API packs it, is well under this."""

_CHUNK = 256 * 1024
_UNAUTHORIZED = 401
_AGENT = f"visavis/{__version__} (gzip)"  # without that word Google packs nothing


class Transport:
    """What a process sends its calls through, from all its threads; close it in the end."""

    def __init__(
        self,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        whole_seconds: float = WHOLE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        ca_file: str | None = None,
    ) -> None:
        import httplib2

        self._answer = httplib2.Response
        self._whole_seconds = whole_seconds
        self._clock = clock
        self._connections = Connections(
            connect_seconds=connect_seconds, read_seconds=read_seconds, clock=clock, ca_file=ca_file
        )
        self._locks = Locks()

    def http(self, credentials: "Credentials | None") -> "Http":
        """What the client library sends one account's calls through; as light as it looks."""
        if credentials is None:
            return Http(self, None)
        return Http(self, Signer(credentials, self._locks.of(credentials), self._post))

    def send(
        self, method: str, uri: str, body: bytes | str | None, headers: Mapping[str, str]
    ) -> "tuple[httplib2.Response, bytes]":
        """Send once and read the whole answer, whatever it says; no redirect is followed.

        Raises `GoogleError` where there is no answer; it then knows whether the call was sent.
        """
        scheme, _, host, *path = uri.split("/", 3)
        origin, target = f"{scheme}//{host}", f"/{''.join(path)}"
        connection = self._connections.take(origin)
        try:
            answer, content = self._exchange(connection, origin, method, target, body, headers)
        except (HTTPException, OSError, zlib.error):
            connection.close()
            # The library's messages may hold the whole address, so none is passed on or chained.
            raise GoogleError(Trouble.NO_ANSWER, may_have_happened=True) from None
        except BaseException:
            connection.close()
            raise
        if answer.will_close:
            connection.close()
        else:
            self._connections.give_back(origin, connection)
        return self._answer(answer), content

    def close(self) -> None:
        """Close every connection that is not in use just now."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _exchange(
        self,
        connection: HTTPConnection,
        origin: str,
        method: str,
        target: str,
        body: bytes | str | None,
        headers: Mapping[str, str],
    ) -> tuple[HTTPResponse, bytes]:
        route = self._connections.route(origin)
        if route.prefix:
            target, headers = route.prefix + target, {**headers, **route.headers}
        connection.request(method, target, body.encode() if isinstance(body, str) else body, headers)
        answer = connection.getresponse()
        return answer, _unpacked(answer, self._read(answer))

    def _read(self, answer: HTTPResponse) -> bytes:
        """All of it, as it comes; the connection is then free for the next call."""
        deadline = self._clock() + self._whole_seconds
        data = bytearray()
        with answer:
            while chunk := answer.read1(_CHUNK):
                data += chunk
                if len(data) > MOST_BYTES:
                    raise _too_large()
                if self._clock() > deadline:
                    raise TimeoutError
            if answer.length:
                raise ConnectionResetError  # closed before all that was promised had come
        return bytes(data)

    def _post(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> TokenAnswer:
        told, content = self.send(method, url, body, headers)
        return TokenAnswer(told.status, told, content)


class Http:
    """One account's way to Google, for `HttpRequest.execute(http=…)`; safe among threads."""

    def __init__(self, transport: Transport, signer: Signer | None) -> None:
        self._transport = transport
        self._signer = signer

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,  # noqa: ARG002 - httplib2's signature; none is ever followed
        connection_type: object = None,  # noqa: ARG002 - likewise
    ) -> "tuple[httplib2.Response, bytes]":
        """Send the call and read its answer, whatever it says.

        It is sent once. Only where Google did not take the token (401), and so did nothing, it is
        sent a second time with a new one. Raises `GoogleError` where there is no answer.
        """
        sent = {**(headers or {}), "user-agent": _AGENT}
        if self._signer is None:
            return self._transport.send(method, uri, body, sent)
        token = self._signer.sign(sent)
        answer = self._transport.send(method, uri, body, sent)
        if answer[0].status == _UNAUTHORIZED:
            self._signer.renew(token)
            self._signer.sign(sent)
            answer = self._transport.send(method, uri, body, sent)
        return answer

    def close(self) -> None:
        """Nothing: the connections are the transport's."""


def _unpacked(answer: HTTPResponse, content: bytes) -> bytes:
    """The content as it was before it was packed for the way."""
    if answer.headers.get("content-encoding") not in ("gzip", "deflate"):
        return content
    packed = zlib.decompressobj(zlib.MAX_WBITS | 32)  # either form
    data = packed.decompress(content, MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _too_large()
    if content and not packed.eof:
        raise zlib.error
    return data


def _too_large() -> GoogleError:
    return GoogleError(Trouble.REFUSED, reason="tooLarge", may_have_happened=True)
