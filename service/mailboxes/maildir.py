"""A Maildir on this machine: mail leaves into `outbox`, replies are read from `inbox`."""

import hashlib
import logging
import os
import re
import stat
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import quote_from_bytes

from service.domain.ports import Incoming, Outgoing, Receipt
from service.errors import MailboxError

MOST_BYTES = 25 * 1024 * 1024  # what Gmail and most servers take for one mail

_FLAGS = ":2,"
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
_log = logging.getLogger(__name__)


class MaildirMailbox:
    """Delivers into `folder/outbox` and fetches from `folder/inbox`, both made where missing.

    A delivered file's name comes from the mail's key, so a second delivery of the same key
    is the same file, also after a mail reader has moved it. Line ends in the files are LF.
    Every failure of the disk is a passing `MailboxError`.
    """

    def __init__(self, folder: Path) -> None:
        self._outbox = folder / "outbox"
        self._inbox = folder / "inbox"
        self._done = self._inbox / ".Done"
        self._aside = self._inbox / ".Aside"

    def prepare(self, mail: Outgoing) -> str | None:  # noqa: ARG002 - a Maildir has no drafts
        """None: what lies in a Maildir is delivered."""
        return None

    def withdraw(self, draft: str) -> bool:  # noqa: ARG002 - a Maildir has no drafts
        """True: no draft can leave from here."""
        return True

    def deliver(self, mail: Outgoing, draft: str | None) -> Receipt:  # noqa: ARG002 - no drafts
        """Write the mail once; a second call with the same key leaves the file that is there."""
        name = file_name(mail.key)
        with _disk("write into", self._outbox):
            self._make_folders()
            if not _is_delivered(self._outbox, name):
                _write(self._outbox, name, mail.mime.replace(b"\r\n", b"\n"))
        return Receipt(provider_id=name, message_id=mail.message_id)

    def find(self, key: str, message_id: str, draft: str | None) -> Receipt | None:  # noqa: ARG002 - no drafts
        """The receipt, if the mail's file lies in the outbox."""
        name = file_name(key)
        with _disk("look into", self._outbox):
            return Receipt(name, message_id) if _is_delivered(self._outbox, name) else None

    def fetch(self) -> Sequence[Incoming]:
        """Every mail in the inbox, oldest first; what is no mail goes into `.Aside`."""
        with _disk("read", self._inbox):
            self._make_folders()
            paths = _oldest_first([self._inbox / "new", self._inbox / "cur"])
            (self._aside).mkdir(mode=0o700, exist_ok=True)
        read = ((path, self._read_or_set_aside(path)) for path in paths)
        return [Incoming(handle=_handle(path.name), raw=raw) for path, raw in read if raw is not None]

    def done(self, handle: str) -> None:
        """Move the mail into `.Done`; one already moved is no error."""
        with _disk("move a mail in", self._inbox):
            _make_maildir(self._done)
            for path in _oldest_first([self._inbox / "new", self._inbox / "cur"]):
                if _handle(path.name) == handle:
                    _move(path, self._done / "cur", f"{_unique(path.name)}{_FLAGS}S")
                    return

    def purge_done(self, before: datetime) -> int:
        """Remove dealt-with mails that arrived before `before` (aware); how many went."""
        with _disk("tidy", self._done):
            _make_maildir(self._done)
            old = [p for p in (self._done / "cur").iterdir() if p.lstat().st_mtime < before.timestamp()]
            for path in old:
                path.unlink(missing_ok=True)
        return len(old)

    def sweep_drafts(self, kept: Collection[str], before: datetime) -> int:  # noqa: ARG002 - no drafts
        """0: none is ever made."""
        return 0

    def _make_folders(self) -> None:
        _make_maildir(self._outbox)
        _make_maildir(self._inbox)

    def _read_or_set_aside(self, path: Path) -> bytes | None:
        """The mail's bytes; None where it is none, or has gone to `.Aside`, or cannot be read."""
        try:
            raw = _read_regular(path)
            if raw is not None and is_mail(raw):
                return raw
        except FileNotFoundError:
            return None  # a mail reader moved it meanwhile: the next fetch finds it
        except OSError:
            _log.warning("a file in the inbox cannot be read and is set aside", exc_info=True)
        try:
            _move(path, self._aside, path.name)
            _log.warning("what is no mail was set aside in the inbox's .Aside folder")
        except OSError:
            _log.exception("a file in the inbox that is no mail cannot be set aside")
        return None


def file_name(key: str) -> str:
    """The file's name for a key: readable, safe on every disk, different for different keys."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    readable = re.sub(r"[^A-Za-z0-9_=-]+", "-", key)[:80].strip("-")
    return f"{readable or 'mail'}.{digest}"


def is_mail(raw: bytes) -> bool:
    """Whether the bytes begin as a mail does: with a header line, and no NUL among the headers."""
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if start.startswith((b"From ", b">From ")):  # an mbox line left in front
        start = start.partition(b"\n")[2]
    head = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
    return _HEADER.match(start) is not None and b"\0" not in head


@contextmanager
def _disk(doing: str, folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise MailboxError(
            f"Cannot {doing} the mailbox {folder}: {reason}. Check its space and permissions; "
            "nothing is lost, and it is tried again."
        ) from error


def _make_maildir(folder: Path) -> None:
    for sub in ("tmp", "new", "cur"):
        (folder / sub).mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def _is_delivered(outbox: Path, name: str) -> bool:
    """Whether the file lies in any folder of the outbox; `new` is asked before `cur`, as readers move."""
    folders = [outbox, *sorted(path for path in outbox.glob(".*") if path.is_dir())]
    if any((folder / "new" / name).exists() for folder in folders):
        return True
    seen = (path for folder in folders for path in (folder / "cur").glob(f"{name}*"))
    return any(_unique(path.name) == name for path in seen)


def _write(outbox: Path, name: str, content: bytes) -> None:
    """Write aside, make it last, then show it in one step; leftovers of a crash go first."""
    for leftover in (outbox / "tmp").glob(f"{name}.*"):
        leftover.unlink(missing_ok=True)
    temporary = outbox / "tmp" / f"{name}.{os.getpid()}"
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(outbox / "new" / name)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _make_last(outbox / "new")


def _make_last(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _oldest_first(folders: Sequence[Path]) -> list[Path]:
    """What lies in the folders, by time and name; dot-files are somebody else's."""
    aged = []
    for folder in folders:
        for path in folder.iterdir():
            with suppress(FileNotFoundError):
                if not path.name.startswith("."):
                    aged.append((path.lstat().st_mtime_ns, path.name, path))
    return [path for _, _, path in sorted(aged)]


def _read_regular(path: Path) -> bytes | None:
    """The content of an ordinary file of a mail's size; None for a link, folder, pipe or a giant."""
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
        return None
    return path.read_bytes()


def _move(path: Path, folder: Path, name: str) -> None:
    """Move without writing over anything that is there."""
    target, count = folder / name, 0
    while os.path.lexists(target):
        count += 1
        target = folder / f"{count}.{name}"
    path.rename(target)
    _make_last(folder)


def _unique(name: str) -> str:
    """A Maildir name without the flags a mail reader adds."""
    return name.partition(_FLAGS)[0] or name


def _handle(name: str) -> str:
    """The unique name in ASCII: file names may be any bytes, a database wants text."""
    return quote_from_bytes(os.fsencode(_unique(name)), safe="!#$&'()*+,;=:@~-._ ")
