"""The plain paths against a Google that others wrote: consent, reading, drafts, sending, history.

What it lacks of the real one is listed in tests/emulator/README.md; the hard paths have our own
fake. Skipped where it is not installed, but never in CI.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from service.accounts.consent import begin, code_of, finish
from service.accounts.credentials import GrantCredentials, secret_fields
from service.accounts.keys import OAuthClient
from service.calendars.google import GoogleCalendar
from service.domain.events import Window
from service.domain.ports import Outgoing
from service.errors import AccessLostError, MailboxError
from service.google.calls import Account, Caller
from service.google.meter import Meter
from service.google.pace import VirtualPace
from service.google.transport import Transport
from service.mailboxes.gmail import GmailMailbox
from tests.fakes.emulator import CALLBACK, Emulator, running
from tests.fakes.google.gmail_mime import from_base64url, parsed, to_base64url

ADA, LAB = "ada@example.org", "lab@example.org"
READ_EVENTS = "https://www.googleapis.com/auth/calendar.events.readonly"
MODIFY = "https://www.googleapis.com/auth/gmail.modify"
NOVEMBER = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
MAIL = (
    b"From: One-on-One Lab <lab@example.org>\r\nTo: ada@example.org\r\nSubject: Hello\r\n\r\nHow was it?\r\n"
)
REPLY = b"From: Ada <ada@example.org>\r\nTo: lab@example.org\r\nSubject: Re: Hello\r\n\r\nWell.\r\n"


def event(name: str, day: str) -> dict[str, Any]:
    return {
        "id": name,
        "user_email": ADA,
        "summary": f"1:1 Ada / Ben {name}",
        "start_date_time": f"{day}T09:00:00.000Z",
        "end_date_time": f"{day}T09:30:00.000Z",
        "attendees": [{"email": ADA}, {"email": "ben@example.org", "display_name": "Ben Okri"}],
    }


@pytest.fixture
def emulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """Running, with Ada's calendar and the lab's mailbox."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # it speaks plain HTTP, on this machine only
    primary = {
        "id": "primary",
        "user_email": ADA,
        "summary": "Ada",
        "primary": True,
        "time_zone": "Europe/Berlin",
    }
    seed = {
        "users": [{"email": ADA, "name": "Ada King"}, {"email": LAB, "name": "One-on-One Lab"}],
        "calendars": [primary],
        "calendar_events": [
            event("early", "2026-10-20"),
            event("first", "2026-11-03"),
            event("second", "2026-11-24"),
            event("late", "2026-12-08"),
        ],
    }
    with running(tmp_path, seed) as emulator:
        yield emulator


@contextmanager
def api(emulator: Emulator, name: str, version: str, user: str, scope: str, path: str = "") -> Iterator[Any]:
    """Google's own client, as its documentation shows it."""
    options = {"api_endpoint": f"{emulator.url}{path}"}
    credentials = emulator.grant(user, scope)
    with build(
        name, version, credentials=credentials, static_discovery=True, client_options=options
    ) as found:
        yield found


@pytest.fixture
def gmail(emulator: Emulator) -> Iterator[Any]:
    with api(emulator, "gmail", "v1", LAB, MODIFY) as found:
        yield found.users()


@pytest.fixture
def caller() -> Iterator[Caller]:
    with Transport() as transport:
        yield Caller(transport, VirtualPace(), Meter(), calendar_per_minute=10_000)


class KeptCursor:
    """A cursor in memory."""

    def __init__(self, history_id: str) -> None:
        self.kept = history_id

    def load(self) -> str:
        return self.kept

    def save(self, history_id: str) -> None:
        self.kept = history_id


@pytest.fixture
def mailbox(emulator: Emulator, caller: Caller, gmail: Any) -> GmailMailbox:
    """Ours, after its first reading: a later moment is only told by the profile, which is not there."""
    first = gmail.messages().import_(userId="me", body={"raw": to_base64url(REPLY)}).execute()
    lab = account(caller, emulator, LAB, MODIFY)
    cursor = KeptCursor(first["historyId"])
    mailbox = GmailMailbox(caller, lab, LAB, cursor, drafts=True, endpoint=emulator.url)
    assert mailbox.fetch() == []
    return mailbox


