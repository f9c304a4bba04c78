"""A mail's HTML taken apart: its elements, its blocks of text, what Word (classic Outlook) reads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}
_UNSEEN = {"style", "title", "script"}
_BLOCKS = {
    "address",
    "blockquote",
    "body",
    "div",
    "dd",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "li",
    "p",
    "table",
    "td",
    "th",
    "tr",
}
_FOR_WORD = re.compile(r"<!--\[if (?:[^\]]*\b)?mso[^\]]*\]>(.*?)<!\[endif\]-->", re.DOTALL)
_FOR_OTHERS = re.compile(r"<!--\[if !mso[^\]]*\]><!-->.*?<!--<!\[endif\]-->", re.DOTALL)


@dataclass
class Element:
    """One element; `parent` is None for the outermost."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None"
    content: "list[Element | str]" = field(default_factory=list)

    @property
    def style(self) -> dict[str, str]:
        """Its own declarations, lower case."""
        parts = (each.partition(":") for each in self.attributes.get("style", "").split(";"))
        return {name.strip().lower(): value.strip().lower() for name, _, value in parts if value}

    def within(self) -> "Iterator[Element]":
        """The elements around it, from inside out."""
        around = self.parent
        while around is not None:
            yield around
            around = around.parent

    def __str__(self) -> str:
        return f"<{self.tag} {' '.join(f'{name}={value!r}' for name, value in self.attributes.items())}>"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.top = self.here = Element("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.elements.append(element)
        self.here.content.append(element)
        if tag not in VOID:
            self.here = element

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.here.parent is not None:
            assert self.here.tag == tag, f"</{tag}> ends {self.here}"
            self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.content.append(data)


def elements(html: str) -> list[Element]:
    """All of them, in the order of their beginnings."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.elements


def blocks(html: str) -> list[str]:
    """The text of each paragraph, cell or other block, without those inside it."""
    found = (_text(element) for element in elements(html) if element.tag in _BLOCKS)
    return [text for text in found if text.strip()]


def _text(element: Element) -> str:
    if element.tag in _UNSEEN:
        return ""
    if element.tag == "br":
        return "\n"
    inner = (
        one if isinstance(one, str) else "\n" if one.tag in _BLOCKS else _text(one) for one in element.content
    )
    return "".join(inner)


def as_word_reads(html: str) -> str:
    """The HTML with what only Word sees, and without what only others see."""
    return _FOR_WORD.sub(r"\1", _FOR_OTHERS.sub("", html))
