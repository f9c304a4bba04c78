"""A form with the answers in it: nothing that is on record is lost, or shown as something else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.filled import filled, fingerprint, replaced, stated
from service.domain.reflections import Answer3, Outcome, Question, Reflection, Talked, form, interpret
from service.playbooks import load_playbook

FORM = form(load_playbook("en"), 7, 1, 0, ask_kept=True)
NUMBER = {question.key: question.number for question in FORM}
FULL = Reflection(
    outcome=Outcome.HELD,
    worked="A walk",
    surprised="She laughed",
    better="Less of me",
    signs=tuple((q.key.removeprefix("sign."), Answer3.UNSURE) for q in FORM if q.key.startswith("sign.")),
    talked=Talked.EVEN,
    promise="A mentor",
    kept=Answer3.NO,
    free_text="It rained",
)

answers = st.fixed_dictionaries(
    {},
    optional={
        q.number: st.sampled_from(q.choices) if q.choices else st.text(min_size=1).map(str.strip).filter(bool)
        for q in FORM
    },
)


def said(given_answers: dict[int, str], questions: tuple[Question, ...] = FORM) -> Reflection:
    """What a reply with these answers says."""
    reading = interpret(questions, given_answers, "").get("meeting:7")
    return (reading and reading.reflection) or Reflection()


@given(answers)
def test_what_was_answered_stands_in_the_form_again(chosen: dict[int, str]) -> None:
    assert filled(FORM, said(chosen)) == chosen


@given(answers, answers)
def test_sending_again_leaves_what_is_sent_and_nothing_else(
    first: dict[int, str], second: dict[int, str]
) -> None:
    assert filled(FORM, replaced(said(first), said(second), FORM)) == second


@given(answers, answers)
def test_a_fingerprint_tells_two_states_apart_and_nothing_from_a_state(
    first: dict[int, str], second: dict[int, str]
) -> None:
    one, other = fingerprint({7: said(first)}), fingerprint({7: said(second)})
    assert (one == other) == (first == second)
    assert (one == "") == (first == {})


def test_what_a_form_did_not_ask_stays() -> None:
    asked = [question for question in FORM if question.key in {"happened", "worked"}]
    assert replaced(FULL, Reflection(worked="Tea"), asked) == replace(
        FULL, outcome=None, worked="Tea", free_text=None
    )


def test_the_order_in_which_signs_were_answered_makes_no_other_state() -> None:
    turned = replace(FULL, signs=FULL.signs[::-1])
    assert fingerprint({7: FULL}) == fingerprint({7: turned})


def test_a_state_is_that_of_all_its_meetings() -> None:
    assert fingerprint({7: FULL, 8: Reflection()}) == fingerprint({7: FULL})
    assert fingerprint({7: FULL}) != fingerprint({8: FULL})


@pytest.mark.parametrize("key", ["happened", "talked", "kept", "worked"])
def test_what_was_not_answered_is_nothing(key: str) -> None:
    assert stated(FORM[NUMBER[key] - 1], Reflection()) is None


def test_an_answer_that_was_never_offered_is_not_shown_as_one() -> None:
    yes_or_no = Question(1, "meeting:7", "kept", "Did you?", ("yes", "no"))
    assert filled([yes_or_no], Reflection(kept=Answer3.UNSURE)) == {}
