"""Leaders, members, and the pairs they form."""

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as calendars and mail know them; `email` is lower-case, "" where unknown."""

    email: str
    name: str = ""

    @property
    def label(self) -> str:
        """What to call them: the name, else the part of the address before the @."""
        return self.name or self.email.partition("@")[0]

    @property
    def first_name(self) -> str:
        """The first word of the label."""
        return self.label.split()[0] if self.label.split() else self.label


class LeaderState(StrEnum):
    """Whether a leader wants mail. Who is joining has agreed, and has not yet come to the end of it."""

    JOINING = "joining"
    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Preferences:
    """A leader's own times, local to the leader.

    `quiet_from`–`quiet_until` span midnight when the first is later. `weekend` holds
    weekdays as `date.weekday()` numbers them (Monday 0). `lead_minutes` overrides how
    long before a meeting its prep leaves, on the same day.
    """

    quiet_from: time = time(20, 0)
    quiet_until: time = time(7, 0)
    work_from: time = time(9, 0)
    work_until: time = time(17, 0)
    weekend: frozenset[int] = frozenset({5, 6})
    lead_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Leader:
    """The person the mails go to.

    `joined_at` (UTC) is the first whole reading of the calendar; `key` the stable name
    in mails' keys, random per leader so that one who comes back starts anew.
    """

    id: int
    email: str
    name: str
    zone: ZoneInfo
    language: str = "en"
    state: LeaderState = LeaderState.ACTIVE
    paused_until: datetime | None = None
    one_by_one: bool = False
    joined_at: datetime | None = None
    aliases: frozenset[str] = frozenset()
    country: str | None = None
    key: str = ""
    preferences: Preferences = field(default_factory=Preferences)

    @property
    def person(self) -> Person:
        """The leader as a guest of an event."""
        return Person(self.email, self.name)

    @property
    def addresses(self) -> frozenset[str]:
        """Every address that is the leader, lower-case."""
        return self.aliases | {self.email}


@dataclass(frozen=True, slots=True)
class Pair:
    """A leader and one member.

    `shift` moves the cycle on by so many weeks (skips, repeats, and meetings that
    retention has removed); `pinned_week` fixes it; `starts_at` (UTC) is when one by
    one lets this pair begin, None from the leader's first day.
    """

    id: int
    leader_id: int
    member: Person
    on_roster: bool = True
    position: int = 0
    muted: bool = False
    shift: int = 0
    pinned_week: int | None = None
    starts_at: datetime | None = None
