"""Notifications: a hint that something happened, pushed by Pub/Sub, and never more than a hint."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.google.gmail_client import ADA, EVE, LAB, raw_mail, refused, send
from tests.fakes.google.server import FakeGoogle
from tests.fakes.google.wire import Reply, Request, WireServer

TOPIC = "projects/lab/topics/mail"
SECOND, WEEK = timedelta(seconds=1), timedelta(days=7)


@dataclass
class Subscriber:
    """Whom Pub/Sub pushes to: `status` is what it answers, `taken` what came."""

    status: int = 204
    taken: list[dict[str, Any]] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)

    def answer(self, request: Request) -> Reply:
        self.targets.append(request.target)
        self.taken.append(json.loads(request.body))
        return Reply(self.status)

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(base64.b64decode(each["message"]["data"])) for each in self.taken]


@pytest.fixture
def subscriber(google: FakeGoogle) -> Iterator[Subscriber]:
    subscriber = Subscriber()
    server = WireServer(subscriber.answer)
    server.start()
    google.gmail.subscribe(TOPIC, f"http://127.0.0.1:{server.port}/hooks/gmail?token=abc")
    yield subscriber
    server.close()


def watch(users: Any, **filters: Any) -> Any:
    return users.watch(userId="me", body={"topicName": TOPIC, **filters}).execute()


def receive(google: FakeGoogle) -> None:
    google.gmail.deliver(LAB, raw_mail(sender=ADA, to=LAB))


def test_a_watch_lives_a_week_and_starts_at_the_history_id_it_tells(google: FakeGoogle, lab: Any) -> None:
    answer = watch(lab)
    assert answer["historyId"] == lab.getProfile(userId="me").execute()["historyId"]
    assert int(answer["expiration"]) == (google.now + WEEK).timestamp() * 1000


def test_a_push_names_the_mailbox_and_its_history_and_nothing_else(
    google: FakeGoogle, lab: Any, subscriber: Subscriber
) -> None:
    watch(lab)
    receive(google)
    assert google.gmail.push() == [204]
    (envelope,) = subscriber.taken
    assert envelope["subscription"] == "projects/lab/subscriptions/mail-push"
    assert set(envelope["message"]) == {"data", "messageId", "publishTime"}
    history = int(lab.getProfile(userId="me").execute()["historyId"])
    assert subscriber.told() == [{"emailAddress": LAB, "historyId": history}]
    assert subscriber.targets == ["/hooks/gmail?token=abc"]


def test_nothing_is_told_where_nobody_watches_or_nothing_happened(
    google: FakeGoogle, lab: Any, subscriber: Subscriber
) -> None:
    receive(google)
    watch(lab)
    lab.messages().list(userId="me").execute()
    assert google.gmail.push() == []
    lab.stop(userId="me").execute()
    receive(google)
    assert google.gmail.push() == []
    assert subscriber.taken == []


def test_more_than_one_a_second_is_dropped(google: FakeGoogle, lab: Any, subscriber: Subscriber) -> None:
    watch(lab)
    for _ in range(3):
        receive(google)
    google.move(SECOND)
    receive(google)
    assert google.gmail.push() == [204, 204]
    assert google.gmail.office.watches.dropped == 2
    assert len({each["message"]["messageId"] for each in subscriber.taken}) == 2


def test_what_is_not_acknowledged_comes_again_and_is_the_same_message(
    google: FakeGoogle, lab: Any, subscriber: Subscriber
) -> None:
    watch(lab)
    receive(google)
    subscriber.status = 503
    assert google.gmail.push() == [503]
    subscriber.status = 200
    assert google.gmail.push() == [200]
    assert google.gmail.push() == []
    assert subscriber.taken[0] == subscriber.taken[1]


def test_a_subscriber_that_is_away_gets_it_later(google: FakeGoogle, lab: Any) -> None:
    server = WireServer(lambda _: Reply(204))
    address = f"http://127.0.0.1:{server.port}/"
    google.gmail.subscribe(TOPIC, address)
    watch(lab)
    receive(google)
    server.start()
    server.close()
    assert google.gmail.push() == [0]
    assert len(google.gmail.office.watches.pending) == 1


def test_a_watch_that_was_not_renewed_falls_silent(
    google: FakeGoogle, lab: Any, subscriber: Subscriber
) -> None:
    watch(lab)
    google.move(WEEK)
    receive(google)
    assert google.gmail.push() == []
    watch(lab)
    receive(google)
    assert google.gmail.push() == [204]
    assert len(subscriber.taken) == 1


@pytest.mark.parametrize(("behaviour", "expected"), [("include", 1), ("exclude", 0)])
def test_a_watch_can_listen_to_some_labels_only(
    google: FakeGoogle, lab: Any, subscriber: Subscriber, behaviour: str, expected: int
) -> None:
    watch(lab, labelIds=["INBOX"], labelFilterBehavior=behaviour)
    receive(google)
    google.gmail.push()
    assert len(subscriber.taken) == expected
    google.move(SECOND)
    send(lab, raw_mail(to=EVE))
    google.gmail.push()
    assert len(subscriber.taken) == 1


def test_a_subscriber_may_ask_back_at_once(google: FakeGoogle, lab: Any) -> None:
    asked: list[int] = []

    def answer(_: Request) -> Reply:
        asked.append(lab.getProfile(userId="me").execute()["messagesTotal"])
        return Reply(204)

    server = WireServer(answer)
    server.start()
    google.gmail.subscribe(TOPIC, f"http://127.0.0.1:{server.port}/")
    watch(lab)
    receive(google)
    assert google.gmail.push() == [204]
    server.close()
    assert asked == [1]


def test_a_topic_has_its_form(lab: Any) -> None:
    assert refused(lab.watch(userId="me", body={"topicName": "mail"})) == (400, "invalidArgument")
