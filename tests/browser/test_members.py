"""What a member is shown, in a real browser."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from service.accounts.signing import Purpose
from service.domain.people import Person
from tests.fakes.chromium import Scheme, Windows
from tests.fakes.desks import at
from tests.fakes.offices import JOINED, MAX, series
from tests.fakes.web_house import WebHouse


@pytest.fixture
def link(web: WebHouse, served: Callable[[Flask], str]) -> str:
    """What Lea passes on to somebody with a long name."""
    person = Person(MAX, "Maximilian Featherstonehaugh-Cholmondeley")
    web.little.add_leader("lea", person).events = series(at("2026-11-03 14:00"))
    web.little.run(JOINED)
    return served(web.app) + web.path(Purpose.MEMBER, f"{web.little.row().leader.key}-1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_readable_for_everybody_and_fits_a_phone(
    link: str,
    new_page: Windows,
    fits_everybody: Callable[[Page], None],
    scheme: Scheme,
) -> None:
    page = new_page(color_scheme=scheme)
    for address in (link, link.rpartition("/")[0]):
        page.goto(address)
        for summary in page.locator("summary").all():
            summary.click()
        fits_everybody(page)


def test_by_keyboard_alone_and_without_scripts_the_days_are_seen(link: str, new_page: Windows) -> None:
    page = new_page(javascript=False)
    page.goto(link)
    assert not page.get_by_text("3 November 2026").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.get_by_text("3 November 2026").is_visible()
