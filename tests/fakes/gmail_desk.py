"""A `GmailMailbox` on the fake Google, and what tests want to see beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from google.oauth2.credentials import Credentials

from service.domain.ports import Outgoing
from service.google.calls import Account, Caller
from service.google.meter import Meter
from service.google.pace import VirtualPace
from service.google.transport import Transport
from service.mailboxes.gmail import GmailMailbox
from tests.fakes.google.server import FakeGoogle

_SCOPE = "https://www.googleapis.com/auth/gmail."
LAB = "lab@example.org"
OURS = "<ours@example.org>"
MODIFY, COMPOSE, SEND, READ = (f"{_SCOPE}{name}" for name in ("modify", "compose", "send", "readonly"))


class SharedPace(VirtualPace):
    """Virtual time that the fake Google lives by too."""

    def __init__(self, google: FakeGoogle) -> None:
        super().__init__()
        self._google = google

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self._google.move(timedelta(seconds=seconds))


@dataclass
class MemoryCursor:
    """Keeps the mark where a database would; `saved` are all it was given."""

    mark: str | None = None
    saved: list[str] = field(default_factory=list)

    def load(self) -> str | None:
        return self.mark

    def save(self, history_id: str) -> None:
        self.mark = history_id
        self.saved.append(history_id)


@dataclass
class GmailDesk:
    """The service mailbox of somebody, what is behind it, and the time it waits by."""

    google: FakeGoogle
    mailbox: GmailMailbox
    cursor: MemoryCursor
    pace: VirtualPace
    meter: Meter
    caller: Caller
    account: Account
    drafts: bool

    def restarted(self) -> GmailMailbox:
        """The mailbox in a new process, which remembers nothing but the cursor."""
        return GmailMailbox(
            self.caller, self.account, LAB, self.cursor, drafts=self.drafts, endpoint=self.google.url
        )

    def units(self) -> int:
        """The quota units used since this was last asked."""
        return sum(each.units for each in self.meter.drain())


@contextmanager
def gmail_desk(
    google: FakeGoogle, *scopes: str, reads: bool = True, units_per_minute: int = 6000
) -> Iterator[GmailDesk]:
    """A mailbox with a grant of these scopes (without any: modify, so that it drafts)."""
    scopes = scopes or (MODIFY,)
    google.user(LAB)
    app = google.accounts.client()
    grant = google.accounts.grant(LAB, app, *scopes)
    credentials = Credentials(
        None,
        refresh_token=grant.refresh_token,
        token_uri=google.token_uri,
        client_id=app.client_id,
        client_secret=app.secret,
    )
    pace, meter, cursor = SharedPace(google), Meter(), MemoryCursor()
    drafts = not {MODIFY, COMPOSE}.isdisjoint(scopes)
    with Transport() as transport:
        caller = Caller(transport, pace, meter, calendar_per_minute=10_000, jitter=lambda: 0.0)
        account = Account(f"mailbox:{LAB}", transport.http(credentials))
        mailbox = GmailMailbox(
            caller,
            account,
            LAB,
            cursor,
            drafts=drafts,
            reads=reads,
            endpoint=google.url,
            units_per_minute=units_per_minute,
        )
        yield GmailDesk(google, mailbox, cursor, pace, meter, caller, account, drafts)


def a_mail(
    key: str = "prep:1:a",
    *,
    to: str = "dana@example.com",
    subject: str = "Your one-on-one",
    answers: str = "",
    thread: str | None = None,
) -> Outgoing:
    """A mail as the program makes it; `answers` is the Message-ID of the mail it follows."""
    follows = f"In-Reply-To: {answers}\r\nReferences: {answers}\r\n" if answers else ""
    mime = (
        f"From: One-on-One Lab <{LAB}>\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: {OURS}\r\n"
        f"X-Visavis-Key: {key}\r\n{follows}\r\nhello\r\n"
    )
    return Outgoing(key, to, OURS, mime.encode(), thread=thread)
