"""One-on-ones for the domain's tests: short makers, and a record kept in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from service.domain.authorship import Sighting
from service.domain.events import Event, EventStatus, Guest, Response, Window
from service.domain.meetings import settle, track
from service.domain.people import Leader, Pair, Person
from service.domain.records import Change, Meeting, State, Update, What
from service.domain.workdays import WorkCalendar

LEADER = "lea@example.org"
MEMBER = "max@example.org"
HALF_HOUR = timedelta(minutes=30)
BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def utc(text: str) -> datetime:
    """`2026-11-23 10:00` as an aware UTC datetime."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


MONDAY = utc("2026-11-23 09:00")  # 10:00 in Berlin
BEFORE = utc("2026-11-18 12:00")  # the Wednesday before


def leader(zone: ZoneInfo = BERLIN, joined_at: datetime | None = None, one_by_one: bool = False) -> Leader:
    return Leader(1, LEADER, "Lea", zone, joined_at=joined_at, one_by_one=one_by_one)


def pair(
    number: int = 1,
    name: str = "Max",
    *,
    shift: int = 0,
    pinned_week: int | None = None,
    starts_at: datetime | None = None,
    muted: bool = False,
) -> Pair:
    return Pair(
        number,
        1,
        Person(f"{name.lower()}@example.org", name),
        position=number,
        muted=muted,
        shift=shift,
        pinned_week=pinned_week,
        starts_at=starts_at,
    )


def meeting(
    start: datetime,
    state: State = State.PLANNED,
    *,
    number: int | None = None,
    pair_id: int = 1,
    uid: str = "series",
    recurring: bool = True,
    seen: datetime | None = None,
) -> Meeting:
    """A meeting of half an hour, with the id of its start unless told."""
    seen = seen or start - timedelta(days=7)
    made = number if number is not None else int(start.timestamp()) // 60
    return Meeting(
        made,
        pair_id,
        uid,
        start.isoformat(),
        start,
        start + HALF_HOUR,
        state,
        seen,
        seen,
        recurring=recurring,
        organized_by_leader=True,
        reasons=("title",),
    )


def sighting(
    start: datetime,
    *,
    uid: str = "series",
    occurrence: str | None = None,
    pair_id: int = 1,
    status: EventStatus = EventStatus.CONFIRMED,
    organizer: str = LEADER,
    leader_says: Response = Response.ACCEPTED,
    member_says: Response = Response.NEEDS_ACTION,
    recurring: bool = True,
    length: timedelta = HALF_HOUR,
) -> Sighting:
    """An event of leader and member; the occurrence's id is its start unless told."""
    event = Event(
        uid,
        start.isoformat() if occurrence is None else occurrence,
        start,
        start + length,
        title="1:1",
        status=status,
        organizer=organizer,
        guests=(Guest(LEADER, response=leader_says), Guest(MEMBER, response=member_says)),
        recurring=recurring,
    )
    return Sighting(event, pair_id, ("title",), MEMBER)


def window_at(now: datetime) -> Window:
    return Window(now - timedelta(days=14), now + timedelta(days=60))


@dataclass
class Record:
    """What storage does with updates, in memory: meetings by id, each with its history."""

    leader: Leader = field(default_factory=leader)
    work: WorkCalendar = field(default_factory=lambda: WorkCalendar(BERLIN))
    seen_after: datetime | None = None
    meetings: dict[int, Meeting] = field(default_factory=dict)
    history: dict[int, list[Change]] = field(default_factory=dict)
    _numbers: Iterable[int] = field(default_factory=lambda: count(1))

    def read(self, sightings: Sequence[Sighting], now: datetime) -> list[Update]:
        """One whole reading."""
        window = window_at(now)
        if self.seen_after is None and self.leader.joined_at is None:
            self.leader = replace(self.leader, joined_at=now)
        known = list(self.meetings.values())
        updates = track(known, sightings, window, self.leader, self.work, self.seen_after, now)
        self.seen_after = now
        self._keep(updates)
        return updates

    def let_pass(self, now: datetime) -> list[Update]:
        """Time without a reading."""
        updates = settle(list(self.meetings.values()), self.work, now)
        self._keep(updates)
        return updates

    def in_order(self) -> list[Meeting]:
        return sorted(self.meetings.values(), key=lambda one: one.start)

    def states(self) -> list[State]:
        return [one.state for one in self.in_order()]

    def _keep(self, updates: Iterable[Update]) -> None:
        for update in updates:
            number = update.meeting.id or next(iter(self._numbers))
            self.meetings[number] = replace(update.meeting, id=number)
            if update.change:
                self.history.setdefault(number, []).append(update.change)


def weekly(first: datetime = MONDAY, weeks: int = 4, uid: str = "series") -> list[Sighting]:
    """A series as a reading shows it."""
    return [sighting(first + WEEK * week, uid=uid) for week in range(weeks)]


def single(start: datetime, uid: str = "single") -> Sighting:
    """An event of no series."""
    return sighting(start, uid=uid, occurrence="", recurring=False)


def record_of(*seen: Sighting, now: datetime = BEFORE, work: WorkCalendar | None = None) -> Record:
    """A record after a first reading."""
    record = Record(work=work or WorkCalendar(BERLIN))
    record.read(seen, now)
    return record


def whats(record: Record, at: int = 0) -> list[What]:
    """The history of the `at`-th meeting in order of time."""
    number = record.in_order()[at].id
    assert number is not None
    return [change.what for change in record.history[number]]
