"""The page of a mail's questions in a real browser: from the tap in the mail to what was understood."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from service.accounts.signing import Purpose
from service.domain.reflections import Outcome, Reflection
from service.storage import reflections
from service.storage.schema import metadata
from tests.fakes.chromium import Windows
from tests.fakes.desks import DAY, HOUR, at
from tests.fakes.offices import ANN, JOINED, series
from tests.fakes.web_house import WebHouse

FIRST = at("2026-11-03 14:00")
WALK = "We walked along the river,\nand she laughed."
DRAFT = "Object.keys(localStorage).filter(key => key.startsWith('visavis:draft:'))"
Serve = Callable[[Flask], str]
Axe = Callable[[Page], list[str]]


@pytest.fixture
def link(web: WebHouse, served: Serve) -> str:
    """Where Lea's form is, as it stands in the mail of her first one-on-one with Max."""
    web.little.add_leader().events = series(FIRST)
    web.now = FIRST + HOUR
    web.little.run(JOINED, web.now)
    return served(web.app) + web.path(Purpose.FORM, web.little.rows("reflection")[0].token)


@pytest.fixture
def confirm_link(web: WebHouse, served: Serve) -> str:
    """Where two meetings are asked about that are gone from the calendar."""
    calendar = web.little.add_leader()
    anns = series(FIRST + HOUR, 3, uid="ann", member=ANN, title="Ann / Lea 1:1")
    calendar.events = series(FIRST, 3) + anns
    web.little.run(JOINED)
    calendar.events = calendar.events[1:3] + calendar.events[4:]
    web.now = FIRST + DAY
    web.little.run(FIRST - 4 * HOUR, web.now)
    mail = next(one for one in web.little.rows("confirm") if one.sent_at)
    return served(web.app) + web.path(Purpose.FORM, mail.token)


def kept(web: WebHouse) -> list[Reflection]:
    with web.little.database.read() as tx:
        return list(reflections.of_leader(tx, 1).values())


def everything(web: WebHouse) -> dict[str, list[Any]]:
    """Every row of every table."""
    with web.little.database.read() as tx:
        return {
            table.name: [tuple(row) for row in tx.connection.execute(select(table))]
            for table in metadata.sorted_tables
        }


def worked(page: Page) -> Any:
    """The field for what worked."""
    return page.get_by_label("What worked well this time?")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_tap_in_the_mail_and_one_on_the_page_are_enough(
    web: WebHouse, link: str, new_page: Windows, javascript: bool
) -> None:
    page = new_page(javascript=javascript)
    page.goto(f"{link}?q=1&a=3")
    expect(page.get_by_role("radio", name="they cancelled")).to_be_checked()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Lea")
    expect(page.get_by_role("definition")).to_have_text(["they cancelled"])
    assert [one.outcome for one in kept(web)] == [Outcome.MEMBER_CANCELLED]


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_all_of_it_can_be_filled_in_and_changed_on_a_phone(
    web: WebHouse, link: str, new_page: Windows, javascript: bool
) -> None:
    page = new_page(javascript=javascript)
    page.goto(link)
    page.get_by_role("radio", name="yes").first.check()
    worked(page).fill(WALK)
    page.get_by_text("Anything else?").click()
    page.get_by_label("In your own words").fill("It rained.")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="Change it").click()
    expect(page.get_by_role("radio", name="yes").first).to_be_checked()
    expect(worked(page)).to_have_value(WALK)
    expect(page.get_by_label("In your own words")).to_have_value("It rained.")
    page.get_by_role("radio", name="leave it open").check()
    worked(page).fill("Tea")
    page.get_by_role("button", name="Send the changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Lea")
    assert kept(web) == [Reflection(worked="Tea", free_text="It rained.")]


