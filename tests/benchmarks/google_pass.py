"""What a pass over many leaders' Google calendars costs: `python -m tests.benchmarks.google_pass`.

A pass in which every calendar is asked and nothing is new, one in which every window of 50
events is listed whole, and two days later one that tracks what has changed; each beside a bare
loop of the same calls, by the same client and transport, with as many threads, on the same
server (the fake Google, a process of its own on this machine, that takes 150 ms). Wall time
is the best of several rounds, alternating; CPU is this process's alone.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from service.assembly import House, open_house
from service.calendars.google import GoogleCalendar
from service.commands.newcomer import Newcomer, checked
from service.domain.grants import leader_holder
from service.google.apis import calendar_api
from service.jobs.passes import run_pass
from service.settings import load_settings
from service.storage import people
from service.storage.people import LeaderRow
from service.storage.schema import leaders
from tests.fakes.cli import new_house

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
EVENTS, THREADS, LATENCY, ROUNDS = 50, 32, 0.15, 3
FIELDS = (
    "accessRole,timeZone,nextPageToken,nextSyncToken,items(id,status,recurringEventId,originalStartTime,"
    "summary,eventType,visibility,transparency,start,end,organizer,attendees,attendeesOmitted)"
)


@contextmanager
def served(count: int) -> Iterator[dict[str, Any]]:
    """The fake Google with so many leaders."""
    options = ("--latency", str(LATENCY), "--leaders", str(count), "--events", str(EVENTS))
    command = [sys.executable, "-m", "tests.fakes.google", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.terminate()


@contextmanager
def opened(told: dict[str, Any]) -> Iterator[House]:
    """The program, its leaders in by delegation and paused: mails are not what is measured."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        new_house(folder)
        environ = {
            "VISAVIS_GOOGLE_ENDPOINT": told["url"],
            "VISAVIS_GOOGLE_TOKEN_URI": told["token_uri"],
            "VISAVIS_GOOGLE_SERVICE_ACCOUNT": told["key"],
            "VISAVIS_GOOGLE_DELEGATION": "true",
            "VISAVIS_GOOGLE_QUERIES_PER_MINUTE": "1000000",
            "VISAVIS_SERVICE_WORKERS": str(THREADS),
        }
        with open_house(load_settings(folder / "visavis.toml", environ)) as house:
            with house.database.begin() as tx:
                for address in told["leaders"]:
                    people.add(tx, *checked(Newcomer(address, "Leader", "Europe/Berlin", "google")))
                tx.connection.execute(update(leaders).values(state="paused"))
            yield house


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def a_pass(house: House, now: datetime) -> Callable[[], None]:
    """A pass that asks every calendar, as if each had told of a change."""

    def work() -> None:
        with house.database.begin() as tx:
            tx.connection.execute(update(leaders).values(hinted_at=now))
        report = run_pass(house.office, now, house.pool)
        assert not report.failed, report
        assert report.calendars_read == len(rows_of(house))

    return work


def rows_of(house: House) -> list[LeaderRow]:
    """Every leader."""
    with house.database.read() as tx:
        return people.everyone(tx)


def bare(house: House, ask: Callable[[int, Any], Any], numbers: Sequence[int]) -> Callable[[], list[Any]]:
    """The same calls and nothing else."""
    doors = house.doors
    accounts = {
        row.leader.id: doors.account(
            leader_holder(row.leader.id),
            doors.keyring.calendar(leader_holder(row.leader.id), row.leader.email),
        )
        for row in rows_of(house)
    }
    events = calendar_api(doors.endpoint).events()

    def work() -> list[Any]:
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(lambda n: ask(n, events).execute(http=accounts[n].http), numbers))

    return work


def asking(house: House, **window: str) -> Callable[..., Any]:
    """A leader's request, as the program makes it."""
    addresses = {row.leader.id: row.leader.email for row in rows_of(house)}

    def ask(number: int, events: Any, **more: str) -> Any:
        return events.list(
            calendarId=addresses[number],
            singleEvents=True,
            showDeleted=True,
            maxResults=2500,
            fields=FIELDS,
            **window,
            **more,
        )

    return ask


def listing(house: House, now: datetime) -> Callable[[int, Any], Any]:
    """The request for a whole window."""
    return asking(house, timeMin=(now - 14 * DAY).isoformat(), timeMax=(now + 61 * DAY).isoformat())


def by_token(house: House, tokens: dict[int, str]) -> Callable[[int, Any], Any]:
    """The request for what is new."""
    ask = asking(house)
    return lambda number, events: ask(number, events, syncToken=tokens[number])


def forget_windows(house: House) -> None:
    """So that the next pass lists every window whole."""
    for row in rows_of(house):
        calendar = house.office.calendar_of(row)
        assert isinstance(calendar, GoogleCalendar)
        calendar._listing = None


def tell(what: str, count: int, ours: list[tuple[float, float]], loop: list[tuple[float, float]]) -> None:
    """One line of the table."""
    wall, cpu = min(each[0] for each in ours), min(each[1] for each in ours)
    bare_wall, bare_cpu = min(each[0] for each in loop), min(each[1] for each in loop)
    print(  # noqa: T201 - a benchmark prints
        f"{what:32} {wall:7.2f} s, bare {bare_wall:7.2f} s: {wall / bare_wall:5.2f} times; "
        f"CPU a leader {1000 * cpu / count:5.2f} ms, bare {1000 * bare_cpu / count:5.2f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leaders", type=int, default=2000)
    count = parser.parse_args().leaders
    with served(count) as told, opened(told) as house:
        now = datetime.now(UTC).replace(microsecond=0)
        numbers = [row.leader.id for row in rows_of(house)]
        first = timed(a_pass(house, now))
        print(f"{count} leaders, {EVENTS} events, {THREADS} threads, {1000 * LATENCY:.0f} ms")  # noqa: T201
        print(  # noqa: T201
            f"first pass, with a token each: {first[0]:.1f} s, CPU {1000 * first[1] / count:.2f} ms a leader"
        )
        whole = bare(house, listing(house, now), numbers)
        tokens = {n: answer["nextSyncToken"] for n, answer in zip(numbers, whole(), strict=True)}
        quiet = bare(house, by_token(house, tokens), numbers)
        ours, loop = [], []
        for count_ in range(1, ROUNDS + 1):
            loop.append(timed(quiet))
            ours.append(timed(a_pass(house, now + count_ * MINUTE)))
        tell("nothing new", count, ours, loop)
        ours, loop = [], []
        for count_ in range(1, ROUNDS + 1):
            loop.append(timed(whole))
            forget_windows(house)
            ours.append(timed(a_pass(house, now + (10 + count_) * MINUTE)))
        tell("50 events listed, none changed", count, ours, loop)
        tell("two days later, tracked", count, [timed(a_pass(house, now + 2 * DAY))], loop)


if __name__ == "__main__":
    main()
