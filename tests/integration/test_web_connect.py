"""The link of the reconnect mail, over real HTTP, with a browser that goes to Google and back."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urljoin

import pytest
import requests

from service.accounts.links import CONSENT_LASTS, LINK_LASTS
from service.accounts.scopes import EVENTS, OWN_EVENTS
from service.domain.grants import Way
from service.storage import people
from service.web.connect import COOKIE, connect_pages
from service.web.pages import create_app
from service.web.reconnecting import Reconnecting
from tests.fakes.cli import House
from tests.fakes.google_browser import GoogleBrowser, free_port, google_browser, served, words
from tests.fakes.google_house import ADA, BEN, google_house
from tests.fakes.visitor import visitor

LEADER = "leader:1"


@pytest.fixture
def browser(house: House) -> Iterator[GoogleBrowser]:
    with google_house(house) as lab, google_browser(lab) as made:
        lab.add()
        yield made


# --- by consent -------------------------------------------------------------------------


def test_looking_shows_what_stopped_and_a_button_and_changes_nothing(browser: GoogleBrowser) -> None:
    page = browser.open(browser.link())
    assert page.status_code == 200
    assert "Before Vis-à-vis can help with your one-on-ones" in words(page)
    assert f"Sign in there as {ADA}" in words(page)
    assert '<form method="post">' in page.text
    assert COOKIE not in page.headers.get("Set-Cookie", "")
    assert browser.lab.grant(LEADER) is None
    assert browser.lab.google.calls == []


def test_the_button_leads_to_google_and_back_to_a_connected_calendar(browser: GoogleBrowser) -> None:
    page = browser.consent(browser.link())
    assert (page.status_code, "Your calendar is connected" in words(page)) == (200, True)
    grant = browser.lab.grant(LEADER)
    assert grant is not None
    assert (grant.way, grant.scopes) == (Way.OAUTH, (OWN_EVENTS,))
    row = browser.lab.leader()
    assert (row.error, row.reconnect_since, row.next_due_at) == (None, None, None)
    assert "there is nothing to do here" in words(browser.open(browser.link()))
    assert browser.lab.house.ok("tick", "--json").json["calendars"] == {"read": 1, "failed": []}


def test_every_page_keeps_the_house_policy_and_loads_nothing_foreign(browser: GoogleBrowser) -> None:
    link = browser.link()
    going = browser.press(link)
    for page in (browser.open(link), going, browser.open(f"{browser.base}/c/back")):
        policy = page.headers["Content-Security-Policy"]
        assert {"default-src 'none'", "style-src 'self'", "form-action 'self'"} <= set(policy.split("; "))
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "<script" not in page.text
        assert "<img" not in page.text
    assert going.status_code == 200  # a redirect of the form itself is what the policy forbids
    assert f'href="{html.escape(browser.lab.google.url)}/o/oauth2/auth?' in going.text


def test_the_cookie_is_for_these_pages_alone_and_ends(browser: GoogleBrowser) -> None:
    cookie = browser.press(browser.link()).headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    ours = cookie.partition(", visavis=")[0]  # the session's comes after it
    assert {"HttpOnly", "SameSite=Lax", "Path=/c", "Max-Age=900"} <= set(ours.split("; "))
    back = browser.open(browser.at_google(browser.press(browser.link())))
    assert f"{COOKIE}=;" in back.headers["Set-Cookie"]


def test_over_https_the_cookie_is_secure_and_keeps_to_its_path(browser: GoogleBrowser) -> None:
    browser.lab.set(SERVICE_BASE_URL="https://lab.example.org/one")
    with browser.lab.wired() as house:
        pages = connect_pages(Reconnecting(house))
        client = visitor(create_app(lambda _: True, lambda _: None, lambda: True, more=[pages]))
        going = client.post(browser.link().removeprefix(browser.base))
    cookies = [cookie for cookie in going.headers.getlist("Set-Cookie") if cookie.startswith(COOKIE)]
    assert {"Secure", "Path=/one/c"} <= set(cookies[0].split("; "))
    assert "redirect_uri=https%3A%2F%2Flab.example.org%2Fone%2Fc%2Fback" in going.headers["Refresh"]


def test_a_refusal_is_met_kindly_with_a_way_to_try_again(browser: GoogleBrowser) -> None:
    browser.lab.google.accounts.will_refuse(ADA)
    link = browser.link()
    page = browser.consent(link)
    assert page.status_code == 400
    assert "At Google the answer was no, so nothing was stored" in words(page)
    again = urljoin(page.url, re.findall(r'<a class="button" href="([^"]+)"', page.text)[0])
    assert again == link
    browser.lab.google.accounts.will_consent(ADA)
    assert browser.consent(again).status_code == 200


def test_another_account_is_noticed(browser: GoogleBrowser) -> None:
    browser.lab.google.accounts.will_consent(BEN)
    page = browser.consent(browser.link())
    assert f"That was the account {BEN}. Please choose {ADA} at Google." in words(page)
    assert browser.lab.grant(LEADER) is None


def test_a_calendar_that_was_read_with_more_is_asked_for_as_before(browser: GoogleBrowser) -> None:
    browser.lab.google.calendar.share(BEN, ADA)
    browser.lab.add("zoe@example.org", f"google:{BEN}")
    going = browser.press(browser.link("zoe@example.org"))
    assert EVENTS.replace("/", "%2F").replace(":", "%3A") in going.headers["Refresh"]


def test_a_dead_consent_is_given_again(browser: GoogleBrowser) -> None:
    browser.consent(browser.link())
    browser.lab.ok("tick", "--now", "2026-11-23T23:30:00+00:00")
    browser.lab.google.accounts.revoke(ADA)
    browser.lab.run("tick", "--now", "2026-11-24T23:30:00+00:00")
    assert browser.lab.leader().reconnect_since is not None
    assert "Since 25 November your calendar cannot be read" in words(browser.open(browser.link()))
    assert browser.consent(browser.link()).status_code == 200
    assert browser.lab.house.ok("tick", "--json").json["calendars"]["read"] == 1


# --- as the operator asked for it ------------------------------------------------------


def test_the_operators_link_asks_for_the_wider_permission(browser: GoogleBrowser) -> None:
    browser.consent(browser.link())
    link = browser.handed("connect", ADA, "--wide")
    browser.consent(link)
    assert getattr(browser.lab.grant(LEADER), "scopes", None) == (EVENTS,)
    assert "there is nothing to do here" in words(browser.open(link))


def test_the_operators_link_asks_for_another_account(browser: GoogleBrowser) -> None:
    link = browser.handed("connect", ADA, "--account", BEN.upper())
    assert f"Sign in there as {BEN}" in words(browser.open(link))
    assert f"Please choose {BEN} at Google" in words(browser.consent(link))
    browser.lab.google.accounts.will_consent(BEN)
    assert "login_hint=ben%40example.org" in browser.press(link).headers["Refresh"]
    assert "Your calendar is connected" in words(browser.consent(link))


def test_the_operators_link_asks_for_a_consent_where_the_calendar_is_read_otherwise(
    browser: GoogleBrowser,
) -> None:
    with by_service_account(browser, delegation=False) as address:
        browser.lab.google.calendar.share(ADA, address, "reader")
        browser.lab.ok("tick")
        link = browser.handed("connect", ADA, "--way", "oauth")
        assert "Until then everything goes on as it is" in words(browser.open(link))
        assert "there is nothing to do here" in words(browser.open(browser.link()))
        browser.consent(link)
    assert getattr(browser.lab.grant(LEADER), "way", None) is Way.OAUTH


# --- what does not hold -----------------------------------------------------------------


@pytest.mark.parametrize("token", ["x", "back/x", "gAAAAA" * 20])
def test_a_link_that_is_made_up_leads_nowhere(browser: GoogleBrowser, token: str) -> None:
    page = browser.open(f"{browser.base}/c/{token}")
    assert (page.status_code, "Nothing here" in page.text) == (404, True)
    a_form = browser.open(browser.link())
    assert browser.send(f"{browser.base}/c/{token}", a_form).status_code == 404


def test_the_link_to_stop_the_mails_is_no_link_to_connect(browser: GoogleBrowser) -> None:
    assert browser.open(f"{browser.base}/c/{browser.lab.leader().unsubscribe_token}").status_code == 404


def test_a_link_ends(browser: GoogleBrowser) -> None:
    link = browser.link()
    page = browser.open(link)
    browser.moved = LINK_LASTS + timedelta(minutes=1)
    assert browser.send(link, page).status_code == 404


def test_a_link_dies_with_its_leader_even_if_the_address_comes_back(browser: GoogleBrowser) -> None:
    link = browser.link()
    browser.lab.ok("erase", ADA)
    assert browser.open(link).status_code == 404
    browser.lab.add()
    assert browser.open(link).status_code == 404


def test_an_answer_without_our_cookie_is_not_taken(browser: GoogleBrowser) -> None:
    back = browser.at_google(browser.press(browser.link()))
    stranger = requests.get(back, timeout=30)
    assert (stranger.status_code, browser.lab.grant(LEADER)) == (400, None)
    assert "open the link that you came by once more" in words(stranger)


def test_an_answer_to_somebody_elses_attempt_is_not_taken(browser: GoogleBrowser) -> None:
    link = browser.link()
    victim = browser.at_google(browser.press(link))
    browser.press(link)  # another attempt: another state, another cookie
    page = browser.open(victim)
    assert "That did not work just now" in words(page)
    assert browser.lab.grant(LEADER) is None


def test_who_takes_too_long_starts_again(browser: GoogleBrowser) -> None:
    back = browser.at_google(browser.press(browser.link()))
    browser.moved = CONSENT_LASTS + timedelta(seconds=1)
    assert "took too long" in words(browser.open(back))
    assert browser.lab.grant(LEADER) is None


def test_a_code_is_taken_once(browser: GoogleBrowser) -> None:
    back = browser.at_google(browser.press(browser.link()))
    cookie = browser.session.cookies.get(COOKIE)
    assert browser.open(back).status_code == 200
    again = requests.get(back, cookies={COOKIE: cookie or ""}, timeout=30)
    assert "That did not work just now" in words(again)


# --- by the other ways ------------------------------------------------------------------


def test_without_a_client_for_web_pages_somebody_else_has_to_act(browser: GoogleBrowser) -> None:
    a_form = browser.open(browser.link())
    browser.lab.client()  # the pages read the file anew: an operator may put another one there
    page = browser.open(browser.link())
    assert f"visavis connect {ADA}" in words(page)
    assert "<form" not in page.text
    assert browser.send(browser.link(), a_form).status_code == 200
    assert browser.lab.google.calls == []


@contextmanager
def by_service_account(browser: GoogleBrowser, *, delegation: bool) -> Iterator[str]:
    """The pages anew, with a service account; its address."""
    account = browser.lab.service_account(delegation=delegation)
    browser.base = f"http://127.0.0.1:{free_port()}"
    with served(browser):
        yield account.email


def test_a_shared_calendar_is_shared_again_by_the_leader(browser: GoogleBrowser) -> None:
    with by_service_account(browser, delegation=False) as address:
        page = browser.open(browser.link())
        assert address in words(page)
        assert "See all event details" in words(page)
        page = browser.press(browser.link())
        assert (page.status_code, "The calendar is not shared yet" in words(page)) == (400, True)
        browser.lab.google.calendar.share(ADA, address, "reader")
        assert "Your calendar is connected" in words(browser.press(browser.link()))
    assert getattr(browser.lab.grant(LEADER), "way", None) is Way.SHARED


def test_under_delegation_whoever_runs_the_service_is_asked(browser: GoogleBrowser) -> None:
    with by_service_account(browser, delegation=True):
        page = browser.open(browser.link())
        assert "pass this line on" in words(page)
        assert f"visavis connect {ADA}" in words(page)


def test_a_calendar_file_has_no_such_page(browser: GoogleBrowser) -> None:
    leader = browser.lab.leader().leader
    with browser.lab.wired() as house, house.database.begin() as tx:
        people.change(tx, leader.id, calendar_sealed=house.vault.seal("ics:a.ics", people.CALENDAR))
    assert browser.open(browser.link()).status_code == 404


# --- forms of others --------------------------------------------------------------------


def test_a_form_on_another_site_connects_nothing(browser: GoogleBrowser) -> None:
    with by_service_account(browser, delegation=False) as address:
        browser.lab.google.calendar.share(ADA, address, "reader")
        forged = requests.post(browser.link(), timeout=30)
    assert (forged.status_code, "Once more, please" in forged.text) == (400, True)
    assert browser.lab.grant(LEADER) is None


def test_a_leader_is_spoken_to_in_their_language(browser: GoogleBrowser) -> None:
    leader = browser.lab.leader().leader
    with browser.lab.wired() as house, house.database.begin() as tx:
        people.change(tx, leader.id, language="es")
    assert '<html lang="es">' in browser.open(browser.link()).text
