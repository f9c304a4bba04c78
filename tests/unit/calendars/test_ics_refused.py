"""A read is whole or a `CalendarError`: what is refused, with what words, and what is read again."""

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.calendars import ics_source
from service.calendars.ics import IcsCalendar
from service.calendars.ics_text import raw_events
from service.domain.events import Window
from service.errors import CalendarError
from tests.fakes.ics import calendar, vevent

DAY = Window(datetime(2026, 7, 13, tzinfo=UTC), datetime(2026, 7, 14, tzinfo=UTC))
WHOLE = calendar(
    vevent("DTSTART:20260713T100000Z", "DTEND:20260713T103000Z", "SUMMARY:1:1 Zoë", "RRULE:FREQ=DAILY")
)
PROPERTIES = ["DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "UID", "ATTENDEE"]
VALUES = [
    *[
        "20260713",
        "20260713T100000",
        "20260713T100000Z",
        "20260713T100000Z/PT1H",
        "99991231",
        "00000000T000000",
    ],
    *["FREQ=DAILY", "FREQ=DAILY;UNTIL=20260713", "FREQ=DAILY;COUNT=-1", "FREQ=WEEKLY;BYDAY=XX"],
    *["PT1H", "P1W", "100000", "", "a"],
]
CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "calendars"


def source(path: Path) -> IcsCalendar:
    return IcsCalendar(path.name, path.parent, default_zone=ZoneInfo("Europe/Berlin"))


def refusal(path: Path) -> CalendarError:
    with pytest.raises(CalendarError) as refused:
        source(path).read(DAY)
    message = str(refused.value)
    assert "\n" not in message
    assert message.endswith(".")
    return refused.value


class TestContent:
    @pytest.mark.parametrize(
        ("data", "words", "permanent"),
        [
            (b"", "is empty", False),
            (b"\r\n \n", "is empty", False),
            (b"<!DOCTYPE html><title>Sign in</title>", "a web page, perhaps a login", True),
            (b'["vcalendar", []]', "JSON", True),
            (b"PK\x03\x04rest", "zip archive", True),
            (b"\x89PNG\r\n\x1a\n", "no BEGIN:VCALENDAR", True),
            (b"Dear Ada", "no BEGIN:VCALENDAR", True),
            (b"BEGIN:VCAL", "cut short", False),
            (WHOLE.replace(b"Zo\xc3\xab", b"Zo\xeb"), "not written in UTF-8", True),
            (WHOLE.replace(b"END:VEVENT\r\n", b""), "closes what was not open", False),
            (WHOLE.replace(b"END:VEVENT", b"BEGIN:VEVENT"), "cut short", False),
            (WHOLE[: WHOLE.index(b"END:VCALENDAR")], "cut short", False),
            (WHOLE + WHOLE[:60], "cut short", False),
        ],
    )
    def test_what_is_no_whole_calendar_is_refused(
        self, tmp_path: Path, data: bytes, words: str, permanent: bool
    ) -> None:
        path = tmp_path / "ada.ics"
        path.write_bytes(data)
        error = refusal(path)
        assert words in str(error)
        assert error.permanent is permanent

    @pytest.mark.parametrize("length", range(1, len(WHOLE) - len("R\r\n")))
    def test_wherever_it_is_cut_it_is_refused(self, tmp_path: Path, length: int) -> None:
        path = tmp_path / "ada.ics"
        path.write_bytes(WHOLE[:length])
        assert not refusal(path).permanent

    def test_more_than_the_limit_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ics_source, "MAX_BYTES", 100)
        path = tmp_path / "ada.ics"
        path.write_bytes(WHOLE)
        error = refusal(path)
        assert "larger than" in str(error)
        assert error.permanent

    @given(st.binary(max_size=300))
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_any_bytes_in_an_event_give_a_reading_or_this_error(self, tmp_path: Path, noise: bytes) -> None:
        path = tmp_path / "ada.ics"
        path.write_bytes(WHOLE.replace(b"SUMMARY", noise + b"\r\nSUMMARY"))
        with suppress(CalendarError):
            assert all(event.start <= event.end for event in source(path).read(DAY).events)

    @given(st.lists(st.tuples(st.sampled_from(PROPERTIES), st.sampled_from(VALUES)), max_size=6))
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_any_mixture_of_properties_gives_a_reading_or_this_error(
        self, tmp_path: Path, said: list[tuple[str, str]]
    ) -> None:
        path = tmp_path / "ada.ics"
        path.write_bytes(calendar(vevent(*[f"{name}:{value}" for name, value in said])))
        with suppress(CalendarError):
            assert all(event.start <= event.end for event in source(path).read(DAY).events)


