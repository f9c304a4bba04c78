"""Gmail asked to tell of replies by itself."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from service.errors import MailboxError
from service.mailboxes.gmail_watch import GmailWatch
from tests.fakes.gmail_desk import LAB, GmailDesk
from tests.fakes.google.server import FakeGoogle
from tests.fakes.peer import Peer, served

TOPIC = "projects/one-on-one-lab/topics/visavis"
WATCH = "gmail.users.watch"
DAY = timedelta(days=1)


@pytest.fixture
def place(google: FakeGoogle) -> Iterator[Peer]:
    """Where the topic is pushed to."""
    with served() as peer:
        google.gmail.subscribe(TOPIC, peer.url)
        yield peer


def watch_of(desk: GmailDesk) -> GmailWatch:
    return GmailWatch(desk.caller, desk.account, LAB, endpoint=desk.google.url)


def mail_comes_in(google: FakeGoogle) -> None:
    google.gmail.deliver(LAB, b"From: ada@example.org\r\nSubject: Re: Hello\r\n\r\nyes\r\n")


def told(place: Peer) -> list[dict[str, Any]]:
    """What the messages say."""
    return [json.loads(base64.b64decode(json.loads(each.body)["message"]["data"])) for each in place.asked]


@pytest.mark.parametrize("kind", ["desk", "plain"])
def test_for_a_week_it_tells_of_what_comes_in(
    google: FakeGoogle, place: Peer, kind: str, request: pytest.FixtureRequest
) -> None:
    desk: GmailDesk = request.getfixturevalue(kind)
    assert watch_of(desk).watch(TOPIC) == google.now + 7 * DAY
    mail_comes_in(google)
    google.gmail.push()
    assert [each["emailAddress"] for each in told(place)] == [LAB]


def test_what_we_send_is_no_news(google: FakeGoogle, desk: GmailDesk, place: Peer) -> None:
    watch_of(desk).watch(TOPIC)
    google.gmail.call("gmail.users.drafts.create", LAB, {}, {"message": {"raw": "RnJvbTogYQ=="}})
    google.gmail.push()
    assert place.asked == []


def test_asked_anew_it_goes_on_and_tells_once(google: FakeGoogle, desk: GmailDesk, place: Peer) -> None:
    watch = watch_of(desk)
    watch.watch(TOPIC)
    google.move(6 * DAY)
    assert watch.watch(TOPIC) == google.now + 7 * DAY
    google.move(6 * DAY)
    mail_comes_in(google)
    google.gmail.push()
    assert len(place.asked) == 1


def test_what_passes_is_asked_again(google: FakeGoogle, desk: GmailDesk) -> None:
    google.faults.refuse(WATCH, 503)
    google.faults.cut_after(WATCH)
    assert watch_of(desk).watch(TOPIC) == google.now + 7 * DAY
    assert google.count(WATCH) == 3


def test_it_costs_what_gmail_says(desk: GmailDesk) -> None:
    watch_of(desk).watch(TOPIC)
    assert desk.units() == 100


@pytest.mark.parametrize(
    ("status", "reason", "line"),
    [
        (
            403,
            "forbidden",
            "Gmail cannot publish to the topic (HTTP 403, forbidden); check ",
        ),
        (404, "notFound", "Gmail cannot publish to the topic (HTTP 404, notFound)"),
        (403, "insufficientPermissions", "Google does not let us use the mailbox lab@example.org"),
        (403, "accessNotConfigured", "The API is not switched on"),
    ],
)
def test_a_refusal_says_whose_it_is(
    google: FakeGoogle, desk: GmailDesk, status: int, reason: str, line: str
) -> None:
    google.faults.refuse(WATCH, status, reason)
    with pytest.raises(MailboxError) as caught:
        watch_of(desk).watch(TOPIC)
    assert str(caught.value).startswith(line)
    assert not caught.value.permanent


def test_a_topic_that_is_none_is_told_as_such(desk: GmailDesk) -> None:
    with pytest.raises(MailboxError, match=r"cannot publish to the topic \(HTTP 400"):
        watch_of(desk).watch("visavis")


@pytest.mark.parametrize("answer", [{}, {"expiration": "soon"}, None])
def test_an_answer_that_says_no_end_is_not_relied_on(
    desk: GmailDesk, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    monkeypatch.setattr(desk.caller, "read", lambda *_args, **_more: answer)
    with pytest.raises(MailboxError, match="could not be understood"):
        watch_of(desk).watch(TOPIC)
