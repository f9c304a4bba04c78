"""A pair's calendar that lives: every way of moving, remaking and calling off, with the truth.

A slot is what people mean by "our one-on-one of that week"; its entries in the calendar
come and go under ever new ids. The tracker sees the entries, the tests know the slots.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from service.domain.authorship import Sighting
from service.domain.events import EventStatus, Response
from tests.fakes.oneonones import DAY, HALF_HOUR, HOUR, LEADER, MEMBER, sighting, window_at


@dataclass
class Slot:
    """One one-on-one as people mean it. `off` once it was called off for good."""

    start: datetime
    uid: str
    occurrence: str
    recurring: bool = True
    off: bool = False
    shown: bool = True
    status: EventStatus = EventStatus.CONFIRMED
    leader_says: Response = Response.ACCEPTED
    member_says: Response = Response.ACCEPTED


@dataclass
class LivingCalendar:
    """One pair's year; `act` lets something happen to it, `read` shows it."""

    random: Random
    start: datetime
    now: datetime = field(init=False)
    pair_id: int = 1
    weeks: int = 30
    slots: list[Slot] = field(default_factory=list)
    whose: dict[tuple[str, str], Slot] = field(default_factory=dict)
    tombstones: list[Sighting] = field(default_factory=list)
    returning: list[tuple[datetime, Slot]] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)
    coming: list[Slot] = field(default_factory=list)
    _ids: int = 0

    def __post_init__(self) -> None:
        self.cadence = timedelta(days=7 * self.random.choice((1, 1, 1, 2)))
        self.organizer = self.random.choice((LEADER, MEMBER))
        uid = self._new_id()
        for count in range(self.weeks * 7 * DAY // self.cadence):
            self._show(Slot(self.start + self.cadence * count, uid, f"{count}"))

    def read(self, now: datetime) -> list[Sighting]:
        window = window_at(now)
        seen = [self._sighting(slot) for slot in self.slots if slot.shown]
        return [one for one in seen + self.tombstones if window.touches(one.event.start, one.event.end)]

    def act(self, now: datetime) -> None:
        """One thing that people do to a calendar."""
        self.now = now
        for when, slot in list(self.returning):
            if when <= now:
                self.returning.remove((when, slot))
                self._book_anew(slot)
        live = sorted((one for one in self.slots if not one.off), key=lambda one: one.start)
        self.coming = [one for one in live if one.start > now]
        at_hand = any(now - HALF_HOUR <= one.start <= now + 2 * HOUR for one in live)
        if at_hand or len(self.coming) < 3:
            return
        weights, deeds = zip(*self._deeds(), strict=True)
        (deed,) = self.random.choices(deeds, weights)
        self.acts.append(f"{now:%m-%d %H:%M} {deed.__name__.strip('_')}")
        deed()

    def _deeds(self) -> list[tuple[int, Callable[[], None]]]:
        return [
            (30, self._move),
            (12, self._cancel),
            (8, self._delete),
            (8, self._decline),
            (10, self._delete_and_remake),
            (8, self._cancel_and_book_later),
            (6, self._split),
            (6, self._split_and_shift),
            (5, self._shift_everything),
            (3, self._change_every_id),
            (6, self._add_one),
        ]

    def _soon(self) -> Slot:
        return self.random.choice(self.coming[:3])

    def _nearby(self, slot: Slot) -> datetime:
        """Another working time before the neighbouring slots' half of the cadence."""
        reach = int(self.cadence / 2 / HOUR) - 12
        while True:
            start = slot.start + HOUR * self.random.randint(-min(reach, 48), min(reach, 72))
            if start > self.now + HOUR and start != slot.start:
                return start

    def _move(self) -> None:
        slot = self._soon()
        slot.start = self._nearby(slot)

    def _cancel(self) -> None:
        slot = self._soon()
        slot.off, slot.status = True, EventStatus.CANCELLED

    def _delete(self) -> None:
        slot = self._soon()
        slot.off, slot.shown = True, False

    def _decline(self) -> None:
        slot = self._soon()
        slot.off = True
        if self.random.random() < 0.5:
            slot.leader_says = Response.DECLINED
        else:
            slot.member_says = Response.DECLINED

    def _delete_and_remake(self) -> None:
        slot = self._soon()
        if self.random.random() < 0.5:
            self._bury(slot)
        self._remake(slot, self._nearby(slot))

    def _cancel_and_book_later(self) -> None:
        slot = self.coming[0]
        self._bury(slot)
        slot.off, slot.shown = True, False
        self.returning.append((self.now + HOUR * self.random.randint(1, 30), slot))

    def _book_anew(self, slot: Slot) -> None:
        if slot.start > self.now - DAY:  # later nobody would call it the same one-on-one
            slot.off = False
            self._remake(slot, self._nearby(slot))

    def _split(self) -> None:
        self._split_by(timedelta(0))

    def _split_and_shift(self) -> None:
        self._split_by(self._shift())

    def _shift_everything(self) -> None:
        """The whole series, its past entries too; some calendars keep the ids."""
        shift, renamed = self._shift(), self.random.random() < 0.5
        for slot in self.slots:
            if slot.recurring and slot.shown and (slot.off or slot.start < self.now):
                self._edit_afterwards(slot, shift)
            elif slot.recurring and slot.shown:
                slot.start += shift
                if renamed:
                    self._rename(slot, slot.uid)

    def _change_every_id(self) -> None:
        uid = self._new_id()
        for slot in self.slots:
            if slot.shown:
                self._rename(slot, uid)

    def _add_one(self) -> None:
        start = self._soon().start + self.cadence / 2 - HOUR * self.random.randint(1, 30)
        self._show(Slot(start, self._new_id(), "", recurring=False))

    def _split_by(self, shift: timedelta) -> None:
        uid = self._new_id()
        for slot in self.coming:
            if slot.recurring:
                slot.start += shift
                self._rename(slot, uid)

    def _shift(self) -> timedelta:
        days = int(self.cadence / 2 / DAY) - 1
        shift = DAY * self.random.choice([day for day in range(-days, days + 1) if day])
        return shift if self.coming[0].start + shift > self.now + HOUR else abs(shift)

    def _edit_afterwards(self, slot: Slot, shift: timedelta) -> None:
        """An entry whose meeting is over, or off, stands elsewhere now: the truth stays."""
        slot.shown = False
        edited = self._sighting(slot, slot.start + shift)
        self.tombstones.append(edited)

    def _bury(self, slot: Slot) -> None:
        """Leave the old entry behind as cancelled, as Google does for a while."""
        slot.status = EventStatus.CANCELLED
        self.tombstones.append(self._sighting(slot))
        slot.status = EventStatus.CONFIRMED

    def _remake(self, slot: Slot, start: datetime) -> None:
        slot.start, slot.recurring, slot.shown = start, False, True
        self._rename(slot, self._new_id())

    def _rename(self, slot: Slot, uid: str) -> None:
        slot.uid, slot.occurrence = uid, self._new_id() if slot.recurring else ""
        if not slot.recurring:
            slot.uid = self._new_id()
        self.whose[slot.uid, slot.occurrence] = slot

    def _show(self, slot: Slot) -> None:
        self.slots.append(slot)
        self.whose[slot.uid, slot.occurrence] = slot

    def _new_id(self) -> str:
        self._ids += 1
        return f"{self.pair_id}-{self._ids}"

    def _sighting(self, slot: Slot, start: datetime | None = None) -> Sighting:
        return sighting(
            start or slot.start,
            uid=slot.uid,
            occurrence=slot.occurrence,
            pair_id=self.pair_id,
            status=slot.status,
            organizer=self.organizer,
            leader_says=slot.leader_says,
            member_says=slot.member_says,
            recurring=slot.recurring,
            length=HALF_HOUR,
        )
