"""Google's APIs by their discovery documents, built once: that costs a hundred calls' time.

The documents come with the client library, so nothing is fetched. A request that a method here
makes is sent by `service.google.calls.Caller`, with an account's own `Http`.
"""

import logging
from functools import cache
from typing import Any, NoReturn


class Api:
    """A discovery resource whose sub-resources are made once each.

    The library makes `events()` anew at every call, which costs more than the call itself.
    """

    def __init__(self, resource: Any) -> None:
        self._resource = resource

    def __getattr__(self, name: str) -> Any:
        """A method or sub-resource; asked for only once, as it then stands in the object itself."""
        found = getattr(self._resource, name)
        if getattr(found, "__is_resource__", False):
            part = Api(found())
            found = lambda: part  # noqa: E731 - it stands for the library's own method
        self.__dict__[name] = found
        return found


def calendar_api(endpoint: str = "") -> Any:
    """The Calendar API, version 3; `endpoint` is an emulator's address, "" Google itself."""
    return _built("calendar", "v3", f"{endpoint.rstrip('/')}/calendar/v3/" if endpoint else None)


def gmail_api(endpoint: str = "") -> Any:
    """The Gmail API, version 1; `endpoint` is an emulator's address, "" Google itself."""
    return _built("gmail", "v1", f"{endpoint.rstrip('/')}/" if endpoint else None)


@cache
def _built(name: str, version: str, base: str | None) -> Api:
    from googleapiclient.discovery import build  # half a second that others need not spend

    # It warns of every 403 and prints what it cannot read; our own errors say both, with less.
    logging.getLogger("googleapiclient.http").setLevel(logging.ERROR)
    options = {"api_endpoint": base} if base else None
    return Api(build(name, version, http=_Nobody(), static_discovery=True, client_options=options))


class _Nobody:
    """In place of credentials looked up on this machine: every call brings its own account."""

    def request(self, *_: object, **__: object) -> NoReturn:
        raise RuntimeError("a request to Google needs the account it is made for")

    def close(self) -> None:
        """Nothing is open."""