def outgoing(key: str) -> Outgoing:
    mime = MAIL.replace(b"Subject", b"X-Visavis-Key: " + key.encode() + b"\r\nSubject")
    return Outgoing(key=key, to=ADA, message_id="<mine@example.org>", mime=mime, via=LAB)


def account(caller: Caller, emulator: Emulator, user: str, scope: str) -> Account:
    return Account("somebody", caller.transport.http(emulator.grant(user, scope)))


def test_a_consent_gives_a_token_that_can_be_renewed_until_it_is_taken_back(emulator: Emulator) -> None:
    credentials = emulator.grant(ADA, READ_EVENTS)
    assert credentials.granted_scopes == [READ_EVENTS]
    first = credentials.token
    credentials.refresh(Request())
    assert credentials.token not in (None, first)
    emulator.revoke(credentials.refresh_token)
    with pytest.raises(RefreshError, match="invalid_grant") as failure:
        credentials.refresh(Request())
    assert failure.value.retryable is False


def test_a_window_of_a_calendar_is_listed(emulator: Emulator) -> None:
    with api(emulator, "calendar", "v3", ADA, READ_EVENTS, "/calendar/v3/") as calendar:
        listed = calendar.events().list(
            calendarId="primary",
            timeMin=NOVEMBER.start.isoformat(),
            timeMax=NOVEMBER.end.isoformat(),
            singleEvents=True,
            showDeleted=True,
            maxResults=1,
        )
        pages = []
        while listed is not None:
            pages.append(listed.execute())
            listed = calendar.events().list_next(listed, pages[-1])
    assert [[item["id"] for item in page["items"]] for page in pages] == [["first"], ["second"]]
    assert pages[0]["items"][0]["attendees"][0] == {"email": ADA, "self": True}


def test_a_draft_is_sent_once_and_is_gone(gmail: Any) -> None:
    draft = gmail.drafts().create(userId="me", body={"message": {"raw": to_base64url(MAIL)}}).execute()
    assert gmail.drafts().get(userId="me", id=draft["id"]).execute()["id"] == draft["id"]
    sent = gmail.drafts().send(userId="me", body={"id": draft["id"]}).execute()
    for request in (
        gmail.drafts().get(userId="me", id=draft["id"]),
        gmail.drafts().send(userId="me", body={"id": draft["id"]}),
    ):
        with pytest.raises(HttpError) as failure:
            request.execute()
        assert failure.value.status_code == 404
    whole = gmail.messages().get(userId="me", id=sent["id"], format="raw").execute()
    assert whole["labelIds"] == ["SENT"]
    assert parsed(from_base64url(whole["raw"]))["Subject"] == "Hello"


def test_a_reply_is_told_by_the_history(gmail: Any) -> None:
    sent = gmail.messages().send(userId="me", body={"raw": to_base64url(MAIL)}).execute()
    reply = gmail.messages().import_(userId="me", body={"raw": to_base64url(REPLY)}).execute()
    history = gmail.history().list(
        userId="me", startHistoryId=sent["historyId"], historyTypes=["messageAdded"], labelId="INBOX"
    )
    added = [each["messagesAdded"][0]["message"]["id"] for each in history.execute()["history"]]
    assert added == [reply["id"]]


def test_our_calendar_reads_a_window_whole(emulator: Emulator, caller: Caller) -> None:
    ada = account(caller, emulator, ADA, READ_EVENTS)
    read = GoogleCalendar(caller, ada, "primary", owner=ADA, endpoint=emulator.url).read(NOVEMBER)
    first, second = read.events
    assert (first.uid, first.start) == ("first", datetime(2026, 11, 3, 9, tzinfo=UTC))
    assert (second.title, second.end) == ("1:1 Ada / Ben second", datetime(2026, 11, 24, 9, 30, tzinfo=UTC))
    assert [(guest.email, guest.name) for guest in first.guests] == [
        (ADA, ""),
        ("ben@example.org", "Ben Okri"),
    ]


