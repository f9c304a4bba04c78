"""HTTP to Google: each call sent once, within time limits, over connections that are kept.

The client library takes any object with the `request` of httplib2. httplib2 itself is not used:
it sends a POST again when the answer does not come, and is not safe among threads. urllib3's
pools are, and cost a third of what requests costs a call.
"""

import ipaddress
import ssl
import time
from collections.abc import Mapping
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from service import __version__
from service.google.refusals import GoogleError, Trouble, named
from service.google.tokens import Locks, Signer, TokenAnswer

if TYPE_CHECKING:
    import httplib2
    from google.auth.credentials import Credentials
    from urllib3 import BaseHTTPResponse, PoolManager

CONNECT_SECONDS, READ_SECONDS = 5.0, 30.0
WHOLE_SECONDS = 90.0
"""An answer that drips a byte now and then never runs into the read timeout; this ends it."""
MOST_BYTES = 128 * 1024 * 1024
"""The largest mail Gmail takes, as its API packs it, is well under this."""
CONNECTIONS = 64
"""Kept open for each host; more threads than that open and close their own."""

_CHUNK = 256 * 1024
_UNAUTHORIZED = 401
_AGENT = f"visavis/{__version__} (gzip)"  # without that word Google packs nothing


class Transport:
    """The connections of a process, used by all its threads; close it in the end.

    Proxies are read from the environment once. `ca_file` is trusted besides the usual authorities.
    """

    def __init__(
        self,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        whole_seconds: float = WHOLE_SECONDS,
        ca_file: str | None = None,
    ) -> None:
        import httplib2
        from urllib3 import Timeout

        self._answer = httplib2.Response
        self._timeout = Timeout(connect=connect_seconds, read=read_seconds)
        self._whole_seconds = whole_seconds
        self._tls = _trusted(ca_file)
        self._proxies = getproxies()
        self._managers: dict[str, PoolManager] = {}
        """By origin; what is made twice by two threads at once is the same but for its connections."""
        self._locks = Locks()

    def http(self, credentials: "Credentials | None") -> "Http":
        """What the client library sends one account's calls through; as light as it looks."""
        if credentials is None:
            return Http(self, None)
        return Http(self, Signer(credentials, self._locks.of(credentials), self._post))

    def send(
        self, method: str, uri: str, body: bytes | str | None, headers: Mapping[str, str]
    ) -> "tuple[httplib2.Response, bytes]":
        """Send once and read the whole answer, whatever it says; raises `GoogleError` where there is none."""
        from urllib3.exceptions import HTTPError

        try:
            answer = self._manager(uri).urlopen(
                method,
                uri,
                body=body,
                headers=headers,
                timeout=self._timeout,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            content = self._read(answer)
        except (HTTPError, OSError) as error:
            # The library's messages hold the whole address, so none is passed on or chained.
            raise named(error) from None
        told = self._answer({name.lower(): value for name, value in answer.headers.items()})
        told.status, told.reason = answer.status, answer.reason or ""
        return told, content

    def close(self) -> None:
        """Close every connection that is not in use just now."""
        for manager in self._managers.values():
            manager.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, answer: "BaseHTTPResponse") -> bytes:
        """All of it; the connection is then free for the next call, or closed where this fails."""
        deadline = time.monotonic() + self._whole_seconds
        data = bytearray()
        try:
            while chunk := answer.read1(_CHUNK):
                data += chunk
                if len(data) > MOST_BYTES:
                    raise GoogleError(Trouble.REFUSED, reason="tooLarge", may_have_happened=True)
                if time.monotonic() > deadline:
                    raise GoogleError(Trouble.NO_ANSWER, may_have_happened=True)
        except BaseException:
            answer.close()
            raise
        return bytes(data)

    def _post(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> TokenAnswer:
        told, content = self.send(method, url, body, headers)
        return TokenAnswer(told.status, told, content)

    def _manager(self, uri: str) -> "PoolManager":
        origin = "/".join(uri.split("/", 3)[:3])
        return self._managers.get(origin) or self._managers.setdefault(origin, self._new_manager(origin))

    def _new_manager(self, origin: str) -> "PoolManager":
        from urllib3 import PoolManager, ProxyManager, make_headers

        parts = urlsplit(origin)
        proxy = self._proxies.get(parts.scheme) or self._proxies.get("all")
        if not proxy or _is_local(parts.hostname or "") or proxy_bypass(parts.hostname or ""):
            return PoolManager(maxsize=CONNECTIONS, ssl_context=self._tls)
        address = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        login = unquote(address.netloc.rpartition("@")[0])
        return ProxyManager(
            address._replace(netloc=address.netloc.rpartition("@")[2]).geturl(),
            maxsize=CONNECTIONS,
            ssl_context=self._tls,
            proxy_headers=make_headers(proxy_basic_auth=login) if login else None,
        )


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


def _is_local(host: str) -> bool:
    """Whether an emulator on this machine is meant, which no proxy could reach."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@cache
def _trusted(ca_file: str | None) -> ssl.SSLContext:
    """The authorities everybody trusts, those of this machine, and `ca_file`; read once, in 16 ms."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context
