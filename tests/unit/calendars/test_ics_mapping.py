"""What of a VEVENT becomes an event, and what is dropped."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service.calendars.ics import IcsCalendar
from service.domain.events import Event, EventKind, EventStatus, Guest, GuestKind, Response, Window
from tests.fakes.ics import calendar, vevent

DAY = Window(datetime(2026, 7, 13, tzinfo=UTC), datetime(2026, 7, 14, tzinfo=UTC))
TIMES = ("DTSTART:20260713T100000Z", "DTEND:20260713T103000Z")
HALF_DAY = ("DTSTART:20260713T080000Z", "DTEND:20260713T120000Z")
WHOLE_DAY = ("DTSTART;VALUE=DATE:20260713",)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ada.ics"


def read(path: Path, *lines: str, data: bytes | None = None) -> Event:
    path.write_bytes(calendar(vevent(*lines)) if data is None else data)
    (event,) = IcsCalendar(str(path), default_zone=ZoneInfo("Europe/Berlin")).read(DAY).events
    return event


class TestGuests:
    @pytest.mark.parametrize(
        ("answer", "response"),
        [
            ("ACCEPTED", Response.ACCEPTED),
            ("DECLINED", Response.DECLINED),
            ("TENTATIVE", Response.TENTATIVE),
            ("NEEDS-ACTION", Response.NEEDS_ACTION),
            ("DELEGATED", Response.DECLINED),
            ("X-ODD", Response.NEEDS_ACTION),
        ],
    )
    def test_an_answer(self, path: Path, answer: str, response: Response) -> None:
        event = read(path, *TIMES, f"ATTENDEE;PARTSTAT={answer}:mailto:ben@example.org")
        assert event.guests == (Guest("ben@example.org", response=response),)

    @pytest.mark.parametrize(
        ("line", "guest"),
        [
            ("ATTENDEE:mailto:Ben@Example.org", Guest("ben@example.org")),
            ("ATTENDEE:MAILTO:ben@example.org", Guest("ben@example.org")),
            ('ATTENDEE;CN="Okafor, Ben":mailto:ben@example.org', Guest("ben@example.org", "Okafor, Ben")),
            ("ATTENDEE;CN=ben@example.org:mailto:ben@example.org", Guest("ben@example.org")),
            ("ATTENDEE;CUTYPE=ROOM:mailto:r@example.org", Guest("r@example.org", kind=GuestKind.ROOM)),
            ("ATTENDEE;CUTYPE=RESOURCE:mailto:r@example.org", Guest("r@example.org", kind=GuestKind.ROOM)),
            ("ATTENDEE;CUTYPE=GROUP:mailto:g@example.org", Guest("g@example.org", kind=GuestKind.GROUP)),
            ("ATTENDEE;ROLE=OPT-PARTICIPANT:mailto:b@example.org", Guest("b@example.org", optional=True)),
            ("ATTENDEE;CN=Ben;EMAIL=ben@example.org:/principals/ben/", Guest("ben@example.org", "Ben")),
            ("ATTENDEE;CN=Ben:invalid:nomail", Guest("", "Ben")),
        ],
    )  # fmt: skip
    def test_an_attendee_becomes_a_guest(self, path: Path, line: str, guest: Guest) -> None:
        assert read(path, *TIMES, line).guests == (guest,)

    def test_the_organiser_is_a_guest_too(self, path: Path) -> None:
        event = read(
            path, *TIMES, "ORGANIZER;CN=Ada:mailto:Ada@example.org", "ATTENDEE:mailto:ben@example.org"
        )
        assert event.organizer == "ada@example.org"
        assert event.guests == (Guest("ben@example.org"), Guest("ada@example.org", "Ada", Response.ACCEPTED))

    def test_an_organiser_who_is_listed_is_not_doubled(self, path: Path) -> None:
        listed = "ATTENDEE;PARTSTAT=DECLINED:mailto:ada@example.org"
        event = read(path, *TIMES, "ORGANIZER:mailto:ada@example.org", listed)
        assert event.guests == (Guest("ada@example.org", response=Response.DECLINED),)

    def test_an_organiser_alone_is_no_guest_list(self, path: Path) -> None:
        event = read(path, *TIMES, "ORGANIZER:mailto:ada@example.org")
        assert (event.organizer, event.guests) == ("ada@example.org", ())

    def test_a_calendar_that_organises_is_no_person(self, path: Path) -> None:
        team = "ORGANIZER:mailto:c_1@group.calendar.google.com"
        event = read(path, *TIMES, team, "ATTENDEE:mailto:ben@example.org")
        assert [guest.kind for guest in event.guests] == [GuestKind.HUMAN, GuestKind.ROOM]

    @pytest.mark.parametrize("hint", ["X-EXAMPLE-HIDE-ATTENDEES:TRUE", "X-GUESTS-CAN-SEE-GUESTS:FALSE"])
    def test_a_hidden_list_is_not_known(self, path: Path, hint: str) -> None:
        assert not read(path, *TIMES, hint).guests_known


class TestStatus:
    def test_a_cancellation_in_its_own_file(self, path: Path) -> None:
        data = calendar("METHOD:CANCEL", vevent(*TIMES))
        assert read(path, data=data).status is EventStatus.CANCELLED

    @pytest.mark.parametrize(
        "prefix", ["Canceled", "Cancelled", "Abgesagt", "Cancelado", "Annulé", "Annullato", "Отменено"]
    )
    def test_outlook_says_it_in_the_title_only(self, path: Path, prefix: str) -> None:
        event = read(path, *TIMES, f"SUMMARY:{prefix}: 1:1 Ada / Ben")
        assert (event.status, event.title) == (EventStatus.CANCELLED, "1:1 Ada / Ben")

    @pytest.mark.parametrize("title", ["Cancelled flights", "Why we cancelled: a talk", "Uncanceled: x"])
    def test_other_titles_do_not_cancel(self, path: Path, title: str) -> None:
        assert read(path, *TIMES, f"SUMMARY:{title}").status is EventStatus.CONFIRMED

    @pytest.mark.parametrize(
        ("line", "busy"),
        [("TRANSP:TRANSPARENT", False), ("TRANSP:OPAQUE", True), ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", False)],
    )
    def test_free_or_busy(self, path: Path, line: str, busy: bool) -> None:
        assert read(path, *TIMES, line).busy is busy


class TestKind:
    @pytest.mark.parametrize(
        "title",
        [
            "Out of office", "OOO", "Vacation", "Annual leave", "🌴 Vacation 🌴", "Urlaub", "Férias",
            "Vacaciones", "Congés", "Sick leave", "OOO: dentist", "Vacation (Lisbon)", "On leave", "休暇",
        ],
    )  # fmt: skip
    def test_a_whole_day_named_for_an_absence_is_one(self, path: Path, title: str) -> None:
        assert read(path, *WHOLE_DAY, f"SUMMARY:{title}").kind is EventKind.OUT_OF_OFFICE

    @pytest.mark.parametrize(
        "title", ["Ben: vacation", "Vacation planning", "Holiday party", "Leave policy review"]
    )
    def test_other_whole_days_are_not(self, path: Path, title: str) -> None:
        assert read(path, *WHOLE_DAY, f"SUMMARY:{title}").kind is EventKind.DEFAULT

    def test_half_a_day_off_is_an_absence_and_half_an_hour_is_not(self, path: Path) -> None:
        assert read(path, *HALF_DAY, "SUMMARY:Vacation").kind is EventKind.OUT_OF_OFFICE
        assert read(path, *TIMES, "SUMMARY:Vacation").kind is EventKind.DEFAULT

    def test_outlook_says_away(self, path: Path) -> None:
        assert read(path, *TIMES, "X-MICROSOFT-CDO-BUSYSTATUS:OOF").kind is EventKind.OUT_OF_OFFICE

    @pytest.mark.parametrize("title", ["Focus time", "Deep work", "Birthday", "Working from home"])
    def test_what_is_no_meeting(self, path: Path, title: str) -> None:
        assert read(path, *TIMES, f"SUMMARY:{title}").kind is EventKind.OTHER

    def test_outlooks_whole_day_at_local_midnight(self, path: Path) -> None:
        lines = ("DTSTART;TZID=Europe/Berlin:20260713T000000", "DTEND;TZID=Europe/Berlin:20260714T000000")
        assert read(path, *lines, "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE").all_day


class TestText:
    def test_folded_escaped_and_foreign_titles(self, path: Path) -> None:
        folded = "SUMMARY:1:1 Zoë\\, Jürgen\r\n  & 田\r\n 中"
        assert read(path, *TIMES, folded).title == "1:1 Zoë, Jürgen & 田中"

    def test_a_line_folded_inside_a_character(self, path: Path) -> None:
        before, after = calendar(vevent(*TIMES, "SUMMARY:Zo@")).split(b"@\r\n", 1)
        data = before + b"\xc3\r\n \xab\r\n" + after
        assert read(path, data=data).title == "Zoë"

    @pytest.mark.parametrize("ending", [b"\r\n", b"\n", b"\r", b"\r\r\n"])
    def test_any_line_ending_and_a_byte_order_mark(self, path: Path, ending: bytes) -> None:
        data = b"\xef\xbb\xbf" + calendar(vevent(*TIMES, "SUMMARY:1:1 Zoë")).replace(b"\r\n", ending)
        assert read(path, data=data).title == "1:1 Zoë"

    def test_alarms_are_no_part_of_the_event(self, path: Path) -> None:
        alarm = (
            "BEGIN:VALARM",
            "TRIGGER:-PT15M",
            "SUMMARY:Ring",
            "ATTENDEE:mailto:x@example.org",
            "END:VALARM",
        )
        event = read(path, *alarm, *TIMES, "SUMMARY:1:1")
        assert (event.title, event.guests) == ("1:1", ())

    def test_what_a_description_says_is_never_kept(self, path: Path) -> None:
        event = read(
            path, *TIMES, "DESCRIPTION:a secret", "LOCATION:a secret", "ATTACH:http://example.org/a-secret"
        )
        assert "a secret" not in repr(event)

    def test_an_event_without_an_id_keeps_the_one_it_is_given(self, path: Path) -> None:
        data = calendar("BEGIN:VEVENT", *TIMES, "SUMMARY:1:1", "END:VEVENT")
        assert read(path, data=data).uid == read(path, data=data).uid != ""


class TestOneBrokenEvent:
    @pytest.mark.parametrize(
        "broken",
        [
            ("SUMMARY:no start",),
            ("DTSTART:tomorrow",),
            ("DTSTART;VALUE=DATE:20261399",),
            ("DTSTART:",),
            ("DTSTART",),
        ],
    )
    def test_does_not_lose_the_rest_and_is_named_in_the_log(
        self, path: Path, broken: tuple[str, ...], caplog: pytest.LogCaptureFixture
    ) -> None:
        data = calendar(vevent(*broken, uid="broken@example.org"), vevent(*TIMES))
        assert read(path, data=data).uid == "one@example.org"
        assert "left out" in caplog.text
        assert "broken@example.org" not in caplog.text

    def test_broken_details_do_not_lose_the_event(self, path: Path) -> None:
        lines = (
            "SEQUENCE:many",
            "DTSTAMP:never",
            "ATTENDEE",
            "STATUS:PERHAPS",
            "TRANSP:",
            "X-ODD",
            "ORGANIZER:",
        )
        assert read(path, *TIMES, *lines).status is EventStatus.CONFIRMED
