"""A sample mail with changes, and its HTML as a reader sees it."""

from dataclasses import replace
from html.parser import HTMLParser

from service.domain.letters import Kind
from service.mail.render import Rendered, render
from service.mail.samples import sample

VOID = {"br", "meta", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """The visible text, line by line, and what tags there are; fails on tags that do not match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self._hidden: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "br":
            self.words.append(" ")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self._open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def attributes(self, name: str) -> list[str]:
        return [found for _, attributes in self.tags if (found := attributes.get(name)) is not None]


def rendered(kind: Kind, *, pages: bool = True, **changes: object) -> Rendered:
    letter, frame = sample(kind, pages=pages)
    return render(kind, replace(letter, **changes), frame)  # type: ignore[arg-type]  # a field of each kind
