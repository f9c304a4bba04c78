"""Where the bytes of a calendar come from: a file or a web address, each unread while unchanged."""

import hashlib
import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from service.errors import CalendarError

MAX_BYTES = 20 * 2**20
"""Ten thousand ordinary events take 5 MB; four times that is no person's calendar any more."""

SETTLED_NS = 2 * 10**9
"""A file changed within the last two seconds may change again without a new time stamp."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a calendar and their SHA-256, by which two readings are compared."""

    data: bytes
    digest: str

    @classmethod
    def of(cls, data: bytes) -> "Content":
        """The content with its digest."""
        return cls(data, hashlib.sha256(data).hexdigest())


class Source(Protocol):
    """A place a calendar is fetched from; `name` is what messages call it, never a secret."""

    name: str

    def fetch(self) -> Content:
        """The current content, whole, or `CalendarError`."""
        ...


def too_large(name: str) -> CalendarError:
    """The error for a calendar over `MAX_BYTES`."""
    limit = MAX_BYTES // 2**20
    return CalendarError(
        f"{name} is larger than {limit} MB; export fewer years, or name the leader's own calendar.",
        permanent=True,
    )


class FileSource:
    """An .ics file; `path` may be relative to `base`, the folder of visavis.toml."""

    def __init__(self, path: str, base: Path | None) -> None:
        self.name = f"The calendar file {path}"
        self._path = (base or Path()) / Path(path).expanduser()
        self._seen: tuple[int, int, int] | None = None
        self._content: Content | None = None

    def fetch(self) -> Content:
        """The file's bytes; not read again while its time, size and inode stay the same."""
        try:
            return self._fetch()
        except FileNotFoundError:
            raise self._error("is not there; put it back, or correct the leader's calendar") from None
        except (PermissionError, NotADirectoryError, IsADirectoryError) as problem:
            raise self._error(
                f"cannot be opened ({_reason(problem)}); check its rights and its path"
            ) from None
        except OSError as problem:
            raise self._error(f"could not be read ({_reason(problem)}); it is tried again", False) from None
        except ValueError:  # a NUL in the path
            raise self._error("has an impossible path; correct the leader's calendar") from None

    def _fetch(self) -> Content:
        status = self._path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise self._error("is a folder or a device; name the .ics file itself")
        if status.st_size > MAX_BYTES:
            raise too_large(self.name)
        identity = (status.st_mtime_ns, status.st_size, status.st_ino)
        if self._content is None or identity != self._seen:
            self._content = Content.of(self._path.read_bytes())
            settled = time.time_ns() - status.st_mtime_ns > SETTLED_NS
            self._seen = identity if settled else None
        return self._content

    def _error(self, what: str, permanent: bool = True) -> CalendarError:
        return CalendarError(f"{self.name} {what}.", permanent=permanent)


def _reason(problem: OSError) -> str:
    return os.strerror(problem.errno).lower() if problem.errno else "unknown reason"
