"""Mails as people get them: read from their bytes alone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr

from service.domain.ports import Outgoing, Receipt
from service.errors import MailboxError
from tests.fakes.mailbox import FakeMailbox
from tests.simulation.truth import Slot

_TIME = r"(?P<day>\w+ \d+ \w+), (?P<start>\d\d:\d\d)–(?P<end>\d\d:\d\d)"
_PREP = re.compile(rf"^{_TIME}\nYour one-on-one with (?P<member>.+)$", re.MULTILINE)
_SECTION = re.compile(rf"^(?P<member>.+)\n{_TIME}$", re.MULTILINE)
_GAVE_WAY = re.compile(
    r"^Your one-on-one with (?P<member>.+) on (?P<day>\w+ \d+ \w+), (?P<start>\d\d:\d\d), had", re.MULTILINE
)
_HAPPENED = re.compile(
    r"^(?P<member>.+), (?P<day>\w+ \d+ \w+), (?P<start>\d\d:\d\d): your calendar", re.MULTILINE
)
_FIRST_QUESTION = re.compile(r"^(\d+)\. .*\(yes / moved / I cancelled", re.MULTILINE)
_COUNTS = re.compile(r"^  (\d+) held, (\d+) moved, (\d+) cancelled", re.MULTILINE)
_ABOUT = {
    "prep": _PREP,
    "reflection": _SECTION,
    "reminder": _SECTION,
    "rebook": _GAVE_WAY,
    "confirm": _HAPPENED,
}


@dataclass(frozen=True)
class About:
    """A meeting that a mail speaks of, in its own words; `end` is "" where it does not say."""

    member: str
    day: str
    start: str
    end: str = ""

    def fits(self, slot: Slot, start: datetime, end: datetime) -> bool:
        local, until = slot.pair.leader.local(start), slot.pair.leader.local(end)
        begins = (f"{local:%A} {local.day} {local:%B}", f"{local:%H:%M}")
        same = self.member == slot.pair.name and (self.day, self.start) == begins
        return same and self.end in {"", f"{until:%H:%M}"}


@dataclass(frozen=True)
class Letter:
    """One delivered mail. `at` is the pass's virtual time, `date` its own header."""

    kind: str
    key: str
    week: int | None
    to: str
    date: datetime
    reply_to: str
    message_id: str
    subject: str
    text: str
    at: datetime
    about: tuple[About, ...]
    firsts: tuple[int, ...]

    @property
    def counts(self) -> tuple[int, int, int] | None:
        """A digest's held, moved and cancelled."""
        found = _COUNTS.search(self.text)
        return (int(found[1]), int(found[2]), int(found[3])) if found else None


def read_letter(mime: bytes, at: datetime) -> Letter:
    message = message_from_bytes(mime)  # the plain old policy: parsing is a tenth of a simulation
    part = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    text = content.decode().replace("\r\n", "\n")
    kind = str(message["X-Visavis-Kind"])
    week = message["X-Visavis-Week"]
    return Letter(
        kind=kind,
        key=str(message["X-Visavis-Key"]),
        week=int(week) if week is not None else None,
        to=parseaddr(str(message["To"]))[1],
        date=datetime.strptime(str(message["Date"]), "%a, %d %b %Y %H:%M:%S %z"),
        reply_to=parseaddr(str(message["Reply-To"]))[1],
        message_id=str(message["Message-ID"]),
        subject=str(make_header(decode_header(message["Subject"]))),
        text=text,
        at=at,
        about=tuple(_about(found) for found in _ABOUT[kind].finditer(text)) if kind in _ABOUT else (),
        firsts=tuple(int(number) for number in _FIRST_QUESTION.findall(text)),
    )


def _about(found: re.Match[str]) -> About:
    said = found.groupdict()
    return About(said["member"], said["day"], said["start"], said.get("end", ""))


class PostOffice(FakeMailbox):
    """The contract-tested fake, with what people got read and stamped with the virtual time.

    `refusals` are how many of the next deliveries are refused for now; `refused` holds what was.
    """

    def __init__(self, *, drafts: bool = False) -> None:
        super().__init__(drafts=drafts)
        self.now = datetime.min.replace(tzinfo=UTC)
        self.letters: list[Letter] = []
        self.refused: list[Letter] = []
        self.deliveries: list[str] = []
        self.refusals = 0

    def deliver(self, mail: Outgoing, draft: str | None) -> Receipt:
        self.deliveries.append(mail.key)
        if self.refusals:
            self.refusals -= 1
            self.refused.append(read_letter(mail.mime, self.now))
            raise MailboxError("The mailbox is busy: it is tried again.", permanent=False)
        return super().deliver(mail, draft)

    def _send(self, mail: Outgoing, draft: str | None) -> Receipt:
        receipt = super()._send(mail, draft)
        self.letters.append(read_letter(self.sent[-1].mime, self.now))
        return receipt
