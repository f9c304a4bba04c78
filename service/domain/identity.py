"""Which of the meetings we know is which of the events we see.

The provider's ids come first. They do not survive a split series, a deleted and remade
event or a change of the provider's format; what they leave over is paired by the same
person and the nearest slot within half a cadence (facts: 78.7 % of slots right by ids
alone, 99.6 % with the slots).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import pairwise
from statistics import median

from service.domain.authorship import Sighting
from service.domain.events import Window
from service.domain.records import COUNTS_AS_HELD, LIVE, Meeting, State

_WEEKLY = timedelta(days=7)
_SHORTEST, _LONGEST = timedelta(days=1), timedelta(days=35)
_CALLED_OFF = frozenset({State.CANCELLED, State.EXCUSED})

_Slots = Iterable[tuple[int, datetime, bool]]


@dataclass(frozen=True, slots=True)
class Reading:
    """One whole reading of a calendar: its window, the whole reading before it, its time."""

    window: Window
    seen_after: datetime | None
    now: datetime

    def last_saw(self, meeting: Meeting) -> datetime:
        """When a meeting the calendar still decides on was last there: being still on
        record, it was there at the reading before, though that is not always written."""
        return max(meeting.last_seen_at, self.seen_after or meeting.last_seen_at)

    def decides(self, meeting: Meeting) -> bool:
        """Whether the calendar may still change the meeting: no reading has shown it at or
        after its end, and the leader has not said what became of it."""
        undecided = meeting.state in LIVE or meeting.state is State.PRESUMED_HELD
        return undecided and self.last_saw(meeting) < meeting.end


class Tie(IntEnum):
    """How a meeting and an event of other ids belong together; the first ties go first."""

    FOLLOWS = 0  # the meeting now stands there
    ABSORBED = 1  # it is over: the event is its entry, edited afterwards
    RETURNS = 2  # it was called off, and this replaces it


@dataclass(frozen=True, slots=True)
class Pairing:
    """What was found: by the provider's ids, by slot, and the events left over.

    `reach` is half of each pair's cadence, by pair id.
    """

    by_id: dict[Meeting, Sighting]
    by_slot: dict[Meeting, tuple[Tie, Sighting]]
    new: tuple[Sighting, ...]
    reach: dict[int, timedelta] = field(default_factory=dict, compare=False)

    def carried_on(self) -> set[tuple[int, str]]:
        """The series, as pair and uid, of which meetings go on under other ids."""
        follows = (one for one, (tie, _) in self.by_slot.items() if tie is Tie.FOLLOWS)
        return {(one.pair_id, one.uid) for one in follows}


def pair_up(
    known: Sequence[Meeting],
    sightings: Sequence[Sighting],
    standing: Callable[[Sighting], bool],
    reading: Reading,
) -> Pairing:
    """Pair the meetings known with the sightings of one whole reading."""
    by_id = _by_id(known, sightings, standing, reading)
    claimed = set(by_id.values())
    left = [sighting for sighting in sightings if sighting not in claimed]
    unplaced = [one for one in known if one not in by_id or not standing(by_id[one])]
    half = {pair: cadence / 2 for pair, cadence in cadences(known, sightings, standing, reading).items()}
    candidates = [one for one in left if standing(one)]
    by_slot = _by_slot(unplaced, candidates, half, set(by_id), reading)
    placed = {sighting for _, sighting in by_slot.values()}
    return Pairing(by_id, by_slot, tuple(one for one in left if one not in placed), half)


def cadences(
    known: Sequence[Meeting],
    sightings: Sequence[Sighting],
    standing: Callable[[Sighting], bool],
    reading: Reading,
) -> dict[int, timedelta]:
    """How far apart each pair's meetings are, by pair id: the median gap, one to 35 days,
    a week where nothing tells.

    Known and seen gaps are counted apart, or a whole series moved by two days would look
    like one that meets every two days. A series' gaps go before those of ad-hoc meetings.
    """
    recent = reading.window.start - _LONGEST
    alive = (one for one in known if one.state in LIVE | COUNTS_AS_HELD and one.start >= recent)
    gaps: dict[int, list[timedelta]] = defaultdict(list)
    _add_gaps(gaps, ((one.pair_id, one.start, one.recurring) for one in alive))
    seen = (one for one in sightings if standing(one))
    _add_gaps(gaps, ((one.pair_id, one.event.start, one.event.recurring) for one in seen))
    pairs = {one.pair_id for one in known} | {one.pair_id for one in sightings}
    return {pair: _cadence(gaps[pair]) for pair in pairs}


def _add_gaps(gaps: dict[int, list[timedelta]], slots: _Slots) -> None:
    starts: dict[int, set[tuple[datetime, bool]]] = defaultdict(set)
    for pair, start, recurring in slots:
        starts[pair].add((start, recurring))
    for pair, found in starts.items():
        series = {start for start, recurring in found if recurring}
        ordered = sorted(series or {start for start, _ in found})
        gaps[pair] += [later - earlier for earlier, later in pairwise(ordered)]


def _cadence(gaps: list[timedelta]) -> timedelta:
    if not gaps:
        return _WEEKLY
    middle = timedelta(seconds=median(gap.total_seconds() for gap in gaps))
    return min(max(middle, _SHORTEST), _LONGEST)


def _by_id(
    known: Sequence[Meeting],
    sightings: Sequence[Sighting],
    standing: Callable[[Sighting], bool],
    reading: Reading,
) -> dict[Meeting, Sighting]:
    """An event that now is with somebody else is not the meeting it was."""
    seen: dict[tuple[int, str, str], Sighting] = {}
    for sighting in sorted(sightings, key=standing):
        seen[sighting.pair_id, sighting.event.uid, sighting.event.occurrence] = sighting
    found: dict[Meeting, Sighting] = {}
    for one in sorted(known, key=lambda one: (not reading.decides(one), -one.start.timestamp())):
        match = seen.pop((one.pair_id, one.uid, one.occurrence), None)
        if match:
            found[one] = match
    return found


def _by_slot(
    unplaced: Sequence[Meeting],
    candidates: Sequence[Sighting],
    half: dict[int, timedelta],
    has_entry: set[Meeting],
    reading: Reading,
) -> dict[Meeting, tuple[Tie, Sighting]]:
    of_pair: dict[int, list[Sighting]] = defaultdict(list)
    for sighting in candidates:
        of_pair[sighting.pair_id].append(sighting)
    found: dict[Meeting, tuple[Tie, Sighting]] = {}
    taken: set[Sighting] = set()
    ties = (
        tied
        for one in unplaced
        for sighting in of_pair[one.pair_id]
        if (tied := _tied(one, sighting, half[one.pair_id], one in has_entry, reading))
    )
    for (_, tie, *_), one, sighting in sorted(ties, key=lambda tied: tied[0]):
        if one not in found and sighting not in taken:
            found[one] = tie, sighting
            taken.add(sighting)
    return found


def _tied(
    one: Meeting, sighting: Sighting, half: timedelta, has_entry: bool, reading: Reading
) -> tuple[tuple[bool, Tie, bool, timedelta], Meeting, Sighting] | None:
    """A possible tie and its rank: the very same slot first, then like with like (a series'
    meeting is rather another series' than an ad-hoc event nearby), then the nearest."""
    distance = abs(sighting.event.start - one.start)
    tie = _tie(one, sighting, half, has_entry, reading)
    if tie is None or distance > half:
        return None
    unlike = sighting.event.recurring != one.recurring
    return (distance > timedelta(0), tie, unlike, distance), one, sighting


def _tie(one: Meeting, sighting: Sighting, half: timedelta, has_entry: bool, reading: Reading) -> Tie | None:
    """How the two could belong together, if at all.

    What ended before the reading before was written into the past: no meeting goes there,
    but one that is over may have its entry edited.
    """
    end = sighting.event.end
    written_back = reading.seen_after is not None and end <= reading.seen_after
    if reading.decides(one):
        return None if written_back else Tie.FOLLOWS
    if one.state in _CALLED_OFF and not written_back:
        return Tie.RETURNS if one.start > reading.now - half else None
    over = one.end <= reading.now and end <= reading.now
    return Tie.ABSORBED if over and not has_entry else None
