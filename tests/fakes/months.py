"""A leader with months on record: weekly one-on-ones, some moved or cancelled, and what was written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from service.domain.digest import Story
from service.domain.people import Leader, Pair
from service.domain.records import By, Change, Confidence, Meeting, State, Update, What
from service.domain.reflections import Answer3, Reflection
from service.storage import meetings, people, reflections
from service.storage.database import Transaction
from tests.fakes.desks import at
from tests.fakes.offices import LEA, LittleHouse

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
WORKED = (
    "I kept quiet, and she said what she really thought of the plan.",
    "We began with how the week had been, not with the list.",
    "He told me early that the date will not hold.",
)
BETTER = ("Ask one question less, and wait.", "Not to fill the silence.")
PROMISES = ("Speak to Carla about the budget.", "Read her draft by Friday.", "Ask about the second monitor.")


@dataclass(frozen=True)
class Span:
    """From when to when there is something on record, as of `now`; local to Berlin."""

    since: str = "2026-07-01 00:00"
    until: str = "2026-12-01 00:00"
    now: str = "2026-12-01 12:00"


def fill(little: LittleHouse, span: Span = Span(), address: str = LEA) -> None:
    """Put a weekly one-on-one with each member on record, each on a weekday of its own."""
    leader_id = little.row(address).leader.id
    with little.database.begin() as tx:
        people.change(tx, leader_id, joined_at=at(span.since))
        leader, pairs = people.by_id(tx, leader_id).leader, people.pairs_of(tx, leader_id)
        for pair in pairs:
            told = [_story(pair, number, start, at(span.now)) for number, start in _starts(pair, span)]
            _store(tx, leader, pairs, told)
        _write(tx, leader, at(span.now))


def _starts(pair: Pair, span: Span) -> Iterator[tuple[int, datetime]]:
    first = at(span.since) + timedelta(days=pair.position % 4, hours=10 + pair.position // 4)
    while first.astimezone(UTC).weekday() > 4:
        first += DAY
    number = 0
    while first + number * WEEK < at(span.until):
        yield number, first + number * WEEK
        number += 1


def _story(pair: Pair, number: int, start: datetime, now: datetime) -> Story:
    """Of ten meetings seven were held, one of these on another day; two were cancelled, one excused."""
    turn = (number + 3 * pair.position) % 10
    state, by = {3: (State.CANCELLED, By.LEADER), 6: (State.CANCELLED, By.MEMBER)}.get(
        turn, (State.EXCUSED if turn == 9 else State.HELD, None)
    )
    moved = turn == 4
    start += DAY if moved else timedelta(0)
    seen = start - 20 * DAY
    meeting = Meeting(
        None,
        pair.id,
        f"uid-{pair.id}",
        str(number),
        start,
        start + HOUR / 2,
        state if start < now else State.PLANNED,
        seen,
        start,
        recurring=True,
        by=by if start < now else None,
        confidence=Confidence.HIGH if by and start < now else None,
    )
    changes = (Change(What.MOVED, seen, start - DAY, old_start=start - DAY),) if moved else ()
    return meeting, changes


def _store(tx: Transaction, leader: Leader, pairs: list[Pair], told: list[Story]) -> None:
    updates = [Update(meeting, changes[0] if changes else None) for meeting, changes in told]
    meetings.apply(tx, leader, pairs, updates)


def _write(tx: Transaction, leader: Leader, now: datetime) -> None:
    """Something about every other meeting that was held; now and then with a promise, or a sign."""
    held = [one for one in meetings.of_leader(tx, leader.id) if one.state is State.HELD and one.start < now]
    for number, meeting in enumerate(held):
        if number % 2 == 0:
            _reflect(tx, leader, meeting, number // 2)


def _reflect(tx: Transaction, leader: Leader, meeting: Meeting, number: int) -> None:
    written = meeting.end + HOUR
    said = Reflection(
        signs=(
            ("opens_up", Answer3.YES if number % 3 else Answer3.NO),
            ("pushback", Answer3.YES if number % 4 == 1 else Answer3.NO),
            ("generative", Answer3.UNSURE),
        ),
        worked=WORKED[number % len(WORKED)] if number % 2 == 0 else None,
        better=BETTER[number % len(BETTER)] if number % 5 == 0 else None,
        surprised="She laughed about the old plan." if number % 3 == 1 else None,
    )
    if number % 6 == 0:
        said = replace(said, promise=PROMISES[number % len(PROMISES)])
        reflections.put_promise(tx, leader.id, meeting.pair_id, meeting.id or 0, said.promise or "", written)
        if number % 12 == 0:
            reflections.mark_kept(tx, meeting.id or 0, Answer3.YES, written + WEEK)
    reflections.put(tx, leader.id, meeting.id or 0, said, written)
