"""A leader's own data in the browser: seen, taken along, erased; by nobody else, and by no mere look."""

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select
from werkzeug.test import TestResponse

from service.accounts.signing import Purpose
from service.domain.grants import Grant, Way, leader_holder
from service.domain.letters import Kind
from service.jobs.keep_house import RAW_REPLIES
from service.jobs.own_data import everything_of
from service.jobs.polling import Look
from service.storage import absences, channels, decisions, emails, grants, outbox, people, replies, usage
from service.storage.channels import Channel
from service.storage.outbox import NewEmail
from service.storage.replies import ReplyStatus
from service.storage.schema import metadata
from service.storage.usage import Used
from service.web.wiring import pages_of
from tests.fakes.cli import House, new_house, weekly
from tests.fakes.desks import DAY, at
from tests.fakes.ics import calendar
from tests.fakes.months import fill
from tests.fakes.offices import LEA, WEEK
from tests.fakes.visitor import Visitor, visitor
from tests.fakes.web_house import WebHouse

BOB = "bob@example.org"
NOW = at("2026-12-01 12:00")
ERASE = "/me/data/erase"
OF_A_LEADER = [table for table in metadata.sorted_tables if "leader_id" in table.c]


@pytest.fixture
def lea(web: WebHouse) -> WebHouse:
    """Lea and Bob, of both of whom there is something of every kind."""
    for name in ("lea", "bob"):
        web.little.add_leader(name)
        fill(web.little, address=f"{name}@example.org")
        keep_more(web, name)
    web.now = NOW
    return web


def keep_more(web: WebHouse, name: str) -> None:
    """A mail, a reply, a decision, a grant, a channel and a count of calls."""
    leader_id = web.little.row(f"{name}@example.org").leader.id
    holder = leader_holder(leader_id)
    with web.little.database.begin() as tx:
        outbox.put(tx, NewEmail(f"digest:{name}:2026-11", Kind.DIGEST, leader_id, NOW))
        replies.put(
            tx,
            digest_=name,
            message_id=None,
            leader_id=leader_id,
            email_id=None,
            status=ReplyStatus.ACCEPTED,
            reason=None,
            raw=b"kept whole",
            at=NOW - DAY,
        )
        absences.put(tx, leader_id, ((NOW, NOW + DAY),))
        decisions.decide(tx, leader_id, decisions.series_subject("lunch"), False, NOW)
        grants.put(tx, Grant(holder, Way.OAUTH, "{}", ("calendar.readonly",), NOW - WEEK), leader_id)
        channels.put(tx, Channel(f"channel-{name}", leader_id, "r", NOW + WEEK), "token")
        usage.add(tx, NOW.date(), [Used(holder, 3, 3, leader_id)])


def rows(web: WebHouse, leader: str) -> dict[str, int]:
    """How many rows each table has of a leader."""
    found = {}
    with web.little.database.read() as tx:
        row = people.by_email(tx, leader)
        for table in OF_A_LEADER:
            query = select(func.count()).where(table.c.leader_id == (row.leader.id if row else 1))
            found[table.name] = tx.connection.execute(query).scalar_one()
    return found