def test_our_calendar_reads_more_than_one_page_holds(
    emulator: Emulator, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.calendars.google._PAGE", 1)
    ada = account(caller, emulator, ADA, READ_EVENTS)
    calendar = GoogleCalendar(caller, ada, "primary", endpoint=emulator.url)
    assert [event.uid for event in calendar.read(NOVEMBER).events] == ["first", "second"]


def test_a_calendar_that_is_not_there_is_access_lost(emulator: Emulator, caller: Caller) -> None:
    ada = account(caller, emulator, ADA, READ_EVENTS)
    with pytest.raises(AccessLostError):
        GoogleCalendar(caller, ada, "ben@example.org", endpoint=emulator.url).read(NOVEMBER)


def test_our_consent_gives_a_grant_that_reads_until_it_is_taken_back(
    emulator: Emulator, caller: Caller
) -> None:
    client = OAuthClient("installed", emulator.client())
    asking = begin(client, (READ_EVENTS,), CALLBACK, ADA)
    answer = dict(parse_qsl(urlsplit(emulator.consent(asking.url, ADA)).query))
    grant = finish(client, asking, code_of(asking.state, answer), "leader:1", NOVEMBER.start)
    assert grant.scopes == (READ_EVENTS,)
    credentials = GrantCredentials(grant, lambda _: grant, lambda _: None)
    calendar = GoogleCalendar(
        caller, Account("leader:1", caller.transport.http(credentials)), "primary", endpoint=emulator.url
    )
    assert len(calendar.read(NOVEMBER).events) == 2
    emulator.revoke(secret_fields(grant)["refresh_token"])
    credentials.expiry = datetime(2020, 1, 1)  # noqa: DTZ001 - google-auth keeps naive UTC
    with pytest.raises(AccessLostError):
        calendar.read(NOVEMBER)


def test_a_token_that_has_run_out_is_renewed_on_the_way(emulator: Emulator, caller: Caller) -> None:
    credentials = emulator.grant(ADA, READ_EVENTS)
    old = credentials.token
    credentials.expiry = datetime(2020, 1, 1)  # noqa: DTZ001 - google-auth keeps naive UTC
    ada = Account("leader:1", caller.transport.http(credentials))
    assert GoogleCalendar(caller, ada, "primary", endpoint=emulator.url).read(NOVEMBER).events
    assert credentials.token not in (None, old)


def test_our_mailbox_sends_a_draft_once_and_knows_that_it_left(mailbox: GmailMailbox, gmail: Any) -> None:
    mail = outgoing("prep:1:a")
    draft = mailbox.prepare(mail)
    assert mailbox.find(mail.key, mail.message_id, draft) is None
    receipt = mailbox.deliver(mail, draft)
    assert mailbox.find(mail.key, mail.message_id, draft) is not None
    with pytest.raises(MailboxError, match="gone"):  # our header by which to find it is not shown there
        mailbox.deliver(mail, draft)
    listed = gmail.messages().list(userId="me", labelIds=["SENT"]).execute()["messages"]
    assert listed == [{"id": receipt.provider_id, "threadId": receipt.thread}]


def test_our_mailbox_takes_a_draft_back(mailbox: GmailMailbox, gmail: Any) -> None:
    draft = mailbox.prepare(outgoing("prep:1:a")) or ""
    assert mailbox.withdraw(draft)
    assert not mailbox.withdraw(draft)
    assert gmail.messages().list(userId="me", labelIds=["SENT"]).execute()["messages"] == []


def test_our_mailbox_reads_a_reply_until_it_is_done(mailbox: GmailMailbox, gmail: Any) -> None:
    mail = outgoing("prep:1:a")
    mailbox.deliver(mail, mailbox.prepare(mail))
    reply = gmail.messages().import_(userId="me", body={"raw": to_base64url(REPLY)}).execute()
    (first,), (again,) = mailbox.fetch(), mailbox.fetch()
    assert first.handle == again.handle == reply["id"]
    assert parsed(first.raw)["Subject"] == "Re: Hello"
    mailbox.done(first.handle)
    assert mailbox.fetch() == []
    labels = gmail.messages().get(userId="me", id=reply["id"], format="minimal").execute()["labelIds"]
    assert {"INBOX", "UNREAD"} < set(labels)
