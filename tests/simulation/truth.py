"""What is really so: people, their one-on-ones, and what their calendars show of it.

The program under test never sees this; the oracle judges the program by it.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from service.domain.events import Event, EventKind, EventStatus, Guest, GuestKind, Response

QUIET_FROM, QUIET_UNTIL = time(20), time(7)
WORK_FROM, WORK_UNTIL = time(9), time(17)


class Fate(StrEnum):
    """What has become of a slot, by what the calendar shows of it."""

    ON = "on"
    CANCELLED = "cancelled"
    LEADER_DECLINED = "leader_declined"
    MEMBER_DECLINED = "member_declined"
    GONE = "gone"


@dataclass(eq=False)
class Slot:
    """One one-on-one as people mean it, whatever ids its entries have."""

    pair: "Pair"
    uid: str
    occurrence: str
    start: datetime
    end: datetime
    recurring: bool = True
    fate: Fate = Fate.ON
    ever_off: bool = False
    touched: datetime | None = None

    @property
    def stands(self) -> bool:
        return self.fate is Fate.ON

    @property
    def label(self) -> str:
        return f"{self.pair.name} {self.pair.leader.local(self.start):%a %d %b %H:%M} ({self.fate})"

    def call_off(self, fate: Fate) -> None:
        self.fate, self.ever_off = fate, True

    def move(self, start: datetime, now: datetime) -> None:
        self.start, self.end = start, start + (self.end - self.start)
        self.touched = now

    def left_alone(self, now: datetime) -> bool:
        """For so long that a reading has seen it as it is: moved and made anew at once, nobody
        could tell that it is the same."""
        return self.touched is None or now - self.touched > timedelta(days=5)


@dataclass(eq=False)
class Pair:
    """A leader and a member, and how they meet."""

    leader: "Leader"
    name: str
    address: str
    title: str
    organizer: str
    every: timedelta
    position: int
    slots: list[Slot] = field(default_factory=list)

    @property
    def led_by_leader(self) -> bool:
        return self.organizer == self.leader.address

    def free_at(self, start: datetime) -> bool:
        """Whether nothing of this pair, called off or not, lies about that time."""
        return all(abs(slot.start - start) >= timedelta(hours=2) for slot in self.slots)


@dataclass(eq=False)
class Leader:
    """A leader as the world knows them; `away` are out-of-office stretches."""

    address: str
    name: str
    key: str
    zone: ZoneInfo
    one_by_one: bool
    days_off: frozenset[object]
    pairs: list[Pair] = field(default_factory=list)
    noise: list[Event] = field(default_factory=list)
    away: list[tuple[datetime, datetime]] = field(default_factory=list)
    readable: bool = True
    emptied: bool = False

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    @property
    def slots(self) -> list[Slot]:
        return [slot for pair in self.pairs for slot in pair.slots]

    def events(self) -> list[Event]:
        """What the calendar shows right now."""
        if self.emptied:
            return []
        shown = [event_of(slot) for slot in self.slots if slot.fate is not Fate.GONE]
        return (
            shown
            + self.noise
            + [
                Event(f"away-{count}", "", start, end, "Out of office", kind=EventKind.OUT_OF_OFFICE)
                for count, (start, end) in enumerate(self.away)
            ]
        )


def event_of(slot: Slot) -> Event:
    """A slot's entry."""
    pair = slot.pair
    leader_says = Response.DECLINED if slot.fate is Fate.LEADER_DECLINED else Response.ACCEPTED
    member_says = Response.DECLINED if slot.fate is Fate.MEMBER_DECLINED else Response.NEEDS_ACTION
    return Event(
        slot.uid,
        slot.occurrence,
        slot.start,
        slot.end,
        pair.title,
        status=EventStatus.CANCELLED if slot.fate is Fate.CANCELLED else EventStatus.CONFIRMED,
        organizer=pair.organizer,
        guests=(
            Guest(pair.leader.address, pair.leader.name, leader_says),
            Guest(pair.address, pair.name, member_says),
            Guest("room-7@example.org", "Room 7", Response.ACCEPTED, GuestKind.ROOM),
        ),
        recurring=slot.recurring,
    )
