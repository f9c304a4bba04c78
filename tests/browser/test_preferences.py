"""The preferences in a real browser: by keyboard, on a phone, without scripts, light and dark."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from service.domain.people import Person, Preferences
from service.storage import people
from tests.fakes.chromium import PHONE, Scheme, Windows
from tests.fakes.desks import at
from tests.fakes.offices import ANN, JOINED, MAX, series
from tests.fakes.web_house import WebHouse

LONG = "Wilhelmina Featherstonehaugh-Cholmondeley"


@pytest.fixture
def base(web: WebHouse, served: Callable[[Flask], str]) -> str:
    """Lea meets Max on Tuesdays and somebody with a long name on Wednesdays."""
    calendar = web.little.add_leader("lea", Person(MAX, "Max"), Person(ANN, LONG))
    calendar.events = series(at("2026-11-03 14:00")) + series(at("2026-11-04 11:00"), uid="ann", member=ANN)
    web.little.run(JOINED, web.now)
    return served(web.app)


def opened(page: Page, web: WebHouse, base: str) -> Page:
    """The preferences of Lea, who is signed in."""
    web.sign_in(page, base)
    page.goto(f"{base}/me/preferences")
    return page


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (1100, "dark")])
def test_it_is_readable_for_everybody_and_fits(
    base: str,
    web: WebHouse,
    new_page: Windows,
    fits_everybody: Callable[[Page], None],
    scheme: Scheme,
    width: int,
) -> None:
    page = opened(new_page(width, color_scheme=scheme), web, base)
    for summary in page.locator("summary").all():
        summary.click()
    fits_everybody(page)
    page.locator("#times-work_until").fill("08:00")
    page.locator("form[action$='/preferences'] button").click()
    assert page.locator(".wrong").count() == 1
    fits_everybody(page)


def test_by_keyboard_alone_and_without_scripts_a_member_is_muted(
    base: str, web: WebHouse, new_page: Windows
) -> None:
    page = opened(new_page(javascript=False), web, base)
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # into the first choice
    page.keyboard.press("ArrowRight")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Saved." in page.inner_text("[role=status]")
    assert "No mails" in page.inner_text("summary >> nth=0")
    with web.house.database.read() as tx:
        assert [pair.muted for pair in people.pairs_of(tx, web.little.row().leader.id)] == [True, False]


def test_the_minutes_are_asked_for_only_where_they_count(base: str, web: WebHouse, page: Page) -> None:
    opened(page, web, base)
    minutes = page.locator("#times-lead_minutes")
    assert not minutes.is_visible()
    page.get_by_label("When I say:").check()
    minutes.fill("45")
    minutes.press("Enter")
    page.wait_for_selector("[role=status]")
    assert "Wednesday 4 November, 10:15" in page.inner_text(".ahead")
    assert web.little.row().leader.preferences == Preferences(lead_minutes=45)


def test_the_address_to_pass_on_can_be_copied(base: str, web: WebHouse, page: Page) -> None:
    opened(page, web, base)
    page.locator("summary").first.click()
    field = page.locator(".pass-on input").first
    field.focus()
    page.keyboard.press("ControlOrMeta+a")
    chosen = page.evaluate("document.activeElement.selectionEnd - document.activeElement.selectionStart")
    assert chosen == len(field.input_value()) > 60


def test_a_scanner_that_opens_every_link_changes_nothing(
    base: str, web: WebHouse, page: Page, scan: Callable[[Page, str], list[str]]
) -> None:
    opened(page, web, base)
    before = web.little.row()
    scan(page, f"{base}/me/preferences")
    assert web.little.row() == before
