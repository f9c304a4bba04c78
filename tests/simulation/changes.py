"""What people do to their calendars: one random change at a time."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from random import Random

from tests.simulation.scenery import LENGTHS, wall
from tests.simulation.truth import Fate, Leader, Pair, Slot

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTICE = timedelta(minutes=1)


class Changes:
    """Changes one leader's calendar. `act` names what it did, "" where there was nothing to do.

    `deleted` is what a calendar shows of an event that somebody deleted.
    """

    deleted = Fate.GONE

    def __init__(self, random: Random, leader: Leader) -> None:
        self.random, self.leader = random, leader
        self._made = 0

    def act(self, now: datetime) -> str:
        weights, deeds = zip(*self._deeds(), strict=True)
        (deed,) = self.random.choices(deeds, weights)
        return str(deed(now) or "")

    def _deeds(self) -> list[tuple[int, Callable[[datetime], str | None]]]:
        return [
            (26, self._move),
            (12, self._cancel),
            (8, self._leader_declines),
            (6, self._member_declines),
            (8, self._vanish),
            (6, self._restore),
            (12, self._book_late),
            (6, self._book_ahead),
            (5, self._shift_series),
            (6, self._split_series),
            (5, self._go_away),
            (3, self._end_series),
            (5, self._replace),
        ]

    def _soon(self, now: datetime, within: timedelta = 14 * DAY) -> Slot | None:
        """A slot to come, the next ones rather than later ones."""
        coming = [s for s in self.leader.slots if s.stands and now + NOTICE < s.start < now + within]
        coming.sort(key=lambda slot: slot.start)
        return coming[min(int(self.random.expovariate(0.6)), len(coming) - 1)] if coming else None

    def _elsewhere(self, slot: Slot, now: datetime, reach: timedelta) -> datetime | None:
        """Another daytime within reach, still to come and free of the pair's other slots."""
        zone = self.leader.zone
        for _ in range(12):
            day = (self.leader.local(slot.start) + self.random.uniform(-1, 1) * reach).date()
            start = wall(day, time(self.random.randrange(8, 18), self.random.choice((0, 15, 30))), zone)
            near = abs(start - slot.start) <= reach
            if start > now + 3 * NOTICE and near and start != slot.start and self._free(slot, start):
                return start
        return None

    def _free(self, slot: Slot, start: datetime) -> bool:
        return all(abs(other.start - start) >= 2 * HOUR for other in slot.pair.slots if other is not slot)

    def _move(self, now: datetime) -> str | None:
        slot = self._soon(now)
        start = self._elsewhere(slot, now, 6 * DAY) if slot else None
        if slot is None or start is None or not (slot.recurring or slot.left_alone(now)):
            return None
        before = slot.label
        slot.move(start, now)
        return f"{before} moves to {self.leader.local(start):%a %d %b %H:%M}"

    def _off(self, now: datetime, fate: Fate) -> str | None:
        slot = self._soon(now)
        if slot is None:
            return None
        slot.call_off(fate)
        return f"{slot.label} is called off"

    def _cancel(self, now: datetime) -> str | None:
        return self._off(now, Fate.CANCELLED)

    def _leader_declines(self, now: datetime) -> str | None:
        return self._off(now, Fate.LEADER_DECLINED)

    def _member_declines(self, now: datetime) -> str | None:
        return self._off(now, Fate.MEMBER_DECLINED)

    def _vanish(self, now: datetime) -> str | None:
        return self._off(now, self.deleted)

    def _restore(self, now: datetime) -> str | None:
        off = [
            s for s in self.leader.slots if not s.stands and s.fate is not Fate.GONE and s.start > now + HOUR
        ]
        if not off:
            return None
        slot = self.random.choice(off)
        slot.fate = Fate.ON
        return f"{slot.label} stands again"

    def _book_late(self, now: datetime) -> str | None:
        """A one-on-one out of the blue, in minutes or hours."""
        return self._book(now + timedelta(minutes=self.random.choice((4, 9, 14, 40, 90, 200, 600))))

    def _book_ahead(self, now: datetime) -> str | None:
        day = self.leader.local(now).date() + DAY * self.random.randrange(1, 10)
        return self._book(wall(day, time(self.random.randrange(8, 18), 20), self.leader.zone))

    def _book(self, start: datetime) -> str | None:
        pair = self.random.choice(self.leader.pairs)
        start = start.replace(second=0, microsecond=0)
        if not pair.free_at(start):
            return None
        slot = self._new(pair, start, timedelta(minutes=self.random.choice(LENGTHS)))
        return f"{slot.label} is booked"

    def _new(self, pair: Pair, start: datetime, length: timedelta) -> Slot:
        self._made += 1
        slot = Slot(pair, f"single-{pair.address}-{self._made}", "", start, start + length, recurring=False)
        pair.slots.append(slot)
        return slot

    def _replace(self, now: datetime) -> str | None:
        """Deleted, and a new event made for it: what people do who do not know how to move."""
        slot = self._soon(now)
        start = self._elsewhere(slot, now, slot.pair.every * 3 / 8) if slot else None
        if slot is None or start is None or not slot.left_alone(now):
            return None
        self._made += 1
        before = slot.label
        slot.uid, slot.occurrence, slot.recurring = f"again-{slot.pair.address}-{self._made}", "", False
        slot.move(start, now)
        return f"{before} is made anew at {self.leader.local(start):%a %d %b %H:%M}"

    def _series_from(self, now: datetime) -> list[Slot]:
        pair = self.random.choice(self.leader.pairs)
        return [slot for slot in pair.slots if slot.recurring and slot.start > now + 3 * HOUR]

    def _shift_series(self, now: datetime) -> str | None:
        """All that is to come at another time, under the same ids."""
        return self._shift(now, renamed=False)

    def _split_series(self, now: datetime) -> str | None:
        """This and following: a new series with new ids, perhaps at another time."""
        return self._shift(now, renamed=True)

    def _shift(self, now: datetime, *, renamed: bool) -> str | None:
        coming = self._series_from(now)
        by = (
            self.random.choice((-26, -3, -1, 1, 2, 24, 47)) * HOUR
            if not renamed or self._coin()
            else 0 * HOUR
        )
        pair = coming[0].pair if coming else None
        if renamed and not all(slot.left_alone(now) for slot in coming):
            return None
        if pair is None or not self._can_shift(pair, coming, by, now):
            return None
        self._made += 1
        for slot in coming:
            slot.move(slot.start + by, now)
            if renamed:
                slot.uid = f"split-{pair.address}-{self._made}"
        return f"{pair.name}'s series of {len(coming)} {'splits' if renamed else 'shifts'} by {by}"

    def _can_shift(self, pair: Pair, coming: list[Slot], by: timedelta, now: datetime) -> bool:
        """Only where no other one-on-one of the pair makes it unclear which became which."""
        others = [slot for slot in pair.slots if slot not in coming and slot.end > now - DAY]
        clear = all(abs(slot.start + by - other.start) > DAY for slot in coming for other in others)
        return clear and all(slot.start + by > now + HOUR for slot in coming)

    def _end_series(self, now: datetime) -> str | None:
        coming = self._series_from(now)
        if len(coming) < 3 or self.random.random() < 0.6:
            return None
        for slot in coming:
            slot.call_off(self.deleted)
        return f"{coming[0].pair.name}'s series ends"

    def _go_away(self, now: datetime) -> str | None:
        """Some days, or an afternoon, out of office."""
        first = self.leader.local(now).date() + DAY * self.random.randrange(1, 12)
        if self._coin():
            stretch = (wall(first, time(12), self.leader.zone), wall(first, time(18), self.leader.zone))
        else:
            last = first + DAY * self.random.choice((1, 2, 5, 7))
            stretch = (wall(first, time(0), self.leader.zone), wall(last, time(0), self.leader.zone))
        self.leader.away.append(stretch)
        begin, end = (f"{self.leader.local(moment):%a %d %b %H:%M}" for moment in stretch)
        return f"away from {begin} to {end}"

    def _coin(self) -> bool:
        return self.random.random() < 0.5
