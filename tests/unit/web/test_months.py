"""A month in the browser: to the leader all of it, to whoever has the mail's link what the mail shows."""

import re
from datetime import date, timedelta

import pytest
from werkzeug.test import TestResponse

from service.accounts.signing import Purpose
from service.domain.letters import Kind
from service.domain.people import Person
from service.domain.reflections import Answer3, Reflection
from service.jobs.months import record_of
from service.storage import emails, meetings, outbox, people, reflections
from service.storage.emails import Email
from service.storage.outbox import NewEmail
from tests.fakes.desks import DAY, HOUR, at
from tests.fakes.months import Span, fill
from tests.fakes.offices import LEA, MAX
from tests.fakes.web_house import WebHouse

BOB = "bob@example.org"
DECEMBER = at("2026-12-01 12:00")
MIRROR = "It is a mirror, not a mark."


@pytest.fixture
def lea(web: WebHouse) -> WebHouse:
    """Lea, with one-on-ones since July; it is the first of December."""
    web.little.add_leader()
    fill(web.little)
    web.now = DECEMBER
    return web


def shown(answer: TestResponse) -> str:
    """The page's words, marks taken off."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def digest_mail(web: WebHouse, month: str = "2026-11", leader: str = LEA) -> Email:
    """A digest that left now."""
    row = web.little.row(leader)
    with web.little.database.begin() as tx:
        new = NewEmail(f"digest:{row.leader.key}:{month}", Kind.DIGEST, row.leader.id, web.now)
        stored = outbox.put(tx, new)
        assert stored is not None
        return emails.one(tx, stored.id)


def link(web: WebHouse, email: Email) -> str:
    return web.path(Purpose.MONTH, email.token)


def write(web: WebHouse, said: Reflection, *, member: str = MAX, day: str = "2026-11-30") -> None:
    """Lea writes, now, about her last one-on-one with a member that had begun by a day."""
    with web.little.database.begin() as tx:
        pair = next(one for one in people.pairs_of(tx, 1) if one.member.email == member)
        met = [
            one
            for one in meetings.of_leader(tx, 1)
            if one.pair_id == pair.id and one.start < at(f"{day} 23:59")
        ]
        reflections.put(tx, 1, met[-1].id or 0, said, web.now)


class TestOwnMonths:
    def test_the_newest_month_shows_what_the_mail_says(self, lea: WebHouse) -> None:
        with lea.little.database.read() as tx:
            record = record_of(tx, lea.house.office, lea.little.row())
        letter = record.letter(date(2026, 11, 1), DECEMBER)
        assert letter is not None
        page = shown(lea.visitor(LEA).get("/me/month/"))
        assert "November 2026" in page
        assert MIRROR in page
        quotes = [quote for sign in letter.signs for quote in sign.quotes]
        assert quotes
        for told in (*(one.text for one in quotes), letter.question, letter.experiment, letter.signs[0].name):
            assert told in page
        for pair in letter.pairs:
            assert f"{pair.days_since_last} day" in page

    def test_people_stand_in_the_order_of_the_roster(self, lea: WebHouse) -> None:
        with lea.little.database.begin() as tx:
            first, second = people.pairs_of(tx, 1)
            people.change_pair(tx, first.id, position=second.position + 1)
        names = re.findall(r"<h3><bdi>(\w+)</bdi>", lea.visitor(LEA).get("/me/month/").text)
        assert names == ["Ann", "Max"]

    def test_any_month_on_record_opens(self, lea: WebHouse) -> None:
        browser = lea.visitor(LEA)
        months = re.findall(r'href="([^"]*me/month/\d{4}-\d\d)"', browser.get("/me/month/").text)
        assert [one[-7:] for one in months] == ["2026-11", "2026-10", "2026-09", "2026-08", "2026-07"]
        assert "August 2026" in shown(browser.get("/me/month/2026-08"))

    def test_the_running_month_is_told_so_far(self, lea: WebHouse) -> None:
        lea.now = at("2026-11-26 12:00")
        page = shown(lea.visitor(LEA).get("/me/month/"))
        assert "November 2026 so far" in page
        assert "as of today" in page

    def test_a_running_month_in_which_nothing_has_been_yet(self, lea: WebHouse) -> None:
        page = lea.visitor(LEA).get("/me/month/2026-12")
        assert page.status_code == 200
        assert "Nothing is on record yet" in shown(page)

    def test_a_leader_of_whom_nothing_is_on_record(self, web: WebHouse) -> None:
        web.little.add_leader()
        page = web.visitor(LEA).get("/me/month/")
        assert page.status_code == 200
        assert "Nothing is on record yet" in shown(page)

    @pytest.mark.parametrize("month", ["2026-02", "2027-01"])
    def test_a_month_without_a_record_says_so_and_names_the_others(self, lea: WebHouse, month: str) -> None:
        page = lea.visitor(LEA).get(f"/me/month/{month}")
        assert page.status_code == 404
        assert "Nothing is on record for this month" in shown(page)
        assert "October 2026" in shown(page)

    @pytest.mark.parametrize("name", ["2026-13", "2026-1", "1026-10", "october", "2026-10-01", "%00"])
    def test_what_is_no_month_leads_nowhere(self, lea: WebHouse, name: str) -> None:
        page = lea.visitor(LEA).get(f"/me/month/{name}")
        assert page.status_code == 404
        assert "Nothing here" in page.text

    def test_each_one_on_one_stands_in_the_calendar_in_words(self, lea: WebHouse) -> None:
        page = shown(lea.visitor(LEA).get("/me/month/2026-11"))
        with lea.little.database.read() as tx:
            count = len(meetings.of_leader(tx, 1, at("2026-11-01 00:00"), at("2026-12-01 00:00")))
        told = re.findall(r"(?:Max|Ann), \d\d:\d\d: ([\w ]+)", page)
        assert len(told) == count
        assert "cancelled on your side" in page
        assert set(told) <= {
            "held",
            "held, after it had moved",
            "cancelled on your side",
            "cancelled on theirs",
            "excused",
        }

    @pytest.mark.parametrize(("country", "first"), [("DE", "Monday"), ("US", "Sunday")])
    def test_the_week_begins_as_in_the_leaders_country(self, lea: WebHouse, country: str, first: str) -> None:
        with lea.little.database.begin() as tx:
            people.change(tx, 1, country=country)
        days = re.findall(r'class="unseen">(\w+day)<', lea.visitor(LEA).get("/me/month/").text)
        assert days[0] == first

    def test_one_who_is_muted_is_not_spoken_of(self, lea: WebHouse) -> None:
        with lea.little.database.begin() as tx:
            people.change_pair(tx, people.pairs_of(tx, 1)[0].id, muted=True)
        page = shown(lea.visitor(LEA).get("/me/month/2026-11"))
        assert "Max" not in page
        assert "Ann" in page

    def test_own_words_are_words_and_no_markup(self, lea: WebHouse) -> None:
        write(lea, Reflection(worked="<img src=x onerror=alert(1)> & so on"))
        page = lea.visitor(LEA).get("/me/month/")
        assert "&lt;img src=x onerror=alert(1)&gt; &amp; so on" in page.text
        assert "<img" not in page.text

    def test_a_name_is_a_name_and_no_markup(self, web: WebHouse) -> None:
        web.little.add_leader("lea", Person(MAX, "<b>Max</b> <script>"))
        fill(web.little)
        web.now = DECEMBER
        page = web.visitor(LEA).get("/me/month/")
        assert "&lt;b&gt;Max" in page.text
        assert "<script" not in page.text
        assert "<b>" not in page.text

    def test_no_percentage_is_told_of_a_few(self, web: WebHouse) -> None:
        web.little.add_leader("lea", Person(MAX, "Max"))
        fill(web.little)
        web.now = DECEMBER
        assert "%" not in shown(web.visitor(LEA).get("/me/month/"))

    def test_it_is_as_quick_with_a_year_of_meetings(self, lea: WebHouse) -> None:
        def statements(web: WebHouse, leader: str) -> int:
            browser = web.visitor(leader)
            with web.little.counted() as found:
                assert browser.get("/me/month/").status_code == 200
            return sum(one.startswith("SELECT") for one in found)

        lea.little.add_leader("bob", *(Person(f"m{n}@example.org", f"M{n}") for n in range(6)))
        fill(lea.little, Span("2026-02-01 00:00"), BOB)
        assert statements(lea, BOB) == statements(lea, LEA) == 6


class TestWithoutASession:
    @pytest.mark.parametrize("path", ["/me/month/", "/me/month/2026-11"])
    def test_there_is_nothing_to_see_but_how_to_get_in(self, lea: WebHouse, path: str) -> None:
        page = lea.visitor().get(path)
        assert page.status_code == 403
        assert "key" in shown(page)
        for private in ("Max", "Ann", "Lea", MIRROR):
            assert private not in page.text

    def test_a_session_of_one_who_is_gone_opens_nothing(self, lea: WebHouse) -> None:
        browser = lea.visitor(LEA)
        with lea.little.database.begin() as tx:
            people.erase(tx, 1)
        assert browser.get("/me/month/").status_code == 403

    def test_another_leader_sees_their_own_months_only(self, lea: WebHouse) -> None:
        lea.little.add_leader("bob", Person("cy@example.org", "Cy"))
        page = lea.visitor(BOB).get("/me/month/2026-11")
        assert page.status_code == 404
        assert "Max" not in page.text


class TestTheMailsLink:
    def test_it_shows_the_mails_month_without_a_session(self, lea: WebHouse) -> None:
        page = lea.visitor().get(link(lea, digest_mail(lea)))
        assert page.status_code == 200
        assert "November 2026" in shown(page)
        assert MIRROR in shown(page)

    def test_it_shows_no_other_month_no_day_and_no_line(self, lea: WebHouse) -> None:
        page = lea.visitor().get(link(lea, digest_mail(lea)))
        assert "October 2026" not in page.text
        for more in ("me/month/", "<table", "distances"):
            assert more not in page.text

    def test_long_words_are_as_short_as_in_the_mail(self, lea: WebHouse) -> None:
        write(lea, Reflection(worked="Long. " * 100))
        page = lea.visitor().get(link(lea, digest_mail(lea)))
        assert "Long. Long." in page.text
        assert page.text.count("Long.") <= 50

    def test_what_is_written_after_the_mail_left_is_not_in_it(self, lea: WebHouse) -> None:
        path = link(lea, digest_mail(lea))
        lea.now += DAY
        write(lea, Reflection(worked="Between the two of us."))
        assert "Between the two of us." not in lea.visitor().get(path).text
        assert "Between the two of us." in lea.visitor(LEA).get("/me/month/2026-11").text

    def test_a_promise_worded_anew_after_the_mail_left_is_not_in_it(self, lea: WebHouse) -> None:
        path = link(lea, digest_mail(lea))
        with lea.little.database.begin() as tx:
            old = reflections.promises_of(tx, 1)[-1]
            said = Reflection(promise="A quiet promise.")
            reflections.put(tx, 1, old.meeting_id, said, DECEMBER + HOUR)
            reflections.put_promise(tx, 1, old.pair_id, old.meeting_id, "A quiet promise.", DECEMBER + HOUR)
        assert "A quiet promise." not in lea.visitor().get(path).text
        assert "A quiet promise." in lea.visitor(LEA).get("/me/month/2026-11").text

    def test_a_promise_that_was_kept_after_the_mail_left_is_open_in_it(self, lea: WebHouse) -> None:
        lea.now, words = at("2026-11-20 12:00"), "A promise of its own."
        with lea.little.database.begin() as tx:
            met = meetings.of_leader(tx, 1, until=at("2026-11-10 00:00"))[-1]
            reflections.forget(tx, met.id or 0)
            reflections.put_promise(tx, 1, met.pair_id, met.id or 0, words, met.end)
        path = link(lea, digest_mail(lea))  # asked for in the middle of the month
        with lea.little.database.begin() as tx:
            reflections.mark_kept(tx, met.id or 0, Answer3.YES, lea.now + DAY)
        before, _, still_open = shown(lea.visitor().get(path)).partition("Promises still open")
        assert words not in before
        assert words in still_open

    def test_to_the_leader_who_is_signed_in_it_opens_all_of_it(self, lea: WebHouse) -> None:
        answer = lea.visitor(LEA).get(link(lea, digest_mail(lea)))
        assert (answer.status_code, answer.location) == (303, "/me/month/2026-11")

    def test_another_leaders_session_sees_what_the_mail_shows(self, lea: WebHouse) -> None:
        lea.little.add_leader("bob")
        browser = lea.visitor(BOB)
        page = browser.get(link(lea, digest_mail(lea)))
        assert page.status_code == 200
        assert "<table" not in page.text
        assert browser.get("/me/month/2026-11").status_code == 404

    def test_a_link_that_is_not_ours_opens_nothing(self, lea: WebHouse) -> None:
        email = digest_mail(lea)
        good, elsewhere = link(lea, email), lea.path(Purpose.FORM, email.token)
        for path in (
            f"{good}x",
            good.replace("/month/", "/month/A"),
            elsewhere.replace("/f/", "/month/"),
            lea.path(Purpose.MONTH, "0" * 32),
        ):
            page = lea.visitor().get(path)
            assert page.status_code == 404, path
            assert "Max" not in page.text

    def test_the_reference_of_another_kind_of_mail_opens_nothing(self, lea: WebHouse) -> None:
        with lea.little.database.begin() as tx:
            prep = outbox.put(tx, NewEmail("prep:1", Kind.PREP, 1, lea.now))
        assert prep is not None
        assert lea.visitor().get(link(lea, prep)).status_code == 404

    def test_it_ends_after_sixty_days_and_says_where_to_go_on(self, lea: WebHouse) -> None:
        path = link(lea, digest_mail(lea))
        lea.now += timedelta(days=59)
        assert lea.visitor().get(path).status_code == 200
        lea.now += timedelta(days=2)
        page = lea.visitor().get(path)
        assert page.status_code == 404
        assert "sixty days" in shown(page)
        assert "me/" in page.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing(lea: WebHouse, method: str) -> None:
    paths = [link(lea, digest_mail(lea)), "/me/month/", "/me/month/2026-10", "/me/month/2020-01"]
    with lea.little.counted() as statements:
        for browser in (lea.visitor(), lea.visitor(LEA)):
            for path in paths:
                browser.open(path, method=method)
    assert [one for one in statements if not one.lstrip().startswith(("SELECT", "BEGIN", "PRAGMA"))] == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_there_is_nothing_to_send(lea: WebHouse, method: str) -> None:
    for path in ("/me/month/", link(lea, digest_mail(lea))):
        assert lea.visitor(LEA).open(path, method=method).status_code in {400, 405}


def test_nothing_private_stands_in_an_address(lea: WebHouse) -> None:
    pages = [lea.visitor(LEA).get("/me/month/").text, link(lea, digest_mail(lea))]
    addresses = re.findall(r'(?:href|src)="([^"]+)"', pages[0]) + pages[1:]
    assert not any(word in one.casefold() for one in addresses for word in ("lea", "max", "ann"))
