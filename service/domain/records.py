"""What is kept of a meeting: its state, and every change of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a meeting stands; `moved` is `planned` at another time than first seen."""

    PLANNED = "planned"
    MOVED = "moved"
    PRESUMED_HELD = "presumed_held"
    HELD = "held"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    UNKNOWN = "unknown"
    EXCUSED = "excused"


LIVE = frozenset({State.PLANNED, State.MOVED})
COUNTS_AS_HELD = frozenset({State.PRESUMED_HELD, State.HELD})


class By(StrEnum):
    """Whose doing a cancellation was."""

    LEADER = "leader"
    MEMBER = "member"
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    """How sure we are of `By`."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class What(StrEnum):
    """What happened to a meeting between two readings."""

    SEEN = "seen"
    MOVED = "moved"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    VANISHED = "vanished"
    SERIES_ENDED = "series_ended"
    RESTORED = "restored"
    EXCUSED = "excused"
    ENDED = "ended"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Meeting:
    """One occurrence of a pair's one-on-one; times are aware UTC.

    `id` is None until stored. `uid`/`occurrence` are the provider's newest ids.
    `organized_by_leader` is None where the organiser is unknown. `first_seen_at` and
    `last_seen_at` are the readings that first and last showed it. `reasons` say why it
    is held to be a one-on-one. `key` is its stable name in mails' keys, given by storage
    from its first identity.
    """

    id: int | None
    pair_id: int
    uid: str
    occurrence: str
    start: datetime
    end: datetime
    state: State
    first_seen_at: datetime
    last_seen_at: datetime
    recurring: bool = False
    organized_by_leader: bool | None = None
    by: By | None = None
    confidence: Confidence | None = None
    reasons: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """An appended line of a meeting's history, seen between two readings.

    `seen_after` is None where there was no earlier reading. `evidence` is one short
    phrase without names. `old_start` is set where the time changed.
    """

    what: What
    seen_after: datetime | None
    seen_by: datetime
    by: By | None = None
    confidence: Confidence | None = None
    evidence: str = ""
    old_start: datetime | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """A meeting as it now stands, and the change that made it so (None: only last seen)."""

    meeting: Meeting
    change: Change | None


def went_with_series(meeting: Meeting, last: Change | None) -> bool:
    """Whether it went when its series ended, not by itself; `last` is its newest change."""
    return meeting.state is State.EXCUSED and last is not None and last.what is What.SERIES_ENDED
