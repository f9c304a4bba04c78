"""The gallery of mails in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from service.domain.letters import Kind
from service.web.gallery import make_gallery
from tests.fakes.chromium import Windows

Check = Callable[[Page], Any]


@pytest.fixture
def place(served: Any) -> str:
    """Its address."""
    address: str = served(make_gallery())
    return address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_readable_on_a_phone_for_everybody(
    place: str, new_page: Windows, axe: Check, no_horizontal_scroll: Check, scheme: Any
) -> None:
    page = new_page(375, color_scheme=scheme)
    page.goto(f"{place}/?kind=prep&scheme=all&width=all")
    no_horizontal_scroll(page)
    assert page.locator("iframe:not([title])").count() == 0
    page.evaluate("() => document.querySelectorAll('iframe').forEach(one => one.remove())")
    assert axe(page) == []


def test_a_choice_needs_no_javascript(place: str, new_page: Windows) -> None:
    page = new_page(1280, javascript=False)
    page.goto(place)
    assert page.locator("iframe").count() == len(Kind)
    page.select_option("#kind", "digest")
    page.select_option("#scheme", "all")
    page.click("text=Show >> nth=-1")
    assert page.locator("iframe").count() == 2


def test_a_choice_goes_by_the_keyboard(place: str, page: Page) -> None:
    page.goto(place)
    page.focus("#kind")
    page.keyboard.type("prep")
    expect(page.locator("iframe")).to_have_count(1)


def test_dark_and_light_stand_side_by_side_in_one_window(place: str, new_page: Windows) -> None:
    page = new_page(1280, color_scheme="light")
    page.goto(f"{place}/?kind=prep&scheme=all")
    colours = [
        page.frame_locator("iframe").nth(number).locator("body").evaluate("b => getComputedStyle(b).color")
        for number in (0, 1)
    ]
    assert colours[0] != colours[1]
