"""The mailbox of a sample leader: read, answered, and answered by the program at once."""

import re
import sqlite3
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from service.web.site import A_MAIL, STRICT
from tests.fakes.demo_day import opened
from tests.fakes.visitor import Visitor, visitor

INBOX = "/mailbox/lena/"


@pytest.fixture
def app(monday: Path, tmp_path: Path) -> Iterator[Flask]:
    with opened(monday, tmp_path / "demo") as (app, _):
        yield app


@pytest.fixture
def lena(app: Flask) -> Visitor:
    return visitor(app)


def lines(text: str) -> list[tuple[str, str, str]]:
    """Each line of the list: address, kind, subject; the newest first."""
    found = re.findall(
        r'<a href="(\w{24})".*?<span class="kind">\s*(.*?)\s*</span>.*?<span class="subject">(.*?)</span>',
        text,
        re.DOTALL,
    )
    return [(where, kind, unescape(subject)) for where, kind, subject in found]


def form_of(browser: Visitor) -> str:
    """The address of the form about Yusuf and Hanna."""
    return INBOX + next(where for where, kind, _ in lines(browser.get(INBOX).text) if kind == "Look back")


def box_of(page: str) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert found
    return unescape(found[1])


def test_the_first_page_leads_to_what_waits(lena: Visitor) -> None:
    page = lena.get("/").text
    assert "Lena Brandt" in page
    assert form_of(lena).lstrip("/") in page


def test_the_list_has_the_newest_on_top_and_marks_what_waits(lena: Visitor) -> None:
    page = lena.get(INBOX).text
    assert next(kind for _, kind, _ in lines(page)) == "Look back"
    assert [kind for _, kind, _ in lines(page)][-1] == "Welcome"
    assert page.count("Waits for your answer") == 2  # the form, and the doubtful series


def test_a_mail_is_shown_as_it_looks_in_a_frame_that_can_do_nothing(lena: Visitor) -> None:
    page, frame = lena.get(form_of(lena)), lena.get(f"{form_of(lena)}/mail")
    assert page.headers["Content-Security-Policy"] == STRICT
    assert frame.headers["Content-Security-Policy"] == A_MAIL
    assert '<base target="_blank">' in frame.text
    assert "mailto:" not in frame.text


def test_the_mails_links_lead_to_the_houses_own_pages(app: Flask, lena: Visitor) -> None:
    frame = lena.get(f"{form_of(lena)}/mail").text
    (path,) = {unescape(found) for found in re.findall(r'href="http://127\.0\.0\.1:\d+(/f/[^"?#]+)', frame)}
    assert visitor(app).get(path).status_code == 200


def test_the_box_is_filled_as_a_mail_program_would(lena: Visitor) -> None:
    box = box_of(lena.get(form_of(lena)).text)
    assert box.startswith("\n\n> On 5 Oct 2026")
    assert re.search(r"^> 1\. ", box, re.MULTILINE)


def test_an_answer_brings_its_receipt_at_once(lena: Visitor) -> None:
    form = form_of(lena)
    box = box_of(lena.get(form).text)
    done = lena.post(form, data={"reply": f"2. The band. He has a concert!\n{box}"})
    assert done.status_code == 303
    page = lena.get(done.location).text
    assert "Your answer has been read" in page
    assert next(kind for _, kind, _ in lines(page)) == "Receipt"
    assert "The band. He has a concert!" in page
    assert "What was understood" in lena.get(form).text


def test_an_answer_under_a_question_is_understood_too(lena: Visitor) -> None:
    form = form_of(lena)
    box = re.sub(r"^(> 2\. .*)$", r"\1\nShe laughed twice.", box_of(lena.get(form).text), flags=re.MULTILINE)
    page = lena.post(form, data={"reply": box}, follow_redirects=True).text
    assert "She laughed twice." in page


def test_a_reply_without_a_word_of_ones_own_is_said_to_be_empty(lena: Visitor) -> None:
    form = form_of(lena)
    page = lena.post(form, data={"reply": box_of(lena.get(form).text)}).text
    assert "nothing new" in page
    assert "Receipt" not in [kind for _, kind, _ in lines(page)]


def test_what_is_sent_on_the_houses_own_pages_has_its_mail_at_once(app: Flask, lena: Visitor) -> None:
    """A key to the leader's pages, for one."""
    welcome = INBOX + lines(lena.get(INBOX).text)[-1][0]
    door = re.search(r'href="http://127\.0\.0\.1:\d+(/me/enter/[^"]+)"', lena.get(f"{welcome}/mail").text)
    assert door
    before = len(lines(lena.get(INBOX).text))
    assert visitor(app).post(unescape(door[1])).status_code < 400
    assert len(lines(lena.get(INBOX).text)) == before + 1


def test_time_can_pass_until_a_mail_comes_that_bears_what_was_written(lena: Visitor) -> None:
    lena.post(form_of(lena), data={"reply": "4. Put the phone away."})
    for _ in range(20):  # the other people's mails come first; Yusuf's next is a week away
        page = lena.post(f"{INBOX}later", on=INBOX, follow_redirects=True).text
        found = [where for where, kind, subject in lines(page) if kind == "Before" and "Yusuf" in subject]
        if len(found) == 2:
            assert "Put the phone away." in lena.get(INBOX + found[0]).text
            return
    raise AssertionError("Yusuf's next mail never came")


def test_looking_changes_nothing(monday: Path, tmp_path: Path) -> None:
    with opened(monday, tmp_path / "demo") as (app, house):
        browser = visitor(app)
        before = _dump(house.database.engine.url.database)
        for page in ("/", INBOX, form_of(browser), f"{form_of(browser)}/mail", f"{INBOX}newest", "/behind/"):
            with browser.get(page) as response:
                assert response.status_code == 200
        assert _dump(house.database.engine.url.database) == before


def _dump(path: str | None) -> list[str]:
    with sqlite3.connect(str(path)) as database:
        return list(database.iterdump())


@pytest.mark.parametrize(
    "path", ["/mailbox/nobody/", "/mailbox/lena/000", "/behind/visavis.toml", "/behind/pages/../visavis.toml"]
)
def test_what_is_not_there_is_not_found(lena: Visitor, path: str) -> None:
    assert lena.get(path).status_code == 404


def test_an_address_to_write_to_opens_the_box_with_its_words(lena: Visitor) -> None:
    page = lena.get(f"{form_of(lena)}?say=pause").text
    assert box_of(page).startswith("pause\n\n> On 5 Oct")
