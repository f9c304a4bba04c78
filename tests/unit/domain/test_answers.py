"""One-word answers as people really write them."""

import pytest

from service.domain.answers import (
    Answer3,
    Outcome,
    Talked,
    read_outcome,
    read_talked,
    read_yes_no,
    says_more,
    says_nothing,
    understand,
)


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        (
            Answer3.YES,
            "yes|Yes.|Yep!|yeah|y|Y|it did|She did|sí|Si|sim|Oui|ja|👍|a little|Definitely|of course",
        ),
        (
            Answer3.YES,
            "I think so|Yes, she told me about her move|well, yes|I did|done|Yes – a lot",
        ),
        (
            Answer3.NO,
            "no|No.|nope|nah|n|not really|Not yet|it didn't|I didn’t|She did not|não|nein|non",
        ),
        (
            Answer3.NO,
            "I don't think so|No, not this time|never|not at all|I forgot",
        ),
        (
            Answer3.UNSURE,
            "unsure|not sure|Not so sure|maybe|hard to say|I don't know|dunno|?|can't tell|yes and no",
        ),
        (
            Answer3.UNSURE,
            "too early to tell|no idea|kind of|talvez|I'm not sure",
        ),
    ],
)
def test_yes_no_and_unsure_in_many_words(expected: Answer3, texts: str) -> None:
    assert {text: read_yes_no(text) for text in texts.split("|")} == dict.fromkeys(texts.split("|"), expected)


@pytest.mark.parametrize(
    "text", ["", "  ", "She told me about her move", "42", "nobody asked yesterday", "..."]
)
def test_what_is_neither_yes_nor_no_is_not_guessed(text: str) -> None:
    assert read_yes_no(text) is None


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        (
            Outcome.HELD,
            "yes|Yes!|it did|We met|held|it happened|Yes, but she came late|sim|It took place|happened",
        ),
        (
            Outcome.MOVED,
            "moved|We moved it to Friday|rescheduled|postponed to next week|No, we moved it|verschoben",
        ),
        (Outcome.MOVED, "she cancelled and we moved it to Friday|I had to cancel, moved to Monday"),
        (
            Outcome.LEADER_CANCELLED,
            "I cancelled|I canceled|No, I cancelled|i called it off|cancelled by me|Sorry, I had to cancel",
        ),
        (
            Outcome.MEMBER_CANCELLED,
            "they cancelled|she cancelled|He canceled.|Ana cancelled|she had to cancel|cancelled by her",
        ),
        (Outcome.NO_SHOW, "nobody came|no-show|No show|he didn't show up|she never came|no one joined"),
    ],
)
def test_what_happened_in_many_words(expected: Outcome, texts: str) -> None:
    assert {text: read_outcome(text) for text in texts.split("|")} == dict.fromkeys(
        texts.split("|"), expected
    )


@pytest.mark.parametrize(
    "text", ["no", "No.", "it didn't", "not sure", "", "we cancelled", "we talked about tea"]
)
def test_an_outcome_that_does_not_say_whose_doing_it_was_is_not_guessed(text: str) -> None:
    assert read_outcome(text) is None


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        (
            Talked.LEADER,
            "me|Me.|I did|mostly me|me, I'm afraid|80% me|me more than her|probably me|eu|I talked more",
        ),
        (
            Talked.MEMBER,
            "them|him|her|she did|Mostly him|her more than me|they did|I mostly listened|she talked more",
        ),
        (Talked.EVEN, "even|both|both equally|50/50|50-50|about the same|half and half|equal|neither"),
    ],
)
def test_who_talked_more_in_many_words(expected: Talked, texts: str) -> None:
    assert {text: read_talked(text) for text in texts.split("|")} == dict.fromkeys(texts.split("|"), expected)


@pytest.mark.parametrize(
    "text", ["", "Ana", "yes", "a long story about how she and I came to speak of the garden"]
)
def test_who_talked_more_is_not_guessed(text: str) -> None:
    assert read_talked(text) is None


def test_words_beyond_the_plain_answer_are_noticed() -> None:
    assert not any(
        says_more(text) for text in ("Yes!", "not really", "I had to cancel", "mostly me", "50/50", "👍")
    )
    assert all(
        says_more(text) for text in ("yes, asked for feedback", "we moved it to Friday", "Ana cancelled")
    )


@pytest.mark.parametrize(
    "text", ["Nothing", "none", "N/A", "-", "no, nothing really", "Nothing comes to mind."]
)
def test_an_answer_that_only_says_there_is_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["Nothing but silence", "no more meetings after five", "Listen", "yes"])
def test_an_answer_that_begins_with_nothing_and_says_something(text: str) -> None:
    assert not says_nothing(text)


FINNISH = ("kyllä", "ei", "en tiedä")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kyllä!", Answer3.YES),
        ("kylla", Answer3.YES),
        ("En tiedä", Answer3.UNSURE),
        ("ei, vielä", Answer3.NO),
        ("en tiedä vielä", Answer3.UNSURE),
        ("yes", Answer3.YES),
        ("ehkä", None),
    ],
)
def test_a_questions_own_choices_are_understood_whatever_their_language(
    text: str, expected: Answer3 | None
) -> None:
    assert understand("sign.opens_up", text, FINNISH) is expected


def test_choices_are_read_by_their_place() -> None:
    outcomes = ("joo", "siirretty", "minä peruin", "hän perui", "kukaan ei tullut")

    assert [understand("happened", choice, outcomes) for choice in outcomes] == list(Outcome)
    assert understand("talked", "me", ("toinen", "me", "tasan")) is Talked.MEMBER


def test_of_two_choices_that_begin_alike_the_longer_one_is_meant() -> None:
    assert understand("kept", "en osaa sanoa vielä", ("joo", "en", "en osaa sanoa")) is Answer3.UNSURE


def test_choices_left_as_they_were_are_no_answer() -> None:
    assert understand("kept", "kyllä / ei / en tiedä", FINNISH) is None


def test_a_word_that_was_offered_says_nothing_more() -> None:
    assert not says_more("Minä peruin.", ("joo", "siirretty", "minä peruin"))
