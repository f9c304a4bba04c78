"""What the program can know of the truth at each moment: by whole readings and by what leaders say."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tests.simulation.clockwork import DAY, Hours
from tests.simulation.post import Letter
from tests.simulation.scenery import wall
from tests.simulation.truth import Fate, Leader, Pair, Slot

BACK, AHEAD = 14 * DAY, 60 * DAY


@dataclass(eq=False)
class Known:
    """A slot as last seen. `off_seen` is the reading that found it called off, with `fate`;
    `said` is the leader's word; `away` that the leader was, when it ended; `noted` that a new
    time was offered for it, which happens once, however often it is called off."""

    slot: Slot
    start: datetime
    end: datetime
    first_seen: datetime
    on: bool = True
    off_seen: datetime | None = None
    fate: Fate = Fate.ON
    said: str | None = None
    ended: bool = False
    away: bool = False
    noted: bool = False
    moved: list[datetime] = field(default_factory=list)
    uid: str = ""

    @property
    def counts(self) -> bool:
        """Held, or still to come: it moves the pair's cycle on."""
        if self.said is not None:
            return self.said == "held"
        return self.on and not (self.ended and self.away)


@dataclass
class Ledger:
    """One leader. `letters` are those delivered to them, `better` their words by slot; `lost_at`
    is when it was noticed that the calendar may not be read any more, if it may not. A `bare`
    calendar tells nothing of what was cancelled but that it was."""

    leader: Leader
    hours: Hours = field(init=False)
    joined: datetime | None = None
    lost_at: datetime | None = None
    bare: bool = False
    last_read: datetime | None = None
    known: dict[Slot, Known] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    prepared: dict[Slot, list[Letter]] = field(default_factory=dict)
    formed: dict[Slot, Letter] = field(default_factory=dict)
    answered: dict[str, datetime] = field(default_factory=dict)
    better: dict[Slot, str] = field(default_factory=dict)
    stopped: bool = False
    paused: bool = False
    paused_until: datetime | None = None
    lenient_until: datetime | None = None
    silent_at: datetime | None = None
    crashed_at: datetime | None = None
    sure_at: dict[str, datetime] = field(default_factory=dict)
    reflected: dict[Slot, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.hours = Hours(self.leader.zone, self.leader.days_off)

    def active(self, now: datetime) -> bool:
        over = self.paused_until is not None and self.paused_until <= now
        return not self.stopped and (not self.paused or over)

    def spoken_to_since(self, moment: datetime) -> bool:
        """Whether no pass since then found the leader paused or gone: what fell due in a pause is
        not made up for."""
        return self.silent_at is None or self.silent_at < moment

    def left_at(self, letter: Letter) -> datetime:
        """When the program can have known that a mail had left: later, where it died over it."""
        return self.sure_at.get(letter.key, letter.at)

    def fresh(self, now: datetime) -> bool:
        return self.last_read is not None and now - self.last_read <= 3 * DAY

    def read(self, now: datetime) -> None:
        """A whole reading at `now`, if there can be one."""
        leader = self.leader
        if self.stopped or not leader.readable or (leader.emptied and self._suddenly_empty(now)):
            return
        self.joined = self.joined or now
        self.hours.away = [] if leader.emptied else list(leader.away)
        for slot in leader.slots:
            self._look(slot, now)
        self.last_read = now

    def _suddenly_empty(self, now: datetime) -> bool:
        coming = (one for one in self.known.values() if now <= one.start < now + AHEAD)
        return any(one.on and one.said is None for one in coming)

    def _look(self, slot: Slot, now: datetime) -> None:
        known = self.known.get(slot)
        inside = slot.start < now + AHEAD and slot.end > now - BACK
        shown = slot.fate is not Fate.GONE and inside and not self.leader.emptied
        if known is None:
            if shown and slot.stands:
                self.known[slot] = Known(slot, slot.start, slot.end, now, uid=slot.uid)
        elif shown and slot.stands:
            self._stands(known, now)
        elif known.on and self._open(known):
            self._is_off(known, now, shown=shown)

    def _open(self, known: Known) -> bool:
        """No reading has shown it at or after its end, and nobody has said what became of it."""
        return known.said is None and (self.last_read is None or self.last_read < known.end)

    def _stands(self, known: Known, now: datetime) -> None:
        slot = known.slot
        if not known.on and slot.end <= now:
            return
        if known.on and not self._open(known):
            return
        if known.start != slot.start:
            known.moved.append(now)
        known.start, known.end, known.uid = slot.start, slot.end, slot.uid
        known.on, known.fate, known.off_seen, known.ended = True, Fate.ON, None, False
        known.said = None

    def _is_off(self, known: Known, now: datetime, *, shown: bool) -> None:
        begun = self.last_read is not None and self.last_read >= known.start
        out = known.start < now - BACK or known.end > now + AHEAD
        if not shown and (begun or out or known.start < (self.joined or now)):
            return
        known.on, known.off_seen, known.fate = False, now, known.slot.fate
        known.away = self._excused(known)

    def _excused(self, known: Known) -> bool:
        free = self.hours.local(known.start).date() in self.hours.days_off
        return free or self.hours.absent(known.start, known.end)

    def settle(self, now: datetime) -> None:
        """Time passes over what is known."""
        for known in self.known.values():
            if known.on and known.said is None and not known.ended and known.end <= now:
                known.ended = True
                known.away = self.hours.absent(known.start, known.end)

    def begins(self, pair: Pair) -> datetime:
        """When the pair's cycle begins: with the leader, or one week after the one before."""
        assert self.joined is not None
        if not self.leader.one_by_one or pair.position == 0:
            return self.joined
        day = self.hours.local(self.joined).date() + timedelta(weeks=pair.position)
        return wall(day, time(0), self.leader.zone)

    def started(self, known: Known) -> bool:
        return known.start >= self.begins(known.slot.pair)

    def week(self, known: Known) -> int:
        """Held meetings of the pair before this one, modulo three: those to come are presumed held."""
        pair = known.slot.pair
        earlier = (one for one in self.known.values() if one.slot.pair is pair and one.start < known.start)
        return sum(one.counts and self.started(one) for one in earlier) % 3 + 1

    def held_in(self, month: date, now: datetime) -> int:
        """How many one-on-ones since joining count as held in a local month."""
        return sum(one.counts and one.end <= now and self._in(one, month) for one in self.known.values())

    def _in(self, known: Known, month: date) -> bool:
        since = self.joined is not None and known.start >= self.joined
        return since and self.hours.local(known.start).date().replace(day=1) == month

    def on_record(self, month: date) -> list[Known]:
        return [one for one in self.known.values() if self._in(one, month)]

    def last_better(self, known: Known) -> str:
        """What the leader wrote last time could be better with this person; "" where they wrote
        only a note."""
        earlier = [self.known[slot] for slot in self.better if slot.pair is known.slot.pair]
        mine = [one for one in earlier if one.counts and one.start < known.start]
        return self.better[max(mine, key=lambda one: one.start).slot] if mine else ""
