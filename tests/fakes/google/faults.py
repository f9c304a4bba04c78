"""What goes wrong next: refusals, slowness, cut connections, at a method or at random."""

from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from random import Random

from tests.fakes.google.errors import ApiError


class Kind(StrEnum):
    """How a call goes wrong."""

    REFUSED = "refused"  # with a status and a reason, before anything happened
    HTML = "html"  # a page instead of JSON, as a proxy gives
    SLOW = "slow"  # right, but late
    CUT_BEFORE = "cut before"  # the connection closes and nothing was done
    CUT_AFTER = "cut after"  # all was done, the connection closes without a word
    FAILED_AFTER = "failed after"  # all was done, and yet the answer is an error
    HALF = "half"  # all was done, the answer breaks off


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong. `seconds` is how late, `status` of a page or a refusal."""

    kind: Kind
    status: int = 200
    error: ApiError | None = None
    seconds: float = 0.0


@dataclass
class _Plan:
    method: str
    user: str
    fault: Fault
    left: int


@dataclass
class _Rates:
    """Shares of all calls, drawn from one seeded generator."""

    random: Random
    methods: str
    shares: list[tuple[float, list[Fault]]] = field(default_factory=list)

    def draw(self) -> Fault | None:
        point = self.random.random()
        for share, faults in self.shares:
            if point < share:
                return self.random.choice(faults)
            point -= share
        return None


PASSING = (
    (503, "backendError", "Backend Error"),
    (500, "internalError", "Internal Error"),
    (429, "rateLimitExceeded", "Rate Limit Exceeded"),
    (403, "userRateLimitExceeded", "User Rate Limit Exceeded"),
)
"""What `rate(errors=…)` draws from: each passes by itself."""


class Faults:
    """Every method takes a glob over method ids ("calendar.events.*", "oauth.token"), how many
    `times`, and a glob over the `user` who asks; plans are used up in the order they were made."""

    def __init__(self) -> None:
        self._plans: list[_Plan] = []
        self._rates: _Rates | None = None
        self.dropped_notifications = 0  # how many of the next push notifications get lost

    def refuse(
        self,
        method: str = "*",
        status: int = 503,
        reason: str = "backendError",
        *,
        message: str = "",
        domain: str = "",
        retry_after: str | int | None = None,
        times: int = 1,
        user: str = "*",
    ) -> None:
        """Answer with an error and do nothing; `retry_after` seconds, or a date as HTTP writes it."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        error = ApiError(status, reason, message, domain=domain, headers=headers)
        self._plan(method, user, Fault(Kind.REFUSED, status, error), times)

    def html(self, method: str = "*", status: int = 502, *, times: int = 1, user: str = "*") -> None:
        """Answer with a page that is no JSON, and do nothing."""
        self._plan(method, user, Fault(Kind.HTML, status), times)

    def slow(self, method: str = "*", seconds: float = 1.0, *, times: int = 1, user: str = "*") -> None:
        """Do it, and answer that much later (real time; closing the server ends the wait)."""
        self._plan(method, user, Fault(Kind.SLOW, seconds=seconds), times)

    def cut_before(self, method: str = "*", *, times: int = 1, user: str = "*") -> None:
        """Close the connection instead of taking the call."""
        self._plan(method, user, Fault(Kind.CUT_BEFORE), times)

    def cut_after(self, method: str = "*", *, times: int = 1, user: str = "*") -> None:
        """Do it and close the connection without an answer."""
        self._plan(method, user, Fault(Kind.CUT_AFTER), times)

    def fail_after(
        self,
        method: str = "*",
        status: int = 500,
        reason: str = "backendError",
        *,
        times: int = 1,
        user: str = "*",
    ) -> None:
        """Do it and answer with an error all the same, as a server does that dies in the midst."""
        self._plan(method, user, Fault(Kind.FAILED_AFTER, status, ApiError(status, reason)), times)

    def half(self, method: str = "*", *, times: int = 1, user: str = "*") -> None:
        """Do it and break off in the middle of the answer."""
        self._plan(method, user, Fault(Kind.HALF), times)

    def drop_notifications(self, times: int = 1) -> None:
        """Lose the next push notifications."""
        self.dropped_notifications += times

    def rate(
        self,
        *,
        errors: float = 0.0,
        cut_before: float = 0.0,
        cut_after: float = 0.0,
        fail_after: float = 0.0,
        half: float = 0.0,
        seed: int = 0,
        methods: str = "*",
    ) -> None:
        """From now on let these shares of all calls go wrong; the same seed, the same calls."""
        passing = [Fault(Kind.REFUSED, each[0], ApiError(*each)) for each in PASSING]
        shares = [
            (errors, passing),
            (cut_before, [Fault(Kind.CUT_BEFORE)]),
            (cut_after, [Fault(Kind.CUT_AFTER)]),
            (fail_after, [Fault(Kind.FAILED_AFTER, 500, ApiError(500, "backendError"))]),
            (half, [Fault(Kind.HALF)]),
        ]
        self._rates = _Rates(Random(seed), methods, shares)  # noqa: S311 - repeatable, not secret

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._plans.clear()
        self._rates = None
        self.dropped_notifications = 0

    def take(self, method: str, user: str) -> Fault | None:
        """What goes wrong with this call, if anything; a plan is one time less then."""
        for plan in self._plans:
            if fnmatchcase(method, plan.method) and fnmatchcase(user, plan.user):
                plan.left -= 1
                if not plan.left:
                    self._plans.remove(plan)
                return plan.fault
        if self._rates is not None and fnmatchcase(method, self._rates.methods):
            return self._rates.draw()
        return None

    def _plan(self, method: str, user: str, fault: Fault, times: int) -> None:
        self._plans.append(_Plan(method, user, fault, times))
