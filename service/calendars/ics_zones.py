"""Which zone a TZID means.

icalendar keeps the zones of every file in one table for the whole process, where the
first definition of a name wins, and leaves times without a zone where it knows none.
So each TZID is renamed before parsing to a name that means one thing only.
"""

import hashlib
import logging
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from service.calendars.ics_text import RawCalendar

_log = logging.getLogger(__name__)
_TZID = re.compile(r';\s*TZID\s*=\s*("[^"]*"|[^;:]*)', re.I)
_FLOATING = re.compile(r"\s*\d{8}T\d{6}\s*(?:,|/|$)")


@lru_cache(maxsize=1024)
def iana(name: str) -> str | None:
    """The IANA name behind an IANA, Windows or vendor-prefixed name, None if there is none."""
    plain = name.strip().strip("/")
    plain = WINDOWS_TO_OLSON.get(plain, plain)
    parts = plain.split("/")
    # "/example.net/20260101_1/Europe/Berlin": the longest tail that is a zone.
    starts = range(len(parts)) if name.strip().startswith("/") else range(1)
    return next((tail for i in starts if _exists(tail := "/".join(parts[i:]))), None)


def _exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: the name is a folder of the database
        return False
    return True


class Zones:
    """Resolves the TZIDs of one VCALENDAR; `fallback` is the leader's zone."""

    def __init__(self, calendar: RawCalendar, fallback: ZoneInfo) -> None:
        self._calendar = calendar
        self._floating = fallback.key
        self._unknown = iana(calendar.zone) or fallback.key
        self._known: dict[str, str] = {}

    def with_zone(self, line: str) -> str:
        """A date or time line whose times all say their zone; floating ones are the leader's."""
        match = _TZID.search(line)
        zone = self._resolve(match[1].strip('" ')) if match else self._floating
        bare = _TZID.sub("", line, count=1) if match else line
        head, _, value = bare.partition(":")
        return f"{head};TZID={zone}:{value.strip()}" if _FLOATING.match(value) else bare

    def _resolve(self, tzid: str) -> str:
        if tzid not in self._known:
            self._known[tzid] = iana(tzid) or self._defined(tzid) or self._guess(tzid)
        return self._known[tzid]

    def _defined(self, tzid: str) -> str | None:
        """Make the file's own VTIMEZONE known under a name made of its content."""
        lines = self._calendar.zones.get(tzid)
        if lines is None:
            return None
        own = "visavis-" + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:24]
        renamed = [f"TZID:{own}" if line.upper().startswith("TZID") else line for line in lines]
        return own if _register("\r\n".join(renamed)) else None

    def _guess(self, tzid: str) -> str:
        _log.warning("Unknown time zone %.40r in a calendar; taking %s", tzid, self._unknown)
        return self._unknown


@lru_cache(maxsize=256)
def _register(text: str) -> bool:
    """Whether icalendar could take up the zone; parsing is what makes it known."""
    try:
        Timezone.from_ical(text)
    except Exception:  # noqa: BLE001 - the parsers raise anything on a broken zone
        return False
    return True
