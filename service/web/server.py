"""Serving the pages until told to stop."""

import socket
from collections.abc import Callable
from threading import Event

from flask import Flask
from waitress import create_server, wasyncore  # type: ignore[import-untyped]  # it ships no types

from service.errors import UsageError

_THREADS = 4
_BIGGEST_REQUEST = 64 * 1024
_SECONDS_BETWEEN_LOOKS = 0.5


def serve(
    app: Flask, host: str, port: int, stop: Event, *, ready: Callable[[int], object] | None = None
) -> None:
    """Answer on `host`:`port` (0 takes a free one) until `stop` is set; answers under way are finished.

    `ready` is called with the port once it is open. Raises `UsageError` where it cannot be opened.
    """
    channels: dict[int, object] = {}
    with _listening(host, port) as listener:
        server = create_server(
            app,
            map=channels,
            sockets=[listener],
            threads=_THREADS,
            max_request_body_size=_BIGGEST_REQUEST,
            ident=None,
        )
        if ready:
            ready(listener.getsockname()[1])
        while not stop.is_set():
            wasyncore.loop(timeout=_SECONDS_BETWEEN_LOOKS, map=channels, count=1)
        server.task_dispatcher.shutdown()
        wasyncore.close_all(channels)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"the web pages cannot be served on {host}:{port} ({getattr(error, 'strerror', None) or error}); "
            "choose another place with [service] listen, or stop what is using this one"
        ) from error
