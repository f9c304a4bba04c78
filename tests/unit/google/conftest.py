import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from service.google.transport import Transport
from tests.fakes.google.server import FakeGoogle
from tests.fakes.peer import Peer, served


@pytest.fixture
def peer() -> Iterator[Peer]:
    with served() as peer:
        yield peer


@pytest.fixture
def google() -> Iterator[FakeGoogle]:
    """A Google on this machine where Lea works."""
    with FakeGoogle() as google:
        google.user("lea@example.org")
        yield google


@pytest.fixture
def transport() -> Iterator[Transport]:
    with Transport() as transport:
        yield transport


@pytest.fixture
def in_many_threads() -> Iterator[Callable[[Callable[[], None]], list[threading.Thread]]]:
    """Start something in eight threads that take turns as often as they can; joined in the end."""
    before = sys.getswitchinterval()
    threads: list[threading.Thread] = []

    def start(work: Callable[[], None]) -> list[threading.Thread]:
        threads.extend(threading.Thread(target=work) for _ in range(8))
        for thread in threads:
            thread.start()
        return threads

    sys.setswitchinterval(1e-6)
    try:
        yield start
    finally:
        for thread in threads:
            thread.join()
        sys.setswitchinterval(before)
