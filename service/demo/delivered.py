"""A mail as it arrived at a leader's: what a person, or their mail program, can see of it."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from service.domain.letters import Kind
from service.mailboxes.maildir import file_name

_QUESTION = re.compile(r"(\d+)\. (.+?)(?: \([^()]+ / [^()]+\))?")
_READY_EVENT = re.compile(r"dates=(\d{8}T\d{6}Z)(?:/|%2F)(\d{8}T\d{6}Z)")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the mail shows it; `line` is the whole line, `about` whose section it stands in."""

    number: int
    line: str
    ask: str
    about: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """One mail of ours from the outbox; `date` is as its header has it."""

    key: str
    kind: Kind
    subject: str
    date: datetime
    sender: str
    reply_to: str
    message_id: str
    references: str
    week: int | None
    text: str
    html: str
    to: str = ""

    @property
    def ident(self) -> str:
        """A name for addresses: 24 hex digits."""
        return file_name(self.key).rpartition(".")[2]

    def questions(self, names: Collection[str]) -> list[Asked]:
        """The numbered questions in the text, each with that of the `names` which heads its section."""
        found: list[Asked] = []
        about = ""
        for line in self.text.splitlines():
            match = _QUESTION.fullmatch(line)
            if match:
                found.append(Asked(int(match[1]), line, match[2], about))
            elif not line.startswith(" "):  # what people wrote themselves is indented
                about = next((name for name in names if re.search(rf"\b{name}\b", line)), about)
        return found

    def free_times(self) -> list[tuple[datetime, datetime]]:
        """The times that its links offer, in UTC."""
        return [
            (datetime.fromisoformat(start), datetime.fromisoformat(end))
            for start, end in _READY_EVENT.findall(self.text)
        ]


def collect(outbox: Path, key: str) -> Delivered:
    """The mail with this key, from the Maildir `outbox`."""
    return read(outbox / "new" / file_name(key))


def read(path: Path) -> Delivered:
    """The mail in a file of the outbox."""
    mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    week = mail["X-Visavis-Week"]
    return Delivered(
        key=str(mail["X-Visavis-Key"]),
        kind=Kind(mail["X-Visavis-Kind"]),
        subject=str(mail["Subject"]),
        date=mail["Date"].datetime,
        sender=str(mail["From"]),
        reply_to=str(mail["Reply-To"]),
        message_id=str(mail["Message-ID"]),
        references=str(mail["References"] or ""),
        week=int(week) if week else None,
        text=_part(mail, "plain"),
        html=_part(mail, "html"),
        to=str(mail["To"].addresses[0].addr_spec),
    )


def _part(mail: EmailMessage, subtype: str) -> str:
    body = mail.get_body(preferencelist=(subtype,))
    content = body.get_content() if body is not None else ""
    return str(content).replace("\r\n", "\n")
