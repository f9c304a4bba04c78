"""Tracking against known truth: simulated pairs whose calendars live for half a year."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from random import Random

from service.domain.records import COUNTS_AS_HELD, Meeting, State
from tests.fakes.living_calendar import LivingCalendar, Slot
from tests.fakes.oneonones import DAY, HOUR, WEEK, Record, utc

PAIRS = 40
START = utc("2026-09-07 09:00")
END = START + 24 * WEEK  # over the end of summer time


@cache
def live(seed: int) -> tuple[LivingCalendar, Record, dict[int, Slot]]:
    """Half a year of one pair, and which slot each meeting was when first seen."""
    random = Random(seed)  # noqa: S311 - a simulation has no secrets
    calendar = LivingCalendar(random, START + DAY * random.randint(0, 4))
    record, first = Record(), dict[int, Slot]()
    now = START - DAY
    next_act = now + DAY
    while now < END:
        if now >= next_act:
            calendar.act(now)
            next_act = now + DAY * random.uniform(4, 24)
        record.read(calendar.read(now), now)
        for number, one in record.meetings.items():
            first.setdefault(number, calendar.whose[one.uid, one.occurrence])
        now += HOUR * random.choice((2, 6, 12))
    return calendar, record, first


def verdict(slot: Slot, rows: Sequence[Meeting], calendar: LivingCalendar) -> str:
    if not rows:
        return "never seen" if slot.off else "missed"
    (row, *others) = rows
    if others:
        return "split in two"
    if calendar.whose[row.uid, row.occurrence] is not slot:
        return "wrong pairing"
    if slot.off:
        return "right" if row.state is State.CANCELLED else "missed cancellation"
    if row.state is State.CANCELLED:
        return "false cancellation"
    return "right" if row.state in COUNTS_AS_HELD and row.start == slot.start else "wrong time"


@cache
def verdicts() -> Counter[str]:
    tally: Counter[str] = Counter()
    for seed in range(PAIRS):
        calendar, record, first = live(seed)
        for slot in calendar.slots:
            if slot.start + DAY < END:
                rows = [record.meetings[number] for number, of in first.items() if of is slot]
                tally[verdict(slot, rows, calendar)] += 1
    return tally


def test_nearly_every_slot_is_followed_to_its_true_end() -> None:
    """Measured over 300 pairs and 6,600 slots: 99.7 %. Ids alone reach 78.7 % (facts)."""
    tally = verdicts()
    assert sum(tally.values()) > 800
    assert tally["right"] / sum(tally.values()) >= 0.995, dict(tally)


def test_hardly_any_cancellation_is_false() -> None:
    """Measured: 2 in 6,600. A meeting that is held must not be asked about as cancelled."""
    assert verdicts()["false cancellation"] <= 1, dict(verdicts())


def test_the_calendars_live() -> None:
    """A simulation in which nothing happens would prove nothing."""
    slots = [slot for seed in range(10) for slot in live(seed)[0].slots]
    assert sum(slot.off for slot in slots) > 20
    assert sum(not slot.recurring for slot in slots) > 10
