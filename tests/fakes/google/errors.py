"""What the halves of the fake Google share: how a call is refused, what a service is, and the world."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

_STATUS_WORDS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    410: "FAILED_PRECONDITION",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}

# Beside Google's old word for it, some refusals carry the new one, where clients look first.
_NEW_WORDS = {
    "insufficientPermissions": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    "accessNotConfigured": "SERVICE_DISABLED",
}
_USAGE = {
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "quotaExceeded",
    "dailyLimitExceeded",
    "accessNotConfigured",
}


class ApiError(Exception):
    """A call is refused: `status` is HTTP's, `reason` Google's own word for it.

    `location` names the parameter, header or body field that is at fault ("pageToken"),
    `location_type` where it stands ("parameter", "header", "body"). `headers` go into the answer.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        message: str = "",
        *,
        domain: str = "",
        location: str = "",
        location_type: str = "parameter",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message or reason)
        self.status = status
        self.reason = reason
        self.message = message or reason
        self.domain = domain or ("usageLimits" if reason in _USAGE else "global")
        self.location = location
        self.location_type = location_type
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        """The answer's JSON, in the shape that Google gives."""
        detail = {"domain": self.domain, "reason": self.reason, "message": self.message}
        if self.location:
            detail |= {"location": self.location, "locationType": self.location_type}
        error = {"code": self.status, "message": self.message, "errors": [detail]}
        error["status"] = _STATUS_WORDS.get(self.status, "UNKNOWN")
        if self.reason in _NEW_WORDS:
            kind = "type.googleapis.com/google.rpc.ErrorInfo"
            info = {"@type": kind, "reason": _NEW_WORDS[self.reason], "domain": "googleapis.com"}
            error["details"] = [info]
        return {"error": error}


@dataclass(frozen=True)
class Asking:
    """Who makes the call that is under way: `user` is the address the token speaks for."""

    user: str = ""
    scopes: frozenset[str] = frozenset()
    quota_user: str | None = None


@dataclass
class World:
    """What every part of the fake looks at: virtual time, who exists, who is asking.

    Hold `lock` to look at or change any part's state; the server holds it around each call,
    so a service's `call` need not. Everything a test calls from outside must.
    """

    now: datetime = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    lock: threading.RLock = field(default_factory=threading.RLock)
    users: dict[str, str] = field(default_factory=dict)  # lower-case address → display name
    asking: Asking = Asking()

    def move(self, by: timedelta) -> None:
        """Let virtual time pass."""
        with self.lock:
            self.now += by


class Service(Protocol):
    """One API of Google's. The server has checked the token, its scopes, parameters and body.

    `method` is the discovery document's id ("calendar.events.list"), `user` the address the
    token speaks for. `params` are typed as the discovery document says: integers and booleans
    converted, repeated ones a list; only those given, defaults are the service's. `body` is
    the parsed JSON or None. Returns the whole answer, JSON-able (the server applies `fields`),
    or None for an empty 204. Raises `ApiError`. Scopes stand in `World.asking`.
    """

    def call(self, method: str, user: str, params: Mapping[str, Any], body: Any) -> Any: ...
