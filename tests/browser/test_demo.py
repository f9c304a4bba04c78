"""The demo's mailbox in a real browser: a visitor reads, answers, and sees the receipt come."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from service.assembly import House
from service.storage import emails, people, replies
from tests.fakes.chromium import Windows
from tests.fakes.demo_day import opened

Check = Callable[[Page], Any]


@pytest.fixture
def place(monday: Path, tmp_path: Path, served: Any) -> Iterator[tuple[str, House]]:
    """The mailbox's address, and the house behind it."""
    with opened(monday, tmp_path / "demo") as (app, house):
        yield served(app), house


def without_frames(page: Page) -> Page:
    """The page around its mails: those are judged elsewhere, and let nobody look into them."""
    page.evaluate("() => document.querySelectorAll('iframe').forEach(one => one.remove())")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_page_is_readable_on_a_phone_for_everybody(
    place: tuple[str, House], new_page: Windows, axe: Check, no_horizontal_scroll: Check, scheme: Any
) -> None:
    page = new_page(375, color_scheme=scheme)
    page.goto(place[0])
    for link in ("", "text=Be Lena", "text=All mails"):
        if link:
            page.click(link)
        no_horizontal_scroll(page)
        assert axe(without_frames(page)) == []


def test_a_visitor_answers_and_the_receipt_comes_without_javascript(
    place: tuple[str, House], new_page: Windows
) -> None:
    page = new_page(1280, javascript=False)
    page.goto(place[0])
    page.click("text=Be Lena")
    assert page.frame_locator("article iframe").get_by_role("heading", level=1).is_visible()
    page.fill("#words", "2. We talked about the band.\n" + page.input_value("#words"))
    page.click("text=Send")
    expect(page.get_by_text("Your answer has been read")).to_be_visible()
    expect(page.frame_locator("article iframe").get_by_text("We talked about the band.")).to_be_visible()
    expect(page.locator(".inbox li").first).to_contain_text("Receipt")


def test_it_all_goes_by_the_keyboard(place: tuple[str, House], page: Page) -> None:
    page.goto(place[0])
    press_to(page, "Be Lena", "Enter")
    page.wait_for_url("**/mailbox/lena/*")
    press_to(page, "Reply", "Enter")
    page.wait_for_function("location.hash == '#reply'")
    page.keyboard.press("Tab")
    page.keyboard.type("2. Two minutes of silence.\n")
    press_to(page, "Send", "Enter")
    expect(page.get_by_text("Your answer has been read")).to_be_visible()


def press_to(page: Page, words: str, key: str) -> None:
    """Tab on to what has these words, and press a key there."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.textContent.trim()") == words:
            page.keyboard.press(key)
            return
    raise AssertionError(f"the keyboard does not reach {words}")


def test_what_comes_meanwhile_is_shown_at_once_but_not_over_what_is_being_written(
    place: tuple[str, House], new_page: Windows
) -> None:
    watching, writing, elsewhere = new_page(1280), new_page(1280), new_page(1280)
    for page in (watching, writing, elsewhere):
        page.goto(place[0])
        page.click("text=Be Lena")
    writing.fill("#words", "half a sentence")
    elsewhere.fill("#words", "2. Coffee.\n" + elsewhere.input_value("#words"))
    elsewhere.click("text=Send")
    expect(watching.locator(".inbox li").first).to_contain_text("Receipt")
    expect(writing.get_by_text("A new mail has come.")).to_be_visible()
    assert writing.input_value("#words") == "half a sentence"


def test_a_scanner_that_opens_every_link_changes_nothing(
    place: tuple[str, House], page: Page, scan: Callable[[Page, str], list[str]]
) -> None:
    address, house = place
    before = kept(house)
    opened_links = scan(page, f"{address}/mailbox/lena/")
    assert len(opened_links) > 5
    assert kept(house) == before


def kept(house: House) -> tuple[Any, ...]:
    """What is on record of Lena."""
    with house.database.read() as tx:
        row = people.by_email(tx, "lena.brandt@example.org")
        assert row is not None
        return row, emails.of_leader(tx, row.leader.id), replies.held(tx, row.leader.id)
