"""Gmail's notifications: a watch on a mailbox, and the Pub/Sub push that tells of its changes."""

import base64
import json
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from tests.fakes.google.gmail_mailbox import Mailbox, Record

WEEK, SECOND = timedelta(days=7), timedelta(seconds=1)
_ACKNOWLEDGED = {102, 200, 201, 202, 204}


@dataclass
class Watch:
    """One user's watch: what it listens to, and until when."""

    topic: str
    labels: frozenset[str]
    excluding: bool
    until: datetime
    seen: int
    told_at: datetime | None = None

    def cares_for(self, record: Record) -> bool:
        if not self.labels:
            return True
        return bool(self.labels & (record.labels | record.changed)) is not self.excluding


@dataclass(frozen=True)
class Push:
    """A message of Pub/Sub, until somebody takes it."""

    id: str
    topic: str
    data: str
    at: datetime


class Watches:
    """Who watches which mailbox. `subscriptions` are the addresses that a topic is pushed to.

    A mailbox tells at most once a second of virtual time, what is more is dropped (`dropped`
    counts); nothing is told after the watch's end. What nobody acknowledges stays `pending`.
    """

    def __init__(self) -> None:
        self.subscriptions: dict[str, str] = {}
        self.watching: dict[str, Watch] = {}
        self.pending: list[Push] = []
        self.dropped = 0
        self._made = 0

    def begin(
        self, box: Mailbox, topic: str, labels: Collection[str], now: datetime, *, excluding: bool
    ) -> Watch:
        watch = Watch(topic, frozenset(labels), excluding, now + WEEK, box.history_id)
        self.watching[box.address] = watch
        return watch

    def end(self, user: str) -> None:
        self.watching.pop(user, None)

    def look(self, box: Mailbox, now: datetime) -> None:
        """Tell of what has happened in a mailbox since the last look."""
        watch = self.watching.get(box.address)
        if watch is None or now >= watch.until:
            return
        fresh = box.since(watch.seen, now, WEEK * 99)
        watch.seen = box.history_id
        if not any(watch.cares_for(record) for record in fresh):
            return
        if watch.told_at is not None and now < watch.told_at + SECOND:
            self.dropped += 1
            return
        watch.told_at = now
        self._made += 1
        told = json.dumps({"emailAddress": box.address, "historyId": box.history_id})
        data = base64.b64encode(told.encode()).decode("ascii")
        self.pending.append(Push(str(10_000_000 + self._made), watch.topic, data, now))

    def push(self, lock: AbstractContextManager[object]) -> list[int]:
        """POST what is pending to its subscribers; their answers. What is refused stays pending.

        The lock is not held meanwhile: a subscriber may ask back at once.
        """
        with lock:
            due = [(push, self.subscriptions.get(push.topic, "")) for push in self.pending]
        answers = {push: _post(url, push) for push, url in due if url}
        with lock:
            refused = {push for push, answer in answers.items() if answer not in _ACKNOWLEDGED}
            seen = {push for push, _ in due} - refused
            self.pending = [push for push in self.pending if push not in seen]
        return list(answers.values())


def _post(url: str, push: Push) -> int:
    """The subscriber's answer; 0 where there is none."""
    try:
        with requests.Session() as session:
            session.trust_env = False
            with session.post(url, json=envelope(push), timeout=10, allow_redirects=False) as answer:
                return answer.status_code
    except requests.RequestException:
        return 0


def envelope(push: Push) -> dict[str, Any]:
    """The body of a push request."""
    published = f"{push.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
    message = {"data": push.data, "messageId": push.id, "publishTime": published}
    return {"message": message, "subscription": f"{push.topic.replace('/topics/', '/subscriptions/')}-push"}
