"""Pause, resume, stop: only where the whole text is the command."""

from datetime import date

import pytest

from service.mail.reply import Command, command


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pause", Command("pause")),
        ("Pause, please.", Command("pause")),
        ("PAUSE!", Command("pause")),
        ("Hi, please pause these emails. Thanks!", Command("pause")),
        ("pause until 2026-12-01", Command("pause", until=date(2026, 12, 1))),
        ("Pause until 1 December 2026.", Command("pause", until=date(2026, 12, 1))),
        ("please pause until December 1st, 2026", Command("pause", until=date(2026, 12, 1))),
        ("pause until Friday", Command("pause")),
        ("pause for 2 weeks", Command("pause", days=14)),
        ("Pause for three days", Command("pause", days=3)),
        ("pause for a month", Command("pause", days=30)),
        ("resume", Command("resume")),
        ("Please resume.", Command("resume")),
        ("stop", Command("stop")),
        ("STOP.", Command("stop")),
        ("Unsubscribe", Command("stop")),
        ("please stop sending me these emails", Command("stop")),
        ("Stop\n\n-- \nDana Reis\nHead of Sales", Command("stop")),
        ("Stop\n\nDana Reis\nHead of Sales", Command("stop")),
        ("stop\n\nBest,\nDana", Command("stop")),
        ("Pause\n\nSent from my iPhone", Command("pause")),
    ],
)
def test_a_command_is_understood_with_its_manners(text: str, expected: Command) -> None:
    assert command(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Please stop interrupting him",
        "I should stop talking so much",
        "Stop, look, listen",
        "We should pause until she has settled in with the new team and its ways",
        "Stop.\n\nThat is what she said to me, and I was surprised!",
        "pause for breath",
        "resume reading",
        "1. yes\n2. stop",
        "pause for 2000 weeks",
    ],
)
def test_words_of_a_reflection_are_no_command(text: str) -> None:
    assert command(text) is None


def test_an_empty_mail_with_a_command_as_its_subject_is_one() -> None:
    assert command("", subject="stop") == Command("stop")
    assert command("We talked.", subject="stop") is None
    assert command("", subject="Re: Your one-on-one with Ana") is None
