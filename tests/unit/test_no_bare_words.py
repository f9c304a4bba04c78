"""No word that people read stands in a template outside a translated sentence."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.catalog import ROOT

TEMPLATES = sorted(
    path
    for room in ("email", "web")
    for path in (ROOT / "templates" / room).rglob("*.*")
    if path.suffix in {".html", ".txt"}
)
LETTERS = re.compile(r"[^\W\d_]{2,}")
SPOKEN = frozenset({"alt", "aria-label", "title", "placeholder", "aria-description"})
# What is no sentence: addresses, entities, and attributes that a macro gives.
NOISE = re.compile(r"https?://\S+|&#?\w+;|[\w-]+=\"[^\"]*\"")
# What is the same in every language: what a reply is known by, and names in a mail's head.
ALLOWED = {
    "email/_base/body.html": {"Reference"},
    "email/_base/body.txt": {"Reference"},
    "web/demo/mail.html": {"From", "To", "Reply", "Message", "ID", "Visavis", "Key", "Week"},
}
CLASS_NAMES = "width"  # the block that names a page's class


def name_of(path: Path) -> str:
    return path.as_posix().rpartition("/templates/")[2]


class _Words(HTMLParser):
    """The words of a page that a person reads or hears: not those of tags, styles and scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"style", "script", "code"}
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"style", "script", "code"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def pieces(node: nodes.Node) -> Iterator[str]:
    """What a template says by itself, a mark for each value it puts in, a translated sentence too."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.TemplateData):
            yield child.data
        elif isinstance(child, nodes.Expr):
            yield "0"
        elif isinstance(child, nodes.Block) and child.name == CLASS_NAMES:
            continue
        else:
            yield from pieces(child)


def bare_words(path: Path) -> list[str]:
    """Its words outside translated sentences, without those allowed."""
    environment = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - nothing is rendered
    environment.policies["ext.i18n.trimmed"] = True
    whole = "".join(pieces(environment.parse(path.read_text("utf-8"))))
    said = [whole]
    if path.suffix == ".html":
        reader = _Words()
        reader.feed(re.sub(r"<!--.*?-->", "", whole, flags=re.DOTALL))
        reader.close()
        said = reader.found
    found = (word for piece in said for word in LETTERS.findall(NOISE.sub("", piece)))
    return [word for word in found if word not in ALLOWED.get(name_of(path), ())]


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_holds_no_bare_words(path: Path) -> None:
    assert bare_words(path) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello {{ name }}</p>", ["Hello"]),
        ("<p>{{ _('Hello') }} <b>{% trans %}again{% endtrans %}</b></p>", []),
        ('<img alt="A picture" class="wide">', ["picture"]),
        ('<a href="/me/{{ token }}" title="{{ _("Yours") }}">&nbsp;·</a>', []),
        ("<style>p { color: red }</style>{# a note #}", []),
        ("{% if late %}Late{% endif %}", ["Late"]),
    ],
)
def test_bare_words_are_seen(tmp_path: Path, source: str, found: list[str]) -> None:
    template = tmp_path / "one.html"
    template.write_text(source, encoding="utf-8")

    assert bare_words(template) == found
