"""Push from end to end: Google posts to our pages over real HTTP, and the next pass looks.

Whatever gets lost costs freshness only. Time is virtual, three leaders are connected in three ways.
"""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests

from service.assembly import open_house
from service.domain.records import Meeting
from service.jobs.hints import newest_hint
from service.jobs.passes import run_pass
from service.jobs.push import Push, gmail_address
from service.settings import load_settings
from service.storage import channels, cursors, meetings, people
from service.web.pages import create_app
from service.web.push import push_pages
from service.web.server import serve
from service.web.wiring import pages_of
from service.worker import work
from tests.fakes.google.server import FakeGoogle
from tests.fakes.google_lab import LAB, Lab, set_up

TOPIC = "projects/one-on-one-lab/topics/visavis"
LIST, WATCH, STOP = "calendar.events.list", "calendar.events.watch", "calendar.channels.stop"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ADA = "ada@example.org"
SETTINGS = {
    "VISAVIS_SERVICE_BASE_URL": "https://lab.example.org",
    "VISAVIS_GOOGLE_PUSH": "true",
    "VISAVIS_GOOGLE_PUBSUB_TOPIC": TOPIC,
}


@contextmanager
def _served(lab: Lab) -> Iterator[str]:
    """The two places, at the lab's own time; where they are."""
    ports: queue.Queue[int] = queue.Queue()
    stop = threading.Event()
    keys = lab.house.settings.secret_keys
    pages = push_pages(lab.house.database, secret_keys=keys, mailboxes={LAB}, now=lambda: lab.google.now)
    app = create_app(lambda _: False, lambda _: None, lambda: True, more=[pages])
    thread = threading.Thread(target=serve, args=(app, "127.0.0.1", 0, stop), kwargs={"ready": ports.put})
    thread.start()
    yield f"http://127.0.0.1:{ports.get(timeout=30)}"
    stop.set()
    thread.join(timeout=30)


@dataclass
class World:
    """A lab that is told of changes, and what its Google was asked."""

    lab: Lab
    place: str
    series: dict[str, str] = field(default_factory=dict)

    @property
    def google(self) -> FakeGoogle:
        return self.lab.google

    def run(self, *, after: timedelta = MINUTE) -> None:
        """One pass, so much later."""
        self.google.move(after)
        report = run_pass(self.lab.house.office, self.google.now, self.lab.house.pool)
        assert not report.failed, (report.failures, report.troubles)
        self.google.calendar.settle()

    def hire(self, name: str) -> str:
        """A leader with a weekly one-on-one, every Thursday from 26 November on."""
        address = self.lab.add(name, ["Max <max@example.org>"], now=self.google.now)
        start = datetime.fromisoformat("2026-11-26T10:00:00+01:00")
        guests, rule = (address, "max@example.org"), "FREQ=WEEKLY;COUNT=9"
        self.series[address] = self.google.calendar.series(
            address, start, rule=rule, guests=guests, summary="1:1 Max"
        )
        return address

    def move_first(self, address: str = ADA) -> datetime:
        """Somebody puts off the first one-on-one by an hour; when it then is."""
        first = self.google.calendar.instances(address, self.series[address])[0]
        start = datetime.fromisoformat(first["start"]["dateTime"]) + HOUR
        self.google.calendar.move(address, first["id"], start)
        self.google.calendar.settle()
        return start

    def first(self, address: str = ADA) -> Meeting:
        with self.lab.house.database.read() as tx:
            return meetings.of_leader(tx, self.leader(address).leader.id)[0]

    def taken(self, method: str) -> int:
        """How often a method was called with success."""
        return sum(call.method == method and call.status in {200, 204} for call in self.google.calls)

    def leader(self, address: str = ADA) -> people.LeaderRow:
        with self.lab.house.database.read() as tx:
            row = people.by_email(tx, address)
        assert row is not None
        return row


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Everybody asked to tell, at the address where we are instead of the one in the settings."""
    with FakeGoogle() as google:
        settings = load_settings(set_up(tmp_path, google), SETTINGS)
        with open_house(settings, virtual=True) as house:
            lab = Lab(google, house)
            lab.connect_mailbox(google.now)
            with _served(lab) as place:
                push = house.office.push
                assert push is not None
                assert push.address == "https://lab.example.org/push/calendar"
                here = replace(push, address=f"{place}/push/calendar")
                lab.house = replace(house, office=replace(house.office, push=here))
                google.gmail.subscribe(TOPIC, gmail_address(place, settings.secret_keys))
                yield World(lab, place)


@pytest.fixture
def told(world: World) -> World:
    """Ada's calendar tells of its changes."""
    world.hire("ada")
    world.run()
    world.run()
    return world


def test_a_calendar_tells_from_the_pass_after_the_first(told: World) -> None:
    (message,) = told.google.calendar.channels.sent
    assert (message.state, message.status) == ("sync", 204)
    assert told.lab.house.office.is_told(told.leader().leader.id, told.google.now)


