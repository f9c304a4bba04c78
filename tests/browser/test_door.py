"""The way into a leader's own pages, in a real browser."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from service.accounts.signing import Purpose
from tests.fakes.chromium import Scheme, Windows
from tests.fakes.desks import at
from tests.fakes.offices import JOINED, series
from tests.fakes.web_house import WebHouse


@pytest.fixture
def base(web: WebHouse, served: Callable[[Flask], str]) -> str:
    web.little.add_leader().events = series(at("2026-11-03 14:00"))
    web.little.run(JOINED, web.now)
    return served(web.app)


def mailed_key(web: WebHouse) -> str:
    """The path of the link that the worker mails."""
    web.little.run(web.now)
    text = web.little.sent("access")[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    return str(re.findall(r"(/me/open/\S+)", text)[0])


@pytest.mark.parametrize("javascript", [True, False])
def test_by_keyboard_alone_from_a_mails_foot_to_the_hub_and_out_again(
    base: str, web: WebHouse, new_page: Windows, javascript: bool
) -> None:
    page = new_page(javascript=javascript)
    page.goto(base + web.leader_path(Purpose.DOOR))
    press_the_first_button(page)
    assert "on its way to l…@example.org" in page.inner_text("main")
    page.goto(base + mailed_key(web))
    press_the_first_button(page)
    page.wait_for_url(f"{base}/me/")
    assert "Looking back with Max" in page.inner_text("main")
    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/me/left")
    answer = page.goto(f"{base}/me/")
    assert answer is not None
    assert answer.status == 403


def press_the_first_button(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_page_is_readable_for_everybody_and_fits_a_phone(
    base: str,
    web: WebHouse,
    new_page: Windows,
    fits_everybody: Callable[[Page], None],
    scheme: Scheme,
) -> None:
    page = new_page(color_scheme=scheme)
    paths = [web.leader_path(Purpose.DOOR), web.leader_path(Purpose.KEY), "/me/", "/me/open/x", "/me/left"]
    for path in paths:
        page.goto(base + path)
        fits_everybody(page)
    web.sign_in(page, base)
    page.goto(f"{base}/me/")
    fits_everybody(page)


def test_a_scanner_that_opens_every_link_neither_asks_for_a_key_nor_turns_one(
    base: str, web: WebHouse, page: Page, scan: Callable[[Page, str], list[str]]
) -> None:
    for purpose in (Purpose.DOOR, Purpose.KEY):
        scan(page, base + web.leader_path(purpose))
    assert web.little.rows("access") == []
    answer = page.goto(f"{base}/me/")
    assert answer is not None
    assert answer.status == 403
