"""From an invitation to the first prep, as far as Flask's test client goes."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from service.accounts.links import INVITATION_LASTS, Invited, invitation_token
from service.domain.events import Event, Guest
from service.domain.people import LeaderState, Person
from service.errors import CalendarError
from service.storage import decisions, people
from service.web.site import A_MAIL
from service.web.wiring import pages_of
from tests.fakes.calendar import FakeCalendar
from tests.fakes.desks import at
from tests.fakes.offices import one_on_one, series
from tests.fakes.visitor import Visitor
from tests.fakes.web_house import WebHouse

NIA = "nia@example.org"
ADDRESS = "https://calendar.example.org/nia.ics"
AGREED = {"name": " Nia  Okafor ", "zone": "Europe/Lisbon", "language": "en"}
BEN = Person("ben@example.org", "Ben Okri")
WEEKLY = series(at("2026-11-05 14:00"), leader=NIA, uid="ben", member=BEN.email, title="Ben / Nia 1:1")
DOUBTFUL = series(at("2026-11-06 11:00"), leader=NIA, uid="ann", member="ann@example.org", title="Planets")
INTERVIEW = one_on_one(at("2026-11-09 11:00"), leader=NIA, uid="x", member="x@example.com", title="Interview")
WITH_ALL = replace(
    one_on_one(at("2026-11-10 11:00"), leader=NIA, uid="all", title="Team"),
    guests=(Guest(NIA), Guest("max@example.org"), Guest("ann@example.org"), Guest("ben@example.org")),
)


def invitation(web: WebHouse, **more: object) -> str:
    """What the operator sends, as a path."""
    values: dict[str, object] = {"email": NIA, "name": "Nia", "at": web.now.timestamp()} | more
    return f"/join/{invitation_token(web.house.vault, Invited(**values))}"  # type: ignore[arg-type]


def another(web: WebHouse) -> str:
    """Somebody else's, whose page has a form to send."""
    return invitation(web, email="zoe@example.org")


def agree(web: WebHouse, link: str | None = None, **more: str) -> Visitor:
    """A browser in which somebody has agreed; the calendar is there, with nothing in it."""
    browser = web.visitor()
    answer = browser.post(link or invitation(web), data=AGREED | more)
    assert (answer.status_code, answer.headers["Location"]) == (303, "calendar"), answer.text
    web.little.calendars.setdefault(NIA, FakeCalendar())
    return browser


def connect(web: WebHouse, events: list[Event] | None = None, **more: str) -> Visitor:
    """The same, with a calendar connected."""
    browser = agree(web, **more)
    web.little.calendars[NIA].events = WEEKLY if events is None else events
    answer = browser.post("/join/calendar", data={"way": "address", "address": ADDRESS})
    assert (answer.status_code, answer.headers["Location"]) == (303, "one-on-ones"), answer.text
    return browser


def ticks(page: TestResponse) -> dict[str, bool]:
    """What can be ticked, by whom it is with, and whether it is."""
    found = re.findall(r'name="is" value="\w+"( checked)?>\s*<span>\s*<strong>([^<]+)', page.text)
    return {label: bool(ticked) for ticked, label in found}


def begin(browser: Visitor, *labels: str, **more: str) -> TestResponse:
    """Tick these and no others, and begin."""
    page = browser.get("/join/one-on-ones")
    ids = dict(re.findall(r'value="(\w+)"(?: checked)?>\s*<span>\s*<strong>([^<]+)', page.text))
    by_label = {label: id_ for id_, label in ids.items()}
    chosen = {"seen": list(by_label.values()), "is": [by_label[label] for label in labels]}
    return browser.post("/join/one-on-ones", data=chosen | more)


def joiner(web: WebHouse) -> people.LeaderRow:
    return web.little.row(NIA)


