"""A text as lines and words, so that two texts can be compared however a client wrapped them."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

MOST_WORDS = 20_000  # a month's mail of one person; more is no reply, and would only cost time


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its quote marks; `depth` counts them."""

    text: str
    depth: int


@dataclass(frozen=True, slots=True)
class Word:
    """One word: `norm` to compare by, and where it stands."""

    norm: str
    line: int
    start: int
    end: int


_QUOTE = re.compile(r"[ \t]*(?:>[ \t]?)+")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_ARTEFACT = re.compile(r"<mailto:[^<>\s]+>|\[mailto:[^\[\]\s]+\]|\[cid:[^\[\]]+\]|\[image: [^\[\]]+\]")
_TOKEN = re.compile(
    r"(?P<url>https?://[^\s<>\"']+)"
    r"|\w+(?:['’]\w+)*"
    r"|(?P<face>(?<!\w)[:;]-?[()D](?!\w))"
    r"|(?P<alone>^\s*(?:[?!]+|--|––)\s*$)"
    r"|(?P<symbol>[^\w\s])"
)
_DRAWING = range(0x2500, 0x2600)  # rules, boxes and bullets


def lines_of(text: str) -> list[Line]:
    """The lines of a text, quote marks and a client's artefacts taken off."""
    return [_line(raw) for raw in _INVISIBLE.sub("", text).splitlines()]


def _line(raw: str) -> Line:
    quote = _QUOTE.match(raw)
    marks = quote.group() if quote else ""
    return Line(_ARTEFACT.sub(" ", raw[len(marks) :]).rstrip(), marks.count(">"))


def words_of(
    lines: Sequence[Line], skip: Collection[int] = (), known_links: Collection[str] = ()
) -> list[Word]:
    """The words of the lines not in `skip`; links that stand in `known_links` are none."""
    found = []
    for number, line in enumerate(lines):
        if number in skip:
            continue
        for match in _TOKEN.finditer(line.text):
            norm = _norm(match, known_links)
            if norm:
                found.append(Word(norm, number, match.start(), match.end()))
        if len(found) > MOST_WORDS:
            break
    return found


def links_of(text: str) -> frozenset[str]:
    """Every link of a text, unwrapped."""
    return frozenset(unwrapped(m["url"]) for m in _TOKEN.finditer(text) if m["url"])


def _norm(match: re.Match[str], known_links: Collection[str]) -> str:
    if match["url"]:
        link = unwrapped(match["url"])
        return "" if link in known_links or (not link and known_links) else f"link:{link}"
    if match["symbol"]:
        symbol = match["symbol"]
        pictured = unicodedata.category(symbol) == "So" and ord(symbol) not in _DRAWING
        return symbol if pictured else ""
    return unicodedata.normalize("NFKC", match.group().strip(" \t_")).casefold().replace("’", "'")


def unwrapped(link: str) -> str:
    """The link a gateway has hidden in its own; "" where the gateway's is a riddle."""
    link = link.rstrip(".,;:!?)]}*_")
    try:
        host, query = urlsplit(link).hostname or "", parse_qs(urlsplit(link).query)
    except ValueError:
        return link
    if host.endswith("safelinks.protection.outlook.com"):
        return query.get("url", [""])[0]
    if host == "urldefense.com" and "__" in link:
        return unquote(link.split("__", 2)[1])
    if host.endswith("google.com") and link.startswith(
        ("https://www.google.com/url", "http://www.google.com/url")
    ):
        return query.get("q", query.get("url", [""]))[0]
    return "" if host.endswith(_RIDDLES) else link


_RIDDLES = (
    "urldefense.proofpoint.com",
    "linkprotect.cudasvc.com",
    "secure-web.cisco.com",
    "protect-us.mimecast.com",
    "protect-eu.mimecast.com",
    "mimecastprotect.com",
)


def text_between(lines: Sequence[Line], first: Word, last: Word, skip: Collection[int] = ()) -> str:
    """The text from one word to another, with the punctuation that touches them."""
    rows = []
    for number in range(first.line, last.line + 1):
        text = lines[number].text
        begin = _left(text, first.start) if number == first.line else 0
        end = _right(text, last.end) if number == last.line else len(text)
        if number not in skip:
            rows.append(text[begin:end].rstrip())
    return _unwrap(rows)


def _left(text: str, start: int) -> int:
    while start > 0 and text[start - 1] in "\"'“‘«„¿¡#@$€£+":
        start -= 1
    closer = _CLOSERS.get(text[start - 1]) if start > 0 else None
    return start - 1 if closer and closer in text[start:] else start


_CLOSERS = {"(": ")", "[": "]"}


def _right(text: str, end: int) -> int:
    """With the marks that touch the word; all that follows, if it is the last on its line."""
    if not re.search(r"\w", text[end:]):
        return len(text)
    while end < len(text) and not text[end].isspace() and text[end] not in "/<[":
        end += 1
    return end


_ITEM = re.compile(r"\s*(?:[-*•–]|\W?[Qq]?\d{1,2}\W)")


def _unwrap(rows: Sequence[str]) -> str:
    """Lines a client broke at its margin are one again; list items and short lines stay."""
    text = ""
    for before, row in zip(["", *rows], rows, strict=False):
        broken = len(before) >= 60 and row.strip() and not _ITEM.match(row)
        text += (" " + row.strip()) if broken else ("\n" + row)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
