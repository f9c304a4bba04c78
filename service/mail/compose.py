"""One finished mail as bytes: headers, threads, both bodies; the same inputs give the same bytes."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr
from pathlib import PurePath

from service.domain.letters import Kind
from service.errors import MailboxError

_BODIES = policy.SMTP


class _Headers(EmailPolicy):
    """Words may be encoded and folded as usual; ids and links must stay in one piece.

    The standard library turns any header word over its line length into =?utf-8?q?…?=, which
    breaks List-Unsubscribe and References; 998 is the longest line RFC 5322 allows.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        worded = name.lower() in {"from", "to", "subject"}
        return policy.SMTP.fold_binary(name, value) if worded else super().fold_binary(name, value)


_HEADERS = _Headers(linesep="\r\n", max_line_length=998)

_SPECIALS = re.compile(r'[,;:"\\<>()\[\]@]')
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+>")
_SUBTYPES = {".json": "json", ".zip": "zip", ".pdf": "pdf"}


def make_message_id(key: str, sender: str) -> str:
    """`<…@domain>`: short, and the same for a second try at the same `key`."""
    return f"<{_digest(key)[:24]}@{_parts(sender).domain}>"


def reply_address(sender: str, token: str) -> str:
    """The sender's address with the reply token in it: `lab+<token>@example.org`."""
    address = _parts(sender)
    return f"{address.username}+{token}@{address.domain}"


def compose(
    *,
    kind: Kind,
    key: str,
    to: str,
    to_name: str,
    sender: str,
    token: str,
    rendered_subject: str,
    text: str,
    html: str,
    date: datetime,
    message_id: str,
    unsubscribe_url: str,
    week: int | None = None,
    in_reply_to: str | None = None,
    references: Sequence[str] = (),
    attachment: tuple[str, bytes] | None = None,
) -> bytes:
    """The mail with CRLF line ends, as on the wire (a Maildir turns them into LF).

    `sender` is like "One-on-One Lab <lab@example.org>", `date` aware, `token` 32 hex digits,
    `attachment` a file name and its bytes. Raises `MailboxError` (permanent) for an address
    that is none, ValueError for a naive `date`.
    """
    if date.tzinfo is None:
        raise ValueError("a mail's date needs its zone")
    message = EmailMessage(policy=_HEADERS)
    message["From"] = _parts(sender)
    message["To"] = _address(to_name, to)
    message["Subject"] = _one_line(rendered_subject)
    message["Date"] = date
    message["Message-ID"] = _ids([message_id])
    _add_reply_headers(message, reply_address(sender, token), _one_line(unsubscribe_url).replace(" ", ""))
    _add_own_headers(message, kind, key, week)
    _add_thread(message, in_reply_to, references)
    _add_bodies(message, key, text, html, attachment)
    return message.as_bytes()


def _add_reply_headers(message: EmailMessage, reply_to: str, unsubscribe_url: str) -> None:
    message["Reply-To"] = Address(addr_spec=reply_to)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message["List-Unsubscribe"] = f"<{unsubscribe_url}>, <mailto:{reply_to}?subject=stop>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _add_own_headers(message: EmailMessage, kind: Kind, key: str, week: int | None) -> None:
    message["X-Visavis-Kind"] = kind.value
    message["X-Visavis-Key"] = _one_line(key)
    if week is not None:
        message["X-Visavis-Week"] = str(week)


def _add_thread(message: EmailMessage, in_reply_to: str | None, references: Sequence[str]) -> None:
    """In-Reply-To and References; whatever has not the form of a message id is left out."""
    answered = _ids([in_reply_to or ""])
    chain = _ids([*references, in_reply_to or ""])
    if answered:
        message["In-Reply-To"] = answered
    if chain:
        message["References"] = chain


def _add_bodies(
    message: EmailMessage, key: str, text: str, html: str, attachment: tuple[str, bytes] | None
) -> None:
    """Text first, then HTML; boundaries come from the key, so that a retry has the same bytes."""
    bodies = message if attachment is None else EmailMessage(policy=_BODIES)
    bodies["Content-Type"] = "multipart/alternative"
    bodies.set_boundary(f"=_a{_digest(key)[:32]}")
    bodies.attach(_body(text, "plain"))
    bodies.attach(_body(html, "html"))
    if attachment is not None:
        message["Content-Type"] = "multipart/mixed"
        message.set_boundary(f"=_m{_digest(key)[:32]}")
        message.attach(bodies)
        message.attach(_attached(*attachment))
    message["MIME-Version"] = "1.0"


def _body(content: str, subtype: str) -> EmailMessage:
    part = EmailMessage(policy=_BODIES)
    clean = content.encode("utf-8", "replace").decode("utf-8")
    part.set_content(clean, subtype=subtype, charset="utf-8", cte="quoted-printable")
    del part["MIME-Version"]
    return part


def _attached(name: str, content: bytes) -> EmailMessage:
    part = EmailMessage(policy=_BODIES)
    subtype = _SUBTYPES.get(PurePath(name).suffix.lower(), "octet-stream")
    part.set_content(content, maintype="application", subtype=subtype, filename=_one_line(name))
    del part["MIME-Version"]
    return part


def _parts(sender: str) -> Address:
    name, address = parseaddr(sender)
    return _address(name, address)


def _address(name: str, address: str) -> Address:
    """An address for a header; specials go from the name, a long one with a comma would split in two."""
    try:
        local, _, domain = address.strip().rpartition("@")
        parsed = Address(
            display_name=_one_line(_SPECIALS.sub(" ", name)),
            addr_spec=f"{local}@{domain.encode('idna').decode('ascii')}",
        )
        parsed.addr_spec.encode("ascii")
        if not parsed.username or not parsed.domain:
            raise ValueError(address)
    except Exception as error:  # the header parser fails in many ways on what is no address
        raise MailboxError(
            f"“{_one_line(address)}” is no address mail can be sent to: correct it.", permanent=True
        ) from error
    return parsed


def _one_line(value: str) -> str:
    """No line break, no control character: nothing can begin a header of its own."""
    spaced = "".join(" " if unicodedata.category(c) in _UNPRINTABLE else c for c in value)
    return " ".join(spaced.split())


_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def _ids(values: Sequence[str]) -> str:
    """The message ids in `values`, each once, as one header value."""
    found = (match for value in values for match in _MESSAGE_ID.findall(value))
    return " ".join(dict.fromkeys(found))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
