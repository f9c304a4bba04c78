"""From `visavis leaders invite` to the first prep, over real HTTP, with real calendars behind it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import requests

from service.accounts.scopes import EVENTS, OWN_EVENTS
from service.clock import utc_now
from service.domain.events import Event, Guest
from service.domain.grants import Way
from service.domain.people import LeaderState
from tests.fakes.cli import Done, House
from tests.fakes.google_browser import GoogleBrowser, free_port, google_browser, served, words
from tests.fakes.google_house import ADA, BEN, GoogleHouse, google_house
from tests.fakes.ics import served as site_with
from tests.fakes.ics import written

LEADER = "leader:1"
INVITE = ("leaders", "invite", ADA, "--name", "Ada Lovelace")
MANY = tuple(part for n in range(60) for part in ("--member", f"M {n} <m{n}@example.org>"))
AGREED = {"name": "Ada", "zone": "Europe/Berlin", "language": "en"}
SOON = (utc_now() + timedelta(days=7)).replace(hour=14, minute=0, second=0, microsecond=0)


@pytest.fixture
def lab(house: House) -> Iterator[GoogleHouse]:
    with google_house(house) as made:
        yield made


@pytest.fixture
def browser(lab: GoogleHouse) -> Iterator[GoogleBrowser]:
    with google_browser(lab) as made:
        yield made


def meet(lab: GoogleHouse) -> None:
    """Ada and Ben have a one-on-one at Google."""
    lab.google.calendar.event(ADA, SOON, summary="Ben / Ada 1:1", guests=[ADA, BEN])


def agree(browser: GoogleBrowser, *flags: str) -> str:
    """Open a new invitation and go on; the page that comes next."""
    link = browser.handed(*INVITE, *flags)
    assert browser.open(link).status_code == 200
    answer = browser.press(link, **AGREED)
    assert answer.status_code == 303, answer.text
    return f"{browser.base}/join/calendar"


def begin(browser: GoogleBrowser) -> requests.Response:
    """Take what is proposed."""
    page = browser.open(f"{browser.base}/join/one-on-ones")
    ticked = {name: re.findall(rf'name="{name}" value="(\w+)"', page.text) for name in ("seen", "is")}
    return browser.follow(browser.press(f"{browser.base}/join/one-on-ones", **ticked))


@contextmanager
def by_service_account(browser: GoogleBrowser, *delegated: str) -> Iterator[str]:
    """The pages anew, with a service account beside the client; its address."""
    account = browser.lab.service_account(*delegated, delegation=bool(delegated))
    browser.base = f"http://127.0.0.1:{free_port()}"
    browser.lab.set(SERVICE_BASE_URL=browser.base)
    with served(browser):
        yield account.email


class TestInvite:
    def test_it_prints_a_link_how_to_pass_it_on_and_how_long_it_lasts(self, house: House) -> None:
        house.environ["VISAVIS_SERVICE_BASE_URL"] = "https://lab.example.org"
        done = house.ok(*INVITE, "--timezone", "Europe/Berlin", "--language", "es", "--one-by-one")
        until = utc_now() + timedelta(days=14)
        assert done.out.startswith(f"Send this link to {ADA} alone")
        assert f"It works until {until.day} {until:%B %Y}" in done.out
        assert re.search(r"^https://lab\.example\.org/join/[\w-]+$", done.out, re.MULTILINE)
        assert "ada" not in done.out.split()[-1]
        assert done.err == ""

    def test_nothing_is_stored(self, house: House) -> None:
        house.ok(*INVITE)
        assert house.ok("leaders", "list", "--json").json == {"leaders": []}

    def test_pages_that_only_this_machine_reaches_are_named(self, house: House) -> None:
        assert "it opens on this machine alone" in house.ok(*INVITE).err

    @pytest.mark.parametrize(
        ("more", "told"),
        [
            (("--timezone", "Mars/Olympus"), "--timezone Mars/Olympus: no such zone"),
            (("--language", "tlh"), "--language tlh: write one of en"),
            (("--member", "nobody"), "is no e-mail address"),
            (("--member", ADA), "is the leader"),
            (
                [part for n in range(60) for part in ("--member", f"M {n} <m{n}@example.org>")],
                "link too long",
            ),
        ],
    )
    def test_what_is_wrong_is_said_before_anything_is_sent(
        self, house: House, more: tuple[str, ...], told: str
    ) -> None:
        done = house.run(*INVITE, *more)
        assert (done.code, told in done.err, len(done.lines)) == (2, True, 1), done.err

    def test_who_is_a_leader_already_needs_no_invitation(self, lab: GoogleHouse) -> None:
        lab.add()
        done: Done = lab.run(*INVITE)
        assert (done.code, "is a leader already" in done.err) == (2, True)


def test_by_consent(browser: GoogleBrowser) -> None:
    meet(browser.lab)
    page = agree(browser)
    back = browser.consent(page, way="oauth")
    assert (back.status_code, back.headers["Location"]) == (303, "../join/one-on-ones")
    assert "Ben / Ada 1:1" in words(browser.follow(back))
    ready = begin(browser)
    assert "You are in" in words(ready)
    grant = browser.lab.grant(LEADER)
    assert grant is not None
    assert (grant.way, grant.scopes) == (Way.OAUTH, (OWN_EVENTS,))
    assert browser.lab.leader().leader.state is LeaderState.ACTIVE
    assert browser.lab.ok("tick", "--json").json["calendars"] == {"read": 1, "failed": []}
    left = {mail.kind for mail in browser.lab.house.mails()}
    ahead = {mail["kind"] for mail in browser.lab.ok("plan", "--json").json["emails"]}
    assert "welcome" in left | ahead  # by the real clock it may be night in Berlin


def test_who_declines_comes_back_to_where_they_can_choose_again(browser: GoogleBrowser) -> None:
    page = agree(browser)
    browser.lab.google.accounts.will_refuse(ADA)
    back = browser.consent(page, way="oauth")
    assert "At Google the answer was no" in words(back)
    assert 'href="../join/calendar"' in back.text
    assert browser.lab.grant(LEADER) is None
    browser.lab.google.accounts.will_consent(ADA)
    assert browser.consent(page, way="oauth").status_code == 303


def test_another_account_is_noticed(browser: GoogleBrowser) -> None:
    page = agree(browser)
    browser.lab.google.accounts.will_consent(BEN)
    assert f"That was the account {BEN}. Please choose {ADA}" in words(browser.consent(page, way="oauth"))
    assert browser.lab.leader().connected_at is None


def test_by_sharing(browser: GoogleBrowser) -> None:
    meet(browser.lab)
    with by_service_account(browser) as address:
        page = agree(browser)
        assert address in words(browser.open(page))
        refused = browser.press(page, way="shared")
        assert (refused.status_code, "The calendar is not shared yet" in words(refused)) == (400, True)
        browser.lab.google.calendar.share(ADA, address, "reader")
        browser.press(page, way="shared")
        assert "for your one-on-one with" in words(begin(browser))
    grant = browser.lab.grant(LEADER)
    assert grant is not None
    assert (grant.way, grant.scopes) == (Way.SHARED, (EVENTS,))


def test_what_was_left_unticked_at_google_is_named(browser: GoogleBrowser) -> None:
    page = agree(browser)
    browser.lab.google.accounts.will_consent(ADA, ["https://www.googleapis.com/auth/userinfo.email"])
    assert "tick every box" in words(browser.consent(page, way="oauth"))
    assert browser.lab.grant(LEADER) is None


def test_a_calendar_shared_as_free_and_busy_alone_is_not_enough(browser: GoogleBrowser) -> None:
    with by_service_account(browser) as address:
        browser.lab.google.calendar.share(ADA, address, "freeBusyReader")
        refused = browser.press(agree(browser), way="shared")
    assert "See all event details" in words(refused).partition("Thank you")[0]


def test_by_delegation_there_is_nothing_to_do(browser: GoogleBrowser) -> None:
    meet(browser.lab)
    with by_service_account(browser, OWN_EVENTS):
        page = agree(browser)
        assert "Your organisation has arranged it already" in words(browser.open(page))
        browser.press(page, way="delegation")
        assert "for your one-on-one with" in words(begin(browser))
    assert getattr(browser.lab.grant(LEADER), "way", None) is Way.DELEGATION


def test_a_delegation_that_fails_is_the_operators_to_mend(browser: GoogleBrowser) -> None:
    with by_service_account(browser, OWN_EVENTS):
        for account in browser.lab.google.accounts.services.values():
            browser.lab.google.accounts.delegate(account)
        refused = browser.press(agree(browser), way="delegation")
    assert "Please pass this line on to whoever runs Vis-à-vis" in words(refused)
    assert "The service account may not act for" in words(refused)


def test_by_the_address_of_any_calendar(browser: GoogleBrowser) -> None:
    event = Event(
        uid="ben",
        occurrence="",
        start=SOON,
        end=SOON + timedelta(minutes=30),
        title="Ben / Ada 1:1",
        organizer=ADA,
        guests=(Guest(ADA, "Ada"), Guest(BEN, "Ben Okri")),
    )
    with site_with(written([event])) as site:
        browser.press(agree(browser), way="address", address=site.url)
        ready = begin(browser)
        prep = browser.open(f"{browser.base}/join/prep")
        assert site.asked
    assert "for your one-on-one with Ben Okri" in words(ready)
    assert "Ben Okri" in words(prep)
    assert "sandbox" in prep.headers["Content-Security-Policy"]
    assert browser.lab.leader().calendar == f"ics:{site.url}"


def test_an_address_of_a_neighbour_is_not_asked_where_others_reach_the_pages(browser: GoogleBrowser) -> None:
    """The pages as the world sees them, though the browser still comes by this machine's door."""
    browser.lab.set(SERVICE_BASE_URL="https://lab.example.org")
    browser.base = f"http://127.0.0.1:{free_port()}"
    with site_with(written([])) as site, served(browser):
        browser.session.cookies.clear()
        link = browser.lab.ok(*INVITE).out.split()[-1].replace("https://lab.example.org", browser.base)
        cookies = _over_https(browser, browser.open(link))
        answer = browser.session.post(link, AGREED | cookies[1], headers=cookies[0], allow_redirects=False)
        marked, _ = _over_https(browser, answer)
        page = browser.session.get(f"{browser.base}/join/calendar", headers=marked)
        _, hidden = _over_https(browser, page)
        typed = {"way": "address", "address": site.url.replace("http://", "https://")}
        refused = browser.session.post(f"{browser.base}/join/calendar", hidden | typed, headers=marked)
        assert "cannot be reached from everywhere" in words(refused)
        assert site.asked == []