class TestInvitation:
    def test_it_says_who_invites_and_to_what_before_anything_is_stored(self, web: WebHouse) -> None:
        page = web.visitor().get(invitation(web))
        assert page.status_code == 200
        assert "Hello Nia. One-on-One Lab invites you to Vis-à-vis" in page.text
        assert "Nothing is stored about you before you press this" in page.text
        with web.little.database.read() as tx:
            assert people.everyone(tx) == []

    def test_what_the_operator_gave_is_proposed(self, web: WebHouse) -> None:
        page = web.visitor().get(invitation(web, zone="America/Sao_Paulo", language="pt-BR"))
        assert '<option value="America/Sao_Paulo" selected>' in page.text
        assert '<html lang="pt-BR">' in page.text

    def test_a_zone_that_is_no_places_can_be_proposed_too(self, web: WebHouse) -> None:
        assert (
            '<option value="UTC" selected>UTC</option>' in web.visitor().get(invitation(web, zone="UTC")).text
        )

    def test_who_agrees_is_stored_and_not_yet_written_to(self, web: WebHouse) -> None:
        agree(web, invitation(web, members=("Ben Okri <ben@example.org>",), one_by_one=True))
        row = joiner(web)
        assert (row.leader.name, row.leader.zone.key) == ("Nia Okafor", "Europe/Lisbon")
        assert (row.leader.state, row.leader.one_by_one, row.calendar) == (LeaderState.JOINING, True, "")
        with web.little.database.read() as tx:
            assert [pair.member for pair in people.pairs_of(tx, row.leader.id)] == [BEN]
        report = web.little.run(web.now, web.now + timedelta(hours=1))
        assert (report.failures, report.emails, web.little.mailbox.sent) == ([], [], [])
        assert web.little.calendars[NIA].reads == 0

    def test_who_does_not_come_to_the_end_is_forgotten_when_the_invitation_ends(self, web: WebHouse) -> None:
        connect(web)
        web.little.run(web.now + timedelta(days=1))
        assert joiner(web).leader.paused_until == web.now + INVITATION_LASTS
        web.little.run(web.now + INVITATION_LASTS)
        with web.little.database.read() as tx:
            assert people.everyone(tx) == []

    def test_the_weekend_is_that_of_the_place(self, web: WebHouse) -> None:
        agree(web, zone="Asia/Riyadh")
        assert joiner(web).leader.preferences.weekend == {4, 5}

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"name": "  "}, "Please write a name"),
            ({"name": "n" * 101}, "Please write a name"),
            ({"zone": ""}, "Please choose one"),
            ({"zone": "Mars/Olympus"}, "Please choose one"),
            ({"language": "tlh"}, "Something is still missing"),
        ],
    )
    def test_what_cannot_be_taken_is_said_beside_it_and_nothing_is_lost(
        self, web: WebHouse, wrong: dict[str, str], told: str
    ) -> None:
        page = web.visitor().post(invitation(web), data={**AGREED, "name": "Ninia", **wrong})
        assert page.status_code == 400
        assert told in page.text
        assert "name" in wrong or 'value="Ninia"' in page.text
        assert "zone" in wrong or '<option value="Europe/Lisbon" selected>' in page.text

    def test_one_that_is_made_up_or_over_is_met_kindly(self, web: WebHouse) -> None:
        link = invitation(web)
        browser = web.visitor()
        web.now += INVITATION_LASTS + timedelta(seconds=1)
        for path in (link, "/join/gAAAAAmade-up"):
            for page in (browser.get(path), browser.post(path, data=AGREED, on=another(web))):
                assert (page.status_code, "ask whoever invited you" in page.text) == (404, True)
        with web.little.database.read() as tx:
            assert people.everyone(tx) == []

    def test_a_form_from_elsewhere_agrees_to_nothing(self, web: WebHouse) -> None:
        page = web.app.test_client().post(invitation(web), data=AGREED)
        assert page.status_code == 400
        with web.little.database.read() as tx:
            assert people.everyone(tx) == []

    def test_too_many_tries_have_to_wait(self, web: WebHouse) -> None:
        browser, link = web.visitor(), invitation(web)
        answers = [browser.post(link, data={}).status_code for _ in range(21)]
        assert answers[-1] == 429


