"""How a leader gets in: a key by mail on request, a button, and a browser that remembers.

The house stands on Tuesday 3 November 2026; `enter` is what the foot of a mail links to.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.accounts.signing import Purpose
from service.domain.people import LeaderState
from service.storage import people
from service.web.who import on_to
from tests.fakes.offices import LEA
from tests.fakes.visitor import Visitor
from tests.fakes.web_house import WebHouse, open_web_house

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MAX_LEADS = "max@example.org"


@pytest.fixture
def lab(web: WebHouse) -> WebHouse:
    """A house with Lea."""
    web.little.add_leader()
    return web


def ask(lab: WebHouse, leader: str = LEA) -> str:
    """Ask for a key as a browser that nobody knows; what the page says."""
    return lab.visitor().post(lab.leader_path(Purpose.DOOR, leader)).text


def mailed_key(lab: WebHouse) -> str:
    """The path of the link in the newest mail with a key, once the worker has sent it."""
    lab.little.run(lab.now)
    text = lab.little.sent("access")[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    (path,) = re.findall(r"http://127\.0\.0\.1:8080(/me/open/\S+)", text)
    return str(path)


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/me/").status_code == 200


def assert_nowhere(lab: WebHouse, path: str) -> str:
    """Neither a look nor a button gets anywhere, and nobody is signed in; what a look shows."""
    browser = lab.visitor()
    seen = browser.get(path)
    pressed = browser.post(path, on=lab.leader_path(Purpose.DOOR))
    assert (seen.status_code, pressed.status_code) == (404, 404)
    assert not is_in(browser)
    return seen.text


# --- asking -------------------------------------------------------------------------------


def test_the_link_at_the_foot_of_a_mail_shows_one_button_and_opens_nothing(lab: WebHouse) -> None:
    browser = lab.visitor()
    page = browser.get(lab.leader_path(Purpose.DOOR))
    assert page.status_code == 200
    assert page.text.count("<button") == 1
    assert "Mail me the key" in page.text
    assert LEA not in page.text
    assert lab.little.rows("access") == []
    assert not is_in(browser)


def test_who_asks_is_told_where_it_goes_and_it_goes_there_alone(lab: WebHouse) -> None:
    assert "It is on its way to l…@example.org" in ask(lab)
    mailed_key(lab)
    (mail,) = lab.little.sent("access")
    assert mail["To"] == f"Lea <{LEA}>"


def test_the_same_is_said_whether_or_not_one_was_just_sent(lab: WebHouse) -> None:
    first = ask(lab)
    lab.now += MINUTE
    again = ask(lab)
    assert hidden_apart(again) == hidden_apart(first)
    assert len(lab.little.rows("access")) == 1


def hidden_apart(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


def test_after_two_minutes_another_one_is_sent_but_not_more_than_ten_a_day(lab: WebHouse) -> None:
    for _ in range(15):
        ask(lab)
        lab.now += 2 * MINUTE
    assert len(lab.little.rows("access")) == 10
    lab.now += DAY
    ask(lab)
    assert len(lab.little.rows("access")) == 11


def test_one_leaders_keys_are_not_counted_against_another(lab: WebHouse) -> None:
    lab.little.add_leader("max")
    ask(lab)
    ask(lab, MAX_LEADS)
    assert len(lab.little.rows("access", MAX_LEADS)) == 1


def test_who_asks_again_and_again_from_one_address_is_slowed_down(lab: WebHouse) -> None:
    browser, path = lab.visitor(), lab.leader_path(Purpose.DOOR)
    answers = [browser.post(path).status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]


@pytest.mark.parametrize("state", [LeaderState.PAUSED, LeaderState.STOPPED])
def test_who_paused_or_stopped_gets_it_too_for_they_asked(lab: WebHouse, state: LeaderState) -> None:
    with lab.house.database.begin() as tx:
        people.set_state(tx, lab.little.row().leader.id, state)
    ask(lab)
    assert mailed_key(lab).startswith("/me/open/")


def test_a_worker_that_waits_is_told(lab: WebHouse) -> None:
    with lab.little.counted() as statements:
        ask(lab)
    assert any("INSERT INTO marks" in statement for statement in statements)


# --- the key ------------------------------------------------------------------------------


def test_looking_at_the_key_signs_nobody_in(lab: WebHouse) -> None:
    ask(lab)
    browser, key = lab.visitor(), mailed_key(lab)
    page = browser.get(key)
    assert (page.status_code, page.text.count("<button")) == (200, 1)
    assert not is_in(browser)


def test_its_button_opens_the_pages_in_this_browser_alone(lab: WebHouse) -> None:
    ask(lab)
    browser, key = lab.visitor(), mailed_key(lab)
    answer = browser.post(key)
    assert (answer.status_code, answer.location) == (303, "/me/")
    assert "Hello Lea" in browser.get("/me/").text
    assert not is_in(lab.visitor())


def test_the_cookie_stays_out_of_reach_of_scripts_and_other_sites(lab: WebHouse) -> None:
    cookie = lab.visitor().post(lab.leader_path(Purpose.KEY)).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Expires=" in cookie
    assert "lea" not in cookie.lower().partition(";")[0]


def test_a_key_is_good_for_half_an_hour(lab: WebHouse) -> None:
    key = lab.leader_path(Purpose.KEY)
    lab.now += 30 * MINUTE
    assert lab.visitor().post(key).status_code == 303
    lab.now += timedelta(seconds=1)
    assert "This key has had its time" in assert_nowhere(lab, key)


def test_a_key_that_could_not_leave_in_time_does_not_leave(lab: WebHouse) -> None:
    ask(lab)
    lab.little.run(lab.now + 30 * MINUTE)
    assert lab.little.sent("access") == []
    assert [row.reason for row in lab.little.rows("access")] == ["nothing_to_say"]


def test_a_second_try_sends_the_same_key(lab: WebHouse) -> None:
    ask(lab)
    (row,) = lab.little.rows("access")
    first, second = (lab.little.letter(row, lab.now + wait * MINUTE) for wait in (0, 5))
    assert first == second


@pytest.mark.parametrize("purpose", [Purpose.FORM, Purpose.MONTH, Purpose.MEMBER])
@pytest.mark.parametrize("page", ["enter", "open"])
def test_links_for_something_else_lead_nowhere(lab: WebHouse, page: str, purpose: Purpose) -> None:
    token = lab.leader_path(purpose).rpartition("/")[2]
    assert_nowhere(lab, f"/me/{page}/{token}")


def test_the_door_is_no_key(lab: WebHouse) -> None:
    token = lab.leader_path(Purpose.DOOR).rpartition("/")[2]
    assert_nowhere(lab, f"/me/open/{token}")


@pytest.mark.parametrize("token", ["x", "a.b.c", "%00", "é", "x" * 3000])
def test_what_is_made_up_leads_nowhere(lab: WebHouse, token: str) -> None:
    for page in ("enter", "open"):
        assert_nowhere(lab, f"/me/{page}/{token}")


# --- inside -------------------------------------------------------------------------------


def test_who_is_in_goes_through_the_door_without_a_key(lab: WebHouse) -> None:
    answer = lab.visitor(LEA).get(lab.leader_path(Purpose.DOOR))
    assert (answer.status_code, answer.location) == (303, "/me/")


def test_another_leaders_door_does_not_open_by_that(lab: WebHouse) -> None:
    lab.little.add_leader("max")
    browser = lab.visitor(LEA)
    page = browser.get(lab.leader_path(Purpose.DOOR, MAX_LEADS))
    assert "Mail me the key" in page.text
    browser.post(lab.leader_path(Purpose.KEY, MAX_LEADS))
    assert "Hello Max" in browser.get("/me/").text


def test_nobody_is_told_how_to_get_in(lab: WebHouse) -> None:
    page = lab.visitor().get("/me/")
    assert (page.status_code, "at its foot" in page.text) == (403, True)


def test_signing_out_forgets_this_browser(lab: WebHouse) -> None:
    browser = lab.visitor(LEA)
    answer = browser.post("/me/leave", on="/me/")
    assert (answer.status_code, answer.location) == (303, "/me/left")
    assert "You are signed out" in browser.get("/me/left").text
    assert not is_in(browser)


def test_looking_does_not_sign_out(lab: WebHouse) -> None:
    browser = lab.visitor(LEA)
    assert browser.get("/me/leave").status_code == 405
    assert is_in(browser)


def test_a_leader_who_was_erased_is_nobody_even_if_the_address_comes_back(lab: WebHouse) -> None:
    browser, key, door = (lab.visitor(LEA), lab.leader_path(Purpose.KEY), lab.leader_path(Purpose.DOOR))
    with lab.house.database.begin() as tx:
        people.erase(tx, lab.little.row().leader.id)
    lab.little.add_leader()
    assert not is_in(browser)
    for path in (key, door):
        assert_nowhere(lab, path)


def test_a_session_that_was_not_made_here_is_nobodys(lab: WebHouse) -> None:
    browser = lab.visitor()
    browser.set_cookie("visavis", "eyJsZWFkZXIiOiJ4In0.aQ.forged")
    assert not is_in(browser)


@pytest.mark.parametrize("path", ["/me/leave", "enter", "open"])
def test_a_form_of_another_site_does_nothing(lab: WebHouse, path: str) -> None:
    purposes = {"enter": Purpose.DOOR, "open": Purpose.KEY}
    browser = lab.visitor(LEA)
    target = lab.leader_path(purposes[path]) if path in purposes else path
    forged = FlaskClient.post(browser, target, data={"csrf_token": "guessed"})
    assert (forged.status_code, "Once more, please" in forged.text) == (400, True)
    assert is_in(browser)
    assert lab.little.rows("access") == []


def test_no_address_leads_away_from_here(lab: WebHouse) -> None:
    browser: Visitor = lab.visitor(LEA)
    path = f"{lab.leader_path(Purpose.KEY)}?next=https://elsewhere.example/"
    assert browser.post(path).location == "/me/"
    assert browser.post("/me/leave?next=//elsewhere.example", on="/me/").location == "/me/left"


def test_over_https_the_cookie_is_secure_and_pages_under_another_path_are_found_again(
    sqlite_file: Path,
) -> None:
    lab = open_web_house(sqlite_file.parent, base_url="https://lab.example.org/one")
    lab.little.add_leader()
    browser, path = lab.visitor(), lab.leader_path(Purpose.KEY)
    page = browser.get(path, base_url="https://lab.example.org")
    assert {"Secure", "Path=/one/"} <= set(page.headers["Set-Cookie"].split("; "))
    assert 'href="../../style.css"' in page.text
    with lab.app.test_request_context():
        assert on_to(lab.house, "/me/").location == "/one/me/"  # type: ignore[union-attr]
    lab.little.database.close()


def test_every_door_of_the_hub_opens(lab: WebHouse) -> None:
    browser = lab.visitor(LEA)
    doors = re.findall(r'<li><a href="([^"]+)"', browser.get("/me/").text)
    assert doors == ["month/", "preferences", "data"]
    for door in doors:
        assert browser.get(f"/me/{door}").status_code == 200, door
