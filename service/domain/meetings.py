"""Known × seen × now → updates: what became of each one-on-one between two readings.

`track` is called only after a whole reading of the window: absence then means something.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from service.domain.authorship import VANISHED, Author, Sighting, author_of, is_late, stands
from service.domain.events import EventStatus, Window
from service.domain.identity import Pairing, Reading, Tie, pair_up
from service.domain.outcomes import SAID_MOVED, ended, hold, settle
from service.domain.people import Leader
from service.domain.records import (
    Change,
    Meeting,
    State,
    Update,
    What,
)
from service.domain.workdays import WorkCalendar

__all__ = ["SAID_MOVED", "Sighting", "hold", "settle", "track"]

_CALLED_OFF = frozenset({State.CANCELLED, State.EXCUSED})


def track(
    known: Sequence[Meeting],
    sightings: Sequence[Sighting],
    window: Window,
    leader: Leader,
    work: WorkCalendar,
    seen_after: datetime | None,
    now: datetime,
) -> list[Update]:
    """What one whole reading of `window` changes, in order of time.

    `known` are the stored meetings (at least all that the window touches), `sightings` all
    one-on-ones of the reading, those cancelled or declined included, `seen_after` the whole
    reading before it, also one that showed nothing new. A stored meeting may have two
    updates (moved, then ended), to be applied in order; a new one has exactly one. `change`
    is None where only ids, length, reasons or last-seen changed; last-seen is refreshed
    when it starts to matter, not each time.
    """
    reading = Reading(window, seen_after, now)
    tracker = _Pass(leader, work, reading, sightings)
    pairing = pair_up(known, sightings, tracker.stands, reading)
    gone: list[_Gone] = []
    updates = []
    for meeting in known:
        found = list(tracker.stay(meeting, pairing))
        if not found and (off := tracker.gone(meeting, pairing)):
            gone.append(off)
            continue
        updates += tracker.with_end(meeting, found)
    updates += tracker.called_off(gone, pairing)
    updates += [birth for sighting in pairing.new if (birth := tracker.born(sighting))]
    return sorted(updates, key=lambda update: update.meeting.start)


@dataclass(frozen=True, slots=True)
class _Gone:
    """A meeting that does not stand any more; `what` unless it is excused or a series' end."""

    meeting: Meeting
    what: What
    author: Author