class TestTheSameLinkAgain:
    def test_in_the_same_browser_it_goes_on_where_it_was(self, web: WebHouse) -> None:
        link = invitation(web)
        browser = agree(web, link)
        assert 'value="Nia Okafor"' in browser.get(link).text
        browser.post("/join/calendar", data={"way": "address", "address": ADDRESS})
        assert browser.get(link).headers["Location"] == "one-on-ones"

    def test_in_another_browser_it_begins_anew_while_nothing_is_connected(self, web: WebHouse) -> None:
        link = invitation(web)
        first = agree(web, link)
        before = joiner(web).leader.key
        agree(web, link, name="Nina")
        assert (joiner(web).leader.name, joiner(web).leader.key != before) == ("Nina", True)
        assert "does not remember your invitation" in first.get("/join/calendar").text

    def test_once_a_calendar_is_connected_another_browser_is_sent_back(self, web: WebHouse) -> None:
        connect(web)
        link, other = invitation(web), web.visitor()
        for page in (other.get(link), other.post(link, data=AGREED, on=another(web))):
            assert "go on there" in page.text
            assert "Ben" not in page.text
        assert joiner(web).leader.name == "Nia Okafor"

    def test_with_a_new_invitation_it_begins_anew_all_the_same(self, web: WebHouse) -> None:
        connect(web)
        web.now += timedelta(minutes=5)
        agree(web, invitation(web), name="Nina")
        row = joiner(web)
        assert (row.leader.name, row.calendar, row.connected_at) == ("Nina", "", None)

    def test_after_joining_it_shows_nothing_private(self, web: WebHouse) -> None:
        begin(connect(web), "ben")
        link, other = invitation(web), web.visitor()
        for page in (other.get(link), other.post(link, data=AGREED, on=another(web))):
            assert "has done its work" in page.text
            assert "ben" not in page.text
            assert NIA not in page.text

    @pytest.mark.parametrize("path", ["calendar", "one-on-ones", "ready", "prep"])
    def test_without_an_invitation_there_is_nothing_to_see(self, web: WebHouse, path: str) -> None:
        begin(connect(web), "ben")
        page = web.visitor().get(f"/join/{path}")
        assert (page.status_code, "ben" in page.text) == (400, False)

    def test_joining_opens_no_leaders_own_pages(self, web: WebHouse) -> None:
        browser = connect(web)
        begin(browser, "ben")
        with browser.session_transaction() as session:
            assert "leader" not in session


class TestCalendar:
    def test_it_is_read_before_it_is_kept(self, web: WebHouse) -> None:
        connect(web)
        row = joiner(web)
        assert (row.calendar, row.connected_at) == (f"ics:{ADDRESS}", web.now)
        assert web.little.calendars[NIA].reads == 1

    def test_elsewhere_than_on_this_machine_only_public_addresses_are_asked(self, web: WebHouse) -> None:
        sections = web.house.settings.sections
        service = sections.service.model_copy(update={"base_url": "https://lab.example.org"})
        settings = replace(web.house.settings, sections=sections.model_copy(update={"service": service}))
        web._app = pages_of(replace(web.house, settings=settings), lambda: web.now)
        web.app.config["SESSION_COOKIE_SECURE"] = False  # the test client speaks http
        connect(web)
        assert joiner(web).calendar == f"web:{ADDRESS}"

    @pytest.mark.parametrize("typed", ["", "nia.ics", "/etc/passwd", "ics:/etc/passwd", "file:///etc/passwd"])
    def test_what_is_no_web_address_is_never_taken_for_a_file(self, web: WebHouse, typed: str) -> None:
        browser = agree(web)
        page = browser.post("/join/calendar", data={"way": "address", "address": typed})
        assert page.status_code == 400
        assert "That is no web address" in page.text
        assert (joiner(web).calendar, web.little.calendars[NIA].reads) == ("", 0)

    @pytest.mark.parametrize(
        ("permanent", "told"),
        [(True, "copy the whole address once more"), (False, "did not answer just now")],
    )
    def test_one_that_cannot_be_read_is_said_in_a_line_and_stays_typed(
        self, web: WebHouse, permanent: bool, told: str
    ) -> None:
        browser = agree(web)
        web.little.calendars[NIA].error = CalendarError("The calendar at x is odd.", permanent=permanent)
        page = browser.post("/join/calendar", data={"way": "address", "address": ADDRESS})
        assert (page.status_code, told in page.text) == (400, True)
        assert f'value="{ADDRESS}"' in page.text
        assert joiner(web).calendar == ""

    @pytest.mark.parametrize("way", ["oauth", "delegation", "shared"])
    def test_a_way_that_is_not_set_up_is_none(self, web: WebHouse, way: str) -> None:
        browser = agree(web)
        assert "Google Calendar</h2>" not in browser.get("/join/calendar").text
        assert browser.post("/join/calendar", data={"way": way}).status_code == 400


