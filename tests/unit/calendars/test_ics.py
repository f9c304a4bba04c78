"""Series, zones and times of .ics files."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.calendars.ics import IcsCalendar
from service.domain.events import Event, EventStatus, Window
from service.errors import CalendarError
from tests.fakes.ics import calendar, vevent

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
YEAR = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))

WEEKLY = (
    "DTSTART;TZID=Europe/Berlin:20261012T100000",
    "DTEND;TZID=Europe/Berlin:20261012T103000",
    "SUMMARY:1:1",
)


class Desk:
    """A folder with one calendar file in it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ada.ics"

    def read(self, *parts: str, window: Window = YEAR, zone: ZoneInfo = BERLIN) -> tuple[Event, ...]:
        return self.read_bytes(calendar(*parts), window, zone)

    def read_bytes(self, data: bytes, window: Window = YEAR, zone: ZoneInfo = BERLIN) -> tuple[Event, ...]:
        self.path.write_bytes(data)
        return IcsCalendar("ada.ics", self.path.parent, default_zone=zone).read(window).events

    def one(self, *lines: str, zone: ZoneInfo = BERLIN) -> Event:
        (event,) = self.read(vevent(*lines), zone=zone)
        return event

    def starts(self, *lines: str, window: Window = YEAR) -> list[str]:
        return starts(self.read(vevent(*lines), window=window))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def starts(events: tuple[Event, ...]) -> list[str]:
    return [f"{event.start.astimezone(BERLIN):%m-%d %H:%M}" for event in events]


