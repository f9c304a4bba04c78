"""Every refusal by its name, from a real server's answer through the real client library."""

import json

import pytest
import requests
from google.auth.exceptions import TransportError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials
from googleapiclient.http import HttpRequest

from service.errors import VisavisError
from service.google.apis import calendar_api, gmail_api
from service.google.calls import Account, Caller
from service.google.meter import Meter
from service.google.pace import VirtualPace
from service.google.refusals import GoogleError, Trouble, named
from service.google.transport import Transport
from tests.fakes.google.server import FakeGoogle
from tests.fakes.peer import Peer, Reply

SECRET = "secret-7c1f"


def said(status: int, reason: str, message: str = f"About key={SECRET}", **headers: str) -> Reply:
    """A refusal as Google's APIs write it."""
    error = {"code": status, "message": message, "errors": [{"domain": "global", "reason": reason}]}
    return Reply(
        json.dumps({"error": error}).encode(),
        status,
        {"Content-Type": "application/json; charset=UTF-8", **headers},
    )


def request(peer: Peer) -> HttpRequest:
    return calendar_api(peer.url).events().list(calendarId="lea@example.org", syncToken=SECRET)


def refusal(transport: Transport, peer: Peer, reply: Reply | None) -> GoogleError:
    peer.replies(reply)
    caller = Caller(transport, VirtualPace(), Meter(), calendar_per_minute=600)
    with pytest.raises(GoogleError) as raised:
        caller.write(Account("leader:1", transport.http(None)), request(peer), units=1)
    error = raised.value
    assert len(peer.asked) == 1
    assert error.__suppress_context__ or error.__context__ is None
    assert not any(word in repr(error) for word in (SECRET, "lea@", "://", "\n"))
    return error


NAMED = [
    (403, "rateLimitExceeded", Trouble.RATE_LIMITED),
    (403, "userRateLimitExceeded", Trouble.RATE_LIMITED),
    (429, "rateLimitExceeded", Trouble.RATE_LIMITED),
    (429, "userRateLimitExceeded", Trouble.RATE_LIMITED),
    (429, "", Trouble.RATE_LIMITED),
    (403, "quotaExceeded", Trouble.EXHAUSTED),
    (403, "dailyLimitExceeded", Trouble.EXHAUSTED),
    (429, "quotaExceeded", Trouble.EXHAUSTED),
    (401, "authError", Trouble.GRANT_DEAD),
    (403, "insufficientPermissions", Trouble.FORBIDDEN),
    (403, "accessNotConfigured", Trouble.FORBIDDEN),
    (403, "notACalendarUser", Trouble.FORBIDDEN),
    (403, "domainPolicy", Trouble.FORBIDDEN),
    (403, "forbidden", Trouble.FORBIDDEN),
    (403, "somethingNew", Trouble.FORBIDDEN),
    (404, "notFound", Trouble.NOT_FOUND),
    (410, "fullSyncRequired", Trouble.GONE),
    (410, "updatedMinTooLongAgo", Trouble.GONE),
    (410, "deleted", Trouble.GONE),
    (400, "badRequest", Trouble.REFUSED),
    (400, "failedPrecondition", Trouble.REFUSED),
    (409, "duplicate", Trouble.REFUSED),
    (412, "conditionNotMet", Trouble.REFUSED),
    (408, "", Trouble.BACKEND),
    (500, "backendError", Trouble.BACKEND),
    (500, "internalError", Trouble.BACKEND),
    (502, "", Trouble.BACKEND),
    (503, "backendError", Trouble.BACKEND),
    (504, "", Trouble.BACKEND),
]


