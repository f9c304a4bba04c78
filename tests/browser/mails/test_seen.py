"""Every mail as it is seen: on a phone and a desk, light, dark, without its `<style>`, from right to left."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from service.domain.letters import Kind
from tests.fakes.chromium import PHONE, Windows, hidden_sideways
from tests.fakes.every_mail import from_right_to_left, kinds, looks, mails
from tests.fakes.figures import Figure

WIDTHS = (320, PHONE, 600)
# Text that is bound to the left, or runs from there, in a mail that is read from the right.
BOUND = """() => [...document.body.querySelectorAll('*')].filter(each =>
    [...each.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())
    && !each.closest('bdi, body [dir]')
    && (getComputedStyle(each).textAlign.endsWith('left') || getComputedStyle(each).direction !== 'rtl')
).map(each => each.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("kind", kinds())
def test_a_mail_can_be_read_by_everybody(
    kind: Kind, page: Page, axe: Callable[[Page], list[str]], figure: Figure
) -> None:
    found = []
    for mail in mails(kind):
        for look, scheme, html in looks(mail):
            page.emulate_media(color_scheme=scheme)
            page.set_content(html)
            found += [f"{mail.name}, {look}: {line}" for line in axe(page)]
    figure(f"mail {kind}", "axe violations", len(found))
    assert found == []


@pytest.mark.parametrize("kind", kinds())
def test_a_mail_is_no_wider_than_its_window(kind: Kind, page: Page) -> None:
    for mail in mails(kind):
        for html in (mail.rendered.html, mail.stripped):
            page.set_content(html)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                assert hidden_sideways(page) == 0, f"{mail.name} at {width} pixels"


@pytest.mark.parametrize("kind", kinds())
def test_a_mail_can_be_turned_from_right_to_left(kind: Kind, page: Page) -> None:
    for look, _, html in looks(from_right_to_left(kind)):
        page.set_content(html)
        assert page.evaluate("document.documentElement.dir") == "rtl"
        assert hidden_sideways(page) == 0, look
        assert page.evaluate(BOUND) == [], look


def test_dark_is_dark(new_page: Windows) -> None:
    """Or the checks above would have looked at the same thing twice."""
    ground = "() => getComputedStyle(document.body).backgroundColor"
    page = new_page()
    page.set_content(mails(Kind.PREP)[0].rendered.html)
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(ground) != light