def test_a_change_is_read_in_the_next_pass(told: World) -> None:
    before = told.google.count(LIST)
    told.run()
    assert told.google.count(LIST) == before
    moved_to = told.move_first()
    told.run()
    assert told.google.count(LIST) > before
    assert told.first().start == moved_to
    seen = told.google.count(LIST)
    told.run()
    assert told.google.count(LIST) == seen


def test_a_message_that_gets_lost_costs_freshness_only(told: World) -> None:
    told.google.faults.drop_notifications()
    moved_to = told.move_first()
    told.run()
    assert told.first().start == moved_to - HOUR
    told.run(after=4 * HOUR)
    assert told.first().start == moved_to


def test_a_message_with_another_token_is_none_of_ours(told: World) -> None:
    (channel,) = told.google.calendar.channels.open.values()
    channel.token = "guessed"
    moved_to = told.move_first()
    assert told.google.calendar.channels.sent[-1].status == 404
    told.run()
    assert told.first().start == moved_to - HOUR
    assert newest_hint(told.lab.house.database) is None


def test_the_channel_of_a_leader_who_was_erased_is_nobodys(told: World) -> None:
    with told.lab.house.database.begin() as tx:
        people.erase(tx, told.leader().leader.id)
    told.move_first()
    assert told.google.calendar.channels.sent[-1].status == 404
    told.run()
    assert newest_hint(told.lab.house.database) is None


def test_where_we_cannot_be_reached_the_calendar_is_asked_as_without_push(told: World) -> None:
    told.hire("ben")
    office = told.lab.house.office
    assert office.push is not None
    nowhere = Push(address="http://127.0.0.1:9/", channels_of=office.push.channels_of)
    told.lab.house = replace(told.lab.house, office=replace(office, push=nowhere))
    told.run()
    told.run()
    assert told.google.count(WATCH) == 2
    assert not told.lab.house.office.is_told(told.leader("ben@example.org").leader.id, told.google.now)
    moved_to = told.move_first("ben@example.org")
    told.run(after=40 * MINUTE)
    assert told.first("ben@example.org").start == moved_to


def test_a_call_that_is_cut_after_it_was_taken_is_made_good_later(world: World) -> None:
    world.hire("ada")
    world.google.faults.cut_after(WATCH)
    world.run()
    assert len(world.google.calendar.channels.open) == 1
    for _ in range(2):
        assert not world.lab.house.office.is_told(world.leader().leader.id, world.google.now)
        world.run(after=HOUR)
    assert world.lab.house.office.is_told(world.leader().leader.id, world.google.now)


def test_over_three_weeks_there_is_no_gap_and_no_heap(world: World) -> None:
    leaders = [world.hire(name) for name in ("ada", "ben", "cleo")]
    missed = most = 0
    for number in range(21 * 4):
        world.run(after=6 * HOUR)
        address = leaders[number % 3]
        world.google.calendar.change(address, world.series[address])
        world.google.calendar.settle()
        missed += world.leader(address).hinted_at != world.google.now
        most = max(most, len(world.google.calendar.channels.open))
    assert (missed, most) == (0, 2 * 3)
    assert (world.taken(WATCH), world.taken(STOP)) == (4 * 3, 3 * 3)
    assert {each.status for each in world.google.calendar.channels.sent} == {204}
    with world.lab.house.database.read() as tx:
        assert [one.channels for one in channels.standings(tx).values()] == [1, 1, 1]
        watched_until = cursors.watched_until(tx, LAB)
    assert watched_until is not None
    assert watched_until >= world.google.now + 6 * DAY


def test_mail_that_comes_in_is_a_hint(world: World) -> None:
    world.run()
    world.google.gmail.deliver(LAB, b"From: eve@example.org\r\nSubject: Hello\r\n\r\nhello\r\n")
    assert world.google.gmail.push() == [204]
    assert newest_hint(world.lab.house.database) == world.google.now


class Waiting(threading.Event):
    """A flag whose waiting takes no time: during the second wait somebody moves a one-on-one."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.waits = world, 0

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        assert timeout <= 3
        self.waits += 1
        assert self.waits < 5, "no pass followed the hint"
        self.world.google.move(timedelta(seconds=timeout))
        if self.waits == 2:
            self.world.move_first()
        return self.is_set()


def test_the_worker_does_not_wait_for_the_minute(told: World) -> None:
    stop, before, passes = Waiting(told), told.first().start, 0

    def now() -> datetime:
        nonlocal passes
        passes += 1
        if passes == 2:
            stop.set()
        return told.google.now

    work(told.lab.house.office, told.lab.house.pool, stop, now=now)
    assert (passes, stop.waits) == (2, 2)
    assert told.first().start == before + HOUR


def test_the_pages_of_the_service_have_these_places_too(world: World) -> None:
    client = pages_of(world.lab.house).test_client()
    assert client.post("/push/calendar").status_code == 404
    path = gmail_address("", world.lab.house.settings.secret_keys)
    assert client.post(path, json={}).status_code == 400
    assert requests.get(f"{world.place}/push/calendar", timeout=30).status_code == 405
