"""Access tokens: put onto a call, and renewed once for all threads.

google-auth renews a token in every thread that finds it old, and some of its credentials also
ask Google for other things behind one's back. So of `Credentials` only `apply` and `refresh`
are used here, `refresh` under one lock for each credential.
"""

import threading
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from service.google.answers import is_object
from service.google.refusals import PASSING, failures, named, refused

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

_SUCCESS = 200


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """What the token endpoint said, in the shape google-auth reads."""

    status: int
    headers: Mapping[str, str]
    data: bytes


Post = Callable[[str, str, bytes | None, Mapping[str, str]], TokenAnswer]
"""Sends one request: method, address, body, headers."""


class Locks:
    """One lock for each credential, for as long as the credential lives."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: WeakKeyDictionary[Credentials, threading.Lock] = WeakKeyDictionary()

    def of(self, credentials: "Credentials") -> threading.Lock:
        """The lock that whoever refreshes `credentials` holds."""
        with self._lock:
            return self._locks.setdefault(credentials, threading.Lock())


class Signer:
    """Signs calls with one credential's access token."""

    def __init__(self, credentials: "Credentials", lock: threading.Lock, post: Post) -> None:
        self._credentials = credentials
        self._lock = lock
        self._post = post

    def sign(self, headers: MutableMapping[str, str]) -> str | None:
        """Add the token to `headers`, fetched first where there is none or it is about to end.

        Returns it, for `renew`. Raises `GoogleError`.
        """
        if not self._credentials.valid:
            with self._lock:
                if not self._credentials.valid:
                    self._refresh()
        token = self._credentials.token
        self._credentials.apply(headers, token)
        return token

    def renew(self, refused_token: str | None) -> None:
        """Fetch a new token, but where another thread has replaced the refused one already."""
        with self._lock:
            if self._credentials.token == refused_token:
                self._refresh()

    def _refresh(self) -> None:
        try:
            self._credentials.refresh(self._ask)
        except failures() as error:
            # Whatever became of the token, the call it was for was not made.
            trouble = named(error)
            trouble.may_have_happened = False
            raise trouble from None

    def _ask(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> TokenAnswer:
        """A request of google-auth's. What may pass ends here, or it would sleep and ask again itself,
        as does what is no answer of a token endpoint, which it takes for a refusal."""
        answer = self._post(method, url, body, headers or {})
        trouble = refused(answer.status, answer.headers, answer.data)
        given = answer.status == _SUCCESS and is_object(answer.data)
        if not given and trouble.trouble in PASSING:
            raise trouble
        return answer
