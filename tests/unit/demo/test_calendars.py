"""What people do to a sample calendar, as the real reader sees it afterwards."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service.calendars.ics import IcsCalendar
from service.demo.calendars import CalendarFile
from service.demo.people import LENA, YUSUF
from service.demo.script.parts import at, day
from service.domain.events import Event, EventKind, EventStatus, Response, Window

BERLIN = ZoneInfo("Europe/Berlin")
OCTOBER = Window(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 10, tzinfo=UTC))


@pytest.fixture
def file(tmp_path: Path) -> CalendarFile:
    """A weekly one-on-one on Mondays at ten, from 5 October."""
    made = CalendarFile(tmp_path, LENA)
    made.series("yusuf", "Yusuf / Lena 1:1", at(10, 5, 10), 30, YUSUF)
    return made


def seen(file: CalendarFile, tmp_path: Path) -> list[Event]:
    file.save()
    read = IcsCalendar(LENA.calendar, tmp_path, default_zone=BERLIN).read(OCTOBER)
    assert read.zone == "Europe/Berlin"
    return list(read.events)


def starts(events: list[Event]) -> list[str]:
    return [f"{one.start.astimezone(BERLIN):%d %b %H:%M}" for one in events]


def test_a_series_keeps_its_local_time_when_the_clocks_change(file: CalendarFile, tmp_path: Path) -> None:
    events = seen(file, tmp_path)
    assert [start.split()[2] for start in starts(events)] == ["10:00"] * 6
    assert {guest.email for guest in events[0].guests} == {LENA.player.email, YUSUF.email}
    assert events[0].organizer == LENA.player.email


def test_a_moved_occurrence_stands_elsewhere(file: CalendarFile, tmp_path: Path) -> None:
    file.move("yusuf", day(10, 12), at(10, 13, 15))
    assert starts(seen(file, tmp_path))[:3] == ["05 Oct 10:00", "13 Oct 15:00", "19 Oct 10:00"]


def test_a_cancelled_one_stays_as_cancelled(file: CalendarFile, tmp_path: Path) -> None:
    file.cancel("yusuf", day(10, 12))
    assert [one.status is EventStatus.CANCELLED for one in seen(file, tmp_path)][:3] == [False, True, False]


def test_a_declined_one_keeps_the_answer(file: CalendarFile, tmp_path: Path) -> None:
    file.decline("yusuf", day(10, 12), YUSUF)
    answers = {guest.email: guest.response for guest in seen(file, tmp_path)[1].guests}
    assert answers == {YUSUF.email: Response.DECLINED, LENA.player.email: Response.ACCEPTED}


def test_a_dropped_one_is_gone(file: CalendarFile, tmp_path: Path) -> None:
    file.drop("yusuf", day(10, 12))
    assert starts(seen(file, tmp_path))[:2] == ["05 Oct 10:00", "19 Oct 10:00"]


def test_a_split_ends_one_series_and_begins_another(file: CalendarFile, tmp_path: Path) -> None:
    file.split("yusuf", day(10, 19), "later", at(10, 20, 14))
    events = seen(file, tmp_path)
    assert starts(events)[:4] == ["05 Oct 10:00", "12 Oct 10:00", "20 Oct 14:00", "27 Oct 14:00"]
    assert len({one.uid for one in events}) == 2


def test_a_shifted_series_shifts_its_past_too(file: CalendarFile, tmp_path: Path) -> None:
    file.shift("yusuf", timedelta(days=1, hours=1))
    assert starts(seen(file, tmp_path))[:2] == ["06 Oct 11:00", "13 Oct 11:00"]


def test_days_out_of_office_are_an_absence(file: CalendarFile, tmp_path: Path) -> None:
    file.whole_days("away", "Out of office", day(10, 8), 2)
    away = next(one for one in seen(file, tmp_path) if one.kind is EventKind.OUT_OF_OFFICE)
    assert away.end - away.start == timedelta(days=2)
