"""A fake Google, and our mailbox on it."""

from collections.abc import Iterator

import pytest

from tests.fakes.gmail_desk import READ, SEND, GmailDesk, gmail_desk
from tests.fakes.google.server import FakeGoogle


@pytest.fixture
def google() -> Iterator[FakeGoogle]:
    with FakeGoogle() as google:
        yield google


@pytest.fixture
def desk(google: FakeGoogle) -> Iterator[GmailDesk]:
    """A mailbox that drafts (gmail.modify)."""
    with gmail_desk(google) as desk:
        yield desk


@pytest.fixture
def plain(google: FakeGoogle) -> Iterator[GmailDesk]:
    """A mailbox that may send and read, and no more."""
    with gmail_desk(google, SEND, READ) as desk:
        yield desk


@pytest.fixture
def blind(google: FakeGoogle) -> Iterator[GmailDesk]:
    """A mailbox that may send, and no more."""
    with gmail_desk(google, SEND) as desk:
        yield desk