class TestReasons:
    @pytest.mark.parametrize(("status", "reason", "trouble"), NAMED)
    def test_a_status_and_its_reason(
        self, transport: Transport, peer: Peer, status: int, reason: str, trouble: Trouble
    ) -> None:
        error = refusal(transport, peer, said(status, reason))
        assert (error.trouble, error.reason, error.status) == (trouble, reason, status)

    @pytest.mark.parametrize(("status", "reason", "trouble"), NAMED)
    def test_what_a_person_has_to_mend_is_permanent(
        self, transport: Transport, peer: Peer, status: int, reason: str, trouble: Trouble
    ) -> None:
        passing = {Trouble.RATE_LIMITED, Trouble.EXHAUSTED, Trouble.BACKEND}
        assert refusal(transport, peer, said(status, reason)).permanent is (trouble not in passing)

    def test_the_newer_form_of_an_error(self, transport: Transport, peer: Peer) -> None:
        details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED"}]
        error = {"code": 429, "message": "…", "status": "RESOURCE_EXHAUSTED", "details": details}
        reply = Reply(json.dumps({"error": error}).encode(), 429)
        assert refusal(transport, peer, reply).trouble is Trouble.RATE_LIMITED

    def test_only_trouble_at_google_leaves_open_whether_it_was_done(
        self, transport: Transport, peer: Peer
    ) -> None:
        assert refusal(transport, peer, said(503, "backendError")).may_have_happened
        peer.asked.clear()
        assert not refusal(transport, peer, said(429, "rateLimitExceeded")).may_have_happened

    def test_when_to_come_back(self, transport: Transport, peer: Peer) -> None:
        reply = said(429, "rateLimitExceeded", **{"Retry-After": "30"})
        assert refusal(transport, peer, reply).retry_after == 30.0


class TestNotGoogle:
    """A proxy, a network's login page, a wrong endpoint: none of them says anything of a leader."""

    @pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 410, 500, 503])
    def test_a_page(self, transport: Transport, peer: Peer, status: int) -> None:
        error = refusal(transport, peer, Reply(b"<html>lea@example.org</html>", status))
        assert (error.trouble, error.permanent) == (Trouble.BACKEND, False)

    def test_it_says_where_to_look(self, transport: Transport, peer: Peer) -> None:
        error = refusal(transport, peer, Reply(b"<html></html>", 404))
        assert str(error) == (
            "What answered was not Google's API; check the network, the proxy and [google] endpoint "
            "(HTTP 404, notJson)."
        )

    def test_bytes_that_are_no_text(self, transport: Transport, peer: Peer) -> None:
        error = refusal(transport, peer, Reply(b"\xff\xfe\x00"))
        assert (error.trouble, error.may_have_happened) == (Trouble.BACKEND, True)

    def test_a_page_that_slows_us_down(self, transport: Transport, peer: Peer) -> None:
        assert refusal(transport, peer, Reply(b"<html></html>", 429)).trouble is Trouble.RATE_LIMITED


class TestLines:
    @pytest.mark.parametrize("trouble", list(Trouble))
    def test_each_is_one_line_with_a_word_to_search_for(self, trouble: Trouble) -> None:
        line = str(GoogleError(trouble, reason="someReason", status=418))
        assert line.endswith(" (HTTP 418, someReason).")
        assert line.count("\n") == 0
        assert line[0].isupper()

    def test_what_is_no_word_is_left_out(self) -> None:
        error = GoogleError(Trouble.FORBIDDEN, reason="see https://x.example/?key=1", status=403)
        assert (error.reason, "example" in str(error)) == ("", False)

    def test_a_scope_that_lacks(self) -> None:
        error = GoogleError(Trouble.FORBIDDEN, reason="insufficientPermissions", status=403)
        assert str(error) == (
            "The account's grant lacks a scope that this needs; connect it again: visavis connect "
            "(HTTP 403, insufficientPermissions)."
        )

    def test_it_is_one_of_this_programs_errors(self) -> None:
        assert isinstance(GoogleError(Trouble.BACKEND), VisavisError)


class TestOtherLibraries:
    """Consent is given by way of `requests`; its failures have the same names."""

    def failure(self, url: str, **limits: float) -> requests.RequestException:
        with pytest.raises(requests.RequestException) as raised:
            requests.get(f"{url}/token?code={SECRET}", timeout=5, **limits)  # type: ignore[arg-type] # as given
        return raised.value

    def test_nobody_listens(self) -> None:
        error = named(self.failure("http://token.invalid"))
        assert (error.trouble, error.may_have_happened) == (Trouble.UNREACHABLE, False)
        assert SECRET not in repr(error)

    def test_no_answer(self, peer: Peer) -> None:
        peer.replies(None)
        error = named(self.failure(peer.url))
        assert (error.trouble, error.may_have_happened) == (Trouble.NO_ANSWER, True)

    def test_no_token_for_a_call_means_no_call(self, peer: Peer) -> None:
        peer.replies(None)
        with requests.Session() as session, pytest.raises(TransportError) as raised:
            Request(session)(f"{peer.url}/token", "POST")
        error = named(raised.value)
        assert (error.trouble, error.may_have_happened) == (Trouble.NO_ANSWER, False)

    def test_a_mistake_of_our_own_is_no_trouble_of_googles(self) -> None:
        with pytest.raises(KeyError):
            named(KeyError("items"))


class TestAtGoogle:
    """What a Google that behaves as the facts say refuses."""

    def error(
        self, transport: Transport, google: FakeGoogle, request: HttpRequest, scope: str
    ) -> GoogleError:
        token = google.accounts.access_token("lea@example.org", f"https://www.googleapis.com/auth/{scope}")
        caller = Caller(transport, VirtualPace(), Meter(), calendar_per_minute=600)
        with pytest.raises(GoogleError) as raised:
            caller.read(Account("leader:1", transport.http(Credentials(token))), request)
        assert "lea@" not in repr(raised.value)
        return raised.value

    def test_a_scope_that_was_not_granted(self, transport: Transport, google: FakeGoogle) -> None:
        request = calendar_api(google.url).events().list(calendarId="primary")
        error = self.error(transport, google, request, "gmail.send")
        assert (error.trouble, error.reason) == (Trouble.FORBIDDEN, "insufficientPermissions")

    def test_a_calendar_that_is_not_shared(self, transport: Transport, google: FakeGoogle) -> None:
        google.user("ben@example.org")
        request = calendar_api(google.url).events().list(calendarId="ben@example.org")
        error = self.error(transport, google, request, "calendar.readonly")
        assert (error.trouble, error.permanent) == (Trouble.NOT_FOUND, True)

    def test_a_sync_token_that_is_too_old(self, transport: Transport, google: FakeGoogle) -> None:
        request = calendar_api(google.url).events().list(calendarId="primary", syncToken="old")
        google.faults.refuse("calendar.events.list", 410, "fullSyncRequired")
        error = self.error(transport, google, request, "calendar.readonly")
        assert (error.trouble, error.reason) == (Trouble.GONE, "fullSyncRequired")

    def test_a_history_that_is_over(self, transport: Transport, google: FakeGoogle) -> None:
        request = gmail_api(google.url).users().history().list(userId="me", startHistoryId="1")
        assert self.error(transport, google, request, "gmail.readonly").trouble is Trouble.NOT_FOUND

    def test_parameters_that_do_not_go_together(self, transport: Transport, google: FakeGoogle) -> None:
        request = (
            calendar_api(google.url)
            .events()
            .list(calendarId="primary", syncToken="x", timeMin="2026-11-24T00:00:00Z")
        )
        assert self.error(transport, google, request, "calendar.readonly").trouble is Trouble.REFUSED

    def test_a_quota_that_is_used_up(self, transport: Transport, google: FakeGoogle) -> None:
        request = calendar_api(google.url).events().list(calendarId="primary")
        google.faults.refuse("calendar.*", 403, "quotaExceeded")
        error = self.error(transport, google, request, "calendar.readonly")
        assert (error.trouble, google.count("calendar.events.list")) == (Trouble.EXHAUSTED, 1)