def shown(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def erase(browser: Visitor, address: str = LEA) -> TestResponse:
    return browser.post(ERASE, data={"address": address})


class TestLooking:
    def test_each_kind_of_thing_has_its_figure(self, lea: WebHouse) -> None:
        page = shown(lea.visitor(LEA).get("/me/data"))
        kept = rows(lea, LEA)
        for words in (
            f"{kept['meetings']} meetings, since July 2026",
            f"{kept['reflections']} reflections",
            f"{kept['promises']} promises",
            "1 mail, since December 2026",
            "2 people, by name and address: Max and Ann",
            "1 decision",
            "1 stretch, encrypted",
            "You gave leave to read it on Tuesday 24 November",
        ):
            assert words in page

    def test_it_says_until_when_a_reply_is_kept_whole(self, lea: WebHouse) -> None:
        page = shown(lea.visitor(LEA).get("/me/data"))
        assert (NOW - DAY + RAW_REPLIES).date().isoformat() == "2026-12-30"
        assert "1 reply, encrypted. It goes by Wednesday 30 December" in page

    def test_it_shows_no_word_that_was_written(self, lea: WebHouse) -> None:
        page = lea.visitor(LEA).get("/me/data").text
        assert "what she really thought" not in page
        assert "kept whole<" not in page

    def test_of_a_newcomer_there_is_little(self, web: WebHouse) -> None:
        web.little.add_leader()
        page = shown(web.visitor(LEA).get("/me/data"))
        for words in ("None yet.", "0 reflections", "None at the moment.", "Its address, encrypted."):
            assert words in page

    def test_it_takes_as_many_statements_however_much_there_is(self, lea: WebHouse) -> None:
        lea.little.add_leader("cy")
        counts = []
        for leader in ("cy@example.org", LEA):
            browser = lea.visitor(leader)
            with lea.little.counted() as found:
                browser.get("/me/data")
            counts.append(sum(one.startswith("SELECT") for one in found))
        assert counts[0] == counts[1] == 12


class TestTakingAlong:
    def test_it_is_a_file_of_everything(self, lea: WebHouse) -> None:
        answer = lea.visitor(LEA).get("/me/data/export")
        assert answer.mimetype == "application/json"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="vis-a-vis.json"'
        assert answer.headers["Cache-Control"] == "no-store"
        with lea.little.database.read() as tx:
            assert answer.json == json.loads(
                json.dumps(everything_of(tx, lea.house.office, lea.little.row()))
            )
        assert "what she really thought" in answer.text
        assert BOB not in answer.text

    def test_it_is_what_the_command_mails(self, tmp_path: Path) -> None:
        house = new_house(tmp_path)
        house.calendar("leader.ics", calendar(weekly("ana@x", "20261102T140000", "ana@example.org")))
        house.add("marta@example.org", "--member", "Ana <ana@example.org>")
        house.tick("2026-11-02T07:00:00+01:00", "2026-11-02T15:00:00+01:00")
        downloaded = _downloaded(house, "marta@example.org")
        house.ok("export", "marta@example.org", "--now", "2026-11-02T15:15:00+01:00")
        (attachment,) = house.mail("export").message.iter_attachments()
        assert attachment.get_content() == downloaded
        assert attachment.get_filename() == "vis-a-vis.json"


def _downloaded(house: House, leader: str) -> bytes:
    from service.assembly import open_house
    from service.settings import load_settings

    settings = load_settings(house.folder / "visavis.toml", {})
    with open_house(settings) as opened:
        browser = visitor(pages_of(opened))
        with opened.database.read() as tx, browser.session_transaction() as session:
            row = people.by_email(tx, leader)
            assert row is not None
            session["leader"] = row.leader.key
        return bytes(browser.get("/me/data/export").data)


class TestErasing:
    def test_the_page_says_what_goes_and_what_cannot(self, lea: WebHouse) -> None:
        page = shown(lea.visitor(LEA).get(ERASE))
        for words in (
            "nobody can bring it back",
            "mails that have reached your mailbox",
            "Google account",
            LEA,
        ):
            assert words in page

    def test_the_own_address_erases_everything_and_of_the_others_nothing(self, lea: WebHouse) -> None:
        before, others = rows(lea, LEA), rows(lea, BOB)
        assert all(before.values()), before
        answer = erase(lea.visitor(LEA))
        assert answer.status_code == 200
        assert "Farewell, Lea" in answer.text
        assert set(rows(lea, LEA).values()) == {0}
        assert rows(lea, BOB) == others
        with lea.little.database.read() as tx:
            assert people.by_email(tx, LEA) is None
            assert grants.of(tx, leader_holder(1)) is None

    @pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: str(table.name))
    def test_no_table_is_left_with_a_row_of_the_only_leader(self, web: WebHouse, table: Table) -> None:
        web.little.add_leader()
        fill(web.little)
        keep_more(web, "lea")
        erase(web.visitor(LEA))
        with web.little.database.read() as tx:
            left = tx.connection.execute(select(func.count()).select_from(table)).scalar_one()
        assert left == 0

    def test_the_files_of_the_database_hold_no_byte_of_it(self, web: WebHouse, tmp_path: Path) -> None:
        web.little.add_leader()
        fill(web.little)

        def bytes_kept() -> bytes:
            return b"".join(
                path.read_bytes() for path in sorted(tmp_path.glob("visavis.db*")) if path.is_file()
            )

        assert b"max@example.org" in bytes_kept()
        erase(web.visitor(LEA))
        for words in (LEA.encode(), b"max@example.org"):
            assert words not in bytes_kept()

    @pytest.mark.parametrize("typed", [" LEA@Example.org ", "lea@work.example.org"])
    def test_case_spaces_and_an_alias_do_no_harm(self, lea: WebHouse, typed: str) -> None:
        with lea.little.database.begin() as tx:
            people.change(tx, 1, aliases=["lea@work.example.org"])
        assert "Farewell" in erase(lea.visitor(LEA), typed).text

    @pytest.mark.parametrize("typed", ["", " ", "yes", BOB, "lea", f"{LEA}\0", "<script>alert(1)</script>"])
    def test_anything_else_erases_nothing_and_asks_again(self, lea: WebHouse, typed: str) -> None:
        before = rows(lea, LEA)
        answer = erase(lea.visitor(LEA), typed)
        assert answer.status_code == 400
        assert "nothing has been erased" in answer.text
        assert "<script" not in answer.text
        assert rows(lea, LEA) == before
        assert rows(lea, BOB)["meetings"]

    def test_nobody_is_signed_in_afterwards(self, lea: WebHouse) -> None:
        browser = lea.visitor(LEA)
        erase(browser)
        with browser.session_transaction() as session:
            assert "leader" not in session
        assert browser.get("/me/data").status_code == 403

    def test_another_browser_of_theirs_opens_nothing_any_more(self, lea: WebHouse) -> None:
        other = lea.visitor(LEA)
        erase(lea.visitor(LEA))
        for path in ("/me/data", "/me/data/export", ERASE, "/me/month/"):
            assert other.get(path).status_code == 403

    def test_the_links_in_their_mails_lead_nowhere(self, lea: WebHouse) -> None:
        row = lea.little.row(LEA)
        with lea.little.database.read() as tx:
            reference = emails.of_leader(tx, row.leader.id)[0].token
        links = [
            f"/u/{row.unsubscribe_token}",
            lea.path(Purpose.MONTH, reference),
            lea.leader_path(Purpose.DOOR),
            lea.leader_path(Purpose.KEY),
        ]
        assert [lea.visitor().get(path).status_code for path in links] == [200] * 4
        erase(lea.visitor(LEA))
        assert [lea.visitor().get(path).status_code for path in links] == [404] * 4

    def test_what_was_read_of_their_calendar_is_forgotten_too(self, lea: WebHouse) -> None:
        lea.house.office.looks[1] = Look(NOW, NOW)
        erase(lea.visitor(LEA))
        assert 1 not in lea.house.office.looks

    def test_a_form_of_somebody_elses_page_erases_nothing(self, lea: WebHouse) -> None:
        browser = lea.visitor(LEA)
        before = rows(lea, LEA)
        answer = super(Visitor, browser).post(ERASE, data={"address": LEA})
        assert answer.status_code == 400
        assert rows(lea, LEA) == before


