"""Connections to Google that are kept and shared by all threads."""

import base64
import ipaddress
import select
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from service.google.refusals import GoogleError, Trouble

MOST_IDLE = 64
"""Kept open for each host; what more threads have opened is closed after its call."""
IDLE_SECONDS = 60.0
"""Kept open without a call: routers forget a longer silence, and a mail sent then is in doubt."""


@dataclass(frozen=True, slots=True)
class Route:
    """How an origin ("https://host:port") is reached: directly, through a proxy's tunnel, or by
    asking a proxy for the whole address (`prefix`, with `headers` for the proxy itself)."""

    host: str
    port: int | None
    tls: bool
    tunnel: tuple[str, int | None] | None = None
    prefix: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class Connections:
    """Open connections by origin. `take` gives one on which nothing is under way, `give_back`
    only one whose last answer was read to its end.

    Proxies are read from the environment once. `ca_file` is trusted besides the usual authorities.
    """

    def __init__(
        self,
        *,
        connect_seconds: float,
        read_seconds: float,
        clock: Callable[[], float],
        ca_file: str | None = None,
    ) -> None:
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        self._clock = clock
        self._ca_file = ca_file
        self._proxies = getproxies()
        self._routes: dict[str, Route] = {}
        self._idle: dict[str, list[tuple[HTTPConnection, float]]] = {}
        """By origin, with the moment of its last use: the last one used is the next one taken."""
        self._lock = threading.Lock()

    def route(self, origin: str) -> Route:
        """The way to an origin; raises `GoogleError` where there can be none."""
        known = self._routes.get(origin)
        if known is None:
            known = self._routes[origin] = self._new_route(origin)
        return known

    def take(self, origin: str) -> HTTPConnection:
        """A connection, made if need be; raises `GoogleError`, and then nothing was asked."""
        while (kept := self._pop(origin)) is not None:
            connection, used = kept
            if self._clock() - used <= IDLE_SECONDS and _is_quiet(connection.sock):
                return connection
            connection.close()
        return self._connect(self.route(origin))

    def give_back(self, origin: str, connection: HTTPConnection) -> None:
        """Keep a connection for the next call."""
        with self._lock:
            idle = self._idle.setdefault(origin, [])
            if len(idle) < MOST_IDLE:
                idle.append((connection, self._clock()))
                return
        connection.close()

    def close(self) -> None:
        """Close every connection that is not in use just now."""
        with self._lock:
            idle, self._idle = self._idle, {}
        for connection, _ in (each for kept in idle.values() for each in kept):
            connection.close()

    def _pop(self, origin: str) -> tuple[HTTPConnection, float] | None:
        with self._lock:
            idle = self._idle.get(origin)
            return idle.pop() if idle else None

    def _connect(self, route: Route) -> HTTPConnection:
        made = (
            HTTPSConnection(
                route.host, route.port, timeout=self._connect_seconds, context=_trusted(self._ca_file)
            )
            if route.tls
            else HTTPConnection(route.host, route.port, timeout=self._connect_seconds)
        )
        if route.tunnel:
            made.set_tunnel(*route.tunnel, headers=route.headers)
        made.auto_open = 0  # or it would connect again by itself in the midst of a call
        try:
            made.connect()
        except ssl.SSLCertVerificationError:
            made.close()
            raise GoogleError(Trouble.UNREACHABLE, reason="certificate") from None
        except (OSError, HTTPException, ValueError):
            made.close()
            raise GoogleError(Trouble.UNREACHABLE) from None
        made.sock.settimeout(self._read_seconds)
        return made

    def _new_route(self, origin: str) -> Route:
        try:
            target = urlsplit(origin)
            host, port = target.hostname or "", target.port
        except ValueError:
            raise GoogleError(Trouble.UNREACHABLE) from None
        if target.scheme not in ("http", "https") or not host:
            raise GoogleError(Trouble.UNREACHABLE)
        tls = target.scheme == "https"
        proxy = self._proxies.get(target.scheme) or self._proxies.get("all")
        if not proxy or _is_local(host) or proxy_bypass(host):
            return Route(host, port, tls)
        through = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        by, headers = (through.hostname or "", through.port or 80), _login(through)
        if tls:
            return Route(*by, tls, (host, port), headers=headers)
        return Route(*by, tls, prefix=origin, headers=headers)


def _is_quiet(connection: socket.socket) -> bool:
    """Whether nothing has come since the last answer; what does come then is the other side's close."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return not poll.poll(0)


def _is_local(host: str) -> bool:
    """Whether an emulator on this machine is meant, which no proxy could reach."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _login(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}


@cache
def _trusted(ca_file: str | None) -> ssl.SSLContext:
    """The authorities everybody trusts, those of this machine, and `ca_file`; read once, in 16 ms."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context
