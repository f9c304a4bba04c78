"""Ada's calendar at a fake Google on this machine."""

from collections.abc import Iterator

import pytest

from service.google.transport import Transport
from tests.fakes.google.desk import GoogleDesk
from tests.fakes.google.server import FakeGoogle


@pytest.fixture
def ada() -> Iterator[GoogleDesk]:
    """Her desk; Ben has a calendar there too. It is Monday, 23 November 2026, 9:00 in Berlin."""
    with FakeGoogle() as google, Transport() as transport:
        google.user("ada@example.org", "Ada")
        google.user("ben@example.org", "Ben")
        yield GoogleDesk(google, transport)