@dataclass(frozen=True, slots=True)
class _Pass:
    """One reading held against what is known."""

    leader: Leader
    work: WorkCalendar
    reading: Reading
    sightings: Sequence[Sighting]

    def stands(self, sighting: Sighting) -> bool:
        return stands(sighting, self.leader)

    def stay(self, meeting: Meeting, pairing: Pairing) -> Iterator[Update]:
        """Updates of a meeting that the reading still shows somewhere."""
        tie, elsewhere = pairing.by_slot.get(meeting, (None, None))
        entry = pairing.by_id.get(meeting)
        if elsewhere and tie is Tie.RETURNS:
            yield self._returned(meeting, elsewhere)
        elif elsewhere and tie is Tie.FOLLOWS:
            yield from self._follow(meeting, elsewhere, self._how_moved(meeting, elsewhere, entry))
        elif elsewhere:
            yield Update(self._adopt(meeting, elsewhere, own_time=True), None)
        elif entry and self.stands(entry):
            yield from self._stand(meeting, entry)

    def gone(self, meeting: Meeting, pairing: Pairing) -> _Gone | None:
        """The meeting, if the reading calls it off: by its own entry or by having none."""
        if not self.reading.decides(meeting):
            return None
        entry = pairing.by_id.get(meeting)
        if entry is None:
            return _Gone(meeting, What.VANISHED, VANISHED) if self._vanished(meeting) else None
        if self.stands(entry):
            return None
        return _Gone(meeting, _what_off(entry), author_of(entry, self.leader))

    def with_end(self, meeting: Meeting, updates: list[Update]) -> list[Update]:
        """The updates, and the meeting's end where its time is past."""
        latest = updates[-1].meeting if updates else meeting
        end = ended(latest, self.work, self.reading.seen_after, self.reading.now)
        return updates if end is None else [*(one for one in updates if one.change), end]

    def called_off(self, gone: Sequence[_Gone], pairing: Pairing) -> Iterator[Update]:
        """Cancellations; a whole series that went in one pass is one event."""
        series: dict[tuple[int, str], list[_Gone]] = defaultdict(list)
        for one in sorted(gone, key=lambda one: one.meeting.start):
            series[one.meeting.pair_id, one.meeting.uid].append(one)
        carried_on = pairing.carried_on()
        for key, group in series.items():
            if key in carried_on or not self._series_ended(group):
                reach = pairing.reach[key[0]]
                yield from (self._call_off(one) for one in group if not self._out_of_view(one, reach))
                continue
            first, *later = group
            yield self._call_off(replace(first, what=What.SERIES_ENDED))
            yield from (self._end_with_series(one) for one in later)

    def born(self, sighting: Sighting) -> Update | None:
        """The first update of a meeting never seen before.

        What was off when first seen is no cancellation that we saw, so it is left out;
        except an occurrence, of a series that goes on, that has only now come into the window.
        """
        event, now = sighting.event, self.reading.now
        blank = Meeting(
            None, sighting.pair_id, "", "", event.start, event.end, State.PLANNED, now, now
        )  # fmt: skip
        meeting = self._adopt(blank, sighting)
        if not self.stands(sighting):
            off = _Gone(meeting, _what_off(sighting), author_of(sighting, self.leader))
            return self._call_off(off) if self._just_came_into_view(sighting) else None
        change = Change(What.SEEN, self.reading.seen_after, now, evidence="first seen")
        end = ended(meeting, self.work, self.reading.seen_after, now)
        return Update(end.meeting if end else meeting, change)

    def _stand(self, meeting: Meeting, entry: Sighting) -> Iterator[Update]:
        if self.reading.decides(meeting):
            yield from self._follow(meeting, entry, What.MOVED)
        elif meeting.state in _CALLED_OFF and entry.event.end > self.reading.now:
            yield self._returned(meeting, entry)

    def _follow(self, meeting: Meeting, sighting: Sighting, what: What) -> Iterator[Update]:
        """The meeting where the event stands now; silent where only its ids are new."""
        adopted = self._adopt(meeting, sighting)
        if adopted.start != meeting.start:
            yield self._change(replace(adopted, state=State.MOVED), what, "its time changed", meeting.start)
        elif adopted != replace(meeting, last_seen_at=self.reading.now) or self._seen_matters(meeting):
            yield Update(adopted, None)

    def _returned(self, meeting: Meeting, sighting: Sighting) -> Update:
        """A meeting called off that stands again, at its time or at another."""
        adopted = replace(self._adopt(meeting, sighting), by=None, confidence=None)
        same_ids = (meeting.uid, meeting.occurrence) == (adopted.uid, adopted.occurrence)
        if adopted.start == meeting.start:
            return self._change(replace(adopted, state=State.PLANNED), What.RESTORED, "stands again")
        what = What.RESTORED if same_ids else What.RESCHEDULED
        evidence = "stands again" if same_ids else "a new event with the same person nearby"
        return self._change(replace(adopted, state=State.MOVED), what, evidence, meeting.start)

    def _how_moved(self, meeting: Meeting, elsewhere: Sighting, entry: Sighting | None) -> What:
        """A series that goes on at another time has moved; any other new event replaces."""
        event = elsewhere.event
        goes_on = event.uid == meeting.uid or (event.recurring and meeting.recurring)
        return What.MOVED if entry is None and goes_on else What.RESCHEDULED

    def _adopt(self, meeting: Meeting, sighting: Sighting, *, own_time: bool = False) -> Meeting:
        event = sighting.event
        organizer = event.organizer in self.leader.addresses if event.organizer else None
        return replace(
            meeting,
            uid=event.uid,
            occurrence=event.occurrence,
            start=meeting.start if own_time else event.start,
            end=meeting.end if own_time else event.end,
            recurring=event.recurring,
            organized_by_leader=organizer,
            reasons=sighting.reasons,
            last_seen_at=self.reading.now,
        )

    def _seen_matters(self, meeting: Meeting) -> bool:
        """Whether this is the first time it is still there after its start, or its end."""
        seen, now = meeting.last_seen_at, self.reading.now
        return seen < meeting.start <= now or seen < meeting.end <= now

    def _vanished(self, meeting: Meeting) -> bool:
        """Absence says something only of what the reading would have shown, and nothing of
        what had begun while it was still there: that is a tidied history."""
        window, joined = self.reading.window, self.leader.joined_at
        inside = window.start <= meeting.start and meeting.end <= window.end
        ours = joined is None or meeting.start >= joined
        return inside and ours and self.reading.last_saw(meeting) < meeting.start

    def _out_of_view(self, gone: _Gone, reach: timedelta) -> bool:
        """Whether it may have moved to just behind the window's far edge: wait, and see."""
        return gone.what is What.VANISHED and gone.meeting.start + reach > self.reading.window.end

    def _series_ended(self, group: Sequence[_Gone]) -> bool:
        first = group[0].meeting
        return len(group) > 1 and not self._goes_on(first.pair_id, first.uid, first.start)

    def _goes_on(self, pair_id: int, uid: str, since: datetime) -> bool:
        """Whether anything of a series stands from then on."""
        return any(
            one.pair_id == pair_id and one.event.uid == uid and one.event.start >= since and self.stands(one)
            for one in self.sightings
        )

    def _excused(self, meeting: Meeting) -> bool:
        free = self.work.local(meeting.start).date() in self.work.days_off
        return free or self.work.absent(meeting.start, meeting.end)

    def _call_off(self, gone: _Gone) -> Update:
        if self._excused(gone.meeting):
            excused = replace(gone.meeting, state=State.EXCUSED, by=None, confidence=None)
            return self._change(excused, What.EXCUSED, "the leader is away or the day is off")
        author = gone.author
        meeting = replace(gone.meeting, state=State.CANCELLED, by=author.by, confidence=author.confidence)
        update = self._change(meeting, gone.what, author.evidence)
        late = is_late(meeting.start, self.reading.now, self.work)
        return replace(update, change=replace(update.change, late=late) if update.change else None)

    def _end_with_series(self, gone: _Gone) -> Update:
        meeting = replace(gone.meeting, state=State.EXCUSED, by=None, confidence=None)
        return self._change(meeting, What.SERIES_ENDED, "the series ended before it")

    def _just_came_into_view(self, sighting: Sighting) -> bool:
        window, seen_after, now = self.reading.window, self.reading.seen_after, self.reading.now
        event = sighting.event
        if seen_after is None or not event.recurring or event.start < window.end - (now - seen_after):
            return False
        # What is left of a series that was ended or split comes into view as cancelled, week by week.
        return self._goes_on(sighting.pair_id, event.uid, now)

    def _change(
        self, meeting: Meeting, what: What, evidence: str, old_start: datetime | None = None
    ) -> Update:
        seen_after, now = self.reading.seen_after, self.reading.now
        change = Change(
            what, seen_after, now, meeting.by, meeting.confidence, evidence, old_start
        )  # fmt: skip
        return Update(meeting, change)


def _what_off(sighting: Sighting) -> What:
    cancelled = sighting.event.status is EventStatus.CANCELLED
    return What.CANCELLED if cancelled else What.DECLINED
