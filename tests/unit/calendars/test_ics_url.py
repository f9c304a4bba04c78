"""Calendars behind a web address, read from a real server on this machine."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from service import __version__
from service.calendars import ics_url
from service.calendars.ics import IcsCalendar
from service.calendars.ics_url import UrlSource
from service.domain.events import Event, Window
from service.errors import CalendarError
from tests.fakes.ics import Site, calendar, served, vevent

DAY = Window(datetime(2026, 7, 13, tzinfo=UTC), datetime(2026, 7, 14, tzinfo=UTC))
WHOLE = calendar(vevent("DTSTART:20260713T100000Z", "DTEND:20260713T103000Z", "SUMMARY:1:1 Zoë"))
SECRET = "secret-7c1f"


@pytest.fixture
def site() -> Iterator[Site]:
    with served(WHOLE) as site:
        yield site


def read(url: str) -> tuple[Event, ...]:
    return IcsCalendar(url, default_zone=ZoneInfo("UTC")).read(DAY).events


def refusal(url: str) -> CalendarError:
    with pytest.raises(CalendarError) as refused:
        read(url)
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    return refused.value


class TestAnswers:
    def test_a_calendar(self, site: Site) -> None:
        assert read(site.url)[0].title == "1:1 Zoë"
        assert site.asked[0]["User-Agent"] == f"visavis/{__version__}"

    def test_a_zipped_one(self, site: Site) -> None:
        site.zipped = True
        assert read(site.url)[0].title == "1:1 Zoë"

    def test_webcal_is_asked_for_over_http_on_this_machine_only(self, site: Site) -> None:
        assert read(site.url.replace("http://", "webcal://"))
        assert UrlSource("webcal://example.org/a.ics")._url == "https://example.org/a.ics"
        assert UrlSource("webcals://example.org/a.ics")._url == "https://example.org/a.ics"

    @pytest.mark.parametrize(
        ("status", "permanent"),
        [
            (401, True),
            (403, True),
            (404, True),
            (410, True),
            (204, False),
            (429, False),
            (500, False),
            (503, False),
        ],
    )
    def test_any_other_status_is_an_error(self, site: Site, status: int, permanent: bool) -> None:
        site.status, site.body = status, b""
        error = refusal(site.url)
        assert str(error).startswith("The calendar at 127.0.0.1 ")
        assert error.permanent is permanent

    def test_a_login_page_is_no_calendar(self, site: Site) -> None:
        site.body = b"<html>Sign in</html>"
        assert "web page, perhaps a login" in str(refusal(site.url))

    def test_a_broken_transfer_is_an_error_that_passes(self, site: Site) -> None:
        site.cut = True
        assert not refusal(site.url).permanent

    def test_going_round_in_circles(self, site: Site) -> None:
        site.status, site.location = 302, site.url
        error = refusal(site.url)
        assert "circles" in str(error)
        assert error.permanent

    def test_more_than_the_limit(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ics_url, "MAX_BYTES", 100)
        assert "larger than" in str(refusal(site.url))

    def test_a_zipped_bomb_is_measured_unpacked(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ics_url, "MAX_BYTES", 10_000)
        site.body, site.zipped = b"BEGIN:VCALENDAR\r\n" + b"X" * 200_000, True
        assert "larger than" in str(refusal(site.url))

    def test_one_that_drips_is_given_up(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ics_url, "WHOLE_SECONDS", 0.02)
        site.body, site.drips = b"x" * 1000, 1000  # each well within the time for one reading
        assert "too slow" in str(refusal(site.url))
        assert site.dripped < site.drips


class TestNoAnswer:
    def test_nobody_there(self) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            error = refusal(f"http://127.0.0.1:{unused.getsockname()[1]}/{SECRET}.ics")
        assert "could not be reached" in str(error)
        assert not error.permanent

    def test_one_that_never_answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ics_url, "READ_SECONDS", 0.05)
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            error = refusal(f"http://127.0.0.1:{silent.getsockname()[1]}/{SECRET}.ics")
        assert "did not answer in time" in str(error)
        assert not error.permanent

    @pytest.mark.parametrize("url", [f"http:///{SECRET}", f"https://[{SECRET}/", f"http://:80/{SECRET}"])
    def test_an_impossible_address(self, url: str) -> None:
        assert refusal(url).permanent


class TestUnchanged:
    @pytest.mark.parametrize(
        ("told", "value", "asked"),
        [
            ("etag", '"v1"', "If-None-Match"),
            ("modified", "Mon, 13 Jul 2026 10:00:00 GMT", "If-Modified-Since"),
        ],
    )
    def test_it_is_not_sent_again(self, site: Site, told: str, value: str, asked: str) -> None:
        setattr(site, told, value)
        source = IcsCalendar(site.url, default_zone=ZoneInfo("UTC"))
        first = source.read(DAY)
        assert source.read(DAY) is first
        assert [asked in headers for headers in site.asked] == [False, True]

    def test_without_marks_it_is_compared(self, site: Site) -> None:
        source = IcsCalendar(site.url, default_zone=ZoneInfo("UTC"))
        assert source.read(DAY) is source.read(DAY)

    def test_a_change_is_seen(self, site: Site) -> None:
        site.etag = '"v1"'
        source = IcsCalendar(site.url, default_zone=ZoneInfo("UTC"))
        source.read(DAY)
        site.etag, site.body = '"v2"', WHOLE.replace(b"1:1", b"2:2")
        assert source.read(DAY).events[0].title == "2:2 Zoë"

    def test_what_was_broken_is_asked_for_again(self, site: Site) -> None:
        site.etag, site.body = '"v1"', WHOLE[:60]
        source = IcsCalendar(site.url, default_zone=ZoneInfo("UTC"))
        with pytest.raises(CalendarError):
            source.read(DAY)
        with pytest.raises(CalendarError):
            source.read(DAY)
        site.etag, site.body = '"v2"', WHOLE
        assert source.read(DAY).events
