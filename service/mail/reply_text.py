"""The texts of a mail: its plain part, and its HTML as text."""

import re
from collections.abc import Iterator
from email.message import Message
from html.parser import HTMLParser

_INLINE = frozenset(
    {"a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd", "label", "mark"}
    | {"o:p", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)
_SPACED = frozenset({"p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"})
_SILENT = frozenset({"script", "style", "head", "title", "template"})
_READABLE = frozenset({"text/plain", "text/html", "text/enriched", "text/markdown", "text/x-markdown"})
_SIGNATURES = (
    "gmail_signature",
    "moz-signature",
    "ms-outlook-mobile-signature",
    "protonmail_signature_block-user",
)


def texts_of(message: Message) -> tuple[str, ...]:
    """The plain text, then the HTML as text, of a mail; () where it has neither.

    Of several parts of a kind all are joined; attachments are passed over. An unknown
    charset or a broken encoding loses odd characters, never the text.
    """
    plain, html = [], []
    for part in _shown(message):
        text = _decoded(part)
        if part.get_content_type() == "text/html":
            html.append(text_of_html(text))
        else:
            plain.append(_unflowed(text) if part.get_param("format") == "flowed" else text)
    return tuple(text for text in ("\n".join(plain), "\n".join(html)) if text.strip())


def _shown(message: Message) -> Iterator[Message]:
    """The text parts a mail program would show; what was forwarded as a file is not walked into."""
    if message.is_multipart():
        if message.get_content_maintype() != "message":
            for part in message.get_payload():
                yield from _shown(part) if isinstance(part, Message) else ()
    elif message.get_content_disposition() != "attachment" and message.get_content_type() in _READABLE:
        yield message


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    try:
        charset = part.get_content_charset() or "utf-8"
        text = raw.decode(charset)
    except (LookupError, UnicodeError, ValueError):
        text = _guessed(raw)
    return text.replace("\0", "")


def _guessed(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _unflowed(text: str) -> str:
    """Lines that end in a space go on in the next (RFC 3676), but for a signature's "-- "."""
    rows: list[str] = []
    flowing = False
    for raw in text.splitlines():
        if flowing and rows and not raw.startswith(">"):
            rows[-1] += raw
        else:
            rows.append(raw)
        flowing = raw.endswith(" ") and raw != "-- " and not raw.startswith(">")
    return "\n".join(rows)


def text_of_html(html: str) -> str:
    """The visible text of an HTML body: a line a block, "> " before what is quoted, links in <>."""
    reader = _Reader()
    try:
        reader.feed(_without_comments(html))
        reader.close()
    except (AssertionError, ValueError):  # the parser's own answer to broken declarations
        reader.handle_data(" ")
    return reader.text()


def _without_comments(html: str) -> str:
    """Comments and declarations cut out in one go: the parser takes ages over unfinished ones."""
    kept, place = [], 0
    while match := _DECLARED.search(html, place):
        kept.append(html[place : match.start()])
        closing = "-->" if match.group() == "<!--" else ">"
        end = html.find(closing, match.end())
        if end < 0:
            return "".join(kept)
        place = end + len(closing)
    return "".join([*kept, html[place:]])


_DECLARED = re.compile(r"<!--|<[!?]")


class _Reader(HTMLParser):
    """Collects lines; nesting is counted, never built, so that broken HTML costs nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._rows: list[str] = []
        self._row = ""
        self._depth = 0
        self._silent: list[str] = []
        self._link = ""
        self._said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        if tag == "body":
            self._silent.clear()
        if tag not in _INLINE:
            self._end_row(spaced=tag in _SPACED)
        if any(name in str(dict(attrs).get(key, "")) for name in _SIGNATURES for key in ("class", "id")):
            self._end_row(spaced=False)
            self._row = "-- "
            self._end_row(spaced=False)
        if tag == "blockquote":
            self._depth += 1
        if tag == "a":
            self._link, self._said = dict(attrs).get("href") or "", ""

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()
        if tag == "a":
            self._end_link()
        if tag not in _INLINE:
            self._end_row(spaced=tag in _SPACED)
        if tag == "blockquote":
            self._depth = max(0, self._depth - 1)

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        words = " ".join(data.split())
        glue = " " if data[:1].isspace() and self._row else ""
        self._row += glue + words + (" " if words and data[-1:].isspace() else "")
        self._said += words

    def _end_link(self) -> None:
        """A link's address after its words, unless they are the address."""
        if self._link.startswith(("http://", "https://")) and self._said.strip() not in self._link:
            self._row = f"{self._row.rstrip()} <{self._link}> "
        self._link = ""

    def _end_row(self, *, spaced: bool) -> None:
        row = " ".join(self._row.split()) if self._row != "-- " else self._row
        if row or (self._rows and self._rows[-1].strip("> ")):
            if row:
                self._rows.append("> " * self._depth + row)
            if spaced:
                self._rows.append("> " * self._depth)
        self._row = ""

    def text(self) -> str:
        self._end_row(spaced=False)
        return "\n".join(self._rows).strip("\n")
