"""A reply as it came in: who, in answer to what, and its words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from email.utils import getaddresses

from service.errors import VisavisError
from service.mail.headers import decoded
from service.mail.reply_command import Command, command
from service.mail.reply_subtract import Answers, subtract
from service.mail.reply_text import text_of_html, texts_of

__all__ = [
    "Answers",
    "Command",
    "Received",
    "UnreadableMail",
    "command",
    "read_message",
    "subtract",
    "text_of_html",
]

_TOKEN = re.compile(r"\+([0-9a-f]{32})@", re.IGNORECASE)
_REFERENCE = re.compile(r"\bReference:\s*([0-9a-f]{32})\b", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_DELIVERED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To")


class UnreadableMail(VisavisError):  # noqa: N818 - named for what it is
    """The bytes are no mail that could be a reply."""


@dataclass(frozen=True, slots=True)
class Received:
    """A mail taken apart. Addresses are lower-case; `tokens` are those found, the surest
    first; `texts` are the plain part and the HTML as text, () where the mail has no text.
    `message` serves `automatic_reason`.
    """

    message: Message
    sender: str
    sender_name: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    delivered_to: tuple[str, ...]
    tokens: tuple[str, ...]
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    subject: str
    texts: tuple[str, ...]


def read_message(raw: bytes) -> Received:
    """Take a mail apart; raise `UnreadableMail` (permanent) for one without a sender."""
    try:
        message = message_from_bytes(raw, policy=policy.compat32)
        texts = texts_of(message)
    except (ValueError, TypeError, LookupError, AttributeError, IndexError, RecursionError) as error:
        raise UnreadableMail("The mail's parts cannot be told apart; it is set aside.") from error
    senders = _addresses(message, ["From"]) or _addresses(message, ["Sender"])
    if not senders:
        raise UnreadableMail("The mail names no sender; it is set aside.")
    delivered, to, cc = (_plain(_addresses(message, names)) for names in (_DELIVERED, ["To"], ["Cc"]))
    return Received(
        message=message,
        sender=senders[0][1],
        sender_name=senders[0][0],
        to=to,
        cc=cc,
        delivered_to=delivered,
        tokens=_tokens([*delivered, *to, *cc], texts),
        message_id=next(iter(_ids(message, "Message-ID")), ""),
        in_reply_to=next(iter(_ids(message, "In-Reply-To")), ""),
        references=_ids(message, "References"),
        subject=_header(message, "Subject"),
        texts=texts,
    )


def _addresses(message: Message, names: Iterable[str]) -> list[tuple[str, str]]:
    """(name, address) of every address in the headers; what has no @ is none."""
    values = [value for name in names for value in _raw(message, name)]
    pairs = getaddresses(values)
    return [(decoded(name), address.strip().lower()) for name, address in pairs if "@" in address]


def _plain(addresses: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address for _, address in addresses))


def _tokens(addresses: Iterable[str], texts: Iterable[str]) -> tuple[str, ...]:
    """The reply tokens: those in addresses first, then those our own last line carries."""
    found = [match for address in addresses for match in _TOKEN.findall(address)]
    found += [match for text in texts for match in _REFERENCE.findall(text)]
    return tuple(dict.fromkeys(token.lower() for token in found))


def _ids(message: Message, name: str) -> tuple[str, ...]:
    found = (match for value in _raw(message, name) for match in _MESSAGE_ID.findall(value))
    return tuple(dict.fromkeys(found))


def _header(message: Message, name: str) -> str:
    return " ".join(decoded(" ".join(_raw(message, name)[:1])).split())


def _raw(message: Message, name: str) -> list[str]:
    """A header's values on one line each; bytes that are no ASCII read as UTF-8 as far as they can."""
    values = (str(value) for key, value in message.raw_items() if key.lower() == name.lower())
    plain = (value.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for value in values)
    return [" ".join(value.split()) for value in plain]
