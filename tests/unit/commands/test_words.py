"""Every reason and state that the program has is said to a person in words, in their language."""

import ast
import inspect

import pytest

from service.commands.words import JUDGED, LEADER_STATES, REASONS, STATES, judged_in_words, reason_in_words
from service.domain import recognition
from service.domain.desk import Reason
from service.domain.people import LeaderState
from service.domain.records import State


def reasons_of_recognition() -> set[str]:
    """The second argument of each `Reason`, and the keys of what the leader said and of the vetoes."""
    found: set[object] = set()
    for node in ast.walk(ast.parse(inspect.getsource(recognition))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reason":
            found |= {arg.value for arg in node.args[1:] if isinstance(arg, ast.Constant)}
        if isinstance(node, ast.Dict):
            found |= {key.value for key in node.keys if isinstance(key, ast.Constant)}
    return {str(reason) for reason in found}


def test_every_reason_of_recognition_has_its_words() -> None:
    assert reasons_of_recognition() == set(JUDGED)


def test_every_state_and_every_planned_reason_has_its_words() -> None:
    assert set(STATES) == set(State)
    assert set(LEADER_STATES) == set(LeaderState)
    assert set(Reason) <= set(REASONS)


@pytest.mark.parametrize(
    ("reason", "english", "spanish"),
    [
        ("one other person", "one other person", "una sola persona más"),
        ("ruled out: lasts all day", "ruled out: lasts all day", "descartado: dura todo el día"),
        ("title says workshop", "title says workshop", "el título dice workshop"),
    ],
)
def test_a_reason_is_said_in_the_operators_language(
    monkeypatch: pytest.MonkeyPatch, reason: str, english: str, spanish: str
) -> None:
    assert judged_in_words(reason) == english
    monkeypatch.setenv("LC_ALL", "es_MX.UTF-8")
    assert judged_in_words(reason) == spanish


def test_an_errors_own_sentence_stays_as_it_is() -> None:
    assert reason_in_words("The calendar is gone.") == "The calendar is gone."
    assert reason_in_words(None) == ""
