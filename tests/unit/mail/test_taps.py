"""An answer that is tapped in the mail arrives as that very answer."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from service.domain.letters import ConfirmLetter, Frame, Kind, Letter, ReflectionLetter
from service.domain.reflections import Question, interpret
from service.languages import LANGUAGES
from service.mail.render import render
from service.mail.reply import subtract, text_of_html
from service.mail.samples import sample
from service.mail.taps import LONGEST, Taps
from tests.fakes.pages import Page, rendered

ASKING = [Kind.REFLECTION, Kind.REMINDER, Kind.CONFIRM]


def tapped_questions(letter: Letter) -> list[Question]:
    if isinstance(letter, ReflectionLetter):
        return [section.questions[0] for section in letter.sections]
    assert isinstance(letter, ConfirmLetter)
    return [item.question for item in letter.items]


def all_questions(letter: Letter) -> list[Question]:
    if isinstance(letter, ReflectionLetter):
        return [question for section in letter.sections for question in section.questions]
    return tapped_questions(letter)


def choices_of(letter: Letter) -> Iterator[tuple[Question, int]]:
    for question in tapped_questions(letter):
        yield from ((question, at) for at in range(len(question.choices)))


def alone(kind: Kind, language: str = "en") -> tuple[Letter, Frame]:
    """A form about one meeting, as most are."""
    letter, frame = sample(kind, language=language, pages=False)
    return (
        (replace(letter, sections=letter.sections[:1]), frame)
        if isinstance(letter, ReflectionLetter)
        else (letter, frame)
    )


def body_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["body"][0]


@pytest.mark.parametrize("kind", ASKING)
class TestAMailWithAPage:
    def test_each_answer_opens_the_page_with_it(self, kind: Kind) -> None:
        letter, frame = sample(kind)
        links = Page(rendered(kind).html).attributes("href")

        wanted = [f"{frame.form_url}?q={question.number}&a={at}" for question, at in choices_of(letter)]
        assert [link for link in links if "?q=" in link] == wanted

    def test_a_plain_link_to_the_page_stands_once_in_each_part(self, kind: Kind) -> None:
        mail, frame = rendered(kind), sample(kind)[1]

        assert mail.text.count(frame.form_url) == 1
        assert Page(mail.html).attributes("href").count(frame.form_url) == 1

    def test_it_says_both_ways(self, kind: Kind) -> None:
        assert "Tap an answer, or just reply" in Page(rendered(kind).html).text


@pytest.mark.parametrize("kind", ASKING)
class TestAMailWithoutPages:
    def test_each_answer_opens_a_reply_to_the_mails_own_address(self, kind: Kind) -> None:
        letter, frame = sample(kind, pages=False)
        mail = rendered(kind, pages=False)
        links = [urlsplit(link) for link in Page(mail.html).attributes("href") if link.startswith("mailto:")]

        assert len(links) == len(list(choices_of(letter)))
        assert {link.path.replace("%2B", "+") for link in links} == {frame.reply_to}
        assert {parse_qs(link.query)["subject"][0] for link in links} == {f"Re: {mail.subject}"}

    def test_a_link_is_short_enough_for_every_mail_program(self, kind: Kind) -> None:
        links = Page(rendered(kind, pages=False).html).attributes("href")

        assert max(len(link) for link in links) <= LONGEST

    def test_no_link_leads_to_a_page_that_nobody_can_reach(self, kind: Kind) -> None:
        mail = rendered(kind, pages=False)

        assert "on a page" not in mail.text + mail.html
        assert "Your pages" not in mail.text + mail.html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ASKING)
class TestAReplyThatATapOpens:
    def test_as_it_is_opened_it_is_read_as_that_answer(self, kind: Kind, language: str) -> None:
        for letter, frame in (sample(kind, language=language, pages=False), alone(kind, language)):
            mail = render(kind, letter, frame)
            sent = f"{mail.text}\n\n{text_of_html(mail.html)}"
            for question, at in choices_of(letter):
                body = body_of(Taps(letter, frame, mail.subject).link(question, at))
                answers = subtract([body], [sent], all_questions(letter), name="Marta")
                assert answers.by_question == {question.number: question.choices[at]}
                assert answers.free_text == ""

    def test_it_means_what_was_tapped(self, kind: Kind, language: str) -> None:
        letter, frame = sample(kind, language=language, pages=False)
        for question, at in choices_of(letter):
            body = body_of(Taps(letter, frame, "A form").link(question, at))
            answers = subtract([body], [], all_questions(letter)).by_question
            [(subject, reading)] = interpret(all_questions(letter), answers, "").items()
            meant = reading.answer if reading.reflection is None else reading.reflection.outcome
            assert subject == question.subject
            assert meant is not None
            assert question.worded(meant) == question.choices[at]


def test_the_other_questions_of_the_meeting_go_along_with_room_under_each() -> None:
    letter, frame = alone(Kind.REFLECTION)
    questions = all_questions(letter)
    body = body_of(Taps(letter, frame, "A form").link(questions[0], 2))

    assert body.startswith("1. Did the one-on-one happen?\r\nI cancelled\r\n\r\n\r\n2. What worked well")
    assert re.findall(r"^(\d+)\.", body, re.MULTILINE) == [str(question.number) for question in questions]


def test_more_answers_written_there_are_read_under_their_questions() -> None:
    letter, frame = alone(Kind.REFLECTION)
    questions = all_questions(letter)
    body = body_of(Taps(letter, frame, "A form").link(questions[0], 0))
    for said in ({2: "The walk"}, {5: "yes", 10: "A mentor"}, {2: "The walk", 4: "Start on time", 9: "no"}):
        filled = body
        for number, words in said.items():
            filled = re.sub(rf"(?m)^({number}\. .*)$", rf"\1\n{words}", filled.replace("\r\n", "\n"))
        assert subtract([filled], [], questions).by_question == {1: "yes"} | said


@pytest.mark.parametrize("pages", [True, False])
def test_an_afternoon_of_one_on_ones_is_no_heavy_mail(pages: bool) -> None:
    letter, frame = sample(Kind.REFLECTION, pages=pages)
    assert isinstance(letter, ReflectionLetter)
    html = render(Kind.REFLECTION, ReflectionLetter(letter.sections * 2), frame).html

    assert len(html.encode()) <= 50_000  # four in a row


@pytest.mark.parametrize("long", ["a very long question " * 90, "پرسش " * 200])
def test_where_the_words_are_too_long_the_answer_alone_goes_along(long: str) -> None:
    question = Question(1, "meeting:4", "happened", long, ("yes", "moved"))
    letter, frame = alone(Kind.REFLECTION)
    assert isinstance(letter, ReflectionLetter)
    section = replace(letter.sections[0], questions=(question,))
    taps = Taps(replace(letter, sections=(section,)), frame, "A form")

    assert body_of(taps.link(question, 1)) == "1. moved"


def test_a_mail_that_nobody_could_answer_by_a_tap_shows_its_choices_in_words() -> None:
    letter, frame = sample(Kind.CONFIRM, pages=False)
    html = render(Kind.CONFIRM, letter, replace(frame, reply_to="")).html

    assert "mailto:" not in html
    assert "Tap an answer" not in html
    assert "(yes / no)" in Page(html).text
