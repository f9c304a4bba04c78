"""Scripted replies are read by the real reader as they were meant, whatever the mail program."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from service.demo.delivered import Delivered
from service.demo.people import ASSISTANT, LENA, Player
from service.demo.replies import Written, write_reply
from service.demo.script.parts import Client, Look, Style, Turn, day
from service.domain.letters import Kind, ReflectionLetter
from service.domain.playbook import Playbook
from service.mail.automatic import automatic_reason
from service.mail.render import render
from service.mail.reply import read_message, subtract
from service.mail.samples import sample
from service.playbooks import load_playbook

WHEN = datetime(2026, 10, 5, 11, 50, tzinfo=ZoneInfo("Europe/Berlin"))
LETTER, FRAME = sample(Kind.REFLECTION)
assert isinstance(LETTER, ReflectionLetter)
TOKEN = FRAME.reference
QUESTIONS = tuple(question for section in LETTER.sections for question in section.questions)
LOOK = Look(worked="Two minutes of silence", better="Fewer words", signs="yn", talked="them")


@pytest.fixture
def playbook() -> Playbook:
    return load_playbook("en", None)


@pytest.fixture
def mail() -> Delivered:
    """A form as it was delivered."""
    made = render(Kind.REFLECTION, LETTER, FRAME)
    return Delivered(
        key="reflection:1",
        kind=Kind.REFLECTION,
        subject=made.subject,
        date=WHEN - timedelta(minutes=35),
        sender="One-on-One Lab <lab@example.org>",
        reply_to=f"lab+{TOKEN}@example.org",
        message_id="<form@example.org>",
        references="",
        week=1,
        text=made.text,
        html=made.html,
    )


def written(
    mail: Delivered, playbook: Playbook, style: Style, client: Client, sender: Player | None = None
) -> Written:
    turn = Turn(
        mail.kind, day(10, 5), "", timedelta(), style, client, {"Ana": LOOK}, words="Away.", sender=sender
    )
    return write_reply(mail, turn, LENA.player, WHEN, playbook)


def test_the_mails_questions_are_found_with_whom_they_are_about(mail: Delivered) -> None:
    asked = mail.questions(["Ana", "Ben"])
    assert [(one.number, one.ask) for one in asked] == [(one.number, one.ask) for one in QUESTIONS]
    assert list(dict.fromkeys(one.about for one in asked)) == ["Ana", "Ben"]


@pytest.mark.parametrize("style", [Style.INLINE, Style.NUMBERED])
@pytest.mark.parametrize("client", list(Client))
def test_every_answer_is_understood(
    mail: Delivered, playbook: Playbook, style: Style, client: Client
) -> None:
    received = read_message(written(mail, playbook, style, client).raw)
    assert received.sender == LENA.player.email
    assert received.tokens == (TOKEN,)
    answers = subtract(received.texts, [mail.text], QUESTIONS)
    said = {QUESTIONS[number - 1].key: text for number, text in answers.by_question.items()}
    signs = [f"sign.{sign.key}" for sign in playbook.signs]
    assert said == {
        "happened": "yes",
        "worked": LOOK.worked,
        "better": LOOK.better,
        signs[0]: "yes",
        signs[1]: "no",
        "talked": LOOK.talked,
    }
    assert answers.free_text == ""


def test_an_answering_machine_knows_no_reply_address(mail: Delivered, playbook: Playbook) -> None:
    received = read_message(written(mail, playbook, Style.AUTOMATIC, Client.OUTLOOK).raw)
    assert automatic_reason(received.message) == "out_of_office"
    assert received.to == ("lab@example.org",)


def test_somebody_else_writes_from_their_own_address(mail: Delivered, playbook: Playbook) -> None:
    reply = written(mail, playbook, Style.NUMBERED, Client.OUTLOOK, sender=ASSISTANT)
    assert read_message(reply.raw).sender == ASSISTANT.email
