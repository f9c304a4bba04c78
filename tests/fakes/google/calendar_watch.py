"""Push channels: they are opened, stopped, run out, and really POST to their address."""

import contextlib
import threading
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlsplit

from tests.fakes.google.errors import ApiError, World
from tests.fakes.google.faults import Faults

A_WEEK, LONGEST = timedelta(days=7), timedelta(days=30)
POST_SECONDS = 5.0
_BASE = "https://www.googleapis.com/calendar/v3/calendars"


@dataclass
class Channel:
    """One open channel; `number` counts its messages."""

    id: str
    address: str
    token: str
    resource_id: str
    resource_uri: str
    calendar: str
    user: str
    expires: datetime
    number: int = 0


@dataclass
class Notification:
    """One message: `state` is "sync" or "exists"; `status` what the address answered, None for nothing."""

    channel_id: str
    state: str
    number: int
    dropped: bool = False
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    address: str = ""


class Channels:
    """Every open channel, and a postman on a thread of its own.

    `sent` are all notifications in order; `settle` waits until all are delivered.
    """

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self.open: dict[str, Channel] = {}
        self.sent: list[Notification] = []
        self._bag: deque[Notification] = deque()
        self._changed = threading.Condition()
        self._busy = False
        self._closing = False
        self._postman: threading.Thread | None = None

    def start(self, calendar: str, user: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Open the channel that the body asks for; the API's answer. Raises `ApiError` 400."""
        self._check(body)
        now = self._world.now
        uri = f"{_BASE}/{quote(calendar)}/events?alt=json"
        resource = sha256(f"{calendar} {user}".encode()).hexdigest()[:27]
        address, token = body["address"], body.get("token", "")
        channel = Channel(body["id"], address, token, resource, uri, calendar, user, now + _life(body, now))
        self.open[channel.id] = channel
        self._post(channel, "sync")
        answer = {
            "kind": "api#channel",
            "id": channel.id,
            "resourceId": channel.resource_id,
            "resourceUri": channel.resource_uri,
            "expiration": str(int(channel.expires.timestamp() * 1000)),
        }
        return answer | ({"token": channel.token} if channel.token else {})

    def stop(self, user: str, body: Mapping[str, Any]) -> None:
        """End a channel, which only who opened it may. Raises `ApiError` 404."""
        channel = self.open.get(body.get("id", ""))
        if channel is None or channel.resource_id != body.get("resourceId") or channel.user != user:
            raise ApiError(404, "notFound", f"Channel '{body.get('id')}' not found for project")
        del self.open[channel.id]

    def notify(self, calendar: str) -> None:
        """Something changed in this calendar."""
        for channel in list(self.open.values()):
            if channel.expires <= self._world.now:
                del self.open[channel.id]
            elif channel.calendar == calendar:
                self._post(channel, "exists")

    def settle(self, seconds: float = 10.0) -> None:
        """Wait until every notification so far has been delivered or failed."""
        with self._changed:
            done = self._changed.wait_for(lambda: not self._bag and not self._busy, seconds)
        assert done, "A notification is still under way."

    def close(self) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._postman is not None:
            self._postman.join()

    def _check(self, body: Mapping[str, Any]) -> None:
        for name in ("id", "type", "address"):
            if not body.get(name):
                raise ApiError(400, "required", f"Missing {name}.", location=name, location_type="body")
        if body["type"] not in {"web_hook", "webhook"}:
            raise ApiError(
                400, "push.unknownChannelType", f"Unknown channel type: {body['type']}", domain="push"
            )
        parts = urlsplit(body["address"])
        at_home = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}
        if parts.scheme != "https" and not at_home:  # for tests, this machine is as good as https
            message = f"WebHook callback must be HTTPS: {body['address']}"
            raise ApiError(400, "push.webhookUrlNotHttps", message, domain="push")
        if body["id"] in self.open:
            raise ApiError(400, "channelIdNotUnique", f"Channel id {body['id']} not unique")

    def _post(self, channel: Channel, state: str) -> None:
        channel.number += 1
        headers = {
            "X-Goog-Channel-ID": channel.id,
            "X-Goog-Channel-Expiration": format_datetime(channel.expires.astimezone(UTC), usegmt=True),
            "X-Goog-Message-Number": str(channel.number),
            "X-Goog-Resource-ID": channel.resource_id,
            "X-Goog-Resource-State": state,
            "X-Goog-Resource-URI": channel.resource_uri,
        }
        if channel.token:
            headers["X-Goog-Channel-Token"] = channel.token
        note = Notification(channel.id, state, channel.number, headers=headers, address=channel.address)
        self.sent.append(note)
        if self._faults.dropped_notifications:
            self._faults.dropped_notifications -= 1
            note.dropped = True
            return
        with self._changed:
            self._bag.append(note)
            self._changed.notify_all()
        if self._postman is None:
            self._postman = threading.Thread(target=self._deliver_all, name="fake-google-push", daemon=True)
            self._postman.start()

    def _deliver_all(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._bag or self._closing)
                if self._closing:
                    return
                note, self._busy = self._bag.popleft(), True
            with contextlib.suppress(OSError):  # nobody is there: the message is lost
                note.status = _posted(note)
            with self._changed:
                self._busy = False
                self._changed.notify_all()


def _life(body: Mapping[str, Any], now: datetime) -> timedelta:
    """A week unless asked for otherwise, and a month at most."""
    if "expiration" in body:
        asked = datetime.fromtimestamp(int(body["expiration"]) / 1000, UTC) - now
    else:
        ttl = body.get("params", {}).get("ttl")
        asked = timedelta(seconds=int(ttl)) if ttl else A_WEEK
    return min(asked, LONGEST)


def _posted(note: Notification) -> int:
    request = urllib.request.Request(note.address, data=b"", headers=dict(note.headers), method="POST")  # noqa: S310
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=POST_SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
