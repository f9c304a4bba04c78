"""The page of a mail's questions: looking changes nothing, sending loses nothing, strangers see nothing."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.accounts.signing import LASTS, Purpose
from service.domain.records import By
from service.domain.reflections import Outcome, Reflection
from service.storage import emails, meetings, people, reflections
from service.storage.emails import Email
from service.storage.schema import metadata
from service.web.answering import LONGEST
from tests.fakes.desks import DAY, HOUR, MINUTE, at
from tests.fakes.offices import ANN, JOINED, LEA, LittleHouse, series
from tests.fakes.web_house import WebHouse

FIRST = at("2026-11-03 14:00")
HELD, WORKED, SURPRISED, BETTER, OPEN, BACK, GENERATIVE, TALKED, PROMISE = range(1, 10)
NASTY = "<script>alert(1)</script> & \"quotes\" 'n' {{ 7 * 7 }}\n</textarea> line two"
SECRET = "Something private"


@pytest.fixture
def lea(web: WebHouse) -> WebHouse:
    """After Lea's first one-on-one with Max, the form just delivered."""
    web.little.add_leader().events = series(FIRST)
    web.now = FIRST + HOUR
    web.little.run(JOINED, web.now)
    return web


@pytest.fixture
def puzzled(web: WebHouse) -> WebHouse:
    """Two meetings are gone from the calendar, and it cannot say why."""
    calendar = web.little.add_leader()
    anns = series(FIRST + HOUR, 3, uid="ann", member=ANN, title="Ann / Lea 1:1")
    calendar.events = series(FIRST, 3) + anns
    web.little.run(JOINED)
    calendar.events = calendar.events[1:3] + calendar.events[4:]
    web.now = FIRST + DAY
    web.little.run(FIRST - 4 * HOUR, web.now)
    return web


def form(web: WebHouse, kind: str = "reflection") -> str:
    """The path in the mail."""
    sent = next(one for one in web.little.rows(kind) if one.sent_at)
    return web.path(Purpose.FORM, sent.token)


def kept(web: WebHouse) -> list[Reflection]:
    with web.little.database.read() as tx:
        return list(reflections.of_leader(tx, 1).values())


def write(web: WebHouse, said: Reflection) -> None:
    """A reply of Lea's has come in."""
    with web.little.database.begin() as tx:
        reflections.put(tx, 1, 1, said, web.now)


def everything(house: LittleHouse) -> dict[str, list[Any]]:
    """Every row of every table."""
    with house.database.read() as tx:
        return {
            table.name: [tuple(row) for row in tx.connection.execute(select(table))]
            for table in metadata.sorted_tables
        }


