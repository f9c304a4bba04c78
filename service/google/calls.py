"""Calls to Google's APIs: within the quota, counted, and tried again where that helps."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from service.google.limiter import Limiter
from service.google.meter import Meter
from service.google.pace import Pace
from service.google.refusals import PASSING, GoogleError, Trouble, failures, named
from service.google.transport import Http, Transport

if TYPE_CHECKING:
    from googleapiclient.http import HttpRequest

TRIES = 4
PATIENCE = 20.0
"""Seconds that one reading may take with all its tries; the next pass comes soon enough."""
LONGEST_PAUSE = 64.0
REST = 3600.0
"""Seconds without a call to a service whose quota is used up."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a call is made for.

    `name` is the key in the meter ("leader:12", "mailbox:lab@example.org") and is never logged;
    `quota_user` whose share of the quota it counts against where a service account acts for many.
    """

    name: str
    http: Http
    quota_user: str | None = None


class Caller:
    """Makes the calls of a process. `calendar_per_minute` is the whole project's share of the quota;
    `jitter` gives 0 to 1 second.
    """

    def __init__(
        self,
        transport: Transport,
        pace: Pace,
        meter: Meter,
        *,
        calendar_per_minute: int,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.transport = transport
        self.pace = pace
        self.meter = meter
        self._calendar = Limiter(calendar_per_minute, pace)
        self._jitter = jitter
        self._resting: dict[str, float] = {}
        """Until when (the pace's seconds) a service is left alone."""
        self._failures = failures()

    def read(
        self, account: Account, request: "HttpRequest", *, units: int = 1, limiter: Limiter | None = None
    ) -> Any:
        """What a request that changes nothing answers; worth `units` of `limiter`, the calendar's if none.

        1. Waits for its turn. 2. Asks. 3. What may be over in a moment is asked again, at most
        `TRIES` times within `PATIENCE` seconds, with growing pauses and never before Google said.
        Raises `GoogleError`.
        """
        end = self.pace.now() + PATIENCE
        for tried in range(1, TRIES + 1):
            try:
                return self._call(account, request, units, limiter, end)
            except GoogleError as error:
                pause = self._pause(error, tried)
                if tried == TRIES or self.pace.now() + pause > end:
                    raise
            self.pace.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def write(
        self, account: Account, request: "HttpRequest", *, units: int, limiter: Limiter | None = None
    ) -> Any:
        """What a request that changes something answers; it is made once, whatever comes of it.

        Raises `GoogleError`, whose `may_have_happened` says whether it may have been carried out.
        """
        return self._call(account, request, units, limiter, self.pace.now() + PATIENCE)

    def _call(
        self, account: Account, request: "HttpRequest", units: int, limiter: Limiter | None, end: float
    ) -> Any:
        service = request.methodId.partition(".")[0]
        self._refuse_while_resting(service)
        if not (limiter or self._calendar).take(units, wait_at_most=max(0.0, end - self.pace.now())):
            raise GoogleError(Trouble.RATE_LIMITED, reason="ownLimit")
        self._refuse_while_resting(service)  # it may have been told while this one stood in line
        self.meter.count(account.name, request.methodId, units)
        try:
            return _whole(_for_its_quota(request, account).execute(http=account.http, num_retries=0))
        except self._failures as error:
            trouble = named(error)
            if trouble.trouble is Trouble.EXHAUSTED:
                self._let_rest(service)
            raise trouble from None

    def _refuse_while_resting(self, service: str) -> None:
        until = self._resting.get(service)
        if until is not None and (left := until - self.pace.now()) > 0:
            raise GoogleError(Trouble.EXHAUSTED, retry_after=left)

    def _let_rest(self, service: str) -> None:
        self._resting[service] = self.pace.now() + REST

    def _pause(self, error: GoogleError, tried: int) -> float:
        """Seconds until the next try; infinite where there is no use in one."""
        if error.trouble not in PASSING or error.reason == "ownLimit":
            return math.inf
        return max(min(2.0 ** (tried - 1) + self._jitter(), LONGEST_PAUSE), error.retry_after or 0.0)


def _for_its_quota(request: "HttpRequest", account: Account) -> "HttpRequest":
    """The request, its `quotaUser` said; the next page's request is made from this one and has it."""
    if account.quota_user is not None and "quotaUser=" not in request.uri:
        request.uri += f"{'&' if '?' in request.uri else '?'}quotaUser={quote(account.quota_user, safe='')}"
    return request


def _whole(answer: Any) -> Any:
    """The answer, if it is one: the library passes on as text what it cannot read as JSON, and as
    bytes what it expects to be nothing."""
    if isinstance(answer, str | bytes) and answer:
        raise GoogleError(Trouble.BACKEND, reason="notJson", may_have_happened=True)
    return answer
