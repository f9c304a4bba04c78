"""How mail travels between the mailboxes: who gets it, and what the receiving server writes above it."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr
from enum import StrEnum

from tests.fakes.google.gmail_mime import Mime

RECEIVER = "mx.google.com"
_GOOGLE = "209.85.220.41"


class Dmarc(StrEnum):
    """What the receiving server finds out about a sender. `NONE`: their domain has no policy, so the
    header says nothing of DMARC; `ABSENT`: there is no header at all."""

    PASS = "pass"
    FAIL = "fail"
    NONE = "none"
    ABSENT = "absent"


@dataclass(frozen=True)
class Vouch:
    """How a sender's mail arrives; `forged`: it carries a made-up Authentication-Results itself."""

    dmarc: Dmarc = Dmarc.PASS
    forged: bool = False


@dataclass(frozen=True)
class OutsideMail:
    """A mail to somebody who has no mailbox here."""

    sender: str
    recipient: str
    raw: bytes
    at: datetime


def mailbox_of(address: str) -> str:
    """The mailbox that an address reaches: what follows a plus does not count."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def as_sent(mail: Mime, user: str, may_send_as: set[str], message_id: str, now: datetime) -> None:
    """What Gmail makes of a mail that leaves: its own Message-ID, the sender's true address, a Date."""
    mail.put("Message-ID", message_id)
    name, written = parseaddr(mail.get("From"))
    if mailbox_of(written) != user and written.lower() not in may_send_as:
        if written:
            mail.put("X-Google-Original-From", mail.get("From"))
        mail.put("From", formataddr((name, user)))
    if not mail.get("Date"):
        mail.put("Date", format_datetime(now))


def as_received(mail: Mime, mailbox: str, envelope_from: str, vouch: Vouch, now: datetime) -> bytes:
    """The mail as it lies in the receiver's mailbox."""
    header_from = parseaddr(mail.get("From"))[1].lower().rpartition("@")[2]
    mail.drop("Bcc")
    mail.drop("Return-Path")
    if vouch.forged:
        claim = f"{RECEIVER}; dkim=pass header.i=@{header_from}; dmarc=pass header.from={header_from}"
        mail.on_top(("Authentication-Results", claim))
    if vouch.dmarc is not Dmarc.ABSENT:
        mail.on_top(("Authentication-Results", _results(vouch.dmarc, header_from, envelope_from)))
    stamp = format_datetime(now)
    mail.on_top(
        ("Delivered-To", mailbox),
        ("Received", f"by 2002:a05:7000:1 with SMTP id x1;\r\n        {stamp}"),
        ("Return-Path", f"<{envelope_from}>"),
        (
            "Received",
            f"from mail.example.net ([{_GOOGLE}])\r\n        by {RECEIVER} with SMTPS;\r\n        {stamp}",
        ),
    )
    if not mail.get("Message-ID"):
        mail.put("Message-ID", f"<{now.timestamp():.0f}.SMTPIN_ADDED_MISSING@{RECEIVER}>")
    return bytes(mail)


def _results(dmarc: Dmarc, header_from: str, envelope_from: str) -> str:
    good = dmarc is not Dmarc.FAIL
    dkim = f"dkim={'pass' if good else 'none'} header.i=@{header_from} header.s=google header.b=Zm9yZ2Vk"
    spf = (
        f"spf={'pass' if good else 'softfail'} (google.com: domain of {envelope_from} "
        f"{'designates' if good else 'does not designate'} {_GOOGLE} as permitted sender) "
        f"smtp.mailfrom={envelope_from}"
    )
    found = [RECEIVER, dkim, spf]
    if dmarc is not Dmarc.NONE:
        found.append(f"dmarc={dmarc} (p=NONE sp=NONE dis=NONE) header.from={header_from}")
    return ";\r\n       ".join(found)