class TestWithoutASession:
    @pytest.mark.parametrize("path", ["/me/data", "/me/data/export", ERASE])
    def test_there_is_nothing_but_how_to_get_in(self, lea: WebHouse, path: str) -> None:
        answer = lea.visitor().get(path)
        assert answer.status_code == 403
        assert answer.mimetype == "text/html"
        for private in (LEA, "Max", "meetings,"):
            assert private not in answer.text

    def test_nothing_can_be_erased(self, lea: WebHouse) -> None:
        before = rows(lea, LEA)
        assert erase(lea.visitor()).status_code in {400, 403}
        browser = lea.visitor()
        browser.get(f"/u/{lea.little.row(LEA).unsubscribe_token}")
        assert browser.post(ERASE, on="/me/", data={"address": LEA}).status_code in {400, 403}
        assert rows(lea, LEA) == before

    def test_another_leader_cannot_erase_me(self, lea: WebHouse) -> None:
        before = rows(lea, LEA)
        assert erase(lea.visitor(BOB), LEA).status_code == 400
        assert rows(lea, LEA) == before


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing(lea: WebHouse, method: str) -> None:
    browser = lea.visitor(LEA)
    with lea.little.counted() as statements:
        for path in ("/me/data", "/me/data/export", ERASE, f"{ERASE}?address={LEA}"):
            browser.open(path, method=method)
    assert [one for one in statements if not one.startswith(("SELECT", "BEGIN", "PRAGMA"))] == []


def test_too_many_downloads_are_asked_to_wait(lea: WebHouse) -> None:
    browser = lea.visitor(LEA)
    answers = [browser.get("/me/data/export").status_code for _ in range(22)]
    assert answers[0] == 200
    assert answers[-1] == 429
