"""What every calendar promises, whatever is behind it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service.calendars.ics import IcsCalendar
from service.domain.events import Event, EventStatus, Guest, GuestKind, LookedUp, Response, Window
from service.domain.ports import Calendar
from service.errors import CalendarError
from service.google.transport import Transport
from tests.fakes.calendar import FakeCalendar
from tests.fakes.google.desk import GoogleDesk
from tests.fakes.google.server import FakeGoogle
from tests.fakes.ics import served, written

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOW = Window(NOON - 6 * HOUR, NOON + 6 * HOUR)
BERLIN = ZoneInfo("Europe/Berlin")

TALK = Event(
    uid="talk@example.org",
    occurrence="",
    start=NOON,
    end=NOON + HOUR,
    title="1:1 Ada / Zoë",
    organizer="ada@example.org",
    guests=(
        Guest("ada@example.org", "Ada", Response.ACCEPTED),
        Guest("zoe@example.org", "Zoë", Response.DECLINED),
        Guest("turing@example.org", "Turing", Response.ACCEPTED, GuestKind.ROOM),
        Guest("team@example.org", "Team", Response.NEEDS_ACTION, GuestKind.GROUP),
        Guest("dan@example.org", "Dan", Response.TENTATIVE, optional=True),
    ),
)


@dataclass(frozen=True)
class Bench:
    """A calendar, how its events change, how it is broken, and whether it can be asked for one event."""

    calendar: Calendar
    keep: Callable[[list[Event]], None]
    spoil: Callable[[], None]
    answers: bool = True


def _fake() -> Bench:
    fake = FakeCalendar(zone="Europe/Berlin")

    def keep(events: list[Event]) -> None:
        fake.events, fake.error = events, None

    def spoil() -> None:
        fake.error = CalendarError("The calendar is away.")

    return Bench(fake, keep, spoil)


def _file(folder: Path) -> Bench:
    path = folder / "ada.ics"

    def keep(events: list[Event]) -> None:
        path.write_bytes(written(events, "Europe/Berlin"))

    calendar = IcsCalendar("ada.ics", folder, default_zone=BERLIN)
    return Bench(calendar, keep, lambda: path.unlink(), answers=False)


@contextmanager
def _address() -> Iterator[Bench]:
    with served() as site:

        def keep(events: list[Event]) -> None:
            site.status, site.body = 200, written(events, "Europe/Berlin")

        def spoil() -> None:
            site.status = 503

        yield Bench(IcsCalendar(site.url, default_zone=BERLIN), keep, spoil, answers=False)


@contextmanager
def _google() -> Iterator[Bench]:
    with FakeGoogle(now=NOON) as google, Transport() as transport:
        ada = GoogleDesk(google, transport, google.user("ada@example.org", zone="Europe/Berlin"))

        def keep(events: list[Event]) -> None:
            google.faults.clear()
            google.calendar.load(ada.owner, events)

        def spoil() -> None:
            google.faults.refuse("calendar.events.*", 503, times=4)

        yield Bench(ada.calendar, keep, spoil)


@pytest.fixture(params=["fake", "ics file", "ics address", "google"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    made: dict[str, Callable[[], AbstractContextManager[Bench]]] = {
        "fake": lambda: nullcontext(_fake()),
        "ics file": lambda: nullcontext(_file(tmp_path)),
        "ics address": _address,
        "google": _google,
    }
    with made[request.param]() as bench:
        yield bench


class TestCalendar:
    def test_an_event_comes_back_as_it_is(self, bench: Bench) -> None:
        bench.keep([TALK])
        assert bench.calendar.read(WINDOW).events == (TALK,)

    def test_the_calendars_own_zone_is_told(self, bench: Bench) -> None:
        bench.keep([TALK])
        assert bench.calendar.read(WINDOW).zone == "Europe/Berlin"

    def test_a_calendar_without_events_is_whole(self, bench: Bench) -> None:
        bench.keep([])
        assert bench.calendar.read(WINDOW).events == ()

    @pytest.mark.parametrize("status", list(EventStatus))
    def test_every_status_is_returned(self, bench: Bench, status: EventStatus) -> None:
        bench.keep([replace(TALK, status=status)])
        assert [event.status for event in bench.calendar.read(WINDOW).events] == [status]

    def test_an_occurrence_keeps_its_place_in_the_series(self, bench: Bench) -> None:
        moved = replace(TALK, occurrence=(NOON - 48 * HOUR).isoformat(), recurring=True)
        bench.keep([moved])
        assert bench.calendar.read(WINDOW).events == (moved,)

    def test_free_time_is_told(self, bench: Bench) -> None:
        bench.keep([replace(TALK, busy=False)])
        assert [event.busy for event in bench.calendar.read(WINDOW).events] == [False]

    def test_events_come_in_the_order_of_their_starts(self, bench: Bench) -> None:
        later = replace(TALK, uid="later@example.org", start=NOON + HOUR, end=NOON + 2 * HOUR)
        bench.keep([later, TALK])
        assert bench.calendar.read(WINDOW).events == (TALK, later)

    @pytest.mark.parametrize(
        ("start", "end", "inside"),
        [
            (WINDOW.start - HOUR, WINDOW.start, False),
            (WINDOW.start - HOUR, WINDOW.start + timedelta(seconds=1), True),
            (WINDOW.end - timedelta(seconds=1), WINDOW.end + HOUR, True),
            (WINDOW.end, WINDOW.end + HOUR, False),
        ],
    )
    def test_only_what_touches_the_window_is_returned(
        self, bench: Bench, start: datetime, end: datetime, inside: bool
    ) -> None:
        bench.keep([replace(TALK, start=start, end=end)])
        assert bool(bench.calendar.read(WINDOW).events) is inside

    def test_equal_readings_have_equal_fingerprints(self, bench: Bench) -> None:
        bench.keep([TALK])
        first = bench.calendar.read(WINDOW)
        later = Window(WINDOW.start + timedelta(minutes=15), WINDOW.end + timedelta(minutes=15))
        assert bench.calendar.read(later).fingerprint == first.fingerprint

    @pytest.mark.parametrize(
        "changed",
        [
            replace(TALK, title="1:1"),
            replace(TALK, start=NOON + HOUR / 2),
            replace(TALK, status=EventStatus.CANCELLED),
            replace(TALK, guests=TALK.guests[:2]),
            replace(TALK, busy=False),
        ],
        ids=["title", "start", "status", "guests", "busy"],
    )
    def test_a_change_changes_the_fingerprint(self, bench: Bench, changed: Event) -> None:
        bench.keep([TALK])
        before = bench.calendar.read(WINDOW)
        bench.keep([changed])
        assert bench.calendar.read(WINDOW).fingerprint != before.fingerprint

    def test_what_cannot_be_read_is_an_error_that_heals(self, bench: Bench) -> None:
        bench.keep([TALK])
        bench.calendar.read(WINDOW)
        bench.spoil()
        with pytest.raises(CalendarError):
            bench.calendar.read(WINDOW)
        bench.keep([TALK])
        assert bench.calendar.read(WINDOW).events == (TALK,)


class TestLookUp:
    """A calendar that can be asked for nothing but the whole says nothing."""

    @pytest.fixture
    def far(self) -> Event:
        """An event that no reading of the window shows."""
        return replace(TALK, start=NOON + 48 * HOUR, end=NOON + 49 * HOUR)

    def test_an_event_is_told_wherever_it_lies(self, bench: Bench, far: Event) -> None:
        bench.keep([far])
        assert bench.calendar.read(WINDOW).events == ()
        assert bench.calendar.look_up([(far.uid, "")]) == LookedUp((far,) if bench.answers else ())

    def test_an_occurrence_is_told_by_its_own_id(self, bench: Bench, far: Event) -> None:
        one, other = (
            replace(far, occurrence=(NOON - day * 24 * HOUR).isoformat(), recurring=True) for day in (1, 2)
        )
        bench.keep([one, other])
        found = bench.calendar.look_up([(other.uid, other.occurrence)])
        assert found == LookedUp((other,) if bench.answers else ())

    def test_one_that_was_called_off_is_told_by_its_id(self, bench: Bench, far: Event) -> None:
        bench.keep([far])
        bench.keep([replace(far, status=EventStatus.CANCELLED)])
        found = bench.calendar.look_up([(far.uid, "")])
        assert found == LookedUp(cancelled=frozenset({(far.uid, "")} if bench.answers else ()))

    def test_nothing_is_said_of_what_was_never_there(self, bench: Bench, far: Event) -> None:
        bench.keep([far])
        assert bench.calendar.look_up([("nobody@example.org", ""), (far.uid, "no-such")]) == LookedUp()

    def test_asking_changes_no_reading(self, bench: Bench, far: Event) -> None:
        bench.keep([TALK, replace(far, uid="far@example.org")])
        before = bench.calendar.read(WINDOW)
        bench.calendar.look_up([("far@example.org", ""), (TALK.uid, "")])
        assert bench.calendar.read(WINDOW) == before

    def test_what_cannot_be_asked_is_an_error(self, bench: Bench, far: Event) -> None:
        bench.keep([far])
        bench.calendar.read(WINDOW)
        bench.spoil()
        if bench.answers:
            with pytest.raises(CalendarError):
                bench.calendar.look_up([(far.uid, "")])
        else:
            assert bench.calendar.look_up([(far.uid, "")]) == LookedUp()
