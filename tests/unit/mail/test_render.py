"""Every letter becomes a mail: subject, text and HTML that say the same."""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

import pytest
from jinja2 import UndefinedError

from service.domain.letters import ConfirmLetter, Frame, Kind, Letter, ReflectionLetter, type_of_letter
from service.domain.reflections import Question
from service.languages import LANGUAGES
from service.mail.render import direction, render
from service.mail.sample_words import WORDS
from service.mail.samples import sample
from tests.fakes.pages import Page, rendered

KINDS = list(Kind)


def questions_of(letter: Letter) -> Iterator[Question]:
    if isinstance(letter, ReflectionLetter):
        for section in letter.sections:
            yield from section.questions
    if isinstance(letter, ConfirmLetter):
        for item in letter.items:
            yield item.question


def language_of(page: Page) -> tuple[str | None, str | None]:
    """How the whole page is written, and which way it runs."""
    [html] = [attributes for tag, attributes in page.tags if tag == "html"]
    return html.get("lang"), html.get("dir")


def with_words(thing: Any, words: str) -> Any:
    """The same letter, with these words in place of every free text in it."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        fields = {field.name: getattr(thing, field.name) for field in dataclasses.fields(thing)}
        return replace(thing, **{name: with_words(value, words) for name, value in fields.items()})
    if isinstance(thing, tuple):
        return tuple(with_words(part, words) for part in thing)
    is_key = not isinstance(thing, str) or type(thing) is not str or thing in {"kept", "en"}
    return thing if is_key else words


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_sample_of_its_own_letter(kind: Kind) -> None:
    letter, frame = sample(kind)

    assert isinstance(letter, type_of_letter[kind])
    assert isinstance(frame, Frame)


@pytest.mark.parametrize("kind", KINDS)
class TestEveryMail:
    def test_the_subject_is_one_line_that_fits(self, kind: Kind) -> None:
        subject = rendered(kind).subject

        assert 5 < len(subject) <= 78
        assert subject == " ".join(subject.split())

    def test_reference_and_way_out_stand_in_both_parts(self, kind: Kind) -> None:
        mail, (_, frame) = rendered(kind), sample(kind)

        for part in (mail.text, Page(mail.html).text):
            assert f"Reference: {frame.reference}" in part
            assert "“pause”" in part
            assert "“stop”" in part
        assert f"Unsubscribe here: {frame.unsubscribe_url}" in mail.text
        assert f"\n{frame.pages_url}\n" in mail.text
        assert {frame.unsubscribe_url, frame.pages_url} <= set(Page(mail.html).attributes("href"))

    def test_the_footer_avoids_what_spam_filters_dislike(self, kind: Kind) -> None:
        assert not re.search(r"stop (these|this|receiving|getting)", rendered(kind).text, re.IGNORECASE)

    def test_nothing_reads_none(self, kind: Kind) -> None:
        mail = rendered(kind)

        assert not re.search(r"\bNone\b(?! found| yet)", mail.subject + mail.text + mail.html)

    def test_no_template_code_is_left(self, kind: Kind) -> None:
        mail = rendered(kind)

        assert not re.search(
            r"{{|}}|{%|%}", mail.subject + mail.text + re.sub(r"<style.*?</style>", "", mail.html)
        )

    def test_the_html_is_light_and_asks_nothing_of_the_network(self, kind: Kind) -> None:
        html = rendered(kind).html
        page = Page(html)

        assert len(html.encode()) <= 50_000
        assert not {"img", "link", "script", "svg", "iframe", "object", "form"} & {
            tag for tag, _ in page.tags
        }
        assert page.attributes("src") == page.attributes("background") == []
        assert not re.search(r"url\(|@import|data:", html)

    def test_the_html_is_laid_out_in_tables_that_screen_readers_skip(self, kind: Kind) -> None:
        page = Page(rendered(kind).html)
        tables = [attributes for tag, attributes in page.tags if tag == "table"]

        assert tables
        assert {attributes.get("role") for attributes in tables} == {"presentation"}
        assert language_of(page) == ("en", "ltr")
        assert sum(tag == "h1" for tag, _ in page.tags) == 1

    def test_the_look_survives_without_the_style_element(self, kind: Kind) -> None:
        html = rendered(kind).html
        without = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)

        assert "prefers-color-scheme: dark" in html
        assert "max-width: 600px" in without
        assert "color: #8f3f2b" in without

    def test_the_preview_line_is_a_sentence_of_the_mail(self, kind: Kind) -> None:
        mail = rendered(kind)
        found = re.search(r'<div class="preheader".*?>(.*?)</div>', mail.html, re.DOTALL)

        assert found
        preview = Page(found[1]).text
        assert len(preview) > 10
        assert "font" not in found[0].partition(">")[0]  # spam filters dislike a font nobody can see
        assert preview in " ".join(mail.text.split())

    def test_both_parts_ask_the_same_questions_with_the_same_numbers(self, kind: Kind) -> None:
        mail, (letter, _) = rendered(kind), sample(kind)
        page = Page(mail.html).text

        for question in questions_of(letter):
            choices = f" ({' / '.join(question.choices)})" if question.choices else ""
            line = f"{question.number}. {question.ask}"
            tapped = f"{line} {' '.join(question.choices)}"
            assert f"{line}{choices}" in mail.text.splitlines()
            assert f"{line}{choices}" in page or tapped in page

    def test_the_text_part_carries_every_word_of_the_html(self, kind: Kind) -> None:
        mail, frame = rendered(kind), sample(kind)[1]
        text, page = (set(re.findall(r"\w+", part.casefold())) for part in (mail.text, Page(mail.html).text))
        tapping = {"tap", "an", "answer", "or"}  # in a text nothing is tapped

        assert page - text <= tapping.union(re.findall(r"\w+", frame.service_name.casefold()))

    @pytest.mark.parametrize(
        "words",
        [
            "<script>alert(1)</script>",
            "Ana\r\nBcc: all@example.org\nReference: 0",
            "{{ frame.reference }}{% raw %}",
            "\"'&<>`",
            "\u202eavlis ana\u2066",
            "x" * 5000,
            "very long words " * 200,
            "دانا الحسن",
            "a\ud800\x00\x1b[31mb",
        ],
    )
    def test_hostile_words_stay_words(self, kind: Kind, words: str) -> None:
        letter, frame = sample(kind, pages=len(words) > 20)
        mail = render(kind, with_words(letter, words), replace(frame, leader_first_name=words))
        page = Page(mail.html)

        assert "script" not in {tag for tag, _ in page.tags}
        assert mail.subject.isprintable()
        assert len(mail.subject) <= 78
        assert not re.search(
            r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", mail.text + mail.html
        )
        assert not re.search(r"^(Bcc|Reference: 0)", mail.text, re.MULTILINE)
        assert mail.text.count(frame.reference) == 1

    def test_a_letter_of_another_kind_is_refused(self, kind: Kind) -> None:
        other = Kind.EXPORT if kind is not Kind.EXPORT else Kind.PREP

        with pytest.raises(TypeError, match=type_of_letter[kind].__name__):
            render(kind, sample(other)[0], sample(kind)[1])

    def test_the_same_letter_gives_the_same_mail(self, kind: Kind) -> None:
        assert rendered(kind) == rendered(kind)


@pytest.mark.parametrize("kind", KINDS)
class TestAMailThatRunsFromRightToLeft:
    def test_the_page_and_its_cells_begin_at_the_right(self, kind: Kind) -> None:
        letter, frame = sample(kind)
        page = Page(render(kind, letter, replace(frame, language="ar", locale="ar_EG")).html)

        assert language_of(page) == ("ar", "rtl")
        assert "left" not in page.attributes("align")
        assert not re.search(r"(border|padding)-left", "".join(page.attributes("style")))


@pytest.mark.parametrize(
    ("language", "runs"),
    [("en", "ltr"), ("pt-BR", "ltr"), ("ar", "rtl"), ("he", "rtl"), ("xx", "ltr"), ("", "ltr")],
)
def test_a_language_runs_as_its_script_does(language: str, runs: str) -> None:
    assert direction(language) == runs


def test_a_missing_value_is_an_error_and_never_printed() -> None:
    letter, frame = sample(Kind.PREP)

    with pytest.raises(UndefinedError):
        render(Kind.PREP, letter, replace(frame, reference=None))  # type: ignore[arg-type]  # what must not be


def test_every_letter_type_has_a_kind() -> None:
    assert set(get_args(Letter)) == set(type_of_letter.values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_in_no_language_a_subject_is_cut(kind: Kind, language: str) -> None:
    letter, frame = sample(kind, language=language)
    mail = render(kind, letter, frame)

    assert not mail.subject.endswith("…")
    assert len(mail.html.encode()) <= 50_000


def test_the_sample_people_write_in_every_language_that_is_shipped() -> None:
    assert set(WORDS) == set(LANGUAGES)
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}
