"""Months from the record: what the digest's mail says of one, and the pages show of any."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime

from service.domain.cycle import CyclePlace
from service.domain.digest import PromiseRecord, Story, month_digest
from service.domain.letters import DigestLetter
from service.domain.months import (
    Day,
    Line,
    Mark,
    SignStory,
    days_of,
    end_of,
    lines_of,
    months_on_record,
    signs_over,
)
from service.domain.people import Leader, Pair
from service.domain.playbook import Playbook
from service.domain.reflections import Reflection
from service.jobs.desks import places
from service.jobs.office import Office
from service.storage import meetings, people, reflections
from service.storage.database import Transaction
from service.storage.people import LeaderRow

SIGNS_OVER = 6  # months: signs show over weeks, and a year of them is no story any more


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that months are told from, of one leader."""

    leader: Leader
    pairs: Sequence[Pair]
    stories: Sequence[Story]
    places: Mapping[int, CyclePlace]
    reflections: Mapping[int, Reflection]
    promises: Sequence[PromiseRecord]
    playbook: Playbook

    def letter(self, month: date, now: datetime) -> DigestLetter | None:
        """The month's digest; None where nothing is on record."""
        return month_digest(
            month,
            self.leader,
            self.pairs,
            self.stories,
            self.reflections,
            self.promises,
            self.playbook,
            self.places,
            now,
        )

    def months(self, now: datetime) -> tuple[date, ...]:
        """Those that have a digest, newest first."""
        return months_on_record(self.leader, self.pairs, self.stories, now)

    def view(self, month: date, now: datetime, first_weekday: int) -> "MonthView":
        """Everything that the leader's own page shows of a month."""
        end, others = end_of(month, self.leader, now), self.months(now)
        recent = [one for one in others if one <= month][:SIGNS_OVER]
        letters = {one: found for one in recent if (found := self.letter(one, now))}
        return MonthView(
            month=month,
            runs=end == now,
            letter=letters.get(month),
            weeks=days_of(month, self.leader, self.pairs, self.stories, first_weekday),
            lines=lines_of(self.leader, self.pairs, self.stories, end),
            signs=signs_over(letters),
            months=others,
        )


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month with what surrounds it. `runs` while it is not over; `letter` None while nothing
    is on record; `lines` are of the letter's pairs; `months` are those there are, newest first."""

    month: date
    runs: bool
    letter: DigestLetter | None
    weeks: tuple[tuple[Day, ...], ...]
    lines: tuple[Line, ...]
    signs: tuple[SignStory, ...]
    months: tuple[date, ...]

    @property
    def marks(self) -> frozenset[Mark]:
        """What the calendar shows."""
        return frozenset(entry.mark for week in self.weeks for day in week for entry in day.entries)


def record_of(tx: Transaction, office: Office, row: LeaderRow) -> Record:
    """A leader's whole record, in as many statements however long it is."""
    leader = row.leader
    pairs = people.pairs_of(tx, leader.id)
    known = meetings.of_leader(tx, leader.id)
    history = meetings.history(tx, leader.id)
    return Record(
        leader=leader,
        pairs=pairs,
        stories=[(one, tuple(history.get(one.id or 0, ()))) for one in known],
        places=places(office, leader, pairs, known),
        reflections=reflections.of_leader(tx, leader.id),
        promises=reflections.promises_of(tx, leader.id),
        playbook=office.playbook_of(leader.language),
    )


def as_known_by(record: Record, moment: datetime, written_since: Set[int]) -> Record:
    """The record without what was seen or answered after `moment`, and what was written or promised
    anew since (`written_since`, by meeting): for a link that shows no more than its mail did."""
    then = [one for one in record.promises if one.meeting_id not in written_since]  # an edit keeps its date
    return replace(
        record,
        stories=[story for story in record.stories if story[0].first_seen_at <= moment],
        reflections={key: one for key, one in record.reflections.items() if key not in written_since},
        promises=[replace(one, kept=None) if (one.answered_at or moment) > moment else one for one in then],
    )