class TestOneOnOnes:
    def test_what_is_plain_is_ticked_what_is_doubtful_asked_and_the_rest_named(self, web: WebHouse) -> None:
        page = connect(web, [*WEEKLY, *DOUBTFUL, INTERVIEW, WITH_ALL]).get("/join/one-on-ones")
        assert ticks(page) == {"ben": True, "ann": False, "x": False}
        assert "And these?" in page.text
        assert "1 other meeting with one person" in page.text
        assert "Why: its title says so; only the two of you are invited" in page.text
        assert "Left out: its title says “interview”" in page.text
        assert "Next: Thursday 5 November, 13:00" in page.text  # Lisbon's clock

    def test_looking_stores_nothing(self, web: WebHouse) -> None:
        browser = connect(web, [*WEEKLY, *DOUBTFUL])
        browser.get("/join/one-on-ones")
        with web.little.database.read() as tx:
            row = joiner(web)
            assert people.pairs_of(tx, row.leader.id) == []
            assert decisions.of_leader(tx, row.leader.id).answers == {}
        assert web.little.meetings(NIA) == []

    def test_begin_makes_the_pairs_and_lets_the_welcome_leave(self, web: WebHouse) -> None:
        answer = begin(connect(web), "ben")
        assert (answer.status_code, answer.headers["Location"]) == (303, "ready")
        assert joiner(web).leader.state is LeaderState.ACTIVE
        assert [meeting.uid for meeting in web.little.meetings(NIA)] == ["ben"] * 8
        web.little.run(web.now)
        assert [mail["To"] for mail in web.little.sent("welcome")] == ["Nia Okafor <nia@example.org>"]

    def test_what_was_left_as_found_goes_on_being_judged(self, web: WebHouse) -> None:
        begin(connect(web), "ben")
        with web.little.database.read() as tx:
            assert decisions.of_leader(tx, joiner(web).leader.id).answers == {}

    @pytest.mark.parametrize(("label", "uid"), [("ann", "ann"), ("x", "x")])
    def test_what_was_added_counts_from_then_on(self, web: WebHouse, label: str, uid: str) -> None:
        begin(connect(web, [*DOUBTFUL, INTERVIEW]), label)
        assert {meeting.uid for meeting in web.little.meetings(NIA)} == {uid}

    def test_what_was_taken_out_stays_out(self, web: WebHouse) -> None:
        begin(connect(web))
        assert web.little.meetings(NIA) == []
        web.little.run(web.now, web.now + timedelta(days=1))
        assert web.little.meetings(NIA) == []
        with web.little.database.read() as tx:
            assert decisions.open_questions(tx, joiner(web).leader.id) == []

    def test_a_doubt_that_was_left_is_not_asked_about_again(self, web: WebHouse) -> None:
        begin(connect(web, DOUBTFUL))
        web.little.run(web.now, web.now + timedelta(days=1))
        assert web.little.rows("confirm", NIA) == []

    def test_what_came_in_meanwhile_was_not_decided_about(self, web: WebHouse) -> None:
        browser = connect(web)
        page = browser.get("/join/one-on-ones")
        web.little.calendars[NIA].events = [*WEEKLY, *DOUBTFUL]
        chosen = {name: re.findall(rf'name="{name}" value="(\w+)"', page.text) for name in ("seen", "is")}
        browser.post("/join/one-on-ones", data=chosen)
        with web.little.database.read() as tx:
            assert [one.uid for one in decisions.open_questions(tx, joiner(web).leader.id)] == ["ann"]

    @pytest.mark.parametrize(("pace", "one_by_one"), [("one", True), ("all", False)])
    def test_the_pace_is_theirs_to_choose(self, web: WebHouse, pace: str, one_by_one: bool) -> None:
        begin(connect(web, [*WEEKLY, *DOUBTFUL]), "ben", "ann", pace=pace)
        assert joiner(web).leader.one_by_one is one_by_one

    def test_a_calendar_that_fails_now_loses_nothing(self, web: WebHouse) -> None:
        browser = connect(web)
        ticked = re.findall(r'name="is" value="(\w+)"', browser.get("/join/one-on-ones").text)
        web.little.calendars[NIA].error = CalendarError("Google has trouble of its own; it is tried again.")
        assert browser.get("/join/one-on-ones").status_code == 503
        sent = {"seen": ticked, "is": ticked, "pace": "one"}
        page = browser.post("/join/one-on-ones", data=sent, on=another(web))
        assert (page.status_code, "Nothing is lost" in page.text) == (503, True)
        again = dict(re.findall(r'name="(seen|is|pace)" value="([^"]+)"', page.text))
        assert again == {"seen": ticked[0], "is": ticked[0], "pace": "one"}
        assert joiner(web).leader.state is LeaderState.JOINING

    def test_before_a_calendar_is_connected_that_comes_first(self, web: WebHouse) -> None:
        assert agree(web).get("/join/one-on-ones").headers["Location"] == "calendar"


