"""Where the demo is served is settled before its mails are written."""

import socket

import pytest

from service.demo import stage
from service.errors import UsageError


def test_a_port_that_is_taken_is_passed_over_unless_it_was_asked_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert not stage.is_free(port)
        assert stage.free_port() != port
        with pytest.raises(UsageError, match=f"--port {port} cannot be had"):
            stage.free_port(port)


def test_what_is_no_port_is_named() -> None:
    with pytest.raises(UsageError, match="99999"):
        stage.free_port(99999)
