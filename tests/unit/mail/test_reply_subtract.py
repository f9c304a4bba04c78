"""Each answer under its question, whatever the client made of our mail; no word of a person lost."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.letters import Kind, ReflectionLetter
from service.domain.reflections import Question
from service.mail.render import render
from service.mail.reply import subtract, text_of_html
from service.mail.reply_subtract import Answers
from service.mail.samples import sample
from tests.data import replies
from tests.data.replies import BANNER, FORM, QUESTIONS, REMINDER, Case, Written, cases

CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "replies"
FLOOR = 1109  # of 1109 when last measured; the set grows, the floor with it
CORPUS_FLOOR = 52  # of 64: what stays are quotes the corpus keeps and we leave out, and odd attributions


def _squeezed(text: str) -> str:
    return " ".join(text.split()).strip("-* ")


def _subtract(text: str, questions: tuple[Question, ...] = QUESTIONS) -> Answers:
    return subtract([text], [FORM, REMINDER], questions, name="Dana Reis")


def _right(case: Case) -> bool:
    got = _subtract(case.plain or text_of_html(case.html))
    answers = {number: _squeezed(text) for number, text in got.by_question.items()}
    meant = {number: _squeezed(text) for number, text in case.written.answers.items()}
    return answers == meant and _squeezed(got.free_text) == _squeezed(case.written.free_text)


def test_the_generated_set_is_read_as_its_writers_meant_it() -> None:
    wrong = [case.name for case in cases() if not _right(case)]
    total = sum(1 for _ in cases())
    assert total - len(wrong) >= FLOOR, wrong


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the third-party replies are not beside this checkout")
def test_replies_that_quote_others_are_trimmed_to_what_was_written() -> None:
    def own_words(path: Path) -> str:
        answers = subtract([path.read_text("utf-8", "replace")], [], [])
        return " ".join(answers.free_text.split())

    emails = sorted((CORPUS / "emails").glob("*.txt"))
    expected = {
        path: " ".join((CORPUS / "trimmed" / path.name).read_text("utf-8").split()) for path in emails
    }
    assert sum(own_words(path) == expected[path] for path in emails) >= CORPUS_FLOOR


def _quoted(*answers: tuple[int, str]) -> str:
    """Our form as Gmail quotes it, with answers under their questions."""
    written = Written("", {}, "", inline=answers)
    return replies.PLAIN["gmail"](written, FORM)


def test_a_mail_that_only_quotes_ours_says_nothing() -> None:
    assert _subtract(FORM) == Answers()
    assert _subtract(_quoted()) == Answers()
    assert subtract([], [FORM], QUESTIONS) == Answers()


def test_the_line_above_a_quote_is_the_program_s_even_without_a_date() -> None:
    quote = "\n".join(f"> {line}" for line in FORM.splitlines())
    assert _subtract(f"All good.\n\nOn Monday, Lab wrote:\n{quote}").free_text == "All good."
    assert _subtract("On Monday he wrote:\nsee you").free_text == "On Monday he wrote:\nsee you"


def test_an_answer_that_repeats_our_words_is_kept() -> None:
    said = {2: "One word is enough, and nothing is a must.", 4: "next time reply above"}
    assert _subtract(_quoted(*said.items())).by_question == said


def test_a_choice_left_standing_is_the_answer() -> None:
    shortened = FORM.replace("(yes / moved / I cancelled / they cancelled / nobody came)", "(they cancelled)")
    assert _subtract(shortened).by_question == {1: "they cancelled"}


@pytest.mark.parametrize(
    "marked",
    [
        "(me / *them* / even)",
        "(me / them X / even)",
        "(me / [them] / even)",
        "(me / them ✓ / even)",
        "(me/x them/even)",
    ],
)
def test_a_choice_marked_where_it_stands_is_the_answer(marked: str) -> None:
    assert _subtract(FORM.replace("(me / them / even)", marked)).by_question == {7: "them"}


def test_choices_set_in_bold_as_a_whole_are_no_answer() -> None:
    assert _subtract(FORM.replace("(me / them / even)", "*(me / them / even)*")).by_question == {}


def test_an_answer_between_a_question_and_its_choices_is_found() -> None:
    assert _subtract(FORM.replace("take place? (", "take place? yes (")).by_question == {1: "yes"}


def test_words_under_the_closing_belong_to_no_question() -> None:
    answers = _subtract(f"{_quoted((8, 'call Ben'))}\n\nThat was a good one.")
    assert answers.by_question == {8: "call Ben"}
    assert answers.free_text == "That was a good one."


def test_a_second_meeting_s_heading_ends_the_first_one_s_last_answer() -> None:
    questions = (
        Question(1, "meeting:1", "promise", "What did you promise to do?"),
        Question(2, "meeting:2", "promise", "What did you say you would do?"),
    )
    heading = "Ben Okafor, Tuesday 10:30–11:00"
    sent = f"1. What did you promise to do?\n\n{heading}\n\n2. What did you say you would do?\n"
    reply = sent.replace("10:30–11:00\n", "10:30–11:00\n\nHe was late.\n").replace(
        "to do?\n", "to do?\ncall her\n", 1
    )
    answers = subtract([reply], [sent], questions)
    assert answers.by_question == {1: "call her"}
    assert answers.free_text == "He was late."


def test_a_numbered_list_inside_an_answer_stays_in_it() -> None:
    said = "Two things:\n1. silence\n2. the walk"
    assert _subtract(_quoted((2, said), (3, "nothing"))).by_question == {2: said, 3: "nothing"}


def test_a_list_above_the_quote_that_answers_nothing_is_free_text() -> None:
    said = "Three thoughts:\n1. we laughed a lot\n2. the room was too warm\n3. tea helps"
    answers = _subtract(f"{said}\n\n{_quoted()}")
    assert answers.by_question == {}
    assert answers.free_text == said


@pytest.mark.parametrize(
    "said",
    [
        "Four out of five ideas were hers.",
        "4 out of 5",
        "We met at 3. It went on until 5.",
        "2 people, 1 goal",
    ],
)
def test_numbers_in_a_sentence_are_no_answers(said: str) -> None:
    answers = _subtract(f"{said}\n\n{_quoted()}")
    assert (answers.by_question, answers.free_text) == ({}, said)


def test_some_answers_by_number_and_the_lead_before_them() -> None:
    answers = _subtract(f"Hi, here you go:\n1. yes\n3. her calm\n5. no\n\n{_quoted()}")
    assert answers.by_question == {1: "yes", 3: "her calm", 5: "no"}
    assert answers.free_text == "Hi, here you go:"


def test_a_signature_without_a_mark_is_no_answer() -> None:
    bottom = FORM.split("Thank you. What you write")[0]
    for signature in ("Best,\nDana", "Dana Reis\nHead of Sales\n+351 21 000 0000", "Kind regards, Dana"):
        answers = _subtract(f"{bottom}call Ben\n\n{signature}")
        assert (answers.by_question, answers.signature) == ({8: "call Ben"}, signature)


def test_a_gateway_s_banner_is_not_the_person_s() -> None:
    assert _subtract(f"{BANNER}\n\nAll good.\n\n{_quoted()}").free_text == "All good."


def test_the_part_that_shows_more_of_our_questions_is_read() -> None:
    html = text_of_html(replies.HTML["gmail html"](Written("", {}, "", inline=((1, "yes"),)), FORM))
    assert subtract(["This mail needs a newer program.", html], [FORM], QUESTIONS).by_question == {1: "yes"}


@pytest.mark.parametrize("said", ["stop", "No, she cancelled.", ""])
def test_our_own_html_in_a_quote_is_ours(said: str) -> None:
    letter, frame = sample(Kind.REFLECTION)
    assert isinstance(letter, ReflectionLetter)
    mail = render(Kind.REFLECTION, letter, frame)
    questions = [question for section in letter.sections for question in section.questions]
    heading = f"On Mon, Nov 2, 2026 at 10:45 AM {frame.service_name} &lt;lab@example.org&gt; wrote:"
    reply = f"<div>{said}</div><div>{heading}</div><blockquote>{mail.html}</blockquote>"
    sent = f"{mail.text}\n\n{text_of_html(mail.html)}"
    answers = subtract([text_of_html(reply)], [sent], questions)
    assert (answers.free_text, answers.by_question) == (said, {})


def test_a_promise_said_again_is_an_answer_though_our_mail_told_of_it() -> None:
    letter, frame = sample(Kind.REFLECTION)
    assert isinstance(letter, ReflectionLetter)
    mail = render(Kind.REFLECTION, letter, frame)
    section = letter.sections[0]
    assert section.open_promise is not None
    said, question = section.open_promise.text, section.questions[-1]
    reply = mail.text.replace(question.ask, f"{question.ask}\n{said}")
    answers = subtract([reply], [mail.text, text_of_html(mail.html)], section.questions)
    assert answers.by_question == {question.number: said}


@pytest.mark.parametrize(
    "huge",
    ["1 " * 100_000, "<" * 100_000, "From: a@b.c 2026 wrote:\n" * 5_000, "> " * 100_000, " " * 300_000 + "x"],
)
def test_a_huge_mail_of_nothing_is_read_to_its_end(huge: str) -> None:
    answers = subtract([huge, text_of_html(huge)], [FORM], QUESTIONS)
    assert set(answers.by_question) <= set(range(1, 9))


def test_confidence_falls_where_answers_are_none_of_the_choices() -> None:
    sure, unsure = _subtract(_quoted((1, "yes"), (5, "no"))), _subtract(_quoted((1, "purple"), (5, "no")))
    assert sure.confidence == 1.0
    assert unsure.confidence == 0.5
    assert unsure.by_question[1] == "purple"


_word = st.from_regex(r"[a-zàéü]{2,9}", fullmatch=True)
_sentence = st.lists(_word, min_size=1, max_size=12).map(" ".join)
_said = st.lists(_sentence, min_size=1, max_size=3).map("\n".join)
_PLACES = ["under", "on the line", "inside the quote", "above"]


@settings(max_examples=150, deadline=None)
@given(
    inline=st.dictionaries(st.integers(1, 8), _said, max_size=8),
    top=_said | st.just(""),
    place=st.sampled_from(_PLACES),
    client=st.sampled_from([*replies.PLAIN, *replies.HTML]),
)
def test_no_word_a_person_wrote_is_lost(inline: dict[int, str], top: str, place: str, client: str) -> None:
    if place == "on the line":
        inline = {number: said.replace("\n", " ") for number, said in inline.items()}
    written = Written("", inline, top, top, tuple(inline.items()), place)
    write = replies.PLAIN.get(client) or replies.HTML[client]
    text = write(written, FORM) if client in replies.PLAIN else text_of_html(write(written, FORM))
    got = _subtract(text)
    kept = re.findall(r"\w+", " ".join([*got.by_question.values(), got.free_text, got.signature]))
    said = [] if client == "no quote" else list(inline.values())
    for word in re.findall(r"\w+", " ".join([top, *said])):
        assert word in kept
        kept.remove(word)
