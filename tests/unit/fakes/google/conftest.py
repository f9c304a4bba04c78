"""A fake Google with three people, and Google's own client for one of them."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.google.gmail_client import ADA, BEN, LAB, gmail_client
from tests.fakes.google.server import FakeGoogle


@pytest.fixture
def google() -> Iterator[FakeGoogle]:
    """Running, with the mailboxes of the lab, Ada and Ben."""
    with FakeGoogle() as google:
        for address in (LAB, ADA, BEN):
            google.user(address)
        yield google


@pytest.fixture
def lab(google: FakeGoogle) -> Iterator[Any]:
    """The Gmail API's `users()` for the lab, allowed to read, write and send."""
    with gmail_client(google, LAB) as users:
        yield users
