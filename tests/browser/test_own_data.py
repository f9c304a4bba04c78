"""A leader's own data in a real browser: looked at, taken along, and erased by keyboard alone."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from service.storage import people
from tests.fakes.chromium import PHONE, Scheme, Windows
from tests.fakes.desks import at
from tests.fakes.months import fill
from tests.fakes.offices import LEA
from tests.fakes.web_house import WebHouse

PAGES = ("/me/data", "/me/data/erase")


@pytest.fixture
def base(web: WebHouse, served: Callable[[Flask], str]) -> str:
    """The pages of Lea, of whom there are some months."""
    web.little.add_leader()
    fill(web.little)
    web.now = at("2026-12-01 12:00")
    return served(web.app)


def is_there(web: WebHouse) -> bool:
    with web.little.database.read() as tx:
        return people.by_email(tx, LEA) is not None


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (1100, "dark")])
def test_it_is_readable_for_everybody_and_fits(
    base: str,
    web: WebHouse,
    new_page: Windows,
    fits_everybody: Callable[[Page], None],
    scheme: Scheme,
    width: int,
) -> None:
    page = web.sign_in(new_page(width, color_scheme=scheme), base)
    for path in PAGES:
        page.goto(base + path)
        fits_everybody(page)


def test_the_file_is_taken_along(base: str, web: WebHouse, page: Page) -> None:
    web.sign_in(page, base).goto(f"{base}/me/data")
    with page.expect_download() as found:
        page.get_by_role("link", name="Take it all along as a file").click()
    assert found.value.suggested_filename == "vis-a-vis.json"
    assert json.loads(Path(found.value.path()).read_bytes())["leader"]["email"] == LEA


def test_by_keyboard_alone_and_without_scripts_all_is_erased(
    base: str, web: WebHouse, new_page: Windows
) -> None:
    page = web.sign_in(new_page(javascript=False), base)
    page.goto(f"{base}/me/data/erase")
    field = page.get_by_label("type your own address")
    for _ in range(10):
        page.keyboard.press("Tab")
        if field.evaluate("field => field === document.activeElement"):
            break
    page.keyboard.type("max@example.org")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert is_there(web)
    field.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(LEA)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Farewell, Lea").wait_for()
    assert not is_there(web)
    assert page.goto(f"{base}/me/data").status == 403  # type: ignore[union-attr]


def test_a_scanner_with_their_session_erases_nothing(
    base: str, web: WebHouse, page: Page, scan: Callable[[Page, str], list[str]]
) -> None:
    with web.little.counted() as statements:
        opened = scan(web.sign_in(page, base), f"{base}/me/data")
    assert f"{base}/me/data/erase" in opened
    assert [one for one in statements if not one.startswith(("SELECT", "BEGIN", "PRAGMA"))] == []
    assert is_there(web)
