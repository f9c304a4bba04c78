"""Replies as people's mail programs write them: real mails, quoting what they answer."""

import hashlib
import html
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path

from service.demo.delivered import Asked, Delivered
from service.demo.people import Player
from service.demo.script.parts import Client, Look, Style, Turn
from service.domain.playbook import Playbook

_YES_NO = {"y": "yes", "n": "no", "u": "unsure"}
_POLICY = policy.SMTP.clone(max_line_length=998)

Row = tuple[str, bool]  # a line, and whether it is the person's own


@dataclass(frozen=True, slots=True)
class Written:
    """A reply: the mail, its whole plain text, and what of it is the writer's own."""

    raw: bytes
    message_id: str
    sender: Player
    text: str
    own_words: str


def meanings(playbook: Playbook) -> dict[str, str]:
    """What each question asks for, by its wording: a leader needs no key to answer it."""
    found = {wording: key for key, wordings in playbook.reflection.items() for wording in wordings}
    for sign in playbook.signs:
        found |= dict.fromkeys(sign.ask, f"sign.{sign.key}")
    return found


def write_reply(mail: Delivered, turn: Turn, leader: Player, when: datetime, playbook: Playbook) -> Written:
    """The mail that `leader` (or the turn's own sender) writes at `when` in answer to `mail`."""
    answers = _answers(mail, turn, playbook)
    sender = turn.sender or leader
    top = _on_top(turn, answers)
    rows = _rows(mail, answers if turn.style is Style.INLINE else {})
    message = _headers(mail, sender, when, automatic=turn.style is Style.AUTOMATIC)
    plain, rich = _CLIENTS[turn.client](top, rows, mail)
    if turn.style is Style.AUTOMATIC:
        plain, rich = turn.words, ""
    message.set_content(plain)
    if rich:
        message.add_alternative(rich, subtype="html")
    raw = message.as_bytes(policy=_POLICY)
    return Written(raw, str(message["Message-ID"]), sender, plain.strip(), top or _shown(answers))


def quoted(mail: Delivered) -> str:
    """What a mail program puts into the box of a reply: room on top, and the mail below."""
    return _apple("", _rows(mail, {}), mail)[0]


def write_by_hand(mail: Delivered, text: str, leader: Player, when: datetime) -> Written:
    """The mail that `leader` sends at `when` with `text` in the box, quote and all."""
    message = _headers(mail, leader, when)
    plain = "\n".join(text.splitlines()) + "\n"
    message.set_content(plain)
    raw = message.as_bytes(policy=_POLICY)
    return Written(raw, str(message["Message-ID"]), leader, plain.strip(), plain.strip())


def drop(maildir: Path, written: Written) -> None:
    """The reply arrives in the inbox, whole or not at all."""
    name = written.message_id.strip("<>").partition("@")[0]
    for sub in ("tmp", "new"):
        (maildir / "inbox" / sub).mkdir(parents=True, exist_ok=True)
    aside = maildir / "inbox" / "tmp" / name
    aside.write_bytes(written.raw)
    aside.rename(maildir / "inbox" / "new" / name)


