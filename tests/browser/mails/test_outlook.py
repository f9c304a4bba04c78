"""What the classic Outlook would break: it shows mails with the engine of Word, which no test can run.

Few rules instead, each for something that Word is known to overlook, with what to do about it.
"""

import re
from collections.abc import Callable, Iterator

import pytest

from service.domain.letters import Kind
from tests.fakes.every_mail import kinds, mails
from tests.fakes.mail_html import Element, as_word_reads, elements

PARAGRAPHS = {"p", "h1", "h2", "h3", "ul", "ol", "blockquote"}
WIDEST = 640
MSO_STYLE = re.compile(r"<!--\[if mso[^\]]*\]>\s*<style[^>]*>(.*?)</style>", re.DOTALL)
RULE = re.compile(r"([^{}]+)\{([^}]*)\}")


def classes_that_word_pads(html: str) -> set[str]:
    """Those that a style for Word alone gives a padding."""
    rules = (rule for style in MSO_STYLE.findall(html) for rule in RULE.findall(style))
    padded = (selectors for selectors, body in rules if "padding" in body)
    return {one.strip().lstrip(".") for selectors in padded for one in selectors.split(",")}


def is_seen(element: Element) -> bool:
    return all(one.style.get("display") != "none" for one in [element, *element.within()])


def has_padding(element: Element) -> bool:
    paddings = (value for name, value in element.style.items() if name.startswith("padding"))
    return any(re.search(r"[1-9]", value) for value in paddings)


def padding_outside_a_cell(page: list[Element], padded: set[str]) -> Iterator[Element]:
    """Word pads cells only: the cell around has to do it, if need be in a style for Word alone."""
    for each in page:
        if has_padding(each) and each.tag not in {"td", "th"} and "mso-padding-alt" not in each.style:
            cell = next((one for one in each.within() if one.tag == "td"), None)
            if cell is None or not padded & set(cell.attributes.get("class", "").split()):
                yield each


def layout_by_other_than_tables(page: list[Element], _: set[str]) -> Iterator[Element]:
    """Word knows no width of a div, a p or a span: a table around, or cells, give it."""
    for each in page:
        if each.tag in {"div", "p", "span", "a"} and {"width", "max-width", "float"} & set(each.style):
            yield each


def grounds_without_bgcolor(page: list[Element], _: set[str]) -> Iterator[Element]:
    """Word, and what it makes of the mail in an answer, keeps a ground for sure as `bgcolor` only."""
    for each in page:
        if each.tag in {"td", "table", "body"}:
            ground = each.style.get("background-color") or each.style.get("background", "")
            if ground.startswith("#") and each.attributes.get("bgcolor", "").lower() != ground:
                yield each


def grounds_of_others(page: list[Element], _: set[str]) -> Iterator[Element]:
    """On a div or a link Word colours behind the letters only: a cell has the ground."""
    for each in page:
        if each.tag in {"div", "a", "p"} and {"background", "background-color"} & set(each.style):
            yield each


def tables_without_reset(page: list[Element], _: set[str]) -> Iterator[Element]:
    """Word puts space between and into cells unless told not to by attributes; role for who listens."""
    for each in page:
        reset = [each.attributes.get(name) for name in ("cellpadding", "cellspacing", "border")]
        if each.tag == "table" and (
            reset != ["0", "0", "0"] or each.attributes.get("role") != "presentation"
        ):
            yield each


def tables_as_wide_as_style_says(page: list[Element], _: set[str]) -> Iterator[Element]:
    """Word takes the width of a table, or of a cell beside others, from the attribute."""
    for each in page:
        wide = each.style.get("width", "").removesuffix("px")
        cells = [one for one in each.parent.content if isinstance(one, Element)] if each.parent else []
        is_alone = each.tag == "td" and len(cells) == 1
        if each.tag in {"table", "td"} and wide and not is_alone and each.attributes.get("width") != wide:
            yield each


def widths_that_only_others_limit(page: list[Element], _: set[str]) -> Iterator[Element]:
    """Word overlooks max-width: a table of so many pixels, for Word alone, has to be around."""
    for each in page:
        if "max-width" in each.style:
            widths = [one.attributes.get("width", "") for one in each.within() if one.tag == "table"]
            if not any(width.isdecimal() and int(width) <= WIDEST for width in widths):
                yield each


def paragraphs_without_margin(page: list[Element], _: set[str]) -> Iterator[Element]:
    """Word has margins of its own where none is said."""
    for each in page:
        if each.tag in PARAGRAPHS and not {"margin", "margin-top"} & set(each.style):
            yield each


Rule = Callable[[list[Element], set[str]], Iterator[Element]]
RULES: list[Rule] = [
    padding_outside_a_cell,
    layout_by_other_than_tables,
    grounds_without_bgcolor,
    grounds_of_others,
    tables_without_reset,
    tables_as_wide_as_style_says,
    widths_that_only_others_limit,
    paragraphs_without_margin,
]


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_mail_does_without(kind: Kind, rule: Rule) -> None:
    for mail in mails(kind):
        html = mail.rendered.html
        page = [each for each in elements(as_word_reads(html)) if is_seen(each)]
        assert [str(each) for each in rule(page, classes_that_word_pads(html))] == [], (
            f"{mail.name}: {rule.__doc__}"
        )


BROKEN = """<!doctype html><html><body style="background: #ffffff"><table style="width: 100%"><tr><td>
<div style="max-width: 600px; padding: 4px; background-color: #eeeeee"><p>Hello</p></div>
</td></tr></table></body></html>"""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_each_rule_finds_what_breaks_it(rule: Rule) -> None:
    assert list(rule(elements(BROKEN), set())) != []
