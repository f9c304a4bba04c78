"""What can go wrong between us and Google, by name.

The texts are one line for an operator. They hold no address, no token and no part of a URL:
of what Google says only its `reason` is passed on, a single word.
"""

import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from service.errors import VisavisError
from service.google.answers import read_answer

if TYPE_CHECKING:
    from google.auth.exceptions import GoogleAuthError


class Trouble(StrEnum):
    """What kind of refusal it is; what to do next depends on nothing else."""

    RATE_LIMITED = "rate_limited"
    """Too fast: slow down, and ask again."""
    EXHAUSTED = "exhausted"
    """The project's quota is used up: ask nothing more for now."""
    BACKEND = "backend"
    """Google, or something on the way, has trouble of its own."""
    UNREACHABLE = "unreachable"
    """No connection was made, so nothing was asked."""
    NO_ANSWER = "no_answer"
    """Asked, and no whole answer: it may have happened."""
    GRANT_DEAD = "grant_dead"
    """The grant was withdrawn or has expired: a person has to give it again."""
    FORBIDDEN = "forbidden"
    """Google knows who asks, and says no."""
    NOT_FOUND = "not_found"
    """Not there, or not for this account to see."""
    GONE = "gone"
    """A token too old: start from the whole."""
    REFUSED = "refused"
    """The call itself is wrong."""


PASSING = {Trouble.RATE_LIMITED, Trouble.BACKEND, Trouble.UNREACHABLE, Trouble.NO_ANSWER}
"""What may be over in a moment, so that a reading is worth another try."""
_PERMANENT = {Trouble.GRANT_DEAD, Trouble.FORBIDDEN, Trouble.NOT_FOUND, Trouble.GONE, Trouble.REFUSED}

AGAIN = "it is tried again"
"""What a line promises where something passes by itself; who waits for an answer is told otherwise."""

_LINES = {
    Trouble.RATE_LIMITED: f"Google asks for fewer calls a minute; {AGAIN} later.",
    Trouble.EXHAUSTED: "Google's quota of this project is used up, so its calls rest for an hour; "
    "look at the quotas page of the Google Cloud console if this comes back.",
    Trouble.BACKEND: f"Google has trouble of its own; {AGAIN}.",
    Trouble.UNREACHABLE: f"Google could not be reached; check the network, {AGAIN}.",
    Trouble.NO_ANSWER: f"Google did not answer in time; {AGAIN}.",
    Trouble.GRANT_DEAD: "Google no longer accepts this account's grant; connect it again: visavis connect.",
    Trouble.FORBIDDEN: "Google refuses access; share the calendar again, or connect the account again.",
    Trouble.NOT_FOUND: "Google does not know this, or does not show it to this account; "
    "check its name, and share it again.",
    Trouble.GONE: "Google no longer keeps the place where the last reading ended; the whole is read again.",
    Trouble.REFUSED: "Google does not accept this call; check [google] in visavis.toml, and that "
    "this is the newest version.",
}
_REASONS = {
    "accessNotConfigured": "The API is not switched on; enable it in the Google Cloud console, under "
    "APIs & Services.",
    "insufficientPermissions": "The account's grant lacks a scope that this needs; connect it again: "
    "visavis connect.",
    "domainPolicy": "The domain's administrator does not allow this; ask for it in the Admin console.",
    "failedPrecondition": "Gmail is not in use for this account; ask the domain's administrator to switch "
    "it on, or name another mailbox.",
    "notACalendarUser": "Google Calendar is not in use for this account; ask the domain's administrator to "
    "switch it on.",
    "unauthorized_client": "The service account may not act for this account; give its client id the "
    "scopes in the Admin console, under domain-wide delegation.",
    "invalid_client": "Google does not know the OAuth client; check its id and secret.",
    "deleted_client": "The OAuth client was deleted in the Google Cloud console; make a new one.",
    "disabled_client": "The OAuth client is disabled; enable it in the Google Cloud console.",
    "invalidJwt": "Google does not accept the service account's signature; check that its key still exists "
    "and that this machine's clock is right.",
    "notJson": "What answered was not Google's API; check the network, the proxy and [google] endpoint.",
    "certificate": "Google's certificate could not be verified; check this machine's clock and its "
    "certificates.",
    "ownLimit": f"This program's own limit of calls to Google is reached; {AGAIN} later.",
    "tooLarge": "Google's answer is larger than can be read.",
}


class GoogleError(VisavisError):
    """Google refused, or could not be asked.

    `reason` is Google's own word ("" where it gave none), `status` the HTTP status,
    `retry_after` seconds, where Google named them. `may_have_happened` says whether a call
    that changes something may have been carried out all the same.
    """

    def __init__(
        self,
        trouble: Trouble,
        *,
        reason: str = "",
        status: int | None = None,
        retry_after: float | None = None,
        may_have_happened: bool = False,
    ) -> None:
        word = reason if re.fullmatch(r"[A-Za-z][\w.-]{0,59}", reason) else ""
        super().__init__(_line(trouble, word, status), permanent=trouble in _PERMANENT)
        self.trouble = trouble
        self.reason = word
        self.status = status
        self.retry_after = retry_after
        self.may_have_happened = may_have_happened


