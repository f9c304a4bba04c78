"""A month in figures and words: the leader's own, for the leader alone; never a grade."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from service.domain.answers import says_nothing
from service.domain.cycle import CyclePlace, starts
from service.domain.letters import DigestLetter, PairMonth, Quote, SignLine
from service.domain.outcomes import SAID_MOVED
from service.domain.people import Leader, Pair
from service.domain.playbook import Playbook, Sign, pick
from service.domain.records import COUNTS_AS_HELD, LIVE, By, Change, Meeting, State, What, went_with_series
from service.domain.reflections import Answer3, Reflection
from service.domain.timing import next_month
from service.domain.traps import CANCELLING, TALKING, cancels_often, talks_more
from service.domain.workdays import instant

ENOUGH_FOR_PERCENT = 5  # below it a percentage says more than the meetings do
QUIET_AFTER = 30  # days; trust holds with one good meeting a month, and fades without
MOST_QUOTES = 5
MOST_QUOTES_OF_A_SIGN = 2
_PROMISE_FADES = timedelta(days=60)  # an older one is no help any more, only a reproach

Story = tuple[Meeting, tuple[Change, ...]]
_MOVES = frozenset({What.MOVED, What.RESCHEDULED})


@dataclass(frozen=True, slots=True)
class PromiseRecord:
    """A promise of support: at which meeting, to whom, when (aware), and whether it was
    kept as far as the leader said; `answered_at` is when that was, where known."""

    meeting_id: int
    pair_id: int
    text: str
    made_at: datetime
    kept: Answer3 | None = None
    answered_at: datetime | None = None


def month_digest(
    month: date,
    leader: Leader,
    pairs: Sequence[Pair],
    meetings: Sequence[Story],
    reflections: Mapping[int, Reflection],
    promises: Sequence[PromiseRecord],
    playbook: Playbook,
    places: Mapping[int, CyclePlace],
    now: datetime,
) -> DigestLetter | None:
    """The digest of the month that `month` lies in, by the leader's clock.

    `meetings` come with their history and may reach back beyond the month (for how long
    ago each pair last met); `reflections` and `places` are by meeting id. None for a month
    without a meeting on record; those before the leader joined are none, nor are those of
    muted pairs, those still to come, or the later ones of a series that ended.
    """
    view = _Month.of(month, leader, pairs, meetings, reflections, now)
    if not view.stories:
        return None
    return view.letter(promises, playbook, places)


@dataclass(frozen=True, slots=True)
class _Tally:
    """What became of some meetings; one that moved and was held counts in both."""

    held: int
    moved: int
    by_leader: int
    by_member: int
    by_unknown: int
    no_show: int
    excused: int

    @classmethod
    def of(cls, stories: Sequence[Story]) -> "_Tally":
        meetings = [meeting for meeting, _ in stories]
        cancelled = [one.by for one in meetings if one.state is State.CANCELLED]
        by_leader, by_member = cancelled.count(By.LEADER), cancelled.count(By.MEMBER)
        return cls(
            held=sum(one.state in COUNTS_AS_HELD for one in meetings),
            moved=sum(was_moved(story) for story in stories),
            by_leader=by_leader,
            by_member=by_member,
            by_unknown=len(cancelled) - by_leader - by_member,
            no_show=sum(one.state is State.NO_SHOW for one in meetings),
            excused=sum(one.state is State.EXCUSED and not said_moved(changes) for one, changes in stories),
        )

    @property
    def percent_held(self) -> int | None:
        """Held of all that could have been, excused ones left out."""
        due = self.held + self.by_leader + self.by_member + self.by_unknown + self.no_show
        return round(100 * self.held / due) if due >= ENOUGH_FOR_PERCENT else None


@dataclass(frozen=True, slots=True)
class _Month:
    """One month of one leader. `until` is its end, or now while it lasts."""

    first: date
    until: datetime
    leader: Leader
    pairs: tuple[Pair, ...]
    everything: tuple[Story, ...]
    stories: tuple[Story, ...]
    reflections: Mapping[int, Reflection]

    @classmethod
    def of(
        cls,
        month: date,
        leader: Leader,
        pairs: Sequence[Pair],
        meetings: Sequence[Story],
        reflections: Mapping[int, Reflection],
        now: datetime,
    ) -> "_Month":
        first = month.replace(day=1)
        start = instant(first, time(0), leader.zone)
        end = instant(next_month(first), time(0), leader.zone)
        roster = sorted((one for one in pairs if not one.muted), key=lambda one: (one.position, one.id))
        ids = {one.id for one in roster}
        everything = sorted(
            (story for story in meetings if story[0].pair_id in ids), key=lambda story: story[0].start
        )
        since = max(start, leader.joined_at or start)
        stories = [story for story in everything if since <= story[0].start < end and on_record(story)]
        ids_of_month = {one.id for one, _ in stories}
        own = {number: found for number, found in reflections.items() if number in ids_of_month}
        return cls(first, min(end, now), leader, tuple(roster), tuple(everything), tuple(stories), own)

    def letter(
        self, promises: Sequence[PromiseRecord], playbook: Playbook, places: Mapping[int, CyclePlace]
    ) -> DigestLetter:
        """Everything put together."""
        tally = _Tally.of(self.stories)
        number = self.first.year * 12 + self.first.month
        signs = self._signs(playbook)
        told = {quote.text for sign in signs for quote in sign.quotes}
        return DigestLetter(
            month=self.first,
            held=tally.held,
            moved=tally.moved,
            cancelled_by_leader=tally.by_leader,
            cancelled_by_member=tally.by_member,
            cancelled_by_unknown=tally.by_unknown,
            excused=tally.excused,
            no_show=tally.no_show,
            percent_held=tally.percent_held,
            pairs=self._pair_months(),
            weeks=self._weeks(playbook, places),
            signs=signs,
            worked=self._quotes(lambda one: one.worked, told),
            better=self._quotes(lambda one: one.better, set()),
            promises_kept=self._kept(promises),
            promises_open=self._open(promises),
            traps_met=self._traps(playbook),
            quiet_pairs=tuple(pair.member.label for pair in self.pairs if self._is_quiet(pair)),
            question=pick(playbook.monthly, number),
            experiment=pick(playbook.experiments, number),
        )

    def _pair_months(self) -> tuple[PairMonth, ...]:
        met = {meeting.pair_id for meeting, _ in self.everything if meeting.start < self.until}
        return tuple(self._pair_month(pair) for pair in self.pairs if pair.id in met)

    def _pair_month(self, pair: Pair) -> PairMonth:
        tally = _Tally.of([story for story in self.stories if story[0].pair_id == pair.id])
        return PairMonth(
            member=pair.member.label,
            held=tally.held,
            moved=tally.moved,
            cancelled_by_leader=tally.by_leader,
            cancelled_by_member=tally.by_member,
            cancelled_by_unknown=tally.by_unknown,
            excused=tally.excused,
            no_show=tally.no_show,
            days_since_last=self._days_since_last(pair),
        )

    def _days_since_last(self, pair: Pair) -> int | None:
        held = [
            meeting.start
            for meeting, _ in self.everything
            if meeting.pair_id == pair.id and meeting.state in COUNTS_AS_HELD and meeting.start < self.until
        ]
        return self._days_since(max(held)) if held else None

    def _days_since(self, moment: datetime) -> int:
        return (self.until - moment) // timedelta(days=1)

    def _is_quiet(self, pair: Pair) -> bool:
        """A pair that never met is quiet only once it had its thirty days to meet."""
        since_last = self._days_since_last(pair)
        if since_last is not None:
            return since_last >= QUIET_AFTER
        if self.leader.joined_at is None:
            return False
        begins = starts(self.pairs, self.leader.joined_at, self.leader.zone, self.leader.one_by_one)
        return self._days_since(begins[pair.id]) >= QUIET_AFTER

    def _weeks(self, playbook: Playbook, places: Mapping[int, CyclePlace]) -> tuple[tuple[str, int], ...]:
        ids = {one.id for one, _ in self.stories if one.state in COUNTS_AS_HELD}
        held = [place.week for number, place in places.items() if number in ids]
        return tuple((week.job, held.count(week.number)) for week in playbook.weeks)

    def _signs(self, playbook: Playbook) -> tuple[SignLine, ...]:
        told: set[str] = set()
        return tuple(self._sign(sign, told) for sign in playbook.signs)

    def _sign(self, sign: Sign, told: set[str]) -> SignLine:
        """A sign's line; its quotes are not told again under the next one."""
        answers = [dict(one.signs).get(sign.key) for one in self.reflections.values()]

        def words(one: Reflection) -> str | None:
            noticed = dict(one.signs).get(sign.key) is Answer3.YES
            return (one.surprised or one.worked) if noticed else None

        quotes = self._quotes(words, told)[-MOST_QUOTES_OF_A_SIGN:]
        told.update(quote.text for quote in quotes)
        asked = sum(answer is not None for answer in answers)
        return SignLine(sign.name, sign.means, answers.count(Answer3.YES), asked, quotes)

    def _quotes(self, words: Callable[[Reflection], str | None], told: set[str]) -> tuple[Quote, ...]:
        """The month's latest words of one kind, in order of time."""
        found = [
            self._quote(text, meeting.pair_id, meeting.start)
            for meeting, _ in self.stories
            if (one := self._reflection(meeting)) and (text := words(one))
            if text not in told and not says_nothing(text)
        ]
        return tuple(found[-MOST_QUOTES:])

    def _reflection(self, meeting: Meeting) -> Reflection | None:
        return self.reflections.get(meeting.id) if meeting.id is not None else None

    def _quote(self, text: str, pair_id: int, moment: datetime) -> Quote:
        names = {pair.id: pair.member.label for pair in self.pairs}
        return Quote(text, names[pair_id], moment.astimezone(self.leader.zone).date())

    def _kept(self, promises: Sequence[PromiseRecord]) -> tuple[Quote, ...]:
        """Promises that the leader called kept in this month."""
        kept = [one for one in promises if one.kept is Answer3.YES and self._holds(_told_at(one))]
        return self._promise_lines(kept)

    def _open(self, promises: Sequence[PromiseRecord]) -> tuple[Quote, ...]:
        """Promises not called kept by the month's end, unless made long ago."""
        waiting = [one for one in promises if not (one.kept is Answer3.YES and _told_at(one) < self.until)]
        return self._promise_lines(
            [one for one in waiting if self.until - _PROMISE_FADES <= one.made_at < self.until]
        )

    def _promise_lines(self, promises: Sequence[PromiseRecord]) -> tuple[Quote, ...]:
        ids = {pair.id for pair in self.pairs}
        in_order = sorted((one for one in promises if one.pair_id in ids), key=lambda one: one.made_at)
        return tuple(self._quote(one.text, one.pair_id, one.made_at) for one in in_order)

    def _holds(self, moment: datetime) -> bool:
        return moment.astimezone(self.leader.zone).date().replace(day=1) == self.first

    def _traps(self, playbook: Playbook) -> tuple[str, ...]:
        met = set()
        if talks_more(list(self.reflections.values())):
            met.add(TALKING)
        if cancels_often([meeting for meeting, _ in self.stories]):
            met.add(CANCELLING)
        return tuple(trap.name for trap in playbook.traps if trap.key in met)


def _told_at(promise: PromiseRecord) -> datetime:
    return promise.answered_at or promise.made_at


def on_record(story: Story) -> bool:
    """A series' end is one event: the meetings that went with it leave no trace."""
    meeting, changes = story
    return meeting.state not in LIVE and not went_with_series(meeting, changes[-1] if changes else None)


def was_moved(story: Story) -> bool:
    """Whether it ever stood at another time, as the calendar showed or the leader said."""
    return any(change.what in _MOVES for change in story[1]) or said_moved(story[1])


def said_moved(changes: Sequence[Change]) -> bool:
    """Whether the leader's last word was that it moved."""
    return bool(changes) and changes[-1].evidence == SAID_MOVED