class TestReady:
    def test_the_first_prep_is_shown_as_it_will_arrive(self, web: WebHouse) -> None:
        browser = connect(web)
        page = browser.get(begin(browser, "ben").headers["Location"].join(["/join/", ""]))
        assert "On Thursday 5 November at 11:00 you get this, for your one-on-one with ben" in page.text
        mail = browser.get("/join/prep")
        assert mail.headers["Content-Security-Policy"] == A_MAIL
        web.little.run(web.now, at("2026-11-05 12:30"))
        assert "ben" in web.little.sent("prep")[0]["Subject"]
        assert web.little.sent("prep")[0]["Subject"] in page.text

    def test_without_a_one_on_one_it_says_how_to_make_one(self, web: WebHouse) -> None:
        browser = connect(web, [])
        assert "looks like a one-on-one. That is no obstacle" in browser.get("/join/one-on-ones").text
        begin(browser)
        page = browser.get("/join/ready")
        assert "Put a meeting into your calendar" in page.text
        assert "<iframe" not in page.text

    def test_the_steps_are_over(self, web: WebHouse) -> None:
        browser = connect(web)
        begin(browser, "ben")
        for path in ("calendar", "one-on-ones"):
            assert browser.get(f"/join/{path}").headers["Location"] == "ready"

    def test_an_hour_later_it_shows_nothing_private(self, web: WebHouse) -> None:
        browser = connect(web)
        begin(browser, "ben")
        web.now += timedelta(hours=1)
        assert "ben" not in browser.get("/join/ready").text
        assert browser.get("/join/prep").status_code != 200

    def test_who_was_erased_is_forgotten_by_the_browser_too(self, web: WebHouse) -> None:
        browser = connect(web)
        begin(browser, "ben")
        with web.little.database.begin() as tx:
            people.erase(tx, joiner(web).leader.id)
        assert browser.get("/join/prep").status_code == 400


def test_dates_are_written_as_the_newcomer_reads_them(web: WebHouse) -> None:
    page = connect(web, WEEKLY, language="es").get("/join/one-on-ones")
    assert '<html lang="es">' in page.text
    assert re.search(r"jueves,? 5 de noviembre", page.text)