def _over_https(browser: GoogleBrowser, answer: requests.Response) -> tuple[dict[str, str], dict[str, str]]:
    """The session's cookie, which this browser would send over https alone, and the form's token."""
    del browser
    cookie = answer.headers.get("Set-Cookie", "").partition(";")[0]
    token = re.findall(r'name="csrf_token" value="([^"]+)"', answer.text)
    return {"Cookie": cookie}, {"csrf_token": token[0]} if token else {}


def test_a_worker_beside_it_neither_reads_nor_writes_before_the_end(browser: GoogleBrowser) -> None:
    meet(browser.lab)
    browser.consent(agree(browser), way="oauth")
    done = browser.lab.ok("tick", "--json").json
    assert (done["calendars"], done["emails"]) == ({"read": 0, "failed": []}, [])
    listed = browser.lab.ok("leaders", "list", "--json").json["leaders"]
    assert [(one["state"], one["members"]) for one in listed] == [("joining", 0)]
    assert "has not come to the end of joining" in browser.lab.run("leaders", "resume", ADA).err


def test_pages_and_logs_hold_nothing_private_in_an_address(browser: GoogleBrowser) -> None:
    meet(browser.lab)
    back = browser.consent(agree(browser), way="oauth")
    assert ADA not in back.headers["Location"]
    for path in ("calendar", "one-on-ones"):
        page = browser.open(f"{browser.base}/join/{path}")
        addresses = re.findall(r'(?:href|src|action)="([^"]*)"', page.text)
        assert not [one for one in addresses if "@" in one or "ada" in one.lower()]