class TestSeries:
    def test_a_weekly_ten_oclock_stays_ten_oclock_over_the_change_of_clocks(self, desk: Desk) -> None:
        found = desk.read(vevent(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=4"))
        assert starts(found) == ["10-12 10:00", "10-19 10:00", "10-26 10:00", "11-02 10:00"]
        assert [event.start.hour for event in found] == [8, 8, 9, 9]

    def test_an_occurrence_is_named_by_its_original_start_in_utc(self, desk: Desk) -> None:
        found = desk.read(vevent(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=2"))
        assert [event.occurrence for event in found] == [
            "2026-10-12T08:00:00+00:00",
            "2026-10-19T08:00:00+00:00",
        ]
        assert all(event.recurring for event in found)

    def test_a_single_event_has_no_occurrence(self, desk: Desk) -> None:
        event = desk.one(*WEEKLY)
        assert (event.occurrence, event.recurring) == ("", False)

    def test_a_moved_occurrence_keeps_its_name(self, desk: Desk) -> None:
        moved = (
            "RECURRENCE-ID;TZID=Europe/Berlin:20261019T100000",
            "DTSTART;TZID=Europe/Berlin:20261021T150000",
            "DTEND;TZID=Europe/Berlin:20261021T153000",
        )
        found = desk.read(vevent(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=2"), vevent(*moved))
        assert starts(found) == ["10-12 10:00", "10-21 15:00"]
        assert found[1].occurrence == "2026-10-19T08:00:00+00:00"

    def test_a_moved_occurrence_may_name_its_original_start_in_utc_or_by_the_day(self, desk: Desk) -> None:
        for original in ("RECURRENCE-ID:20261019T080000Z", "RECURRENCE-ID;VALUE=DATE:20261019"):
            moved = (original, "DTSTART;TZID=Europe/Berlin:20261021T150000", "DURATION:PT30M")
            found = desk.read(vevent(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=2"), vevent(*moved))
            assert [event.occurrence for event in found] == [
                "2026-10-12T08:00:00+00:00",
                "2026-10-19T08:00:00+00:00",
            ]

    def test_an_occurrence_moved_out_of_the_window_is_not_back_at_its_old_time(self, desk: Desk) -> None:
        moved = (
            "RECURRENCE-ID;TZID=Europe/Berlin:20261019T100000",
            "DTSTART;TZID=Europe/Berlin:20271019T100000",
        )
        found = desk.read(vevent(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=2"), vevent(*moved))
        assert starts(found) == ["10-12 10:00"]

    def test_an_occurrence_moved_into_the_window_from_far_away_is_there(self, desk: Desk) -> None:
        moved = (
            "RECURRENCE-ID;TZID=Europe/Berlin:20270301T100000",
            "DTSTART;TZID=Europe/Berlin:20261223T100000",
        )
        late = ("DTSTART;TZID=Europe/Berlin:20270301T100000", "RRULE:FREQ=WEEKLY")
        found = desk.read(vevent(*late), vevent(*moved))
        assert [event.occurrence for event in found] == ["2027-03-01T09:00:00+00:00"]

    def test_a_cancelled_occurrence_is_returned_as_cancelled(self, desk: Desk) -> None:
        gone = (
            "RECURRENCE-ID;TZID=Europe/Berlin:20261019T100000",
            "DTSTART;TZID=Europe/Berlin:20261019T100000",
            "STATUS:CANCELLED",
        )
        found = desk.read(vevent(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=2"), vevent(*gone))
        assert [event.status for event in found] == [EventStatus.CONFIRMED, EventStatus.CANCELLED]

    def test_an_excluded_date_is_absent(self, desk: Desk) -> None:
        lines = (*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;TZID=Europe/Berlin:20261019T100000")
        assert desk.starts(*lines) == ["10-12 10:00", "10-26 10:00"]

    def test_an_excluded_date_may_be_in_utc_or_one_of_many(self, desk: Desk) -> None:
        lines = (*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE:20261019T080000Z,20261026T090000Z")
        assert desk.starts(*lines) == ["10-12 10:00", "11-02 10:00"]

    def test_further_dates(self, desk: Desk) -> None:
        assert desk.starts(*WEEKLY, "RDATE;TZID=Europe/Berlin:20261014T170000") == [
            "10-12 10:00",
            "10-14 17:00",
        ]

    def test_this_and_following_moved_by_an_hour_keep_their_own_names(self, desk: Desk) -> None:
        later = (
            "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261019T100000",
            "DTSTART;TZID=Europe/Berlin:20261019T110000",
            "DTEND;TZID=Europe/Berlin:20261019T113000",
        )
        found = desk.read(vevent(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3"), vevent(*later))
        assert starts(found) == ["10-12 10:00", "10-19 11:00", "10-26 11:00"]
        assert [event.occurrence[:13] for event in found] == [
            "2026-10-12T08",
            "2026-10-19T08",
            "2026-10-26T09",
        ]

    def test_this_and_following_hold_long_after_they_were_moved(self, desk: Desk) -> None:
        later = ("RECURRENCE-ID;RANGE=THISANDFUTURE:20260105T100000Z", "DTSTART:20260105T120000Z")
        window = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC))
        found = desk.read(
            vevent("DTSTART:20260105T100000Z", "RRULE:FREQ=WEEKLY"), vevent(*later), window=window
        )
        assert starts(found) == ["03-02 13:00"]

    @pytest.mark.parametrize(
        "until",
        ["20261026T090000Z", "20261026", "20261026T100000", "20261101T225959Z"],
        ids=["utc", "a bare day lasts until its end", "a bare time is local", "later"],
    )
    def test_until_includes_the_last_one(self, desk: Desk, until: str) -> None:
        found = desk.starts(*WEEKLY, f"RRULE:FREQ=WEEKLY;UNTIL={until}")
        assert found == ["10-12 10:00", "10-19 10:00", "10-26 10:00"]

    def test_until_as_a_local_time_west_of_greenwich_includes_the_last_one(self, desk: Desk) -> None:
        lines = ("DTSTART;TZID=America/New_York:20261012T100000", "RRULE:FREQ=WEEKLY;UNTIL=20261019T100000")
        assert len(desk.starts(*lines)) == 2

    def test_a_series_that_began_years_ago_still_runs(self, desk: Desk) -> None:
        window = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 9, tzinfo=UTC))
        lines = ("DTSTART;TZID=Europe/Berlin:20190107T100000", "RRULE:FREQ=WEEKLY;BYDAY=MO, WE")
        assert desk.starts(*lines, window=window) == ["11-02 10:00", "11-04 10:00"]

    @pytest.mark.parametrize(
        "rule",
        [
            "FREQ=SECONDLY",
            "FREQ=MINUTELY;INTERVAL=59",
            "FREQ=DAILY;BYHOUR=9,10,11,12,13;BYMINUTE=0,10,20,30,40",
            "RSCALE=CHINESE;FREQ=YEARLY",
        ],
    )
    def test_a_rhythm_nobody_meets_in_is_left_out(self, desk: Desk, rule: str) -> None:
        silly = vevent("DTSTART:20260101T000000Z", f"RRULE:{rule}", uid="silly")
        assert [event.uid for event in desk.read(silly, vevent(*WEEKLY))] == ["one@example.org"]

    def test_many_times_a_day_are_a_rhythm_as_long_as_hours_part_them(self, desk: Desk) -> None:
        assert len(desk.starts("DTSTART:20260713T080000Z", "RRULE:FREQ=MINUTELY;INTERVAL=60;COUNT=3")) == 3
        assert len(desk.starts("DTSTART:20260713T080000Z", "RRULE:FREQ=DAILY;BYHOUR=8,12;COUNT=4")) == 4

    @pytest.mark.parametrize(
        "broken",
        ["RRULE:FREQ=SOMETIMES", "RRULE:EVERY WEEK", "EXDATE:next tuesday", "RDATE:soon", "RECURRENCE-ID:x"],
    )
    def test_a_series_that_cannot_be_understood_refuses_the_whole_calendar(
        self, desk: Desk, broken: str
    ) -> None:
        with pytest.raises(CalendarError, match=r"repeating event first held on 2026-10-12") as refused:
            desk.read(vevent(*WEEKLY, "RRULE:FREQ=WEEKLY" if "RRULE" not in broken else "COMMENT:x", broken))
        assert refused.value.permanent

    def test_a_broken_series_that_ended_before_the_window_harms_nobody(self, desk: Desk) -> None:
        old = vevent(
            "DTSTART:20200106T100000Z", "RRULE:FREQ=WEEKLY;UNTIL=20200301T000000Z", "EXDATE:x", uid="old"
        )
        assert len(desk.read(old, vevent(*WEEKLY))) == 1

    @given(
        first=st.dates(date(2026, 1, 1), date(2026, 12, 1)),
        at=st.times(time(4), time(22)).map(lambda one: one.replace(second=0, microsecond=0)),
        zone=st.sampled_from(
            ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]
        ),
        weeks=st.integers(1, 4),
        count=st.integers(1, 30),
        skipped=st.sets(st.integers(0, 29), max_size=4),
    )
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_a_weekly_series_equals_adding_weeks_on_the_wall_clock(
        self, desk: Desk, first: date, at: time, zone: str, weeks: int, count: int, skipped: set[int]
    ) -> None:
        wall = [datetime.combine(first + timedelta(weeks=weeks * n), at) for n in range(count)]
        gone = [f"EXDATE;TZID={zone}:{wall[n]:%Y%m%dT%H%M%S}" for n in skipped if n < count]
        rule = f"RRULE:FREQ=WEEKLY;INTERVAL={weeks};COUNT={count}"
        found = desk.read(vevent(f"DTSTART;TZID={zone}:{wall[0]:%Y%m%dT%H%M%S}", rule, *gone))
        kept = [one.replace(tzinfo=ZoneInfo(zone)) for n, one in enumerate(wall) if n not in skipped]
        assert [event.start for event in found] == [one for one in kept if one < YEAR.end]


class TestWindows:
    def test_a_later_pass_sees_later_days(self, desk: Desk) -> None:
        desk.path.write_bytes(calendar(vevent("DTSTART:20260713T100000Z", "RRULE:FREQ=DAILY")))
        source = IcsCalendar(str(desk.path), default_zone=BERLIN)
        monday = Window(datetime(2026, 7, 13, tzinfo=UTC), datetime(2026, 7, 14, tzinfo=UTC))
        later = Window(monday.start + timedelta(days=9), monday.end + timedelta(days=9))
        assert [starts(source.read(day).events) for day in (monday, later)] == [
            ["07-13 12:00"],
            ["07-22 12:00"],
        ]

    @pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
    @pytest.mark.parametrize("day", [12, 13, 14])
    def test_whole_days_at_the_ends_of_the_earth_touch_the_window_they_touch(
        self, desk: Desk, zone: str, day: int
    ) -> None:
        local = ZoneInfo(zone)
        midnight = datetime(2026, 7, day, tzinfo=local).astimezone(UTC)
        window = Window(datetime(2026, 7, 13, tzinfo=UTC), datetime(2026, 7, 14, tzinfo=UTC))
        found = desk.read(vevent(f"DTSTART;VALUE=DATE:202607{day}"), window=window, zone=local)
        assert bool(found) is window.touches(midnight, midnight + timedelta(days=1))

    @given(
        first=st.integers(0, 364),
        days=st.integers(1, 80),
        begin=st.integers(-400, 364),
        rule=st.sampled_from(
            ["", "FREQ=WEEKLY", "FREQ=DAILY;COUNT=9", "FREQ=MONTHLY;UNTIL=20260601", "FREQ=YEARLY"]
        ),
        hours=st.sampled_from([0, 1, 30, 200]),
        moved=st.integers(-100, 100),
        following=st.booleans(),
    )
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_a_window_shows_what_the_whole_year_shows_of_it(
        self,
        desk: Desk,
        first: int,
        days: int,
        begin: int,
        rule: str,
        hours: int,
        moved: int,
        following: bool,
    ) -> None:
        start = datetime(2026, 1, 1, 10, tzinfo=UTC) + timedelta(days=begin)
        core = vevent(*_times(start, hours), *([f"RRULE:{rule}"] if rule else []))
        span = ";RANGE=THISANDFUTURE" if following else ""
        exception = vevent(
            f"RECURRENCE-ID{span}:{_utc(start)}", *_times(start + timedelta(days=moved), hours)
        )
        opening = YEAR.start + timedelta(days=first, hours=5)
        window = Window(opening, min(opening + timedelta(days=days), YEAR.end))
        parts = (core, exception) if rule else (core,)
        year = desk.read(*parts)
        assert desk.read(*parts, window=window) == tuple(e for e in year if window.touches(e.start, e.end))


class TestVersions:
    def test_of_two_versions_of_an_event_the_newer_counts(self, desk: Desk) -> None:
        old = vevent(*WEEKLY, "SEQUENCE:1")
        new = vevent("DTSTART:20261013T080000Z", "SEQUENCE:2")
        assert starts(desk.read(new, old)) == ["10-13 10:00"]

    def test_of_equal_sequence_the_later_stamp_counts(self, desk: Desk) -> None:
        old = vevent(*WEEKLY, "DTSTAMP:20260101T000000Z")
        new = vevent("DTSTART:20261013T080000Z", "DTSTAMP:20260201T000000Z")
        assert starts(desk.read(new, old)) == ["10-13 10:00"]

    def test_a_later_cancellation_in_the_same_file_counts(self, desk: Desk) -> None:
        cancelled = calendar("METHOD:CANCEL", vevent(*WEEKLY, "SEQUENCE:3"))
        (event,) = desk.read_bytes(calendar(vevent(*WEEKLY)) + cancelled)
        assert event.status is EventStatus.CANCELLED

    def test_several_calendars_in_one_file_are_all_read(self, desk: Desk) -> None:
        two = calendar(vevent(*WEEKLY)) + calendar(vevent(*WEEKLY, uid="two"))
        assert [event.uid for event in desk.read_bytes(two)] == ["one@example.org", "two"]


class TestZones:
    @pytest.mark.parametrize(
        "tzid",
        [
            "Europe/Berlin",
            '"Europe/Berlin"',
            "W. Europe Standard Time",
            '"W. Europe Standard Time"',
            "/freeassociation.sourceforge.net/Europe/Berlin",
            "/example.org/20260101_1/Europe/Berlin",
        ],
    )
    def test_names_of_zones(self, desk: Desk, tzid: str) -> None:
        assert desk.one(f"DTSTART;TZID={tzid}:20260713T100000", zone=NEW_YORK).start.hour == 8

    def test_a_zone_the_file_defines(self, desk: Desk) -> None:
        event = vevent("DTSTART;TZID=Office:20260713T100000")
        (found,) = desk.read(_fixed_zone("Office", "+0530"), event)
        assert found.start == datetime(2026, 7, 13, 4, 30, tzinfo=UTC)

    def test_the_same_name_means_another_zone_in_another_file(self, desk: Desk) -> None:
        event = vevent("DTSTART;TZID=Office:20260713T100000")
        hours = [
            desk.read(_fixed_zone("Office", offset), event)[0].start.hour for offset in ("+0100", "+0300")
        ]
        assert hours == [9, 7]

    def test_a_zone_may_be_defined_after_its_use(self, desk: Desk) -> None:
        event = vevent("DTSTART;TZID=Office:20260713T100000")
        assert desk.read(event, _fixed_zone("Office", "+0300"))[0].start.hour == 7

    def test_an_unknown_zone_is_the_calendars_own(self, desk: Desk) -> None:
        (event,) = desk.read("X-WR-TIMEZONE:America/New_York", vevent("DTSTART;TZID=Nowhere:20260713T100000"))
        assert event.start.hour == 14

    @pytest.mark.parametrize("tzid", ["Nowhere", "Europe", "../../etc/passwd"])
    def test_without_one_it_is_the_leaders(self, desk: Desk, tzid: str) -> None:
        assert desk.one(f"DTSTART;TZID={tzid}:20260713T100000", zone=NEW_YORK).start.hour == 14

    def test_a_floating_time_is_the_leaders(self, desk: Desk) -> None:
        assert desk.one("DTSTART:20260713T100000", zone=NEW_YORK).start.hour == 14

    def test_a_floating_series_follows_the_leaders_clock(self, desk: Desk) -> None:
        lines = ("DTSTART:20261019T100000", "RRULE:FREQ=WEEKLY;COUNT=2")
        assert desk.starts(*lines) == ["10-19 10:00", "10-26 10:00"]

    def test_utc_stays_utc(self, desk: Desk) -> None:
        assert desk.starts("DTSTART:20261019T080000Z", "RRULE:FREQ=WEEKLY;COUNT=2") == [
            "10-19 10:00",
            "10-26 09:00",
        ]

    @pytest.mark.parametrize(
        ("stated", "zone"), [("Europe/Berlin", "Europe/Berlin"), ("Nowhere", None), ("", None)]
    )
    def test_the_calendars_zone_is_told_where_it_is_one(
        self, desk: Desk, stated: str, zone: str | None
    ) -> None:
        desk.path.write_bytes(calendar(f"X-WR-TIMEZONE:{stated}"))
        assert IcsCalendar(str(desk.path), default_zone=BERLIN).read(YEAR).zone == zone


class TestLengths:
    @pytest.mark.parametrize(
        ("lines", "minutes"),
        [
            (("DTSTART:20260713T100000Z", "DTEND:20260713T104500Z"), 45),
            (("DTSTART:20260713T100000Z", "DURATION:PT1H"), 60),
            (("DTSTART:20260713T100000Z",), 0),
            (("DTSTART:20260713T100000Z", "DTEND:20260713T100000Z"), 0),
            (("DTSTART:20260713T100000Z", "DTEND:20260713T090000Z"), 0),
            (("DTSTART:20260713T100000Z", "DTEND;VALUE=DATE:20260714"), 0),
            (("DTSTART:20260713T100000Z", "DTEND:whenever"), 0),
            (("DTSTART:20260713T100000Z", "DURATION:-PT1H"), 0),
            (("DTSTART;VALUE=DATE:20260713",), 24 * 60),
            (("DTSTART;VALUE=DATE:20260713", "DTEND;VALUE=DATE:20260715"), 48 * 60),
        ],
    )
    def test_the_end_is_stated_reckoned_or_none(
        self, desk: Desk, lines: tuple[str, ...], minutes: int
    ) -> None:
        event = desk.one(*lines)
        assert event.end - event.start == timedelta(minutes=minutes)
        assert event.start.astimezone(BERLIN).day == 13

    def test_a_whole_day_spans_the_leaders_midnights(self, desk: Desk) -> None:
        event = desk.one("DTSTART;VALUE=DATE:20260713", zone=NEW_YORK)
        assert event.all_day
        assert event.start.astimezone(NEW_YORK).isoformat() == "2026-07-13T00:00:00-04:00"

    def test_the_day_the_clocks_change_has_its_real_length(self, desk: Desk) -> None:
        event = desk.one("DTSTART;VALUE=DATE:20261025")
        assert event.end - event.start == timedelta(hours=25)

    def test_whole_days_in_a_row_are_named_by_their_day(self, desk: Desk) -> None:
        found = desk.read(vevent("DTSTART;VALUE=DATE:20260713", "RRULE:FREQ=DAILY;COUNT=2"))
        assert [event.occurrence for event in found] == ["2026-07-13", "2026-07-14"]


def _utc(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _times(start: datetime, hours: int) -> tuple[str, str]:
    return f"DTSTART:{_utc(start)}", f"DTEND:{_utc(start + timedelta(hours=hours))}"


def _fixed_zone(name: str, offset: str) -> str:
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}", "BEGIN:STANDARD", "DTSTART:19700101T000000"]
    lines += [f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}", "END:STANDARD", "END:VTIMEZONE"]
    return "\r\n".join(lines)
