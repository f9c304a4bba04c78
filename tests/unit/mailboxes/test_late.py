"""A mailbox that is opened when it is first used."""

import pytest

from service.domain.ports import Mailbox
from service.errors import MailboxError
from service.mailboxes.late import LateMailbox
from tests.fakes.mailbox import FakeMailbox


def test_nothing_is_opened_before_it_is_needed() -> None:
    LateMailbox(lambda: pytest.fail("it was opened"))


def test_it_is_opened_once() -> None:
    made: list[Mailbox] = []

    def make() -> Mailbox:
        made.append(FakeMailbox())
        return made[-1]

    late = LateMailbox(make)
    late.fetch()
    late.fetch()
    assert len(made) == 1


def test_one_that_cannot_be_opened_yet_is_tried_again() -> None:
    inner = FakeMailbox()
    inner.receive(b"From: dana@example.com\r\n\r\nyes\r\n")
    connected: list[bool] = []

    def make() -> Mailbox:
        if not connected:
            raise MailboxError("It is not connected yet.")
        return inner

    late = LateMailbox(make)
    with pytest.raises(MailboxError):
        late.fetch()
    connected.append(True)
    assert len(late.fetch()) == 1
