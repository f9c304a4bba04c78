"""Channels over which a calendar tells of its changes, at the fake Google and over real HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from service.calendars.google_watch import GoogleChannels
from service.errors import AccessLostError, CalendarError
from service.google.calls import Account
from tests.fakes.google.desk import GoogleDesk
from tests.fakes.peer import Peer, served

WATCH, STOP = "calendar.events.watch", "calendar.channels.stop"
ADA = "ada@example.org"
DAY = timedelta(days=1)


@pytest.fixture
def place() -> Iterator[Peer]:
    """Where the messages are posted to."""
    with served() as peer:
        yield peer


@pytest.fixture
def channels(ada: GoogleDesk) -> GoogleChannels:
    return GoogleChannels(ada.caller, Account("leader:1", ada.http), "primary", endpoint=ada.google.url)


def messages(ada: GoogleDesk, place: Peer) -> list[dict[str, str]]:
    """What came in: channel, token and state of each."""
    ada.scene.settle()
    names = {"id": "x-goog-channel-id", "token": "x-goog-channel-token", "state": "x-goog-resource-state"}
    return [{key: each.headers[name] for key, name in names.items()} for each in place.asked]


def test_a_channel_lives_for_a_week_and_carries_its_token(
    ada: GoogleDesk, channels: GoogleChannels, place: Peer
) -> None:
    resource_id, ends_at = channels.watch("channel-1", "token-1", f"{place.url}/push/calendar")
    ada.scene.event(ADA, ada.google.now + DAY)
    assert ends_at == ada.google.now + 7 * DAY
    assert ends_at.utcoffset() == timedelta(0)
    assert resource_id == ada.scene.channels.open["channel-1"].resource_id
    assert messages(ada, place) == [
        {"id": "channel-1", "token": "token-1", "state": "sync"},
        {"id": "channel-1", "token": "token-1", "state": "exists"},
    ]
    assert [(each.method, each.path, each.body) for each in place.asked] == [
        ("POST", "/push/calendar", b""),
        ("POST", "/push/calendar", b""),
    ]


def test_a_stopped_one_tells_nothing_any_more(ada: GoogleDesk, channels: GoogleChannels, place: Peer) -> None:
    resource_id, _ = channels.watch("channel-1", "token-1", place.url)
    channels.stop("channel-1", resource_id)
    ada.scene.event(ADA, ada.google.now + DAY)
    assert [each["state"] for each in messages(ada, place)] == ["sync"]


def test_to_stop_what_is_there_no_more_is_no_error(ada: GoogleDesk, channels: GoogleChannels) -> None:
    channels.stop("channel-1", "resource-1")
    assert ada.google.count(STOP) == 1


@pytest.mark.parametrize("fault", ["cut_after", "cut_before", "half"])
def test_it_is_asked_for_once_whatever_comes_of_it(
    ada: GoogleDesk, channels: GoogleChannels, place: Peer, fault: str
) -> None:
    getattr(ada.google.faults, fault)(WATCH)
    with pytest.raises(CalendarError) as caught:
        channels.watch("channel-1", "token-1", place.url)
    assert not caught.value.permanent
    assert ada.google.count(WATCH) == 1


def test_access_that_is_lost_is_told_as_such(ada: GoogleDesk, channels: GoogleChannels, place: Peer) -> None:
    ada.scene.lose(ADA, ADA)
    with pytest.raises(AccessLostError):
        channels.watch("channel-1", "token-1", place.url)


def test_an_address_that_google_refuses_is_one_clear_line(channels: GoogleChannels) -> None:
    with pytest.raises(CalendarError, match=r"^Google does not accept this call; .*\(HTTP 400") as caught:
        channels.watch("channel-1", "token-1", "http://lab.example.org/push/calendar")
    assert not isinstance(caught.value, AccessLostError)
    assert "example.org" not in str(caught.value)


@pytest.mark.parametrize("answer", [{}, {"resourceId": "r"}, {"resourceId": "r", "expiration": "soon"}, []])
def test_an_answer_that_says_no_end_is_not_relied_on(
    ada: GoogleDesk, channels: GoogleChannels, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    monkeypatch.setattr(ada.caller, "write", lambda *_args, **_more: answer)
    with pytest.raises(CalendarError, match="could not be understood"):
        channels.watch("channel-1", "token-1", "https://lab.example.org/push/calendar")


def test_a_stop_that_fails_says_so(ada: GoogleDesk, channels: GoogleChannels, place: Peer) -> None:
    resource_id, _ = channels.watch("channel-1", "token-1", place.url)
    ada.google.faults.refuse(STOP, 503)
    with pytest.raises(CalendarError):
        channels.stop("channel-1", resource_id)


def test_its_calls_are_counted(ada: GoogleDesk, channels: GoogleChannels, place: Peer) -> None:
    resource_id, _ = channels.watch("channel-1", "token-1", place.url)
    channels.stop("channel-1", resource_id)
    (used,) = ada.caller.meter.drain()
    assert (used.account, used.calls, used.methods) == ("leader:1", 2, {WATCH: 1, STOP: 1})