def words(answer: TestResponse) -> str:
    """The page's words, marks taken off."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def marked(answer: TestResponse) -> list[tuple[str, str]]:
    """The choices that are chosen, with their fields."""
    found = re.findall(r'<input type="radio" name="(\w+)" value="\d+" checked><span>([^<]*)<', answer.text)
    return [(str(name), str(choice)) for name, choice in found]


def written(answer: TestResponse, name: str) -> str:
    """What stands in a field to write in."""
    found = re.search(rf'<textarea id="{name}"[^>]*>\n(.*?)</textarea>', answer.text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


class TestLooking:
    def test_the_page_asks_what_the_mail_asks(self, lea: WebHouse) -> None:
        page = lea.visitor().get(form(lea))
        (mail,) = lea.little.rows("reflection")
        with lea.little.database.read() as tx:
            asked = emails.questions(tx, mail)
        assert page.status_code == 200
        for question in asked:
            assert question.ask in words(page)
            for choice in question.choices:
                assert f"<span>{choice}</span>" in page.text
        assert "Tuesday 3 November, 14:00–14:30" in words(page)

    @pytest.mark.parametrize("query", ["", "?q=1&a=3", "?q=8&a=0", "?a1=0", "?q=1&a=0&a1=1&seen="])
    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
    def test_it_changes_nothing(self, lea: WebHouse, query: str, method: str) -> None:
        before = everything(lea.little)
        lea.visitor().open(form(lea) + query, method=method)
        lea.visitor(LEA).open(form(lea) + query, method=method)
        assert everything(lea.little) == before

    def test_an_answer_tapped_in_the_mail_is_marked_and_not_stored(self, lea: WebHouse) -> None:
        page = lea.visitor().get(form(lea) + "?q=1&a=3")
        assert marked(page) == [("a1", "they cancelled")]
        assert "not sent yet" in words(page)

    @pytest.mark.parametrize(
        "query",
        ["q=1&a=9", "q=1&a=-1", "q=1&a=yes", "q=2&a=0", "q=99&a=0", "q=&a=", "q=1", "a=0", "q=%00&a=²"],
    )
    def test_an_answer_that_is_none_marks_nothing(self, lea: WebHouse, query: str) -> None:
        page = lea.visitor().get(f"{form(lea)}?{query}")
        assert (page.status_code, marked(page)) == (200, [])

    @pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.FORM])
    def test_a_link_for_something_else_opens_nothing(self, lea: WebHouse, purpose: Purpose) -> None:
        (mail,) = lea.little.rows("reflection")
        token = lea.path(purpose, mail.token).rpartition("/")[2]
        assert lea.visitor().get(f"/f/{token}").status_code == 404

    @pytest.mark.parametrize("token", ["x", "a.b.c", "0" * 32])
    def test_an_unknown_link_opens_nothing(self, lea: WebHouse, token: str) -> None:
        assert lea.visitor().get(f"/f/{token}").status_code == 404
        assert lea.visitor().post(f"/f/{token}", data={"a1": "0"}).status_code == 404

    def test_a_link_that_is_too_old_opens_nothing(self, lea: WebHouse) -> None:
        path = form(lea)
        lea.now += LASTS[Purpose.FORM] + timedelta(seconds=1)
        assert lea.visitor().get(path).status_code == 404

    def test_a_form_that_was_open_when_its_link_ended_is_still_taken_in(self, lea: WebHouse) -> None:
        client, path = lea.visitor(), form(lea)
        token = _hidden(client.get(path), "csrf_token")
        lea.now += LASTS[Purpose.FORM] + HOUR
        sent = {"csrf_token": token, "a2": "Tea"}
        assert client.open(path, method="POST", data=sent).status_code == 200
        assert [one.worked for one in kept(lea)] == ["Tea"]
        lea.now += DAY
        assert client.open(path, method="POST", data=sent).status_code == 404

    def test_every_answer_in_the_mail_leads_to_the_page_with_it_marked(self, lea: WebHouse) -> None:
        (mail,) = lea.little.sent("reflection")
        body = mail.get_body(("html",))
        assert body is not None
        links = re.findall(r'href="http://127\.0\.0\.1:8080(/f/[^"]+)"', body.get_content())
        pages = [lea.visitor().get(html.unescape(link)) for link in links]
        assert [page.status_code for page in pages] == [200] * len(links)
        found = {choice for page in pages for _, choice in marked(page)}
        assert found >= {"yes", "moved", "I cancelled", "they cancelled", "nobody came"}

    def test_a_mail_that_asks_nothing_has_no_form(self, lea: WebHouse) -> None:
        assert lea.visitor().get(form(lea, "welcome")).status_code == 404

    def test_an_erased_leaders_form_is_gone(self, lea: WebHouse) -> None:
        path = form(lea)
        with lea.little.database.begin() as tx:
            people.erase(tx, 1)
        assert lea.visitor().get(path).status_code == 404

    def test_where_the_meeting_is_gone_a_kind_line_says_so(self, lea: WebHouse) -> None:
        with lea.little.database.begin() as tx:
            meetings.forget(tx, [1])
        page = lea.visitor().get(form(lea))
        assert page.status_code == 200
        assert "nothing left for you to do" in words(page)

    def test_it_speaks_the_leaders_language(self, lea: WebHouse) -> None:
        with lea.little.database.begin() as tx:
            people.change(tx, 1, language="es")
        page = lea.visitor().get(form(lea), headers={"Accept-Language": "pt-BR"})
        assert '<html lang="es">' in page.text

    def test_the_page_may_run_no_script_but_ours(self, lea: WebHouse) -> None:
        page = lea.visitor().get(form(lea))
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert not re.search(r"<script>|<style|style=|onclick=|onsubmit=", page.text)


class TestSending:
    def test_the_receipt_says_what_was_understood(self, lea: WebHouse) -> None:
        page = lea.visitor().post(
            form(lea), data={"a1": "0", "a2": "We walked", "a8": "1", "more-1": "It rained"}
        )
        assert page.status_code == 200
        for said in ("yes", "We walked", "them", "It rained", "Max"):
            assert said in words(page)
        assert [(one.outcome, one.worked) for one in kept(lea)] == [(Outcome.HELD, "We walked")]

    def test_a_receipt_comes_by_mail_too(self, lea: WebHouse) -> None:
        lea.visitor().post(form(lea), data={"a2": "We walked"})
        lea.little.run(lea.now + MINUTE)
        (mail,) = lea.little.sent("receipt")
        assert "We walked" in mail.as_string()

    def test_words_come_back_as_they_were_and_never_as_markup(self, lea: WebHouse) -> None:
        client = lea.visitor()
        sent = client.post(form(lea), data={"a2": NASTY.replace("\n", "\r\n")})
        again = client.get(form(lea))
        assert [one.worked for one in kept(lea)] == [NASTY]
        assert written(again, "a2") == NASTY
        for page in (sent, again):
            assert "<script>alert" not in page.text
            assert "49" not in words(page)

    @pytest.mark.parametrize("index", ["9", "-1", "yes", "0 ", "²", ""])
    def test_a_choice_that_is_none_is_no_answer(self, lea: WebHouse, index: str) -> None:
        lea.visitor().post(form(lea), data={"a1": index, "a2": "Tea", "a99": "0"})
        assert [(one.outcome, one.worked) for one in kept(lea)] == [(None, "Tea")]

    def test_nothing_filled_in_is_said_so_and_nothing_stored(self, lea: WebHouse) -> None:
        before = everything(lea.little)
        page = lea.visitor().post(form(lea), data={"a2": " \r\n "})
        assert "Nothing is filled in yet" in words(page)
        assert everything(lea.little) == before

    def test_nobody_else_can_send_it_for_the_leader(self, lea: WebHouse) -> None:
        before = everything(lea.little)
        answer = lea.app.test_client().post(form(lea), data={"a2": "Tea"})
        assert answer.status_code == 400
        assert everything(lea.little) == before

    def test_a_lost_session_loses_no_word(self, lea: WebHouse) -> None:
        client = lea.visitor()
        client.get(form(lea))
        client.delete_cookie("visavis")
        page = lea.app.test_client().post(
            form(lea), data={"csrf_token": "old", "a1": "1", "a2": NASTY, "more-1": "It rained"}
        )
        assert page.status_code == 400
        assert "nothing is lost" in words(page)
        assert (marked(page), written(page, "a2")) == ([("a1", "moved")], NASTY)
        assert written(page, "more-1") == "It rained"

    def test_too_many_words_are_kept_in_the_page_and_said_to_be_too_many(self, lea: WebHouse) -> None:
        client, long = lea.visitor(), "x" * (LONGEST + 1)
        page = client.post(form(lea), data={"a1": "0", "a2": long, "a3": "A smile"})
        assert page.status_code == 400
        assert f"{LONGEST + 1} characters long" in words(page)
        assert (written(page, "a2"), written(page, "a3"), kept(lea)) == (long, "A smile", [])
        assert client.post(form(lea), data={"a2": "x" * LONGEST}).status_code == 200

    def test_a_storm_is_calmed_without_losing_a_word(self, lea: WebHouse) -> None:
        client = lea.visitor()
        answers = [client.post(form(lea), data={"a2": f"Words {n}"}) for n in range(21)]
        assert [one.status_code for one in answers] == [200] * 20 + [429]
        assert written(answers[-1], "a2") == "Words 20"
        assert "Wait a minute" in words(answers[-1])


class TestEditing:
    def test_the_browser_that_sent_it_sees_it_and_changes_it(self, lea: WebHouse) -> None:
        client = lea.visitor()
        client.post(form(lea), data={"a1": "0", "a2": "We walked", "more-1": "It rained"})
        page = client.get(form(lea))
        assert marked(page) == [("a1", "yes")]
        assert (written(page, "a2"), written(page, "more-1")) == ("We walked", "It rained")
        client.post(form(lea), data={"a2": "We sat", "a1": ""})
        assert kept(lea) == [Reflection(worked="We sat")]

    def test_an_answer_can_be_taken_back(self, lea: WebHouse) -> None:
        client = lea.visitor()
        assert "leave it open" not in client.get(form(lea)).text
        client.post(form(lea), data={"a8": "1"})
        assert '<input type="radio" name="a8" value=""><span>leave it open' in client.get(form(lea)).text
        page = client.post(form(lea), data={"a8": ""})
        assert "nothing is kept here now" in words(page)
        assert kept(lea) == []

    def test_a_tap_in_the_mail_marks_over_what_was_sent(self, lea: WebHouse) -> None:
        client = lea.visitor()
        client.post(form(lea), data={"a1": "0", "a2": "We walked"})
        page = client.get(form(lea) + "?q=1&a=1")
        assert (marked(page), written(page, "a2")) == ([("a1", "moved")], "We walked")

    def test_the_leader_who_is_signed_in_sees_a_reply(self, lea: WebHouse) -> None:
        write(lea, Reflection(worked=SECRET))
        assert written(lea.visitor(LEA).get(form(lea)), "a2") == SECRET

    def test_what_came_in_meanwhile_is_shown_together_with_what_was_sent(self, lea: WebHouse) -> None:
        client = lea.visitor(LEA)
        write(lea, Reflection(worked="We walked"))
        seen = {"csrf_token": _hidden(client.get(form(lea)), "csrf_token")}
        seen["seen"] = _hidden(client.get(form(lea)), "seen")
        write(lea, Reflection(worked="We walked", better="More time"))
        page = client.open(form(lea), method="POST", data=seen | {"a2": "We sat"})
        assert "Nothing is lost" in words(page)
        assert (written(page, "a2"), written(page, "a4")) == ("We walked\nWe sat", "More time")
        done = client.open(
            form(lea), method="POST", data=seen | {"seen": _hidden(page, "seen"), "a2": "We sat"}
        )
        assert "what was understood" in words(done)
        assert kept(lea) == [Reflection(worked="We sat")]


class TestStrangers:
    def test_a_link_that_was_passed_on_shows_nothing_of_what_was_written(self, lea: WebHouse) -> None:
        write(lea, Reflection(outcome=Outcome.HELD, worked=SECRET, free_text=SECRET))
        stranger = lea.visitor()
        page = stranger.get(form(lea))
        assert SECRET not in page.text
        assert (marked(page), _hidden(page, "seen")) == ([], "")
        assert "An answer is already here" in words(page)

    def test_sending_does_not_open_it_to_them(self, lea: WebHouse) -> None:
        write(lea, Reflection(worked=SECRET))
        stranger = lea.visitor()
        sent = stranger.post(form(lea), data={"a2": "Tea"})
        again = stranger.get(form(lea))
        assert SECRET not in sent.text + again.text
        assert "added to what was here" in words(sent)
        assert kept(lea) == [Reflection(worked=f"{SECRET}\nTea")]

    def test_who_sent_first_does_not_see_what_the_leader_adds(self, lea: WebHouse) -> None:
        stranger = lea.visitor()
        stranger.post(form(lea), data={"a2": "Tea"})
        write(lea, Reflection(worked=f"Tea\n{SECRET}"))
        assert SECRET not in stranger.get(form(lea)).text

    def test_the_way_in_is_the_one_of_the_mail(self, lea: WebHouse) -> None:
        write(lea, Reflection(worked=SECRET))
        page = lea.visitor().get(form(lea))
        door = re.search(r'href="\.\./(me/enter/[^"]+)"', page.text)
        assert door is not None
        assert lea.visitor().get(f"/{door[1]}").status_code == 200

    def test_another_leader_is_a_stranger(self, lea: WebHouse) -> None:
        lea.little.add_leader("ida")
        write(lea, Reflection(worked=SECRET))
        assert SECRET not in lea.visitor("ida@example.org").get(form(lea)).text


class TestConfirm:
    def test_each_matter_has_its_buttons(self, puzzled: WebHouse) -> None:
        page = puzzled.visitor().get(form(puzzled, "confirm"))
        assert page.text.count('<form method="post"') == 2
        for said in ("Max", "Ann", "they cancelled", "nobody came"):
            assert said in words(page)

    def test_one_tap_is_enough_and_the_other_matter_stays_on_the_page(self, puzzled: WebHouse) -> None:
        page = puzzled.visitor().post(form(puzzled, "confirm"), data={"a1": "3"})
        assert "they cancelled" in words(page)
        assert page.text.count('<form method="post"') == 1
        assert [one.by for one in puzzled.little.meetings()[:2]] == [By.MEMBER, By.UNKNOWN]

    def test_a_tap_in_the_mail_waits_for_one_on_the_page(self, puzzled: WebHouse) -> None:
        before = everything(puzzled.little)
        page = puzzled.visitor().get(form(puzzled, "confirm") + "?q=1&a=0")
        assert "Yes, that is right: yes" in words(page)
        assert 'name="a1" value="3"' in page.text
        assert everything(puzzled.little) == before

    def test_a_lost_session_loses_no_tap(self, puzzled: WebHouse) -> None:
        page = puzzled.app.test_client().post(form(puzzled, "confirm"), data={"a1": "3"})
        assert page.status_code == 400
        assert "Yes, that is right: they cancelled" in words(page)


def _hidden(page: TestResponse, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)">', page.text)
    assert found is not None
    return found[1]


def test_a_few_statements_are_enough(lea: WebHouse) -> None:
    client = lea.visitor()
    with lea.little.counted() as looking:
        client.get(form(lea))
    assert len(looking) <= 16
    client.post(form(lea), data={"a1": "0"})
    with lea.little.counted() as sending:
        client.open(form(lea), method="POST", data={"a1": "0"})
    assert len(sending) <= 16


def test_the_cookie_stays_small_however_many_forms_were_sent(lea: WebHouse, email: Email) -> None:
    client = lea.visitor()
    client.post(form(lea), data={"a2": "Tea"})
    with client.session_transaction() as session:
        session["forms"] = [("0" * 32, "1" * 24)] * 11 + session["forms"]
    client.post(form(lea), data={"a2": "Coffee"})
    with client.session_transaction() as session:
        assert session["forms"][-1][0] == email.token
        assert len(session["forms"]) == 12


@pytest.fixture
def email(lea: WebHouse) -> Email:
    """The form's mail."""
    return lea.little.rows("reflection")[0]
