"""A leader's calendar at the fake Google, and this program's reading of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from google.oauth2.credentials import Credentials

from service.calendars.google import GoogleCalendar
from service.domain.events import CalendarRead, Event, EventId, LookedUp, Window
from service.google.calls import Account, Caller
from service.google.meter import Meter
from service.google.pace import VirtualPace
from service.google.transport import Http, Transport
from tests.fakes.google.calendar_client import READ_EVENTS
from tests.fakes.google.server import Call, FakeGoogle

LIST, GET = "calendar.events.list", "calendar.events.get"
BACK, AHEAD = timedelta(days=14), timedelta(days=60)


class ListeningHttp(Http):
    """The real way to Google; what was `asked` (the query) and `answered` (the bytes) is kept."""

    def request(self, uri: str, *args: Any, **kwargs: Any) -> Any:
        self.asked.append({name: value[0] for name, value in parse_qs(urlsplit(uri).query).items()})
        answer = super().request(uri, *args, **kwargs)
        self.answered.append(answer[1])
        return answer

    asked: list[Mapping[str, str]]
    answered: list[bytes]

    @classmethod
    def over(cls, transport: Transport, credentials: Credentials) -> "ListeningHttp":
        made = cls(transport, transport.http(credentials)._signer)
        made.asked, made.answered = [], []
        return made


class GoogleDesk:
    """Ada's own calendar, unless told; time is Google's, and waiting takes none."""

    def __init__(self, google: FakeGoogle, transport: Transport, owner: str = "ada@example.org") -> None:
        self.google, self.owner = google, owner
        self.scene = google.calendar
        self.transport = transport
        self.pace = VirtualPace()
        self.caller = Caller(transport, self.pace, Meter(), calendar_per_minute=10_000, jitter=lambda: 0.0)
        self.client = google.accounts.client()
        self.http = self.connect()
        self.calendar = self.opened()

    def connect(self, *scopes: str, who: str = "") -> ListeningHttp:
        """Another way in: somebody else's grant, or one of other scopes."""
        grant = self.google.accounts.grant(who or self.owner, self.client, *(scopes or (READ_EVENTS,)))
        told = grant.info() | {"token": None}
        credentials = Credentials(**{name: value for name, value in told.items() if name != "type"})
        self.http = ListeningHttp.over(self.transport, credentials)
        return self.http

    def opened(self, calendar_id: str = "primary", *, quota_user: str | None = None) -> GoogleCalendar:
        """A new adapter by the way in of now, as after a restart; from now on `read` is its."""
        account = Account("leader:1", self.http, quota_user)
        self.calendar = GoogleCalendar(
            self.caller, account, calendar_id, owner=self.owner, endpoint=self.google.url
        )
        return self.calendar

    @property
    def window(self) -> Window:
        """What a pass reads at Google's time."""
        return Window(self.google.now - BACK, self.google.now + AHEAD)

    def read(self) -> CalendarRead:
        return self.calendar.read(self.window)

    def events(self) -> tuple[Event, ...]:
        return self.read().events

    def one(self) -> Event:
        (event,) = self.events()
        return event

    def look_up(self, *ids: EventId) -> LookedUp:
        return self.calendar.look_up(ids)

    def asked(self, method: str = LIST) -> list[Call]:
        """The calls of a method so far; but for those that only told that a token was over."""
        return [call for call in self.google.calls if call.method == method and call.status != 401]

    def calls(self) -> list[Mapping[str, Any]]:
        """The parameters of every list so far, typed."""
        return [call.params for call in self.asked()]

    def wholes(self) -> int:
        """How often a window was listed, its first pages counted."""
        return sum("timeMin" in params and "pageToken" not in params for params in self.calls())

    def asked_for_news(self) -> int:
        """How often a sync token was sent, its first pages counted."""
        return sum("syncToken" in params and "pageToken" not in params for params in self.calls())


def weekly(desk: GoogleDesk, start: datetime, *, guest: str = "ben@example.org", **more: Any) -> str:
    """A weekly one-on-one of the desk's owner, without an end; the series' id."""
    more = {"summary": "1:1 Ada / Ben"} | more
    return desk.scene.series(desk.owner, start, guests=(desk.owner, guest), **more)
