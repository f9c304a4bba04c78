from collections.abc import Iterator

import pytest

from service.google.transport import Transport
from tests.fakes.peer import Peer, served


@pytest.fixture
def peer() -> Iterator[Peer]:
    with served() as peer:
        yield peer


@pytest.fixture
def transport() -> Iterator[Transport]:
    with Transport() as transport:
        yield transport
