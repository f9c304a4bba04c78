"""A month to look at: its days, how far the meetings with each person lie apart, the months before."""

from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from service.domain.digest import Story, on_record, said_moved, was_moved
from service.domain.letters import DigestLetter, Quote
from service.domain.people import Leader, Pair
from service.domain.records import COUNTS_AS_HELD, LIVE, By, State, went_with_series
from service.domain.timing import month_of, next_month
from service.domain.workdays import instant

LOOKS_BACK = timedelta(weeks=8)  # of a person's line: weekly meetings still have room for their numbers
MOST_WORDS = 6


class Mark(StrEnum):
    """What became of a one-on-one, as the calendar shows it."""

    HELD = "held"
    MOVED = "moved"  # it took place, or will, on another day than first planned
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    EXCUSED = "excused"
    UNKNOWN = "unknown"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Entry:
    """One one-on-one in the calendar. `start` is local; `held` tells of a moved one whether it
    has taken place; `by` goes with CANCELLED."""

    start: datetime
    member: str
    mark: Mark
    held: bool = False
    by: By | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One day; `inside` tells whether it is of the month."""

    day: date
    inside: bool
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """The latest meetings with one person that were held: how many days each lies before the
    line's end, oldest first, and the days between each and the next."""

    days_before: tuple[float, ...]
    gaps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SignMonth:
    """A sign in one month: how often it was noticed, of how many answers."""

    month: date
    noticed: int
    asked: int


@dataclass(frozen=True, slots=True)
class SignStory:
    """A sign over some months, oldest first, and what the leader wrote when it was noticed."""

    name: str
    means: str
    months: tuple[SignMonth, ...]
    words: tuple[Quote, ...]


def months_on_record(
    leader: Leader, pairs: Sequence[Pair], stories: Sequence[Story], now: datetime
) -> tuple[date, ...]:
    """The months that a digest can be told of, newest first, the running one among them."""
    if leader.joined_at is None:
        return ()
    roster, this = {one.id for one in pairs if not one.muted}, _month(leader, now)
    found = {
        _month(leader, story[0].start)
        for story in stories
        if story[0].pair_id in roster and story[0].start >= leader.joined_at and on_record(story)
    }
    return tuple(sorted((month for month in found if month <= this), reverse=True))


def days_of(
    month: date, leader: Leader, pairs: Sequence[Pair], stories: Sequence[Story], first_weekday: int
) -> tuple[tuple[Day, ...], ...]:
    """The month's weeks, each of seven days from `first_weekday` (Monday 0) on, with their one-on-ones."""
    names = {one.id: one.member.label for one in pairs if not one.muted}
    entries = [
        _entry(story, names[story[0].pair_id], leader)
        for story in sorted(stories, key=lambda one: one[0].start)
        if story[0].pair_id in names and _is_shown(story, leader)
    ]
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        by_day.setdefault(entry.start.date(), []).append(entry)
    weeks = Calendar(first_weekday).monthdatescalendar(month.year, month.month)
    return tuple(tuple(_day(day, month, by_day) for day in week) for week in weeks)


def end_of(month: date, leader: Leader, now: datetime) -> datetime:
    """When the month is over for the leader, or now while it lasts."""
    return min(instant(next_month(month), time(0), leader.zone), now)


def lines_of(
    leader: Leader, pairs: Sequence[Pair], stories: Sequence[Story], end: datetime
) -> tuple[Line, ...]:
    """A line for everybody whom the digest of a month that ends at `end` names, in its order."""
    before = [meeting for meeting, _ in stories if meeting.start < end]
    met = {meeting.pair_id for meeting in before}
    lately = [
        meeting
        for meeting in sorted(before, key=lambda one: one.start)
        if meeting.state in COUNTS_AS_HELD and meeting.start >= end - LOOKS_BACK
    ]
    return tuple(
        _line([one.start for one in lately if one.pair_id == pair.id], leader, end)
        for pair in _roster(pairs)
        if pair.id in met
    )


def signs_over(letters: Mapping[date, DigestLetter]) -> tuple[SignStory, ...]:
    """Each sign through the months of these letters, which are all of one playbook."""
    in_order = [letters[month] for month in sorted(letters)]
    if not in_order:
        return ()
    return tuple(_sign_story(number, in_order) for number in range(len(in_order[-1].signs)))


def _sign_story(number: int, letters: Sequence[DigestLetter]) -> SignStory:
    lines = [(letter.month, letter.signs[number]) for letter in letters]
    words = [quote for _, line in lines for quote in line.quotes]
    return SignStory(
        name=lines[-1][1].name,
        means=lines[-1][1].means,
        months=tuple(SignMonth(month, line.noticed, line.asked) for month, line in lines),
        words=tuple(words[-MOST_WORDS:]),
    )


def _roster(pairs: Sequence[Pair]) -> list[Pair]:
    return sorted((one for one in pairs if not one.muted), key=lambda one: (one.position, one.id))


def _line(held: Sequence[datetime], leader: Leader, end: datetime) -> Line:
    days = [moment.astimezone(leader.zone).date() for moment in held]
    gaps = tuple((later - earlier).days for earlier, later in pairwise(days))
    return Line(tuple((end - moment) / timedelta(days=1) for moment in held), gaps)


def _month(leader: Leader, moment: datetime) -> date:
    return month_of(moment.astimezone(leader.zone).date())


def _day(day: date, month: date, by_day: Mapping[date, Sequence[Entry]]) -> Day:
    inside = (day.year, day.month) == (month.year, month.month)
    return Day(day, inside, tuple(by_day.get(day, ())) if inside else ())


def _is_shown(story: Story, leader: Leader) -> bool:
    meeting, changes = story
    if went_with_series(meeting, changes[-1] if changes else None):
        return False
    return leader.joined_at is None or meeting.start >= leader.joined_at


def _entry(story: Story, member: str, leader: Leader) -> Entry:
    meeting, changes = story
    held = meeting.state in COUNTS_AS_HELD
    start = meeting.start.astimezone(leader.zone)
    if was_moved(story) and (held or meeting.state in LIVE or said_moved(changes)):
        return Entry(start, member, Mark.MOVED, held)
    return Entry(start, member, _MARKS[meeting.state], held, meeting.by)


_MARKS = {
    State.PLANNED: Mark.AHEAD,
    State.MOVED: Mark.AHEAD,
    State.PRESUMED_HELD: Mark.HELD,
    State.HELD: Mark.HELD,
    State.CANCELLED: Mark.CANCELLED,
    State.NO_SHOW: Mark.NO_SHOW,
    State.UNKNOWN: Mark.UNKNOWN,
    State.EXCUSED: Mark.EXCUSED,
}
