"""From a form to what a leader meant, losing no word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.answers import understand
from service.domain.playbook import Playbook, Sign
from service.domain.reflections import (
    Answer3,
    Outcome,
    Question,
    Reflection,
    Talked,
    form,
    interpret,
    merge,
)

PLAYBOOK = Playbook(
    language="en",
    purpose=("Trust grows in small meetings.",),
    weeks=(),
    signs=(
        Sign("open", "Opening up", "trust is growing", ("Did they open up?", "Did they share more?")),
        Sign("pushback", "Pushback", "safety is rising", ("Did they push back?",)),
    ),
    traps=(),
    reflection={
        "happened": ("Did it happen?",),
        "worked": ("What worked?", "What went well?"),
        "surprised": ("What surprised you?",),
        "better": ("What could be better?",),
        "talked": ("Who talked more?",),
        "kept": ("Did you keep your promise?",),
        "promise": ("What did you promise?",),
    },
    monthly=(),
    experiments=(),
)
FORM = form(PLAYBOOK, 7, 1, 0, ask_kept=True)
NUMBER = {question.key: question.number for question in FORM}


def _one(answers: dict[str, str], free_text: str = "") -> Reflection:
    readings = interpret(FORM, {NUMBER[key]: text for key, text in answers.items()}, free_text)
    reflection = readings["meeting:7"].reflection
    assert reflection is not None
    return reflection


def test_a_form_asks_in_a_fixed_order_and_numbers_from_where_it_is_told() -> None:
    questions = form(PLAYBOOK, 7, 4, 0, ask_kept=True)
    assert [q.key for q in questions] == [
        "happened",
        "worked",
        "surprised",
        "better",
        "sign.open",
        "sign.pushback",
        "talked",
        "kept",
        "promise",
    ]
    assert [q.number for q in questions] == list(range(4, 13))
    assert {q.subject for q in questions} == {"meeting:7"}
    assert questions[0].choices == ("yes", "moved", "I cancelled", "they cancelled", "nobody came")
    assert questions[1].choices == ()


def test_a_form_asks_about_the_last_promise_only_where_there_is_one() -> None:
    assert "kept" not in [q.key for q in form(PLAYBOOK, 7, 1, 0, ask_kept=False)]


def test_the_wordings_go_round() -> None:
    asked = [form(PLAYBOOK, 7, 1, turn, ask_kept=False)[1].ask for turn in range(3)]
    assert asked == ["What worked?", "What went well?", "What worked?"]


def test_answers_become_a_reflection() -> None:
    assert _one(
        {
            "happened": "yes",
            "worked": "She spoke first.",
            "better": "Fewer interruptions",
            "sign.open": "Yep!",
            "sign.pushback": "not sure",
            "talked": "mostly me",
            "kept": "not yet",
            "promise": "Send her the draft",
        },
        "Thanks for asking",
    ) == Reflection(
        outcome=Outcome.HELD,
        worked="She spoke first.",
        better="Fewer interruptions",
        signs=(("open", Answer3.YES), ("pushback", Answer3.UNSURE)),
        talked=Talked.LEADER,
        promise="Send her the draft",
        kept=Answer3.NO,
        free_text="Thanks for asking",
    )


def test_a_one_word_answer_that_is_not_understood_is_named_and_its_words_are_kept() -> None:
    reading = interpret(FORM, {NUMBER["sign.open"]: "purple", NUMBER["talked"]: "Ana"}, "Bye")["meeting:7"]
    assert reading.unclear == (NUMBER["sign.open"], NUMBER["talked"])
    assert reading.reflection == Reflection(free_text="purple\nAna\nBye")


def test_a_one_word_answer_that_says_more_keeps_its_words() -> None:
    reflection = _one({"sign.open": "Yes, she told me about her move"})
    assert reflection.signs == (("open", Answer3.YES),)
    assert reflection.free_text == "Yes, she told me about her move"


def test_nothing_said_is_no_reading() -> None:
    assert interpret(FORM, {}, "  ") == {}
    assert interpret(FORM, {1: "  "}, "") == {}


def test_two_meetings_are_read_apart_and_loose_words_go_to_the_first() -> None:
    second = form(PLAYBOOK, 8, 10, 0, ask_kept=False)
    readings = interpret([*FORM, *second], {1: "yes", 10: "she cancelled"}, "A good day")
    assert readings["meeting:7"].reflection == Reflection(outcome=Outcome.HELD, free_text="A good day")
    assert readings["meeting:8"].reflection == Reflection(outcome=Outcome.MEMBER_CANCELLED)


SERIES = Question(1, "series:3", "series", "Is this a one-on-one?", ("yes", "no"))


def test_a_single_question_is_answered_by_the_words_alone() -> None:
    reading = interpret([SERIES], {}, "No, that is the project sync")["series:3"]
    assert reading.answer is Answer3.NO
    assert reading.free_text == "No, that is the project sync"
    assert interpret([SERIES], {}, "Yes")["series:3"].free_text is None


def test_words_that_answer_no_single_question_stay_words() -> None:
    reading = interpret([SERIES], {}, "What is this about?")["series:3"]
    assert reading.answer is None
    assert reading.free_text == "What is this about?"


def test_other_subjects_are_answered_by_number() -> None:
    pause = Question(2, "pause", "pause", "Shall we pause?", ("yes", "no"))
    readings = interpret([SERIES, pause], {1: "it is", 2: "please don't"}, "")
    assert readings["series:3"].answer is Answer3.YES
    assert readings["pause"].answer is Answer3.NO


@pytest.mark.parametrize(
    ("said", "outcome"),
    [("She cancelled.", Outcome.MEMBER_CANCELLED), ("We moved it to Friday", Outcome.MOVED)],
)
def test_a_form_answered_with_only_what_happened_is_understood(said: str, outcome: Outcome) -> None:
    reading = interpret(FORM, {}, said)["meeting:7"]
    assert reading.reflection is not None
    assert reading.reflection.outcome is outcome


def test_a_bare_yes_to_a_whole_form_is_not_guessed() -> None:
    assert interpret(FORM, {}, "yes")["meeting:7"].reflection == Reflection(free_text="yes")


def test_a_second_reply_adds_to_the_first() -> None:
    old = Reflection(
        outcome=Outcome.HELD,
        worked="The walk",
        signs=(("open", Answer3.NO), ("push", Answer3.NO)),
        promise="Call her",
    )
    new = Reflection(worked="The silence", signs=(("open", Answer3.YES),), talked=Talked.EVEN)
    assert merge(old, new) == Reflection(
        outcome=Outcome.HELD,
        worked="The walk\nThe silence",
        signs=(("open", Answer3.YES), ("push", Answer3.NO)),
        talked=Talked.EVEN,
        promise="Call her",
    )


def test_the_same_words_are_not_kept_twice_and_a_longer_version_replaces_the_shorter() -> None:
    assert merge(Reflection(worked="The walk"), Reflection(worked="the  walk")).worked == "The walk"
    assert merge(Reflection(worked="The walk"), Reflection(worked="The walk home")).worked == "The walk home"


_texts = st.dictionaries(st.integers(1, 9), st.text(alphabet="ab yes no\n?", max_size=30), max_size=9)


@given(answers=_texts, free_text=st.text(alphabet="ab yes\n", max_size=30))
def test_no_word_is_lost_on_the_way(answers: dict[int, str], free_text: str) -> None:
    readings = interpret(FORM, answers, free_text)
    kept = " ".join(str(reading) for reading in readings.values())
    for text in [*answers.values(), free_text]:
        for word in text.split():
            is_an_answer = any(understand(question.key, word) for question in FORM if question.choices)
            assert is_an_answer or word.strip("?") in {"", *"aeos"} or word in kept
