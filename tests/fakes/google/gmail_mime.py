"""A mail's bytes, changed header by header as Gmail does: what is not named stays as it was."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses

Header = tuple[str, bytes]
"""A header's name, and its whole lines with their end."""

_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")
_REPLY = re.compile(r"^\s*(?:(?:re|aw|sv|antw|fwd?|tr)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_IDS = re.compile(r"<[^<>\s]+>")


@dataclass
class Mime:
    """A mail as headers and body; line ends are CRLF, as in what Gmail gives back."""

    headers: list[Header] = field(default_factory=list)
    body: bytes = b""

    @classmethod
    def read(cls, raw: bytes) -> "Mime":
        raw = re.sub(rb"\r?\n", b"\r\n", raw)
        head, gap, body = raw.partition(b"\r\n\r\n")
        if not gap and not head.endswith(b"\r\n"):
            head += b"\r\n"
        headers: list[Header] = []
        for line in (head + gap[:2]).splitlines(keepends=True):
            named = _NAME.match(line)
            if named:
                headers.append((named[1].decode("ascii"), line))
            elif headers:
                headers[-1] = (headers[-1][0], headers[-1][1] + line)
        return cls(headers, body)

    def __bytes__(self) -> bytes:
        return b"".join(lines for _, lines in self.headers) + b"\r\n" + self.body

    def get(self, name: str) -> str:
        """The first header of that name, unfolded; "" without one."""
        lines = next((lines for each, lines in self.headers if each.lower() == name.lower()), b"")
        return re.sub(r"\r\n(?=[ \t])", "", lines.partition(b":")[2].decode("utf-8", "replace")).strip()

    def all(self, *names: str) -> list[str]:
        """Every header of these names, unfolded."""
        wanted = {name.lower() for name in names}
        return [Mime([header]).get(header[0]) for header in self.headers if header[0].lower() in wanted]

    def put(self, name: str, value: str) -> None:
        """Set a header where it stood, or last."""
        header = (name, f"{name}: {value}\r\n".encode())
        places = [place for place, each in enumerate(self.headers) if each[0].lower() == name.lower()]
        if places:
            self.headers[places[0]] = header
        else:
            self.headers.append(header)
        self.headers = [each for place, each in enumerate(self.headers) if place not in places[1:]]

    def on_top(self, *headers: tuple[str, str]) -> None:
        """Put headers above all others, as every server on the way does."""
        self.headers[:0] = [(name, f"{name}: {value}\r\n".encode()) for name, value in headers]

    def drop(self, name: str) -> None:
        self.headers = [each for each in self.headers if each[0].lower() != name.lower()]

    def addresses(self, *names: str) -> list[str]:
        """The addresses in these headers, lower-case, each once."""
        found = getaddresses(self.all(*names))
        return list(dict.fromkeys(address.lower() for _, address in found if "@" in address))

    @property
    def subject(self) -> str:
        """What two mails of a thread have in common: without "Re:", case and spaces."""
        written = self.get("Subject")
        plain = str(make_header(decode_header(written))) if "=?" in written else written
        return " ".join(_REPLY.sub("", plain).lower().split())

    @property
    def references(self) -> set[str]:
        return set(_IDS.findall(" ".join(self.all("References", "In-Reply-To"))))


def parsed(raw: bytes) -> EmailMessage:
    """The mail as the standard library reads it."""
    return message_from_bytes(raw, policy=policy.default)


def to_base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii")


def from_base64url(text: str) -> bytes:
    """The bytes, padded or not; ValueError for anything that is not base64url."""
    bare = text.rstrip("=")
    if re.fullmatch(r"[A-Za-z0-9_-]*", bare) is None:
        raise ValueError("not base64url")
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error as error:
        raise ValueError("not base64url") from error
