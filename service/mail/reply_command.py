"""Commands by reply: pause, resume, stop; only where the whole text is one."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from service.mail.reply_marks import split_signature, without_additions


@dataclass(frozen=True, slots=True)
class Command:
    """What a leader asks for. A pause ends on `until` or after `days`; with neither it
    lasts until they write resume."""

    name: Literal["pause", "resume", "stop"]
    until: date | None = None
    days: int | None = None


_POLITE = (
    r"(?:please|kindly|bitte|por favor|thanks|thank you|hi|hello|hey|ok|okay|now|for now|everything"
    r"|it|me|all)"
)
_MAILS = (
    r"(?:(?: (?:sending|getting|me|all|any|more|the|these|those|this|your|my|from|receiving))*"
    r" (?:e ?)?mails?)?"
)
_PAUSE = re.compile(
    rf"(?:pause|pausa|pausar|pausieren|take a break)(?: it| this| everything| everything please)?{_MAILS}"
    r"(?: (?:until|till|til|bis|ate|hasta) (?P<until>.+)"
    r"| (?:for )?(?P<count>\d{1,3}|a|one|two|three|four|six) (?P<unit>day|week|month)s?)?"
)
_RESUME = re.compile(
    rf"(?:resume|continue|unpause|start again|restart|retomar|reanudar|fortsetzen|weiter|reprendre){_MAILS}"
)
_STOP = re.compile(
    rf"(?:stop|unsubscribe|opt out|remove me|cancel my subscription|leave|parar|stopp|abmelden|desinscrever)"
    rf"(?: from)?{_MAILS}(?: from (?:this|the) (?:list|service))?(?: me)?"
)
_COUNTS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6}
_DAYS = {"day": 1, "week": 7, "month": 30}
_DATES = ("%Y %m %d", "%d %B %Y", "%B %d %Y", "%d %b %Y", "%b %d %Y", "%d %m %Y")


def command(text: str, subject: str = "") -> Command | None:
    """The command in the words above the quote, or, where there are none, in the subject.

    Case, punctuation, politeness and a signature do not matter; more than the command
    does: "Please stop interrupting him" is a reflection.
    """
    said = without_additions(text)
    if not said:
        return _parsed(subject)
    body, _ = split_signature(said)
    first, *rest = re.split(r"\n\s*\n", body or said)
    return _parsed(first) if all(_looks_signed(paragraph) for paragraph in rest) else None


def _looks_signed(paragraph: str) -> bool:
    """Short lines without a sentence's end: a name, a role, a number."""
    rows = paragraph.split("\n")
    return len(rows) <= 6 and not any(
        len(row.split()) > 6 or row.rstrip().endswith(("!", "?")) for row in rows
    )


def _parsed(said: str) -> Command | None:
    words = re.sub(r"[^\w]+", " ", said.casefold()).strip()
    words = re.sub(rf"^(?:{_POLITE} )+(?=\w)|(?: {_POLITE})+$", "", words)
    if len(words) > 80:
        return None
    if _STOP.fullmatch(words):
        return Command("stop")
    if _RESUME.fullmatch(words):
        return Command("resume")
    match = _PAUSE.fullmatch(words)
    return _pause(match) if match else None


def _pause(match: re.Match[str]) -> Command | None:
    if match["until"]:
        until = _date(match["until"])
        short = len(match["until"].split()) <= 4  # "until Friday": a pause, its end not known without a clock
        return Command("pause", until=until) if until or short else None
    if match["unit"]:
        count = _COUNTS.get(match["count"]) or int(match["count"])
        return Command("pause", days=count * _DAYS[match["unit"]])
    return Command("pause")


def _date(words: str) -> date | None:
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|\bof\b|\bthe\b", "", words)
    for form in _DATES:
        try:
            return datetime.strptime(" ".join(plain.split()), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