class TestFile:
    def test_one_that_is_missing_says_what_to_do(self, tmp_path: Path) -> None:
        error = refusal(tmp_path / "ada.ics")
        assert (
            str(error)
            == "The calendar file ada.ics is not there; put it back, or correct the leader's calendar."
        )
        assert error.permanent

    def test_a_folder_is_none(self, tmp_path: Path) -> None:
        (tmp_path / "ada.ics").mkdir()
        assert "is a folder" in str(refusal(tmp_path / "ada.ics"))

    def test_a_file_on_the_way_is_no_folder(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert "cannot be opened" in str(refusal(tmp_path / "file" / "ada.ics"))

    def test_an_impossible_path(self) -> None:
        with pytest.raises(CalendarError, match="impossible path"):
            IcsCalendar("a\0b", default_zone=ZoneInfo("UTC")).read(DAY)

    def test_no_permission(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "ada.ics"
        path.write_bytes(WHOLE)

        def refuse(_: Path) -> bytes:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "read_bytes", refuse)  # the tests may run as root, whom no mode stops
        error = refusal(path)
        assert "permission denied" in str(error)
        assert error.permanent

    def test_a_failing_disk_is_tried_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "ada.ics"
        path.write_bytes(WHOLE)

        def fail(_: Path) -> bytes:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(Path, "read_bytes", fail)
        assert not refusal(path).permanent

    def test_an_absolute_path_needs_no_base(self, tmp_path: Path) -> None:
        path = tmp_path / "ada.ics"
        path.write_bytes(WHOLE)
        assert IcsCalendar(str(path), Path("/elsewhere"), default_zone=ZoneInfo("UTC")).read(DAY).events


class TestUnchanged:
    @pytest.fixture
    def parsed(self, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
        """What was parsed, each time it was."""
        seen: list[bytes] = []

        def watched(data: bytes, name: str) -> object:
            seen.append(data)
            return raw_events(data, name)

        monkeypatch.setattr("service.calendars.ics.raw_events", watched)
        return seen

    def test_the_passes_of_a_day_parse_once(self, tmp_path: Path, parsed: list[bytes]) -> None:
        path = tmp_path / "ada.ics"
        path.write_bytes(WHOLE)
        calendar_ = source(path)
        begin, end = DAY.start + timedelta(minutes=1), DAY.end + timedelta(minutes=1)
        for quarter in range(0, 23 * 60, 15):
            later = timedelta(minutes=quarter)
            calendar_.read(Window(begin + later, end + later))
        assert len(parsed) == 1

    def test_a_changed_file_is_parsed_again(self, tmp_path: Path, parsed: list[bytes]) -> None:
        path = tmp_path / "ada.ics"
        path.write_bytes(WHOLE)
        calendar_ = source(path)
        calendar_.read(DAY)
        path.write_bytes(WHOLE.replace(b"1:1", b"2:2"))
        assert calendar_.read(DAY).events[0].title == "2:2 Zoë"
        assert len(parsed) == 2

    def test_a_change_within_one_tick_of_the_disks_clock_is_seen(self, tmp_path: Path) -> None:
        path = tmp_path / "ada.ics"
        path.write_bytes(WHOLE)
        stamp = path.stat().st_mtime_ns
        calendar_ = source(path)
        calendar_.read(DAY)
        path.write_bytes(WHOLE.replace(b"1:1", b"2:2"))
        os.utime(path, ns=(stamp, stamp))
        assert calendar_.read(DAY).events[0].title == "2:2 Zoë"

    def test_an_old_unchanged_file_is_not_even_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "ada.ics"
        path.write_bytes(WHOLE)
        os.utime(path, (0, 0))
        calendar_ = source(path)
        first = calendar_.read(DAY)
        monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("read again"))
        assert calendar_.read(DAY) is first

    def test_touching_a_file_changes_nothing(self, tmp_path: Path, parsed: list[bytes]) -> None:
        path = tmp_path / "ada.ics"
        path.write_bytes(WHOLE)
        calendar_ = source(path)
        calendar_.read(DAY)
        os.utime(path, (0, 0))
        calendar_.read(DAY)
        assert len(parsed) == 1


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not on this machine")
class TestOtherPeoplesFiles:
    def test_none_crashes_the_reader(self) -> None:
        window = Window(datetime(1990, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
        whole = 0
        for path in sorted(CORPUS.iterdir()):
            try:
                events = source(path).read(window).events
            except CalendarError:
                continue
            whole += 1
            assert all(event.start <= event.end for event in events), path.name
        assert whole >= 100
