"""Push channels: what they are told, and that they run out, stop and lose messages."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.fakes.google.calendar_client import READ_EVENTS, calendar_client
from tests.fakes.google.gmail_client import ADA, BEN, refused
from tests.fakes.google.server import FakeGoogle

WEEK, SECOND = timedelta(days=7), timedelta(seconds=1)


@dataclass
class Doorbell:
    """Where notifications arrive."""

    url: str = ""
    heard: list[Message] = field(default_factory=list)
    status: int = 200


@pytest.fixture
def doorbell() -> Iterator[Doorbell]:
    bell = Doorbell()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.rfile.read(int(self.headers["Content-Length"])) == b""
            bell.heard.append(self.headers)
            self.send_response(bell.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    bell.url = f"http://127.0.0.1:{server.server_address[1]}/google"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield bell
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def api(google: FakeGoogle) -> Iterator[Any]:
    """The Calendar API for Ada, allowed to read events."""
    with calendar_client(google, ADA, READ_EVENTS) as api:
        yield api


def watch(api: Any, doorbell: Doorbell, channel: str = "channel-1", **more: Any) -> dict[str, Any]:
    body = {"id": channel, "type": "web_hook", "address": doorbell.url, **more}
    answer: dict[str, Any] = api.events().watch(calendarId="primary", body=body).execute()
    return answer


def states(google: FakeGoogle, doorbell: Doorbell) -> list[str]:
    google.calendar.settle()
    return [each["X-Goog-Resource-State"] for each in doorbell.heard]


def test_a_channel_lives_for_a_week_unless_asked_otherwise(
    google: FakeGoogle, api: Any, doorbell: Doorbell
) -> None:
    channel = watch(api, doorbell, token="secret")
    assert channel["kind"] == "api#channel"
    assert (channel["id"], channel["token"]) == ("channel-1", "secret")
    assert channel["resourceId"]
    assert channel["resourceUri"].startswith("https://www.googleapis.com/calendar/v3/calendars/ada%40")
    assert ends(channel) == google.now + WEEK
    assert ends(watch(api, doorbell, "channel-2", params={"ttl": "3600"})) == google.now + timedelta(hours=1)
    soon = str(int((google.now + timedelta(days=2)).timestamp() * 1000))
    assert ends(watch(api, doorbell, "channel-3", expiration=soon)) == google.now + timedelta(days=2)
    far = ends(watch(api, doorbell, "channel-4", params={"ttl": "99999999"}))
    assert far == google.now + timedelta(days=30)


def ends(channel: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(channel["expiration"]) / 1000, UTC)


def test_the_first_message_says_that_the_channel_is_open(
    google: FakeGoogle, api: Any, doorbell: Doorbell
) -> None:
    channel = watch(api, doorbell, token="secret")
    assert states(google, doorbell) == ["sync"]
    (headers,) = doorbell.heard
    assert headers["X-Goog-Channel-ID"] == "channel-1"
    assert headers["X-Goog-Channel-Token"] == "secret"
    assert headers["X-Goog-Message-Number"] == "1"
    assert headers["X-Goog-Resource-ID"] == channel["resourceId"]
    assert headers["X-Goog-Resource-URI"] == channel["resourceUri"]
    assert headers["X-Goog-Channel-Expiration"] == "Mon, 30 Nov 2026 08:00:00 GMT"


def test_every_change_of_this_calendar_rings(google: FakeGoogle, api: Any, doorbell: Doorbell) -> None:
    watch(api, doorbell)
    event = google.calendar.event(ADA, google.now)
    google.calendar.move(ADA, event, google.now + WEEK)
    google.calendar.cancel(ADA, event)
    google.calendar.event(BEN, google.now)
    assert states(google, doorbell) == ["sync", "exists", "exists", "exists"]
    assert [each["X-Goog-Message-Number"] for each in doorbell.heard] == ["1", "2", "3", "4"]


def test_two_channels_may_overlap(google: FakeGoogle, api: Any, doorbell: Doorbell) -> None:
    first, second = watch(api, doorbell), watch(api, doorbell, "channel-2")
    assert first["resourceId"] == second["resourceId"]
    google.calendar.event(ADA, google.now)
    assert states(google, doorbell) == ["sync", "sync", "exists", "exists"]


def test_a_stopped_channel_is_silent(google: FakeGoogle, api: Any, doorbell: Doorbell) -> None:
    channel = watch(api, doorbell)
    body = {"id": channel["id"], "resourceId": channel["resourceId"]}
    assert api.channels().stop(body=body).execute() == ""
    google.calendar.event(ADA, google.now)
    assert states(google, doorbell) == ["sync"]
    assert refused(api.channels().stop(body=body)) == (404, "notFound")


def test_only_who_opened_a_channel_stops_it(google: FakeGoogle, api: Any, doorbell: Doorbell) -> None:
    channel = watch(api, doorbell)
    body = {"id": channel["id"], "resourceId": channel["resourceId"]}
    with calendar_client(google, BEN) as bens:
        assert refused(bens.channels().stop(body=body)) == (404, "notFound")
    assert refused(api.channels().stop(body={**body, "resourceId": "other"})) == (404, "notFound")


def test_a_channel_runs_out_without_a_word(google: FakeGoogle, api: Any, doorbell: Doorbell) -> None:
    watch(api, doorbell)
    google.move(WEEK - SECOND)
    google.calendar.event(ADA, google.now)
    google.move(SECOND)
    google.calendar.event(ADA, google.now)
    assert states(google, doorbell) == ["sync", "exists"]


def test_messages_get_lost(google: FakeGoogle, api: Any, doorbell: Doorbell) -> None:
    watch(api, doorbell)
    google.faults.drop_notifications(2)
    for _ in range(3):
        google.calendar.event(ADA, google.now)
    assert states(google, doorbell) == ["sync", "exists"]
    assert [each.dropped for each in google.calendar.settle()] == [False, True, True, False]


def test_what_the_address_answers_is_kept(google: FakeGoogle, api: Any, doorbell: Doorbell) -> None:
    watch(api, doorbell)
    google.calendar.settle()
    doorbell.status = 503
    google.calendar.event(ADA, google.now)
    assert [each.status for each in google.calendar.settle()] == [200, 503]


def test_nobody_at_the_address_is_no_trouble(google: FakeGoogle, api: Any) -> None:
    watch(api, Doorbell("http://127.0.0.1:9/"))
    assert [each.status for each in google.calendar.settle()] == [None]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"id": "channel-2", "type": "web_hook"}, "required"),
        ({"type": "web_hook", "address": "https://example.org/"}, "required"),
        ({"id": "channel-2", "address": "https://example.org/"}, "required"),
        ({"id": "channel-2", "type": "sms", "address": "https://example.org/"}, "push.unknownChannelType"),
        (
            {"id": "channel-2", "type": "web_hook", "address": "http://example.org/"},
            "push.webhookUrlNotHttps",
        ),
        ({"id": "channel-1", "type": "web_hook", "address": "https://example.org/"}, "channelIdNotUnique"),
    ],
)
def test_a_channel_that_cannot_be_is_refused(
    api: Any, doorbell: Doorbell, body: dict[str, str], reason: str
) -> None:
    watch(api, doorbell)
    assert refused(api.events().watch(calendarId="primary", body=body)) == (400, reason)


def test_only_who_may_read_a_calendar_watches_it(api: Any, doorbell: Doorbell) -> None:
    body = {"id": "channel-1", "type": "web_hook", "address": doorbell.url}
    assert refused(api.events().watch(calendarId=BEN, body=body)) == (404, "notFound")
