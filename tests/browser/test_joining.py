"""Joining as an invited person meets it: on a phone, by keyboard, without scripts, and by a scanner."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from service.accounts.links import Invited, invitation_token
from service.domain.events import Event, Guest
from service.domain.people import LeaderState
from service.storage import people
from tests.fakes.calendar import FakeCalendar
from tests.fakes.chromium import PHONE, Scheme, Windows
from tests.fakes.desks import at
from tests.fakes.offices import series
from tests.fakes.web_house import WebHouse

NIA = "nia@example.org"
ADDRESS = "https://calendar.example.org/nia.ics"
WIDE = 1280
Serve = Callable[[Flask], str]
Check = Callable[[Page], None]
Axe = Callable[[Page], list[str]]


def meetings(uid: str, name: str, title: str, day: int) -> list[Event]:
    """Every week from that day in November on, at ten."""
    guests = (Guest(NIA, "Nia"), Guest(f"{uid}@example.org", name))
    found = series(at(f"2026-11-{day:02} 10:00"), leader=NIA, uid=uid, title=title)
    return [replace(event, guests=guests) for event in found]


@pytest.fixture
def link(web: WebHouse, served: Serve) -> str:
    """An invitation; the calendar is there for who connects it."""
    weekly = [*meetings("ben", "Ben Okri", "Ben / Nia 1:1", 5), *meetings("ana", "Ana Souza", "Planets", 6)]
    web.little.calendars[NIA] = FakeCalendar(weekly)
    token = invitation_token(web.house.vault, Invited(NIA, "Nia", web.now.timestamp()))
    return f"{served(web.app)}/join/{token}"


def agree(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Your time zone").select_option("Europe/Lisbon")
    page.get_by_role("button", name="Yes, go on").click()


def connect(page: Page) -> None:
    page.get_by_label("Address of the calendar").fill(ADDRESS)
    page.get_by_role("button", name="Connect this calendar").click()


def state(web: WebHouse) -> LeaderState:
    return web.little.row(NIA).leader.state


@pytest.mark.parametrize(
    ("width", "color_scheme", "javascript"),
    [(PHONE, "light", True), (PHONE, "dark", False), (WIDE, "light", True), (WIDE, "dark", True)],
)
def test_from_the_link_to_the_first_prep(
    web: WebHouse,
    link: str,
    new_page: Windows,
    axe: Axe,
    no_horizontal_scroll: Check,
    capsys: pytest.CaptureFixture[str],
    width: int,
    color_scheme: Scheme,
    javascript: bool,
) -> None:
    page = new_page(width, color_scheme=color_scheme, javascript=javascript)
    paused = 0.0

    def look(title: str) -> None:
        nonlocal paused
        since = time.perf_counter()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        no_horizontal_scroll(page)
        assert not javascript or axe(page) == []  # it is a script itself
        paused += time.perf_counter() - since

    began = time.perf_counter()
    page.goto(link)
    look("You are invited")
    agree(page, link)
    look("Connect your calendar")
    connect(page)
    look("Which are your one-on-ones?")
    expect(page.get_by_label("Ben Okri")).to_be_checked()
    expect(page.get_by_label("Ana Souza")).not_to_be_checked()
    page.get_by_role("button", name="That is right, begin").click()
    look("You are in")
    mail = page.frame_locator("iframe")
    expect(mail.get_by_role("heading", level=1)).to_contain_text("Ben")
    took = time.perf_counter() - began - paused
    with capsys.disabled():
        print(f" [from the link to the first prep, machine's part: {took:.1f} s]", end="")  # noqa: T201 -- asked for
    assert state(web) is LeaderState.ACTIVE


def test_it_all_goes_by_keyboard(web: WebHouse, link: str, page: Page) -> None:
    page.goto(link)
    _tab_to(page, "#name")
    page.keyboard.press("Tab")
    page.keyboard.type("Lisb")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/join/calendar")
    _tab_to(page, "#address")
    page.keyboard.type(ADDRESS)
    page.keyboard.press("Enter")
    page.wait_for_url("**/join/one-on-ones")
    ana = page.get_by_label("Ana Souza")
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(ana).to_be_focused()
    page.keyboard.press("Space")
    _tab_to(page, "button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/join/ready")
    assert {meeting.uid for meeting in web.little.meetings(NIA)} == {"ben", "ana"}
    assert web.little.row(NIA).leader.zone.key == "Europe/Lisbon"


def _tab_to(page: Page, selector: str) -> None:
    """Press the tab key until the focus is there."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the tab key never comes to {selector}")


def test_the_devices_own_time_zone_is_proposed(link: str, new_page: Windows) -> None:
    page = new_page()
    page.goto(link)
    here = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    expect(page.get_by_label("Your time zone")).to_have_value(here)
    without = new_page(javascript=False)
    without.goto(link)
    expect(without.get_by_label("Your time zone")).to_have_value("")


def test_a_mistake_is_led_to_and_nothing_is_lost(link: str, page: Page, axe: Axe) -> None:
    agree(page, link)
    page.get_by_label("Address of the calendar").fill("nia.ics")
    page.get_by_role("button", name="Connect this calendar").click()
    expect(page.get_by_label("Address of the calendar")).to_be_focused()
    expect(page.get_by_label("Address of the calendar")).to_have_value("nia.ics")
    expect(page.get_by_role("alert")).to_contain_text("That is no web address")
    assert axe(page) == []


def test_a_scanner_changes_nothing(
    web: WebHouse, link: str, new_page: Windows, scan: Callable[[Page, str], list[str]]
) -> None:
    scan(new_page(), link)
    with web.little.database.read() as tx:
        assert people.everyone(tx) == []
    page = new_page()
    agree(page, link)
    connect(page)
    scan(page, page.url)
    assert (state(web), web.little.meetings(NIA)) == (LeaderState.JOINING, [])
    page.goto(link)
    page.get_by_role("button", name="That is right, begin").click()
    before = web.little.row(NIA)
    scan(page, page.url)
    assert web.little.row(NIA) == before
