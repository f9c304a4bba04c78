"""Our own Google on this machine: both APIs, their tokens, and everything that goes wrong with them.

with FakeGoogle() as google:
    google.user("ada@example.org", zone="Europe/Berlin")
    google.calendar.series("ada@example.org", start=NOON, rule="FREQ=WEEKLY", summary="1:1")
    token = google.accounts.access_token("ada@example.org", "https://www.googleapis.com/auth/calendar")
    ...  # any client, with google.url as its endpoint and google.token_uri for tokens
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.google import masks, validation
from tests.fakes.google.auth import FakeAccounts, allow
from tests.fakes.google.calendar import FakeCalendarService
from tests.fakes.google.discovery import Method, routes
from tests.fakes.google.errors import ApiError, Asking, Service, World
from tests.fakes.google.faults import Fault, Faults, Kind
from tests.fakes.google.gmail import FakeGmailService
from tests.fakes.google.oauth import OAuthEndpoints
from tests.fakes.google.wire import Reply, Request, WireServer

_NOT_TAKEN = {Kind.REFUSED, Kind.HTML, Kind.CUT_BEFORE}
_PAGE = b"<!doctype html><title>Error</title><p>The server encountered a temporary error.</p>"


@dataclass(frozen=True)
class Call:
    """One call as it came in: `method` is the discovery document's id, or "oauth.token" and the like.

    `user` is whom the token speaks for, "" if nobody; `status` None where no answer was given.
    `params` are the method's own, typed; of a token request only the grant_type.
    """

    method: str
    user: str
    params: Mapping[str, Any]
    quota_user: str | None
    status: int | None


@dataclass
class _Course:
    """What is known of a call while it is under way."""

    method: str
    user: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    quota_user: str | None = None


class FakeGoogle:
    """Start it with `with`; leaving raises what broke inside the fake, if anything did.

    `url` is the endpoint, `latency` the seconds (real time) that every answer takes longer.
    """

    def __init__(self, *, now: datetime | None = None, latency: float = 0.0, port: int = 0) -> None:
        self.world = World() if now is None else World(now=now)
        self._wire = WireServer(self._answer, port)
        self.url = f"http://127.0.0.1:{self._wire.port}"
        self.token_uri = f"{self.url}/token"
        self.latency = latency
        self.faults = Faults()
        self.calls: list[Call] = []
        self.accounts = FakeAccounts(self.world, self.url)
        self.calendar = FakeCalendarService(self.world, self.faults)
        self.gmail = FakeGmailService(self.world)
        self._oauth = OAuthEndpoints(self.world, self.accounts)
        self._services: dict[str, Service] = {"calendar": self.calendar, "gmail": self.gmail}

    def __enter__(self) -> "FakeGoogle":
        self._wire.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._wire.close()
        self.calendar.close()
        if error is None and self._wire.broken:
            raise self._wire.broken[0]

    @property
    def now(self) -> datetime:
        """Virtual time (aware); it stands still until it is set or moved."""
        return self.world.now

    @now.setter
    def now(self, moment: datetime) -> None:
        with self.world.lock:
            self.world.now = moment

    @property
    def connections(self) -> int:
        """How many connections clients have opened so far."""
        return self._wire.accepted

    def move(self, by: timedelta) -> None:
        """Let virtual time pass."""
        self.world.move(by)

    def user(self, address: str, name: str = "", *, zone: str = "Europe/Berlin") -> str:
        """A person with an empty calendar and an empty mailbox; their address."""
        with self.world.lock:
            self.world.users[address.lower()] = name
        self.calendar.add(address.lower(), zone=zone)
        return address.lower()

    def count(self, method: str) -> int:
        """How often a method was called."""
        with self.world.lock:
            return sum(call.method == method for call in self.calls)

    def _answer(self, request: Request) -> Reply:
        path, _, query = request.target.partition("?")
        path, form = path.lstrip("/"), request.body
        with self.world.lock:
            if path in OAuthEndpoints.names:
                return self._oauth_call(OAuthEndpoints.names[path], query, request)
            verb = request.headers.get("x-http-method-override", request.verb)
            if verb != request.verb:  # a GET too long for an address: its query is the body
                query, form = form.decode(), b""
            found = routes().find(verb, path)
            if found is None:
                return self._failed(ApiError(404, "notFound", "Not Found"))
            method, in_path = found
            course = _Course(method.id, user=self._speaker(request))
            fault = self.faults.take(method.id, course.user)
            reply = self._faulty(fault) or self._called(method, in_path, query, form, request, course)
            return self._finished(course, reply, fault)

    def _speaker(self, request: Request) -> str:
        try:
            return self.accounts.holder(request.headers.get("authorization", "")).user
        except ApiError:
            return ""

    def _called(
        self,
        method: Method,
        in_path: Mapping[str, str],
        query: str,
        body: bytes,
        request: Request,
        course: _Course,
    ) -> Reply:
        try:
            access = self.accounts.holder(request.headers.get("authorization", ""))
            allow(access, method.scopes)
            pairs = parse_qsl(query, keep_blank_values=True)
            course.params, common = validation.parameters(method, in_path, pairs)
            course.quota_user = common.get("quotaUser")
            checked = validation.body(method, _json(body))
            mask = masks.parsed(method.id, common["fields"]) if "fields" in common else None
            self.world.asking = Asking(access.user, access.scopes, course.quota_user)
            answer = self._services[method.service].call(method.id, access.user, course.params, checked)
        except ApiError as error:
            return self._failed(error)
        if answer is None:
            return Reply(204)
        return Reply(200, json.dumps(answer if mask is None else masks.applied(mask, answer)).encode())

    def _oauth_call(self, name: str, query: str, request: Request) -> Reply:
        text = query if request.verb == "GET" else "&".join(filter(None, (query, request.body.decode())))
        form = dict(parse_qsl(text, keep_blank_values=True))
        kind = {"grant_type": form["grant_type"]} if "grant_type" in form else {}
        course = _Course(name, params=kind)
        fault = self.faults.take(name, "")
        reply = self._faulty(fault)
        if reply is None:
            course.user, reply = self._oauth.answer(name, form, request.headers.get("authorization", ""))
        return self._finished(course, reply, fault)

    def _faulty(self, fault: Fault | None) -> Reply | None:
        """The answer of a call that is not taken at all."""
        if fault is None or fault.kind not in _NOT_TAKEN:
            return None
        if fault.kind is Kind.CUT_BEFORE:
            return Reply(sent=0)
        if fault.kind is Kind.HTML:
            return Reply(fault.status, _PAGE, "text/html; charset=utf-8")
        return self._failed(fault.error) if fault.error is not None else None

    def _failed(self, error: ApiError) -> Reply:
        return Reply(error.status, json.dumps(error.body()).encode(), headers=error.headers)

    def _finished(self, course: _Course, reply: Reply, fault: Fault | None) -> Reply:
        """Count the call, and let what is left of the fault happen to its answer."""
        kind = fault.kind if fault is not None else None
        if fault is not None and fault.error is not None:
            reply = self._failed(fault.error)
        sent = {Kind.CUT_AFTER: 0.0, Kind.HALF: 0.5}.get(kind, reply.sent) if kind else reply.sent
        late = fault.seconds if fault is not None else 0.0
        status = reply.status if sent else None
        self.calls.append(Call(course.method, course.user, course.params, course.quota_user, status))
        return Reply(reply.status, reply.body, reply.kind, reply.headers, self.latency + late, sent)


def _json(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError as error:
        raise ApiError(400, "parseError", "Parse Error") from error
