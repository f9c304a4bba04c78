"""How long planning and a pass take: `python -m tests.benchmarks.plan_and_pass`.

A pass with nothing due, for 3 and for 200 leaders, on SQLite with calendars in memory; and
one leader with eight weekly pairs over thirteen months on record: reading the desk, the
plan alone, and a whole pass that plans. Times are the best of several, in milliseconds.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from service.domain.desk import Desk
from service.domain.events import CalendarRead, Event, EventId, LookedUp, Window
from service.domain.letters import Kind
from service.domain.people import Person
from service.domain.planning import plan
from service.domain.records import Change, Meeting, State, Update, What
from service.jobs.desks import load_desk
from service.storage import meetings, people
from service.storage.database import Transaction, make_engine
from service.storage.migrate import upgrade
from service.storage.outbox import NewEmail, put
from service.storage.schema import emails
from tests.fakes.desks import DAY, MINUTE, at
from tests.fakes.offices import LittleHouse, open_little_house, series

NOW = at("2026-11-24 12:20")
WEEKS, PAIRS = 56, 8
TEXT = "What worked, what surprised you, what could be better next time? " * 60


class Still:
    """A calendar that never changes and takes no time, so that the pass alone is measured."""

    def __init__(self, events: list[Event]) -> None:
        self._read = CalendarRead(tuple(events), "still")

    def read(self, window: Window) -> CalendarRead:  # noqa: ARG002 - every window is alike
        return self._read

    def look_up(self, ids: Sequence[EventId]) -> LookedUp:  # noqa: ARG002 - nothing ever vanishes
        return LookedUp()


def best(work: Callable[[], object], rounds: int = 7) -> float:
    """Milliseconds of the fastest of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def house_in(folder: Path, name: str) -> LittleHouse:
    path = folder / name
    shutil.copy(folder / "pattern.db", path)
    return open_little_house(path)


def many(folder: Path, leaders: int) -> LittleHouse:
    """Leaders with four weekly one-on-ones each, at rest."""
    house = house_in(folder, f"{leaders}.db")
    for n in range(leaders):
        address = f"l{n}@example.org"
        house.add_leader(f"l{n}", *(Person(f"m{k}@example.org", f"M{k}") for k in range(4)))
        house.calendars[address].events = [
            one
            for k in range(4)
            for one in series(
                NOW + k * DAY + 3 * DAY, 8, uid=f"{n}-{k}", leader=address, member=f"m{k}@example.org"
            )
        ]
    still = {address: Still(calendar.events) for address, calendar in house.calendars.items()}
    office = replace(house.office, calendar_of=lambda row: still[row.leader.email])
    house = replace(house, office=office)
    house.run(NOW - 2 * MINUTE, NOW - MINUTE)
    return house


def a_long_record(folder: Path) -> LittleHouse:
    """A leader with eight weekly pairs over thirteen months, each meeting of half a year with its mails."""
    house = house_in(folder, "long.db")
    calendar = house.add_leader("lea", *(Person(f"m{n}@example.org", f"M{n}") for n in range(PAIRS)))
    first = NOW - timedelta(weeks=WEEKS) + 20 * MINUTE
    for n in range(PAIRS):
        begins = first + n * DAY + n * 45 * MINUTE
        calendar.events += series(begins, WEEKS + 8, uid=f"p{n}", member=f"m{n}@example.org")
    with house.database.begin() as tx:
        people.change(tx, 1, joined_at=first)
        pairs = {pair.member.email: pair for pair in people.pairs_of(tx, 1)}
        past = [_meeting(one, pairs[one.guests[1].email].id) for one in calendar.events if one.end <= NOW]
        meetings.apply(tx, people.by_id(tx, 1).leader, list(pairs.values()), past)
        for stored in meetings.of_leader(tx, 1, NOW - 180 * DAY):
            _mails(tx, stored)
    house.run(NOW, NOW + MINUTE)
    return house


def _meeting(event: Event, pair: int) -> Update:
    seen = event.start - 30 * DAY
    one = Meeting(
        None,
        pair,
        event.uid,
        event.occurrence,
        event.start,
        event.end,
        State.PRESUMED_HELD,
        seen,
        event.end,
        recurring=True,
        organized_by_leader=True,
        reasons=("one other person", "on the roster", "title says one-on-one"),
    )
    return Update(one, Change(What.SEEN, seen - DAY, seen))


def _mails(tx: Transaction, meeting: Meeting) -> None:
    """What was written about it, as long as such mails are."""
    text = {"status": "sent", "text_sealed": tx.sealer.seal(TEXT, "email_text")}
    for kind in (Kind.PREP, Kind.REFLECTION, Kind.REMINDER):
        row = put(tx, NewEmail(f"{kind}:{meeting.key}", kind, 1, meeting.end, meeting.pair_id, meeting.id))
        if row is not None:
            mine = emails.c.id == row.id
            tx.connection.execute(update(emails).where(mine).values(**text, sent_at=meeting.end))


def measure(folder: Path) -> dict[str, float]:
    """Milliseconds by what was measured."""
    engine = make_engine(f"sqlite:///{folder / 'pattern.db'}")
    upgrade(engine)
    engine.dispose()
    found: dict[str, float] = {}
    for leaders in (3, 200):
        house = many(folder, leaders)
        found[f"pass, nothing due, {leaders} leaders"] = best(lambda house=house: house.run(NOW))  # type: ignore[misc] # a loop's value, kept
        house.database.close()
    house = a_long_record(folder)

    def desk() -> Desk:
        with house.database.read() as tx:
            return load_desk(tx, house.office, people.by_id(tx, 1), NOW)

    def wake() -> None:
        with house.database.begin() as tx:
            people.change(tx, 1, next_due_at=None)
        house.run(NOW + 2 * MINUTE)

    known = desk()
    found["desk of 8 pairs, 13 months"] = best(desk)
    found["plan of the same"] = best(lambda: plan(known, NOW))
    found["pass that plans it and sends nothing"] = best(wake)
    house.database.close()
    return found


def main() -> None:
    """Print what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        for what, milliseconds in measure(Path(folder)).items():
            print(f"{milliseconds:8.2f} ms  {what}")  # noqa: T201 - a benchmark prints


if __name__ == "__main__":
    main()