def _headers(mail: Delivered, sender: Player, when: datetime, *, automatic: bool = False) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender.mailbox
    message["To"] = mail.sender if automatic else mail.reply_to  # answering machines know no Reply-To
    subject = mail.subject if mail.subject.startswith("Re: ") else f"Re: {mail.subject}"
    message["Subject"] = f"Automatic reply: {mail.subject}" if automatic else subject
    message["Date"] = when
    digest = hashlib.sha256(f"{mail.key} {when.isoformat()} {sender.email}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{digest}@{sender.email.partition('@')[2]}>"
    message["In-Reply-To"] = mail.message_id
    message["References"] = f"{mail.references} {mail.message_id}".strip()
    if automatic:
        message["Auto-Submitted"] = "auto-replied"
    return message


def _answers(mail: Delivered, turn: Turn, playbook: Playbook) -> dict[Asked, str]:
    """What the leader says to each question that the mail asks."""
    keys, signs = meanings(playbook), [sign.key for sign in playbook.signs]
    found = {}
    for asked in mail.questions(turn.looks):
        look = turn.looks.get(asked.about)
        key = next((keys[wording] for wording in keys if asked.ask.startswith(wording)), "")
        said = _said(look, key, signs) if look else ""
        if said:
            found[asked] = said
    return found


def _said(look: Look, key: str, signs: list[str]) -> str:
    if key.startswith("sign."):
        index = signs.index(key.removeprefix("sign."))
        return _YES_NO.get(look.signs[index : index + 1], "")
    return str(getattr(look, key, ""))


def _on_top(turn: Turn, answers: Mapping[Asked, str]) -> str:
    if turn.style is Style.NUMBERED:
        return "\n".join(f"{asked.number}. {said}" for asked, said in answers.items())
    return "" if turn.style is Style.INLINE else turn.words


def _shown(answers: Mapping[Asked, str]) -> str:
    """For the page: each answer under its question, as it was written."""
    return "\n".join(f"> {asked.line}\n{said}" for asked, said in answers.items())


def _rows(mail: Delivered, answers: Mapping[Asked, str]) -> list[Row]:
    by_line = {asked.line: said for asked, said in answers.items()}
    rows: list[Row] = []
    for line in mail.text.rstrip().splitlines():
        rows.append((line, False))
        if line in by_line:
            rows.append((by_line[line], True))
    return rows


def _quoted(rows: list[Row], width: int) -> str:
    out: list[str] = []
    for line, own in rows:
        if own:
            out += ["", line, ""]
        else:
            pieces = textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""]
            out += [f"> {piece}".rstrip() for piece in pieces]
    return "\n".join(out)


def _gmail(top: str, rows: list[Row], mail: Delivered) -> tuple[str, str]:
    day = f"{mail.date:%a, %b} {mail.date.day}, {mail.date.year} at {mail.date:%H:%M}"
    name, _, address = mail.sender.rpartition(" ")
    plain = f"{top}\n\nOn {day} {name}\n{address} wrote:\n\n{_quoted(rows, 74)}\n"
    split = "</blockquote><div dir='ltr'>{}</div><blockquote class='gmail_quote'>"
    body = "".join((split if own else "{}<br>").format(html.escape(line)) for line, own in rows)
    attribution = f"On {day} {html.escape(mail.sender)} wrote:"
    rich = (
        f"<div dir='ltr'>{_lines(top)}</div><br><div class='gmail_quote'><div dir='ltr' class='gmail_attr'>"
        f"{attribution}<br></div><blockquote class='gmail_quote'>{body}</blockquote></div>"
    )
    return plain, rich


def _outlook(top: str, rows: list[Row], mail: Delivered) -> tuple[str, str]:
    head = {
        "From": mail.sender,
        "Sent": f"{mail.date:%A, %B} {mail.date.day}, {mail.date.year} {mail.date:%H:%M}",
        "Subject": mail.subject,
    }
    written = "\n".join(f"{name}: {value}" for name, value in head.items())
    original = "\n".join(line for line, _ in rows)
    plain = f"{top}\n\n{'_' * 32}\n{written}\n\n{original}\n"
    bold = "<br>".join(f"<b>{name}:</b> {html.escape(value)}" for name, value in head.items())
    body = "".join(f"<p class='MsoNormal'>{html.escape(line) or '&nbsp;'}</p>" for line, _ in rows)
    rich = (
        f"<p class='MsoNormal'>{_lines(top)}</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'>"
        f"<p class='MsoNormal'>{bold}</p></div>{body}"
    )
    return plain, rich


def _apple(top: str, rows: list[Row], mail: Delivered) -> tuple[str, str]:
    day = f"{mail.date.day} {mail.date:%b %Y}, at {mail.date:%H:%M}"
    return f"{top}\n\n> On {day}, {mail.sender} wrote:\n> \n{_quoted(rows, 990)}\n", ""


def _lines(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


_CLIENTS = {Client.GMAIL: _gmail, Client.OUTLOOK: _outlook, Client.APPLE: _apple}
