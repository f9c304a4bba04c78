"""Everything known about one leader at one moment, and what a plan decides from it."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from service.domain.cycle import CyclePlace
from service.domain.letters import Kind
from service.domain.people import Leader, LeaderState, Pair
from service.domain.records import Change, Meeting, What
from service.domain.workdays import WorkCalendar


class Reason(StrEnum):
    """Why an email is not sent."""

    ALREADY_PREPARED = "already_prepared"
    ANSWERED = "answered"
    BUNDLED = "bundled"
    CALENDAR_UNREAD = "calendar_unread"
    CANCELLED = "cancelled"
    EXCUSED = "excused"
    MEETING_BEGAN = "meeting_began"
    MUTED = "muted"
    NOT_HELD = "not_held"
    NOT_STARTED = "not_started"
    NOTHING_ON_RECORD = "nothing_on_record"
    ONE_A_WEEK = "one_a_week"
    OUT_OF_OFFICE = "out_of_office"
    PAUSED = "paused"
    TOLD_LATELY = "told_lately"
    QUIET_AFTER_IGNORED = "quiet_after_ignored"
    QUIET_HOURS = "quiet_hours"
    REPLACED = "replaced"
    STOPPED = "stopped"
    TOO_LATE = "too_late"


ENDINGS = (What.CANCELLED, What.DECLINED, What.VANISHED, What.SERIES_ENDED, What.CORRECTED, What.CONFIRMED)
IN_HAND = frozenset({"planned", "sending"})
LEFT = frozenset({"sent", "unknown", "failed"})
NOTHING_TO_SAY = "nothing_to_say"  # it was to be written, and there was nothing to write about
SILENCED = frozenset({Reason.PAUSED, Reason.STOPPED, Reason.MUTED})


@dataclass(frozen=True, slots=True)
class Mail:
    """What planning must know of an outbox row.

    `status` is the outbox's word, `reason` why it was skipped; `carried` says that it went,
    or will go, inside another.
    """

    key: str
    kind: Kind
    status: str
    due_at: datetime
    meeting_id: int | None = None
    pair_id: int | None = None
    week: int | None = None
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    carried: bool = False
    reason: str | None = None

    @property
    def settled(self) -> bool:
        """Whether it has left, failed for good, or had nothing to say: nothing more is decided about it."""
        return self.status in LEFT or self.carried or self._skipped_for({NOTHING_TO_SAY})

    @property
    def silenced(self) -> bool:
        """Whether it was not sent because the leader wanted no mail."""
        return self._skipped_for(SILENCED)

    def _skipped_for(self, reasons: Set[str]) -> bool:
        return self.status == "skipped" and self.reason in reasons


@dataclass(frozen=True, slots=True)
class OpenAsk:
    """A question that waits to be asked; `key` names it in the mail's key."""

    key: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """One leader's facts. `places` and `reflected` are by meeting id, `starts` by pair id.

    `calendar_read_at` is the last whole reading, `reconnect_since` when access was lost, if it
    is. Meetings are in order of start.
    """

    leader: Leader
    work: WorkCalendar
    pairs: Mapping[int, Pair] = field(default_factory=dict)
    starts: Mapping[int, datetime] = field(default_factory=dict)
    meetings: Sequence[Meeting] = ()
    history: Mapping[int, Sequence[Change]] = field(default_factory=dict)
    places: Mapping[int, CyclePlace] = field(default_factory=dict)
    mails: Mapping[str, Mail] = field(default_factory=dict)
    reflected: frozenset[int] = frozenset()
    asks: Sequence[OpenAsk] = ()
    calendar_read_at: datetime | None = None
    reconnect_since: datetime | None = None

    def mails_of(self, kind: Kind) -> list[Mail]:
        """The outbox rows of a kind, by due time."""
        return sorted((mail for mail in self.mails.values() if mail.kind is kind), key=lambda m: m.due_at)

    def why_silent(self, pair_id: int | None, due: datetime) -> Reason | None:
        """Why the leader wants no mail then, or none about that pair; None where it may leave."""
        leader = self.leader
        if leader.state in {LeaderState.STOPPED, LeaderState.JOINING}:
            return Reason.STOPPED
        until = leader.paused_until
        if leader.state is LeaderState.PAUSED and (until is None or due < until):
            return Reason.PAUSED
        pair = self.pairs.get(pair_id or 0)
        return Reason.MUTED if pair is not None and pair.muted else None

    def last_change(self, meeting: Meeting, kinds: Iterable[What]) -> Change | None:
        """The newest of a meeting's changes of these kinds."""
        wanted = frozenset(kinds)
        lines = self.history.get(meeting.id or 0, ())
        return next((line for line in reversed(lines) if line.what in wanted), None)

    def called_off(self, meeting: Meeting) -> Change | None:
        """How a meeting that we had seen standing was called off, or said to be; else None.

        What was off when we first saw it, in the first reading or at the window's far edge,
        is old news to the leader.
        """
        change = self.last_change(meeting, ENDINGS)
        seen_standing = change is not None and change.seen_by > meeting.first_seen_at
        return change if change is not None and change.seen_after is not None and seen_standing else None


@dataclass(frozen=True, slots=True)
class Decision:
    """One email to come, or one that will not and why.

    `due` (UTC) is the earliest moment it may leave. `carrier` is the key of the email it
    is bundled into. `thread` is the key of the email it follows up.
    """

    kind: Kind
    key: str
    due: datetime
    reason: Reason | None = None
    pair_id: int | None = None
    meeting_id: int | None = None
    week: int | None = None
    carrier: str | None = None
    thread: str | None = None

    @property
    def planned(self) -> bool:
        """Whether it is to be sent."""
        return self.reason is None
