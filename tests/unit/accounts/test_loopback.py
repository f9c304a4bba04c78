import os
import socket
import threading
from collections.abc import Callable, Iterator
from itertools import count
from typing import TextIO

import pytest
import requests

from service.accounts.loopback import Loopback
from service.errors import UsageError

STATE = "the-state-of-this-attempt"
LONG = 30.0


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with Loopback(silent_seconds=0.2) as made:
        yield made


def meanwhile(*steps: Callable[[], object]) -> threading.Thread:
    """What a browser does, one after the other, while we wait."""
    thread = threading.Thread(target=lambda: [step() for step in steps])
    thread.start()
    return thread


def visit(loopback: Loopback, query: str, seen: list[tuple[int, str]] | None = None) -> Callable[[], object]:
    def go() -> None:
        answer = requests.get(f"{loopback.url}{query}", timeout=LONG)
        if seen is not None:
            seen.append((answer.status_code, answer.text))

    return go


def test_the_browsers_answer_is_handed_over_and_thanked_for(loopback: Loopback) -> None:
    seen: list[tuple[int, str]] = []
    browser = meanwhile(visit(loopback, f"?state={STATE}&code=4%2Fabc&scope=x", seen))
    assert loopback.wait(STATE, LONG) == {"state": STATE, "code": "4/abc", "scope": "x"}
    browser.join(LONG)
    assert seen[0][0] == 200
    assert "You can close this window" in seen[0][1]


def test_a_refusal_is_an_answer_too(loopback: Loopback) -> None:
    browser = meanwhile(visit(loopback, f"?state={STATE}&error=access_denied"))
    assert loopback.wait(STATE, LONG) == {"state": STATE, "error": "access_denied"}
    browser.join(LONG)


def test_what_browsers_ask_besides_is_not_mistaken_for_the_answer(loopback: Loopback) -> None:
    seen: list[tuple[int, str]] = []
    browser = meanwhile(
        visit(loopback, "favicon.ico", seen),
        visit(loopback, "", seen),
        visit(loopback, "?state=another&code=1", seen),
        visit(loopback, "?code=1", seen),
        visit(loopback, f"?state={STATE}&code=right", seen),
    )
    answer = loopback.wait(STATE, LONG)
    browser.join(LONG)
    assert answer is not None
    assert answer["code"] == "right"
    assert [status for status, _ in seen] == [404, 404, 404, 404, 200]


def test_a_connection_opened_in_advance_does_not_hold_up_the_answer(loopback: Loopback) -> None:
    host, port = loopback.url.removeprefix("http://").rstrip("/").split(":")
    with socket.create_connection((host, int(port)), timeout=LONG):
        browser = meanwhile(visit(loopback, f"?state={STATE}&code=1"))
        assert loopback.wait(STATE, LONG) is not None
        browser.join(LONG)


def test_nobody_is_waited_for_longer_than_said() -> None:
    seconds = count(0, 100)
    with Loopback(clock=lambda: float(next(seconds))) as loopback:
        assert loopback.wait(STATE, 99) is None


@pytest.fixture
def typed() -> Iterator[tuple[TextIO, TextIO]]:
    """A terminal: what is written into the second comes out of the first."""
    read, write = os.pipe()
    with os.fdopen(read) as terminal, os.fdopen(write, "w", buffering=1) as keys:
        yield terminal, keys


def test_the_address_may_be_pasted_where_the_browser_runs_elsewhere(
    loopback: Loopback, typed: tuple[TextIO, TextIO]
) -> None:
    terminal, keys = typed
    keys.write("\n")
    keys.write(f"  {loopback.url}?state={STATE}&code=4%2Fabc \n")
    answer = loopback.wait(STATE, LONG, terminal)
    assert answer is not None
    assert answer["code"] == "4/abc"


def test_who_pastes_something_else_is_told_and_may_try_again(
    loopback: Loopback, typed: tuple[TextIO, TextIO]
) -> None:
    terminal, keys = typed
    told: list[str] = []
    keys.write(f"hello\n\n{loopback.url}?state=another&code=1\n{loopback.url}?state={STATE}&code=1\n")
    assert loopback.wait(STATE, LONG, terminal, lambda: told.append("mistyped")) is not None
    assert len(told) == 2  # an empty line is nothing


def test_a_terminal_that_ends_leaves_the_browser(loopback: Loopback, typed: tuple[TextIO, TextIO]) -> None:
    terminal, keys = typed
    keys.close()
    browser = meanwhile(visit(loopback, f"?state={STATE}&code=1"))
    assert loopback.wait(STATE, LONG, terminal) is not None
    browser.join(LONG)


def test_it_is_reached_from_this_machine_alone(loopback: Loopback) -> None:
    assert loopback.url.startswith("http://127.0.0.1:")


def test_nothing_of_an_answer_is_written_anywhere(
    loopback: Loopback, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = meanwhile(visit(loopback, f"?state={STATE}&code=secret"))
    loopback.wait(STATE, LONG)
    browser.join(LONG)
    assert "".join(capsys.readouterr()) == ""


def test_a_port_may_be_asked_for_and_one_in_use_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"--port {port} cannot be listened on"):
            Loopback(port)
    with pytest.raises(UsageError, match="--port 99999"):
        Loopback(99999)