def test_the_keyboard_alone_is_enough(web: WebHouse, link: str, page: Page) -> None:
    page.goto(link)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("Tea")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Send":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Lea")
    assert kept(web) == [Reflection(outcome=Outcome.MOVED, worked="Tea")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(
    link: str, new_page: Windows, axe: Axe, no_horizontal_scroll: Callable[[Page], None], scheme: Any
) -> None:
    for width in (320, 375, 1100):
        page = new_page(width, color_scheme=scheme)
        page.goto(f"{link}?q=1&a=0")
        no_horizontal_scroll(page)
    assert axe(page) == []
    worked(page).fill("W" * 300)
    page.get_by_role("button", name="Send").click()
    assert axe(page) == []
    no_horizontal_scroll(page)
    page.get_by_role("link", name="Change it").click()
    assert axe(page) == []


class TestDrafts:
    def test_what_was_typed_is_there_again_after_the_page_was_closed(
        self, web: WebHouse, link: str, page: Page
    ) -> None:
        page.goto(link)
        page.get_by_role("radio", name="moved").check()
        worked(page).fill(WALK)
        page.goto("about:blank")
        page.goto(link)
        expect(page.get_by_text("Your draft is back")).to_be_visible()
        expect(worked(page)).to_have_value(WALK)
        expect(page.get_by_role("radio", name="moved")).to_be_checked()
        assert kept(web) == []
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Lea")
        assert page.evaluate(DRAFT) == []
        assert kept(web) == [Reflection(outcome=Outcome.MOVED, worked=WALK)]

    def test_a_draft_can_be_dropped(self, link: str, page: Page) -> None:
        page.goto(link)
        worked(page).fill(WALK)
        expect(page.get_by_text("Kept on this device")).to_be_visible()
        page.reload()
        page.get_by_role("button", name="Drop the draft").click()
        expect(page.get_by_text("Your draft is back")).to_be_hidden()
        expect(worked(page)).to_have_value("")
        assert page.evaluate(DRAFT) == []

    def test_a_draft_of_long_ago_is_gone(self, link: str, page: Page) -> None:
        page.goto(link)
        worked(page).fill(WALK)
        expect(page.get_by_text("Kept on this device")).to_be_visible()
        month = 31 * 24 * 60 * 60 * 1000
        page.evaluate(
            f"for (const key of {DRAFT}) {{ const draft = JSON.parse(localStorage[key]);"
            f"draft.at -= {month}; localStorage[key] = JSON.stringify(draft) }}"
        )
        page.reload()
        expect(worked(page)).to_have_value("")
        assert page.evaluate(DRAFT) == []

    def test_a_draft_gives_way_to_a_tap_in_the_mail(self, link: str, page: Page) -> None:
        page.goto(link)
        page.get_by_role("radio", name="moved").check()
        worked(page).fill(WALK)
        page.goto("about:blank")
        page.goto(f"{link}?q=1&a=0")
        expect(page.get_by_role("radio", name="yes").first).to_be_checked()
        expect(worked(page)).to_have_value(WALK)

    def test_an_old_draft_adds_to_what_was_sent_since_and_replaces_none_of_it(
        self, web: WebHouse, link: str, page: Page
    ) -> None:
        page.goto(link)
        worked(page).fill("Tea")
        page.get_by_role("button", name="Send").click()
        page.get_by_role("link", name="Change it").click()
        worked(page).fill("Coffee")
        page.goto("about:blank")
        other = page.context.new_page()
        other.goto(link)
        other.evaluate(f"for (const key of {DRAFT}) sessionStorage[key] = localStorage[key]")
        worked(other).fill("Cake")
        with other.expect_navigation():
            other.get_by_role("button", name="Send").click()
        other.evaluate("Object.assign(localStorage, sessionStorage)")
        page.goto(link)
        with page.expect_navigation():
            page.get_by_role("button", name="Send").click()
        assert kept(web) == [Reflection(worked="Cake\nCoffee")]


def test_a_scanner_changes_nothing(
    web: WebHouse, link: str, page: Page, scan: Callable[[Page, str], list[str]]
) -> None:
    before = everything(web)
    assert len(scan(page, f"{link}?q=1&a=3")) > 2
    assert everything(web) == before


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_what_happened_is_said_by_one_tap_after_another(
    web: WebHouse, confirm_link: str, new_page: Windows, axe: Axe, javascript: bool
) -> None:
    page = new_page(javascript=javascript)
    page.goto(f"{confirm_link}?q=1&a=3")
    assert not javascript or axe(page) == []
    page.get_by_role("button", name="Yes, that is right: they cancelled").click()
    expect(page.get_by_role("heading", name="One more, if you like")).to_be_visible()
    assert not javascript or axe(page) == []
    page.get_by_role("button", name="I cancelled").click()
    expect(page.get_by_role("definition")).to_have_text(["I cancelled"])
    assert [one.by and one.by.value for one in web.little.meetings()[:2]] == ["member", "leader"]


def test_a_scanner_confirms_nothing(
    web: WebHouse, confirm_link: str, page: Page, scan: Callable[[Page, str], list[str]]
) -> None:
    before = everything(web)
    scan(page, f"{confirm_link}?q=1&a=3")
    assert everything(web) == before
