"""Calendar addresses that a visitor typed: asked only where everybody may ask.

Whoever fills in a form must not make this machine speak to its neighbours. So each address,
and each it sends us on to, is looked up first; and as a name may turn round between two
look-ups, what was really connected to is looked at before a word is said.
"""

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotPublicError(requests.RequestException):
    """The address lies in a network of somebody's own, or would travel in the clear."""


class PublicOnly(HTTPAdapter):
    """Lets requests go over https to public addresses alone."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """With connections that look whom they have reached."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Look first; raises `NotPublicError`. Redirects come through here, too."""
        parts = urlsplit(request.url or "")
        if parts.scheme != "https" or not all(map(is_public, _addresses(parts.hostname or ""))):
            raise NotPublicError
        return super().send(request, *args, **kwargs)


def public_session() -> requests.Session:
    """A session that asks public addresses alone."""
    session = requests.Session()
    session.mount("http://", PublicOnly())
    session.mount("https://", PublicOnly())
    return session


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the whole net, also where it is wrapped into another one."""
    found = ipaddress.ip_address(address)
    inner = _inner(found) if isinstance(found, ipaddress.IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    return found.is_global and not found.is_multicast


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def _addresses(host: str) -> set[str]:
    """Where a name leads; nowhere where this machine cannot tell, and a proxy may know better."""
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return set()


class _Connection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()
        if not is_public(str(connected.getpeername()[0])):
            connected.close()
            raise NotPublicError
        return connected


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection
