"""Calls to Google's APIs: counted, limited, tried again, given up. Time is virtual throughout."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.http import HttpRequest

from service.google.apis import calendar_api, gmail_api
from service.google.calls import REST, TRIES, Account, Caller
from service.google.limiter import Limiter
from service.google.meter import Meter, Usage
from service.google.pace import VirtualPace
from service.google.refusals import GoogleError, Trouble
from service.google.transport import Transport
from tests.fakes.google.gmail_client import SEND
from tests.fakes.google.server import FakeGoogle
from tests.fakes.peer import CUT, Asked, Peer, Reply

ROOT = Path(__file__).parents[3]
PAGE = Reply(b'{"items": [], "nextSyncToken": "2"}')
JITTER = 0.25


def said(status: int, reason: str, **headers: str) -> Reply:
    error = {"code": status, "message": "…", "errors": [{"reason": reason}]}
    return Reply(json.dumps({"error": error}).encode(), status, headers)


BUSY = said(503, "backendError")
TOO_FAST = said(403, "rateLimitExceeded")
USED_UP = said(403, "quotaExceeded")


class Bench:
    """A caller in virtual time, its peer, and a leader to call for."""

    def __init__(self, transport: Transport, peer: Peer, per_minute: int = 60_000) -> None:
        self.peer, self.pace, self.meter = peer, VirtualPace(), Meter()
        self.transport = transport
        self.caller = Caller(
            transport, self.pace, self.meter, calendar_per_minute=per_minute, jitter=lambda: JITTER
        )
        self.leader = self.account("leader:1")

    def account(self, name: str, quota_user: str | None = None) -> Account:
        return Account(name, self.transport.http(None), quota_user)

    def events(self) -> HttpRequest:
        return calendar_api(self.peer.url).events().list(calendarId="primary", singleEvents=True)

    def mail(self) -> HttpRequest:
        return gmail_api(self.peer.url).users().messages().send(userId="me", body={"raw": "TQ=="})

    def read(self, account: Account | None = None, **how: Any) -> Any:
        return self.caller.read(account or self.leader, self.events(), **how)

    def write(self, **how: Any) -> Any:
        return self.caller.write(self.leader, self.mail(), units=100, **how)

    def refusal(self, **how: Any) -> GoogleError:
        with pytest.raises(GoogleError) as raised:
            self.read(**how)
        return raised.value


def a_minute_long_line(pace: VirtualPace) -> Limiter:
    limiter = Limiter(1, pace, burst=1)
    limiter.take(wait_at_most=0)
    return limiter


@pytest.fixture
def bench(transport: Transport, peer: Peer) -> Bench:
    peer.replies(PAGE)
    return Bench(transport, peer)


class TestCall:
    def test_it_brings_what_google_answers(self, bench: Bench) -> None:
        assert bench.read() == {"items": [], "nextSyncToken": "2"}
        assert bench.pace.slept == []

    def test_nothing_where_nothing_is_to_be_said(self, bench: Bench) -> None:
        bench.peer.replies(Reply(b"", 204))
        request = gmail_api(bench.peer.url).users().drafts().delete(userId="me", id="1")
        assert not bench.caller.write(bench.leader, request, units=10)

    def test_a_page_where_nothing_is_to_be_said_is_no_success(self, bench: Bench) -> None:
        bench.peer.replies(Reply(b"<html>Please log in to this network</html>"))
        request = gmail_api(bench.peer.url).users().drafts().delete(userId="me", id="1")
        with pytest.raises(GoogleError) as raised:
            bench.caller.write(bench.leader, request, units=10)
        assert (raised.value.trouble, raised.value.may_have_happened) == (Trouble.BACKEND, True)

    def test_a_mistake_of_our_own_is_not_tried_again(self, bench: Bench) -> None:
        request = bench.events()
        request.postproc = lambda *_: [].pop()
        with pytest.raises(IndexError):
            bench.caller.read(bench.leader, request)
        assert len(bench.peer.asked) == 1


class TestCounting:
    def test_each_call_counts_with_its_units_for_its_account(self, bench: Bench) -> None:
        bench.read()
        bench.write()
        assert bench.meter.drain() == [
            Usage("leader:1", 2, 101, {"calendar.events.list": 1, "gmail.users.messages.send": 1})
        ]

    def test_every_try_counts(self, bench: Bench) -> None:
        bench.peer.replies(BUSY, BUSY, PAGE)
        bench.read()
        assert bench.meter.drain()[0].calls == 3

    def test_a_call_that_is_not_made_does_not(self, bench: Bench) -> None:
        bench.refusal(limiter=a_minute_long_line(bench.pace))
        assert bench.meter.drain() == []


class TestQuotaUser:
    def test_it_is_said_where_a_service_account_acts_for_many(self, bench: Bench) -> None:
        bench.read(bench.account("leader:1", "leader 1&"))
        assert bench.peer.asked[0].path.endswith("alt=json&quotaUser=leader%201%26")

    def test_once_only_also_when_tried_again(self, bench: Bench) -> None:
        bench.peer.replies(BUSY, PAGE)
        bench.read(bench.account("leader:1", "leader:1"))
        assert [asked.path.count("quotaUser=") for asked in bench.peer.asked] == [1, 1]

    def test_and_on_the_next_page(self, bench: Bench) -> None:
        account, first = bench.account("leader:1", "leader:1"), bench.events()
        bench.caller.read(account, first)
        second = calendar_api(bench.peer.url).events().list_next(first, {"nextPageToken": "2"})
        bench.caller.read(account, second)
        assert [asked.path.count("quotaUser=leader%3A1") for asked in bench.peer.asked] == [1, 1]

    def test_nothing_is_said_for_a_leader_who_asks_alone(self, bench: Bench) -> None:
        bench.read()
        assert "quotaUser" not in bench.peer.asked[0].path


class TestReadingAgain:
    @pytest.mark.parametrize(
        "reply",
        [
            BUSY,
            said(500, "internalError"),
            TOO_FAST,
            said(403, "userRateLimitExceeded"),
            said(429, "rateLimitExceeded"),
            Reply(b"<html>502</html>", 502),
            Reply(b"<html>a network's login</html>"),
            Reply(b'{"items": [', missing=5),
            CUT,
        ],
    )
    def test_what_may_be_over_is_asked_again(self, bench: Bench, reply: Reply | None) -> None:
        bench.peer.replies(reply, PAGE)
        assert bench.read()["nextSyncToken"] == "2"
        assert bench.pace.slept == [1 + JITTER]

    @pytest.mark.parametrize(
        ("reply", "trouble"),
        [
            (said(401, "authError"), Trouble.GRANT_DEAD),
            (said(403, "insufficientPermissions"), Trouble.FORBIDDEN),
            (said(404, "notFound"), Trouble.NOT_FOUND),
            (said(410, "fullSyncRequired"), Trouble.GONE),
            (said(400, "invalid"), Trouble.REFUSED),
            (USED_UP, Trouble.EXHAUSTED),
        ],
    )
    def test_what_stays_is_not(self, bench: Bench, reply: Reply, trouble: Trouble) -> None:
        bench.peer.replies(reply)
        assert bench.refusal().trouble is trouble
        assert (len(bench.peer.asked), bench.pace.slept) == (1, [])

    def test_the_pauses_grow_and_it_gives_up(self, bench: Bench) -> None:
        bench.peer.replies(BUSY)
        assert bench.refusal().trouble is Trouble.BACKEND
        assert bench.pace.slept == [1 + JITTER, 2 + JITTER, 4 + JITTER]
        assert len(bench.peer.asked) == TRIES

    def test_no_pause_is_longer_than_about_a_minute(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("service.google.calls.TRIES", 10)
        monkeypatch.setattr("service.google.calls.PATIENCE", 1000.0)
        bench.peer.replies(BUSY)
        bench.refusal()
        assert bench.pace.slept == [*(2**n + JITTER for n in range(6)), 64, 64, 64]

    def test_it_does_not_take_longer_than_our_patience(self, bench: Bench) -> None:
        def slow(_: Asked) -> Reply:
            bench.pace.sleep(15)  # as an answer that comes late
            return BUSY

        bench.peer.answer = slow
        bench.refusal()
        assert len(bench.peer.asked) == 2
        assert bench.pace.now() == pytest.approx(31 + JITTER)

    def test_nobody_there(self, bench: Bench) -> None:
        request = calendar_api("http://calendar.invalid").events().list(calendarId="primary")
        with pytest.raises(GoogleError) as raised:
            bench.caller.read(bench.leader, request)
        assert raised.value.trouble is Trouble.UNREACHABLE
        assert len(bench.pace.slept) == TRIES - 1


class TestRetryAfter:
    def test_google_is_not_asked_before_it_said(self, bench: Bench) -> None:
        bench.peer.replies(said(429, "rateLimitExceeded", **{"Retry-After": "7"}), PAGE)
        bench.read()
        assert bench.pace.slept == [7]

    def test_nor_before_the_moment_it_named(self, bench: Bench) -> None:
        then = {"Date": "Tue, 24 Nov 2026 12:00:00 GMT", "Retry-After": "Tue, 24 Nov 2026 12:00:09 GMT"}
        bench.peer.replies(said(503, "backendError", **then), PAGE)
        bench.read()
        assert bench.pace.slept == [9]

    def test_sooner_than_our_own_pause_changes_nothing(self, bench: Bench) -> None:
        bench.peer.replies(said(503, "backendError", **{"Retry-After": "0"}), PAGE)
        bench.read()
        assert bench.pace.slept == [1 + JITTER]

    def test_what_lies_beyond_our_patience_is_left_to_the_caller(self, bench: Bench) -> None:
        bench.peer.replies(said(429, "rateLimitExceeded", **{"Retry-After": "120"}))
        error = bench.refusal()
        assert (error.trouble, error.retry_after) == (Trouble.RATE_LIMITED, 120.0)
        assert (len(bench.peer.asked), bench.pace.slept) == (1, [])


class TestUsedUp:
    """A quota that is used up is the project's: others' calls would only be refused as well."""

    def test_other_leaders_calls_are_not_even_made(self, bench: Bench) -> None:
        bench.peer.replies(USED_UP)
        bench.refusal()
        error = bench.refusal(account=bench.account("leader:2"))
        assert (error.trouble, error.permanent, error.retry_after) == (Trouble.EXHAUSTED, False, REST)
        assert len(bench.peer.asked) == 1

    def test_after_an_hour_it_is_tried(self, bench: Bench) -> None:
        bench.peer.replies(USED_UP, PAGE)
        bench.refusal()
        bench.pace.sleep(REST - 1)
        assert bench.refusal().retry_after == pytest.approx(1)
        bench.pace.sleep(1)
        assert bench.read()

    def test_a_write_tells_of_it_too(self, bench: Bench) -> None:
        bench.peer.replies(said(403, "dailyLimitExceeded"))
        for _ in range(2):
            with pytest.raises(GoogleError) as raised:
                bench.write()
            assert raised.value.trouble is Trouble.EXHAUSTED
            assert not raised.value.may_have_happened
        assert len(bench.peer.asked) == 1

    def test_mail_goes_on_while_calendars_rest(self, bench: Bench) -> None:
        bench.peer.replies(USED_UP, Reply(b'{"id": "1"}'))
        bench.refusal()
        assert bench.write() == {"id": "1"}

    def test_who_waits_in_line_meanwhile_is_not_served(self, bench: Bench) -> None:
        class Line(Limiter):
            def take(self, units: float = 1, *, wait_at_most: float) -> bool:
                bench.caller._let_rest("calendar")  # as another thread learns it
                return super().take(units, wait_at_most=wait_at_most)

        error = bench.refusal(limiter=Line(60, bench.pace))
        assert (error.trouble, bench.peer.asked) == (Trouble.EXHAUSTED, [])


class TestLimits:
    def test_all_leaders_share_the_projects(self, transport: Transport, peer: Peer) -> None:
        peer.replies(PAGE)
        bench = Bench(transport, peer, per_minute=60)
        for number in range(8):
            bench.read(bench.account(f"leader:{number}"))
        assert bench.pace.now() == pytest.approx(3)  # five at once, then one a second

    def test_a_mailbox_brings_its_own(self, transport: Transport, peer: Peer) -> None:
        peer.replies(Reply(b'{"id": "1"}'))
        bench = Bench(transport, peer, per_minute=1)
        own = Limiter(6000, bench.pace, burst=100)
        for _ in range(3):
            bench.write(limiter=own)
        assert bench.pace.slept == pytest.approx([1, 1])

    def test_no_call_is_made_without_a_place(self, bench: Bench) -> None:
        error = bench.refusal(limiter=a_minute_long_line(bench.pace))
        assert (error.trouble, error.reason, error.permanent) == (Trouble.RATE_LIMITED, "ownLimit", False)
        assert (bench.peer.asked, bench.pace.slept) == ([], [])

    def test_each_try_takes_a_place(self, bench: Bench) -> None:
        bench.peer.replies(BUSY, PAGE)
        limiter = Limiter(60, bench.pace, burst=1)
        bench.read(limiter=limiter)
        assert not limiter.take(wait_at_most=0.5)


class TestWriting:
    @pytest.mark.parametrize("reply", [BUSY, TOO_FAST, CUT, Reply(b'{"id": "', missing=3)])
    def test_it_is_made_once(self, bench: Bench, reply: Reply | None) -> None:
        bench.peer.replies(reply, Reply(b'{"id": "1"}'))
        with pytest.raises(GoogleError):
            bench.write()
        assert (len(bench.peer.asked), bench.pace.slept) == (1, [])

    @pytest.mark.parametrize(
        ("reply", "open_"),
        [
            (CUT, True),
            (Reply(b'{"id": "', missing=3), True),
            (BUSY, True),
            (TOO_FAST, False),
            (said(400, "invalid"), False),
            (said(403, "quotaExceeded"), False),
        ],
    )
    def test_it_says_whether_it_may_have_happened(
        self, bench: Bench, reply: Reply | None, open_: bool
    ) -> None:
        bench.peer.replies(reply)
        with pytest.raises(GoogleError) as raised:
            bench.write()
        assert raised.value.may_have_happened is open_

    def test_a_place_in_line_is_waited_for(self, bench: Bench) -> None:
        own = Limiter(6000, bench.pace, burst=100)
        own.take(100, wait_at_most=0)
        bench.write(limiter=own)
        assert bench.pace.slept == pytest.approx([1])


class TestAMailAtGoogle:
    """What becomes of the mail itself, when the answer to its sending does not come."""

    def copies(self, transport: Transport, google: FakeGoogle) -> int:
        """How many copies Ben has after one try, whose outcome was open."""
        google.user("ben@example.org")
        token = google.accounts.access_token("lea@example.org", SEND)
        raw = b"From: lea@example.org\r\nTo: ben@example.org\r\nSubject: Hello\r\n\r\nHow was it?\r\n"
        body = {"raw": base64.urlsafe_b64encode(raw).decode()}
        request = gmail_api(google.url).users().messages().send(userId="me", body=body)
        caller = Caller(transport, VirtualPace(), Meter(), calendar_per_minute=600)
        with pytest.raises(GoogleError) as raised:
            caller.write(Account("mailbox:lea", transport.http(Credentials(token))), request, units=100)
        assert raised.value.may_have_happened
        assert google.count("gmail.users.messages.send") == 1
        return len(google.gmail.inbox("ben@example.org"))

    def test_cut_off_before_it_was_taken(self, transport: Transport, google: FakeGoogle) -> None:
        google.faults.cut_before("gmail.users.messages.send")
        assert self.copies(transport, google) == 0

    def test_cut_off_after_it_was_taken(self, transport: Transport, google: FakeGoogle) -> None:
        google.faults.cut_after("gmail.users.messages.send")
        assert self.copies(transport, google) == 1

    def test_cut_off_in_the_answer(self, transport: Transport, google: FakeGoogle) -> None:
        google.faults.half("gmail.users.messages.send")
        assert self.copies(transport, google) == 1


def test_who_never_calls_google_pays_nothing_for_it() -> None:
    """Its libraries take half a second to load, and a calendar in a file needs none of them."""
    code = "import sys, service.google.calls, service.google.apis; print(*sorted(sys.modules))"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert "service.google.calls" in loaded
    heavy = ("google", "googleapiclient", "httplib2", "requests", "urllib3")
    assert [name for name in loaded if name.split(".")[0] in heavy] == []
