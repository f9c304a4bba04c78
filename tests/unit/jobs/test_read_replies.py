"""Replies in: each is taken in whole, once, and only if it is the leader's."""

from dataclasses import replace
from email.message import EmailMessage

import pytest

from service.domain.reflections import Reflection
from service.jobs.office import Office, ReplyOutcome
from service.jobs.read_replies import read_replies
from service.storage import reflections
from tests.fakes.desks import HOUR, MINUTE, at
from tests.fakes.mailbox import Died
from tests.fakes.offices import JOINED, LEA, LittleHouse, series

FIRST = at("2026-11-03 14:00")
NOW = FIRST + 2 * HOUR


@pytest.fixture
def asked(house: LittleHouse) -> LittleHouse:
    """Lea after her first one-on-one, the form just delivered."""
    house.add_leader().events = series(FIRST)
    house.run(JOINED, FIRST + HOUR)
    return house


def receive(house: LittleHouse, sender: str = LEA, *, receiver: str | None = None, **headers: str) -> None:
    """An answer to the form comes in: what worked; `receiver` is who stamps it with its verdict."""
    (form,) = house.sent("reflection")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = sender, str(form["Reply-To"]), "<reply@example.org>"
    mail["Subject"] = f"Re: {form['Subject']}"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("2. We went for a walk.")
    house.mailbox.receive(mail.as_bytes(), receiver=receiver)


def read(house: LittleHouse, office: Office | None = None) -> list[ReplyOutcome]:
    return list(read_replies(office or house.office, NOW))


def dying(house: LittleHouse, at_point: str) -> Office:
    def fault(point: str) -> None:
        if point == at_point:
            raise Died

    return replace(house.office, fault=fault)


def said(house: LittleHouse) -> list[Reflection]:
    with house.database.read() as tx:
        return list(reflections.of_leader(tx, 1).values())


def test_a_reply_is_taken_in_and_done(asked: LittleHouse) -> None:
    receive(asked)
    (outcome,) = read(asked)
    assert outcome.status == "accepted"
    assert [one.worked for one in said(asked)] == ["We went for a walk."]
    assert asked.mailbox.inbox == []


def test_a_crash_before_the_commit_leaves_the_reply_in_the_mailbox(asked: LittleHouse) -> None:
    receive(asked)
    with pytest.raises(Died):
        read(asked, dying(asked, "reply_before_commit"))
    assert (len(asked.mailbox.inbox), said(asked)) == (1, [])
    (outcome,) = read(asked)
    assert (outcome.status, len(said(asked)), asked.mailbox.inbox) == ("accepted", 1, [])


def test_a_crash_after_the_commit_takes_nothing_in_twice(asked: LittleHouse) -> None:
    receive(asked)
    with pytest.raises(Died):
        read(asked, dying(asked, "reply_committed"))
    (outcome,) = read(asked)
    assert (outcome.status, outcome.reason) == ("ignored", "duplicate")
    assert [one.worked for one in said(asked)] == ["We went for a walk."]
    asked.run(NOW, NOW + MINUTE)
    assert len(asked.sent("receipt")) == 1
    assert asked.mailbox.inbox == []


def test_a_reply_from_elsewhere_is_held_and_changes_nothing(asked: LittleHouse) -> None:
    receive(asked, "mallory@example.com")
    (outcome,) = read(asked)
    assert (outcome.status, outcome.reason) == ("held", "sender_differs")
    assert said(asked) == []


@pytest.mark.parametrize(("dmarc", "status"), [("pass", "accepted"), ("fail", "held")])
def test_the_leaders_address_alone_is_not_believed_where_somebody_vouches(
    asked: LittleHouse, dmarc: str, status: str
) -> None:
    stamp = f"mx.example.net; dmarc={dmarc} header.from=example.org"
    receive(asked, receiver="mx.example.net", Authentication_Results=stamp)
    (outcome,) = read(asked)
    assert outcome.status == status
    assert len(said(asked)) == (status == "accepted")


def test_a_reply_that_nobody_vouches_for_is_held(asked: LittleHouse) -> None:
    receive(asked, receiver="mx.example.net")
    (outcome,) = read(asked)
    assert (outcome.status, outcome.reason, said(asked)) == ("held", "sender_differs", [])


def test_automatic_mail_is_never_read(asked: LittleHouse) -> None:
    receive(asked, Auto_Submitted="auto-replied")
    (outcome,) = read(asked)
    assert (outcome.status, outcome.reason) == ("ignored", "out_of_office")
    assert said(asked) == []
