import queue
import socket
import threading
from collections.abc import Iterator

import pytest
import requests

from service.errors import UsageError
from service.web.pages import create_app
from service.web.server import serve


@pytest.fixture
def address() -> Iterator[str]:
    ports: queue.Queue[int] = queue.Queue()
    stop = threading.Event()
    app = create_app({"known"}.__contains__, {"known": "Ada"}.get, lambda: True)
    thread = threading.Thread(target=serve, args=(app, "127.0.0.1", 0, stop), kwargs={"ready": ports.put})
    thread.start()
    yield f"http://127.0.0.1:{ports.get(timeout=30)}"
    stop.set()
    thread.join(timeout=30)
    assert not thread.is_alive()


def test_pages_are_served_over_a_real_socket(address: str) -> None:
    assert "Ada" in requests.get(f"{address}/u/known", timeout=30).text
    assert requests.post(f"{address}/u/known", timeout=30).status_code == 200
    assert requests.post(f"{address}/u/other", timeout=30).status_code == 404
    assert requests.get(f"{address}/health", timeout=30).json() == {"healthy": True}


def test_the_server_does_not_say_what_it_is_made_of(address: str) -> None:
    assert "waitress" not in str(requests.get(f"{address}/health", timeout=30).headers).lower()


def test_a_huge_body_is_refused(address: str) -> None:
    answer = requests.post(f"{address}/u/known", data=b"x" * 200_000, timeout=30)
    assert answer.status_code == 413


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        app = create_app(lambda _: True, lambda _: None, lambda: True)
        with pytest.raises(UsageError, match=rf"127\.0\.0\.1:{port} \(.*\); choose another place"):
            serve(app, "127.0.0.1", port, threading.Event())


def test_an_address_that_is_not_ours_is_one_clear_line() -> None:
    app = create_app(lambda _: True, lambda _: None, lambda: True)
    with pytest.raises(UsageError, match=r"cannot be served on 192\.0\.2\.1:0"):
        serve(app, "192.0.2.1", 0, threading.Event())
