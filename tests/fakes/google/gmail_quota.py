"""What calls cost, and what Gmail does to those who call too much."""

from collections import Counter, deque
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.fakes.google.errors import ApiError

UNITS = {
    "getProfile": 1,
    "stop": 50,
    "watch": 100,
    "drafts.create": 10,
    "drafts.delete": 10,
    "drafts.get": 5,
    "drafts.list": 5,
    "drafts.send": 100,
    "drafts.update": 15,
    "history.list": 2,
    "labels.create": 5,
    "labels.list": 1,
    "messages.get": 20,
    "messages.list": 5,
    "messages.modify": 5,
    "messages.send": 100,
    "messages.trash": 5,
    "threads.get": 40,
}
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Quota:
    """Counts always; refuses only where a limit is set.

    `units` are a user's units so far, `calls` how often a user called a method. `per_minute`
    (units a user; 6,000 for new projects) and `per_day` (mails a user in 24 hours; 2,000 for
    Workspace) are enforced when set, the first with `refusal`: a status and Google's word; both
    vary in reality. Who has passed `per_day` is locked out for `lockout`; until when, only the text
    of the refusal says, beside the answer's Date.
    """

    def __init__(self) -> None:
        self.per_minute: int | None = None
        self.per_day: int | None = None
        self.lockout = DAY
        self.refusal = (403, "rateLimitExceeded")
        self.units: Counter[str] = Counter()
        self.calls: Counter[tuple[str, str]] = Counter()
        self.locked_until: dict[str, datetime] = {}
        self._spent: dict[str, deque[tuple[datetime, int]]] = {}
        self._left: dict[str, deque[datetime]] = {}

    def charge(self, user: str, method: str, now: datetime) -> None:
        """Count a call, or raise `refusal`."""
        units = UNITS[method]
        spent = self._spent.setdefault(user, deque())
        while spent and spent[0][0] <= now - MINUTE:
            spent.popleft()
        if self.per_minute is not None and sum(each for _, each in spent) + units > self.per_minute:
            raise ApiError(
                *self.refusal,
                "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' "
                "of service 'gmail.googleapis.com' for consumer 'project_number:1'.",
                domain="usageLimits",
            )
        spent.append((now, units))
        self.units[user] += units
        self.calls[user, method] += 1

    def let_leave(self, user: str, now: datetime) -> None:
        """Count a mail that leaves, or raise 429 with the time until which its sender is locked out."""
        left = self._left.setdefault(user, deque())
        while left and left[0] <= now - DAY:
            left.popleft()
        locked = now < self.locked_until.get(user, now)
        if self.per_day is not None and not locked and len(left) >= self.per_day:
            self.locked_until[user] = now + self.lockout
            locked = True
        if locked:
            until = f"{self.locked_until[user].astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
            message = f"User-rate limit exceeded.  Retry after {until} (Mail sending)"
            date = {"Date": format_datetime(now.astimezone(UTC), usegmt=True)}
            raise ApiError(429, "rateLimitExceeded", message, domain="usageLimits", headers=date)
        left.append(now)
