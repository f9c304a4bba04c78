"""Every sentence that people read is translated, keeps its values, and is nowhere left in English."""

import re

import pytest
from babel.messages.catalog import Message

from service.domain.letters import Kind
from service.languages import DEFAULT, LANGUAGES, translations
from service.mail.render import Rendered, render
from service.mail.reply import Command, command, text_of_html
from service.mail.samples import sample
from tests.catalog import TRANSLATED, catalog_of, forms, messages, path_of, translated, written

VALUE = re.compile(r"%\(\w+\)[a-z]|\{\w*(?:![rs])?(?::[^{}]*)?\}")
MARKUP = re.compile(r"</?[a-z][^>]*>|&[a-z]+;")
WORD = re.compile(r"(?<!\S)[“‘¿(]*[^\W\d_]+[”’?!.,:)]*(?!\S)")
ENDS = {**dict.fromkeys(".!?…", "sentence"), **dict.fromkeys(":,;", "pause")}
FOUND = {repr((message.context, message.id)): message for message in translated(messages())}


def texts(language: str) -> list[tuple[Message, str, str]]:
    """Each translation of a language with what it translates: the plural's for all but the first form."""
    found = []
    for message in translated(catalog_of(language)):
        originals, strings = forms(message.id), forms(message.string)
        found += [(message, originals[min(n, len(originals) - 1)], one) for n, one in enumerate(strings)]
    return found


def ending(text: str) -> str:
    """What kind of mark it ends in; quotes and brackets around it do not matter."""
    last = text.rstrip("”“\"'`)»")[-1:]
    return ENDS.get(last, "none")


def test_messages_are_found_in_mails_pages_and_code() -> None:
    places = {place for message in FOUND.values() for place, _ in message.locations}

    assert {name.split("/")[1] for name in places if name.startswith("templates/")} == {"email", "web"}
    assert any(name.startswith("templates/email/_base/") for name in places)


def shown(message: Message) -> bool:
    """Whether it stands in a mail or on a page; the commands may speak of "<address>"."""
    return any(place.startswith("templates/") for place, _ in message.locations)


def test_no_message_holds_markup() -> None:
    marked = [one for m in FOUND.values() if shown(m) for one in forms(m.id) if MARKUP.search(one)]

    assert marked == []


@pytest.mark.parametrize("language", TRANSLATED)
class TestACatalog:
    def test_translates_every_message_and_no_other(self, language: str) -> None:
        known = {repr((message.context, message.id)) for message in translated(catalog_of(language))}

        assert (FOUND.keys() - known, known - FOUND.keys()) == (set(), set()), "run `make catalog`"

    def test_leaves_none_empty_or_in_doubt(self, language: str) -> None:
        open_ = [message.id for message in translated(catalog_of(language)) if message.fuzzy]
        empty = [original for _, original, string in texts(language) if not string.strip()]

        assert (open_, empty) == ([], [])

    def test_keeps_every_value(self, language: str) -> None:
        lost = [
            (original, string)
            for message, original, string in texts(language)
            if not _same_values(message, original, string)
        ]

        assert lost == []

    def test_keeps_how_a_sentence_begins_and_ends(self, language: str) -> None:
        other = [
            (original, string)
            for _, original, string in texts(language)
            if ending(original) != ending(string) or string != string.strip()
        ]

        assert other == []

    def test_holds_no_markup(self, language: str) -> None:
        assert [string for m, _, string in texts(language) if shown(m) and MARKUP.search(string)] == []

    def test_is_kept_as_it_is_written(self, language: str) -> None:
        assert path_of(language).read_text("utf-8") == written(language, catalog_of(language))


def _same_values(message: Message, original: str, string: str) -> bool:
    """The same values; one of a plural's may leave out how many, where that is one."""
    wanted, found = set(VALUE.findall(original)), set(VALUE.findall(string))
    every = {value for one in forms(message.id) for value in VALUE.findall(one)}
    return found <= every and (wanted <= found or (not isinstance(message.id, str) and found <= wanted))


ORDERS = ("pause", "resume", "stop")
FOOT = "Only you get this mail. Reply “pause” for a break, “resume” to go on, “stop” to leave."


@pytest.mark.parametrize("language", LANGUAGES)
class TestTheWordsToReplyWith:
    def test_are_understood(self, language: str) -> None:
        asked = re.findall("“(.+?)”", translations(language).gettext(FOOT))

        assert [command(word) for word in asked] == [Command("pause"), Command("resume"), Command("stop")]

    def test_are_the_same_everywhere(self, language: str) -> None:
        said = dict(zip(ORDERS, re.findall("“(.+?)”", translations(language).gettext(FOOT)), strict=True))
        told = [
            (one, word)
            for one in (m.id for m in FOUND.values() if isinstance(m.id, str))
            for word in ORDERS
            if f"“{word}”" in one and f"“{said[word]}”" not in translations(language).gettext(one)
        ]

        assert told == []


def sentences(mail: Rendered) -> set[str]:
    """What a mail says in one go, in four words or more."""
    lines = f"{mail.subject}\n{mail.text}\n{text_of_html(mail.html)}".splitlines()
    said = (sentence.strip(" -–“”>") for line in lines for sentence in re.split(r"(?<=[.!?:]) ", line))
    return {sentence for sentence in said if len(WORD.findall(sentence)) >= 4}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", TRANSLATED)
def test_a_mail_says_nothing_in_english(kind: Kind, language: str) -> None:
    english, theirs = (sentences(render(kind, *sample(kind, language=one))) for one in (DEFAULT, language))

    assert english
    assert theirs & english == set()


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", TRANSLATED)
def test_a_subject_is_short_enough_in_every_language(kind: Kind, language: str) -> None:
    assert not render(kind, *sample(kind, language=language)).subject.endswith("…")
