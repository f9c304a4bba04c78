"""A leader's months in a real browser: by keyboard, on a phone, without scripts, light and dark."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from service.accounts.signing import Purpose
from service.domain.letters import Kind
from service.domain.people import Person
from service.storage import emails, outbox
from service.storage.outbox import NewEmail
from tests.fakes.chromium import PHONE, Scheme, Windows
from tests.fakes.desks import at
from tests.fakes.months import Span, fill
from tests.fakes.offices import LEA
from tests.fakes.web_house import WebHouse

LONG = "Wilhelmina Featherstonehaugh-Cholmondeley"
RUNNING = Span("2026-07-01 00:00", "2027-01-01 00:00", "2026-11-26 12:00")


@pytest.fixture
def base(web: WebHouse, served: Callable[[Flask], str]) -> str:
    """The pages of Lea, who has four people, on the 26th of November."""
    names = ("Max", "Ann Okafor", "Bea", LONG)
    people_ = [Person(f"m{number}@example.org", name) for number, name in enumerate(names)]
    web.little.add_leader("lea", *people_)
    fill(web.little, RUNNING)
    web.now = at("2026-11-26 12:00")
    return served(web.app)


def mailed(web: WebHouse, month: str = "2026-10") -> str:
    """The path of a digest's link."""
    row = web.little.row(LEA)
    with web.little.database.begin() as tx:
        stored = outbox.put(
            tx, NewEmail(f"digest:{row.leader.key}:{month}", Kind.DIGEST, row.leader.id, web.now)
        )
        assert stored is not None
        return web.path(Purpose.MONTH, emails.one(tx, stored.id).token)


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (1100, "light")])
def test_it_is_readable_for_everybody_and_fits(
    base: str,
    web: WebHouse,
    new_page: Windows,
    fits_everybody: Callable[[Page], None],
    scheme: Scheme,
    width: int,
) -> None:
    page = web.sign_in(new_page(width, color_scheme=scheme), base)
    page.goto(f"{base}/me/month/")
    assert page.locator(".calendar").is_visible()
    fits_everybody(page)
    strange = new_page(width, color_scheme=scheme)
    strange.goto(base + mailed(web))
    fits_everybody(strange)


def test_by_keyboard_alone_to_another_month_without_scripts(
    base: str, web: WebHouse, new_page: Windows
) -> None:
    page = web.sign_in(new_page(javascript=False), base)
    page.goto(f"{base}/me/month/")
    assert "November 2026 so far" in page.title()
    october = page.get_by_role("link", name="October 2026")
    for _ in range(10):
        page.keyboard.press("Tab")
        if october.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/month/2026-10")
    assert page.get_by_role("heading", level=1).inner_text() == "October 2026"


def test_each_picture_has_its_words(base: str, web: WebHouse, page: Page) -> None:
    web.sign_in(page, base).goto(f"{base}/me/month/2026-10")
    lines = page.get_by_role("img").all()
    assert len(lines) == 4
    names = [line.locator("title").text_content() or "" for line in lines]
    assert all(re.search(r"Days between .*: \d+(, \d+)*", name) for name in names)
    hidden = page.locator("svg:not([role=img])")
    assert {one.get_attribute("aria-hidden") for one in hidden.all()} == {"true"}
    cells = page.locator(".calendar .meet .unseen").all_text_contents()
    assert cells
    assert all(re.fullmatch(r".+, \d\d:\d\d: .+\.", words) for words in cells)


def test_a_scanner_changes_nothing(
    base: str, web: WebHouse, page: Page, scan: Callable[[Page, str], list[str]]
) -> None:
    path = mailed(web)
    with web.little.counted() as statements:
        opened = scan(page, base + path)
    assert any(one.endswith("/me/") for one in opened)
    assert [one for one in statements if not one.startswith(("SELECT", "BEGIN", "PRAGMA"))] == []
