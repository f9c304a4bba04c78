"""Calendars behind an http(s) or webcal address. The address is a secret: only its host is ever shown."""

import ipaddress
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from service import __version__
from service.calendars.ics_source import MAX_BYTES, Content, too_large
from service.errors import CalendarError

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS, READ_SECONDS = 5.0, 20.0
WHOLE_SECONDS = 60.0
"""A server that drips a byte now and then never runs into the read timeout; this ends it."""
MAX_REDIRECTS = 5

_SCHEMES = ("http://", "https://", "webcal://", "webcals://")
_MODIFIED = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
_NOT_PUBLIC = "cannot be reached from everywhere; enter an address that begins with https:// and can"
_PERMANENT = {
    401: "asks for a login; use the calendar's secret .ics address",
    403: "refuses access; share the calendar again, or renew its secret address",
    404: "does not know this calendar; its address was changed or withdrawn: enter the new one",
    410: "says the calendar is gone; enter its new address",
}


def is_url(source: str) -> bool:
    """Whether a source is a web address rather than a path."""
    return source.lower().startswith(_SCHEMES)


class UrlSource:
    """A calendar on the web, asked for conditionally once it was read; `public_only` where a visitor
    gave the address."""

    def __init__(self, url: str, *, public_only: bool = False) -> None:
        self._url = _http(url)
        self._public_only = public_only
        self.name = f"The calendar at {_host(url)}"
        self._content: Content | None = None
        self._conditions: dict[str, str] = {}

    def fetch(self) -> Content:
        """The calendar's bytes; those at hand where the server says nothing has changed."""
        import requests  # a quarter of a second, and file calendars never need it
        from urllib3.exceptions import HTTPError, ReadTimeoutError

        from service.calendars.ics_public import NotPublicError

        try:
            with self._session() as session:
                session.max_redirects = MAX_REDIRECTS
                return self._fetch(session)
        except NotPublicError:
            raise self._error(_NOT_PUBLIC, True) from None
        # The library's messages hold the whole address, so none is passed on or chained.
        except requests.TooManyRedirects:
            raise self._error("sends us in circles; enter the address it ends at", True) from None
        except (requests.Timeout, ReadTimeoutError):
            raise self._error("did not answer in time; it is tried again", False) from None
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema):
            raise self._error("has an impossible address; enter it again", True) from None
        except (requests.RequestException, HTTPError):
            raise self._error("could not be reached; check the network, it is tried again", False) from None

    def _session(self) -> "requests.Session":
        import requests

        from service.calendars.ics_public import public_session

        return public_session() if self._public_only else requests.Session()

    def _fetch(self, session: "requests.Session") -> Content:
        headers = {"User-Agent": f"visavis/{__version__}", "Accept": "text/calendar, */*;q=0.1"}
        limit = (CONNECT_SECONDS, READ_SECONDS)
        with session.get(self._url, headers=headers | self._conditions, timeout=limit, stream=True) as answer:
            if answer.status_code == 304 and self._content is not None:
                return self._content
            if answer.status_code != 200:
                raise self._refused(answer.status_code)
            data = self._body(answer)
            self._conditions = {
                ask: answer.headers[told] for ask, told in _MODIFIED.items() if told in answer.headers
            }
        self._content = Content.of(data)
        return self._content

    def _body(self, answer: "requests.Response") -> bytes:
        deadline = time.monotonic() + WHOLE_SECONDS
        data = bytearray()
        while chunk := answer.raw.read1(64 * 1024, decode_content=True):  # what is there, without waiting
            data += chunk
            if len(data) > MAX_BYTES:
                raise too_large(self.name)
            if time.monotonic() > deadline:
                raise self._error("is too slow; it is tried again", False)
        return bytes(data)

    def _refused(self, status: int) -> CalendarError:
        why = _PERMANENT.get(status, f"answered with HTTP status {status}; it is tried again")
        return self._error(why, status in _PERMANENT)

    def _error(self, what: str, permanent: bool) -> CalendarError:
        return CalendarError(f"{self.name} {what}.", permanent=permanent)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "an unnamed host"
    except ValueError:
        return "an unreadable address"


def _http(url: str) -> str:
    """webcal: stands for http or https; the secret in it travels in the clear on this machine only."""
    scheme, _, rest = url.partition("://")
    if scheme.lower() == "webcal":
        return ("http://" if _is_local(_host(url)) else "https://") + rest
    return "https://" + rest if scheme.lower() == "webcals" else url


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
