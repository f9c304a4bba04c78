"""Commands by reply: pause, resume, stop; only where the whole text is one."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from service.mail.reply_dates import day_named, folded
from service.mail.reply_marks import split_signature, without_additions


@dataclass(frozen=True, slots=True)
class Command:
    """What a leader asks for. A pause ends on `until` or after `days`; with neither it
    lasts until they write resume."""

    name: Literal["pause", "resume", "stop"]
    until: date | None = None
    days: int | None = None


_POLITE = (
    r"(?:please|kindly|thanks|thank you|hi|hello|hey|ok|okay|now|for now|everything|it|me|all|bitte"
    r"|por favor|oi|ola|bom dia|boa tarde|boa noite|agora|por enquanto|tudo|(?:muito )?obrigad[oa]"
    r"|hola|buenos dias|buenas(?: tardes)?|ahora|por ahora|todo|(?:muchas )?gracias)"
)
_MAILS = (
    r"(?:(?: (?:sending|getting|me|all|any|more|the|these|those|this|your|my|from|receiving"
    r"|os|as|esses|estes|desses|destes|de|da|meus|seus|todos|mais|receber|enviar|mandar"
    r"|los|las|estos|esos|mis|sus|mas|recibir))*"
    r" (?:(?:e ?)?mails?|mensagens|correos?(?: electronicos)?|mensajes))?"
)
_PAUSE = re.compile(
    rf"(?:(?:pode(?:m)?|quero|gostaria de|puedes?|pueden|quiero) )?"
    rf"(?:pause|pausa|pausar|pausem|pausen|pausieren|suspender|take a break|(?:uma|una|fazer uma"
    rf"|hacer una) pausa)"
    rf"(?: it| this| everything| everything please)?{_MAILS}"
    r"(?: (?P<by>until|till|til|bis|ate|hasta) (?P<until>.+)"
    r"| (?:for |por |durante |de )?(?P<count>\d{1,3}|[a-z]+) (?P<unit>day|week|month|dia|semana|mes)(?:s"
    r"|es)?)?"
)
_RESUME = re.compile(
    rf"(?:resume|continue|unpause|start again|restart|fortsetzen|weiter|reprendre"
    rf"|(?:quero |quiero )?(?:retom(?:ar|e|a|em)|reativ(?:ar|e|a)|recome(?:car|ce|ca)|continu(?:ar|a|e|em)"
    rf"|volt(?:ar|e|a|em)(?: a)?|reanud(?:ar|a|e|en)|reactiv(?:ar|a|e)|volver(?: a)?)){_MAILS}"
)
_STOP = re.compile(
    rf"(?:stop|unsubscribe|opt out|remove me|cancel my subscription|leave|stopp|abmelden"
    rf"|parar|par[ae]m?|(?:par[ae]m? de|deixem? de)(?: me)?|(?:quero )?sair(?: da lista)?|descadastr(?:ar"
    rf"|o|e)"
    rf"|(?:me )?desinscrev(?:er|a|am)|(?:me )?remov(?:er|a|am)|(?:me )?tir(?:e|em|a)(?: me)? da lista"
    rf"|nao quero(?: mais)?"
    rf"|(?:quero )?cancel(?:ar|e|em)(?: a| minha| a minha)? (?:inscricao|assinatura)"
    rf"|(?:quiero )?(?:dar(?:me|se|nos)?|dame|denme) de baja|de baja|baja|desuscribir(?:me|se)?|salir"
    rf"|no quiero"
    rf"|dej(?:ar|a|e|en) de(?: enviar(?:me)?| mandar(?:me)?)?|(?:quiero )?cancel(?:ar|a|en)(?: la"
    rf"| mi)? suscripcion)"
    rf"(?: from)?{_MAILS}(?: from (?:this|the) (?:list|service))?(?: me)?"
)
_COUNTS = {
    "a": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "um": 1,
    "uma": 1,
    "dois": 2,
    "duas": 2,
    "tres": 3,
    "quatro": 4,
    "cinco": 5,
    "seis": 6,
    "un": 1,
    "una": 1,
    "dos": 2,
    "cuatro": 4,
    "quinze": 15,
    "quince": 15,
}
_DAYS = {"day": 1, "dia": 1, "week": 7, "semana": 7, "month": 30, "mes": 30}
_DAY_FIRST = frozenset({"ate", "hasta", "bis"})
# Said of anything else, these are no command: alone they are, and about mails.
_ONLY_OF_MAILS = re.compile(
    r"nao quero(?: mais)?|no quiero|dej\w+ de|(?:par[ae]m?|deixem?) de(?: me)?|(?:me )?remov\w+"
)


def command(text: str, subject: str = "", today: date | None = None) -> Command | None:
    """The command in the words above the quote, or, where there are none, in the subject.
    "Until Friday" ends on the next one after `today`, the leader's day.

    Case, punctuation, politeness and a signature do not matter; more than the command
    does: "Please stop interrupting him" is a reflection.
    """
    said = without_additions(text)
    if not said:
        return _parsed(subject, today)
    body, _ = split_signature(said)
    first, *rest = re.split(r"\n\s*\n", body or said)
    return _parsed(first, today) if all(_looks_signed(paragraph) for paragraph in rest) else None


def _looks_signed(paragraph: str) -> bool:
    """Short lines without a sentence's end: a name, a role, a number."""
    rows = paragraph.split("\n")
    return len(rows) <= 6 and not any(
        len(row.split()) > 6 or row.rstrip().endswith(("!", "?")) for row in rows
    )


def _parsed(said: str, today: date | None) -> Command | None:
    words = re.sub(rf"^(?:{_POLITE} )+(?=\w)|(?: {_POLITE})+$", "", folded(said))
    if len(words) > 80:
        return None
    if _STOP.fullmatch(words) and not _ONLY_OF_MAILS.fullmatch(words):
        return Command("stop")
    if _RESUME.fullmatch(words):
        return Command("resume")
    match = _PAUSE.fullmatch(words)
    return _pause(match, today) if match else None


def _pause(match: re.Match[str], today: date | None) -> Command | None:
    if match["until"]:
        until = day_named(match["until"], today, day_first=match["by"] in _DAY_FIRST)
        short = len(match["until"].split()) <= 4  # "until spring": a pause whose end nobody can tell
        return Command("pause", until=until) if until or short else None
    if match["unit"]:
        count = int(match["count"]) if match["count"].isdigit() else _COUNTS.get(match["count"])
        return Command("pause", days=count * _DAYS[match["unit"]]) if count else None
    return Command("pause")