def _line(trouble: Trouble, reason: str, status: int | None) -> str:
    """The text for people; in brackets what one would search for."""
    line = _REASONS.get(reason, _LINES[trouble])
    known = ", ".join(filter(None, (f"HTTP {status}", reason))) if status else ""
    return f"{line.removesuffix('.')} ({known})." if known else line


_WORDS = {
    "rateLimitExceeded": Trouble.RATE_LIMITED,
    "userRateLimitExceeded": Trouble.RATE_LIMITED,
    "RATE_LIMIT_EXCEEDED": Trouble.RATE_LIMITED,
    "quotaExceeded": Trouble.EXHAUSTED,
    "dailyLimitExceeded": Trouble.EXHAUSTED,
    "backendError": Trouble.BACKEND,
    "internalError": Trouble.BACKEND,
    "internal_failure": Trouble.BACKEND,
    "server_error": Trouble.BACKEND,
    "temporarily_unavailable": Trouble.BACKEND,
}
"""What a reason says whatever the status; Google sends the limits as 403 and as 429."""
_STATUSES = {
    401: Trouble.GRANT_DEAD,
    403: Trouble.FORBIDDEN,
    404: Trouble.NOT_FOUND,
    408: Trouble.BACKEND,
    410: Trouble.GONE,
    429: Trouble.RATE_LIMITED,
}
_TOKEN_WORDS = {"invalid_client", "deleted_client", "disabled_client", "unauthorized_client", "invalid_scope"}
"""Refusals of a token that are the operator's to mend; asking a leader to connect again would not help."""


def refused(status: int, headers: Mapping[str, str], content: bytes) -> GoogleError:
    """The error for an answer that is no success; `headers` have lower-case names."""
    answer = read_answer(headers, content)
    trouble, reason = _WORDS.get(answer.reason) or _STATUSES.get(status), answer.reason
    if trouble is None:
        trouble = Trouble.REFUSED if 400 <= status < 500 else Trouble.BACKEND
    if not answer.is_google and status != 429:
        trouble, reason = Trouble.BACKEND, "notJson" if status < 500 else ""
    return GoogleError(
        trouble,
        reason=reason,
        status=status,
        retry_after=answer.retry_after,
        may_have_happened=status >= 500,
    )


def named(error: Exception) -> GoogleError:
    """The error by its name; anything that is no failure of Google or the network is raised as it is."""
    from google.auth.exceptions import GoogleAuthError, TransportError
    from googleapiclient.errors import HttpError

    match error:
        case GoogleError():
            return error
        case HttpError():
            return refused(error.resp.status, error.resp, error.content)
        case UnicodeDecodeError():
            return GoogleError(Trouble.BACKEND, reason="notJson", may_have_happened=True)
        case GoogleAuthError() if not isinstance(error, TransportError):
            return _of_the_token(error)
    return _on_the_way(error)


def failures() -> tuple[type[Exception], ...]:
    """What a call to Google can raise and `named` has a name for; of `requests` it all is an OSError."""
    from google.auth.exceptions import GoogleAuthError
    from googleapiclient.errors import HttpError

    return GoogleError, HttpError, GoogleAuthError, OSError, UnicodeDecodeError


def _of_the_token(error: "GoogleAuthError") -> GoogleError:
    """A token that was not given: by the words of RFC 6749, the rest of the text is for people."""
    told = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], dict) else {}
    word, why = str(told.get("error", "")), str(told.get("error_description", ""))
    if error.retryable or (told and "error" not in told):
        return GoogleError(Trouble.BACKEND, reason=word)
    if word in _TOKEN_WORDS:
        return GoogleError(Trouble.REFUSED, reason=word)
    if why.startswith("Invalid JWT"):
        return GoogleError(Trouble.REFUSED, reason="invalidJwt")
    return GoogleError(Trouble.GRANT_DEAD, reason=word)


def _on_the_way(error: Exception) -> GoogleError:
    """A failure of the network, told by what lies at its heart: libraries wrap one another."""
    from google.auth.exceptions import GoogleAuthError
    from urllib3.exceptions import ConnectTimeoutError, HTTPError, LocationValueError, ProxyError

    causes = list(_unwrapped(error))
    if not any(isinstance(each, HTTPError | OSError) for each in causes):
        raise error
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in causes):
        return GoogleError(Trouble.UNREACHABLE, reason="certificate")
    before = ConnectTimeoutError, ProxyError, LocationValueError, ConnectionRefusedError, socket.gaierror
    if any(isinstance(each, before) for each in causes):
        return GoogleError(Trouble.UNREACHABLE)
    # A token is asked for before the call itself is made, and only that wraps its failures so.
    asked = not isinstance(error, GoogleAuthError)
    return GoogleError(Trouble.NO_ANSWER, may_have_happened=asked)


def _unwrapped(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it wraps."""
    todo, seen = [error], set()
    while todo:
        each = todo.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        inner = [each.__cause__, getattr(each, "reason", None), *each.args]
        todo += [one for one in inner if isinstance(one, BaseException)]
