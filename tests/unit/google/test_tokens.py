"""Access tokens, asked of a real token endpoint by real threads."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from urllib.parse import parse_qs

import pytest
from google.auth.credentials import Credentials
from google.oauth2 import credentials as oauth
from google.oauth2 import service_account

from service.google.apis import calendar_api
from service.google.refusals import GoogleError, Trouble
from service.google.transport import Transport
from tests.fakes.google.auth import Grant, OAuthClient, ServiceAccount
from tests.fakes.google.server import FakeGoogle
from tests.fakes.peer import CUT, Asked, Peer, Reply

SECRETS = ("1//refresh-7c1f", "client-secret-7c1f", "ya29.first")
CALENDAR = "https://www.googleapis.com/auth/calendar.readonly"
LONG_AGO, FAR_OFF = datetime(2020, 1, 1), datetime(2999, 1, 1)  # noqa: DTZ001 - as google-auth keeps them


def grant(peer: Peer, token: str | None = None, expiry: datetime | None = None) -> oauth.Credentials:
    """A leader's consent, its token endpoint on this machine."""
    return oauth.Credentials(
        token,
        refresh_token=SECRETS[0],
        token_uri=f"{peer.url}/token",
        client_id="client",
        client_secret=SECRETS[1],
        expiry=expiry,
    )


def asked_for_a_token(peer: Peer) -> list[Asked]:
    return [asked for asked in peer.asked if asked.path == "/token"]


def called(peer: Peer) -> list[str]:
    """The token each call came with."""
    return [asked.headers["authorization"] for asked in peer.asked if asked.path == "/call"]


def tokens(peer: Peer, refuse: Callable[[str], bool] = lambda _: False) -> None:
    """Give out ya29.1, ya29.2 …, and answer calls but those whose token is refused."""

    def answer(asked: Asked) -> Reply:
        if asked.path == "/token":
            given = {"access_token": f"ya29.{len(asked_for_a_token(peer))}", "expires_in": 3599}
            return Reply(json.dumps(given).encode())
        return Reply(b'{"error": {}}', 401) if refuse(asked.headers["authorization"]) else Reply()

    peer.answer = answer


def call(transport: Transport, peer: Peer, credentials: Credentials, method: str = "GET") -> int:
    answer, _ = transport.http(credentials).request(f"{peer.url}/call", method, "{}")
    return int(answer.status)


def refusal(transport: Transport, peer: Peer, reply: Reply | None) -> GoogleError:
    """What comes of a call that is to change something, where the token endpoint says `reply`."""
    peer.replies(reply)
    with pytest.raises(GoogleError) as raised:
        call(transport, peer, grant(peer), "POST")
    assert len(peer.asked) == 1
    assert not raised.value.may_have_happened
    assert not any(secret in repr(raised.value) for secret in SECRETS)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    return raised.value


def said(error: str, why: str = "", status: int = 400) -> Reply:
    return Reply(json.dumps({"error": error, "error_description": why}).encode(), status)


class TestFetching:
    def test_the_first_call_fetches_one_and_the_next_use_it(self, transport: Transport, peer: Peer) -> None:
        tokens(peer)
        credentials = grant(peer)
        assert [call(transport, peer, credentials) for _ in range(3)] == [200] * 3
        assert [parse_qs(asked.body.decode())["grant_type"] for asked in asked_for_a_token(peer)] == [
            ["refresh_token"]
        ]
        assert called(peer) == ["Bearer ya29.1"] * 3

    def test_one_that_has_ended_is_replaced_before_the_call(self, transport: Transport, peer: Peer) -> None:
        tokens(peer)
        call(transport, peer, grant(peer, "ya29.first", LONG_AGO))
        assert called(peer) == ["Bearer ya29.1"]

    def test_one_that_holds_is_not(self, transport: Transport, peer: Peer) -> None:
        tokens(peer)
        call(transport, peer, grant(peer, "ya29.first", FAR_OFF))
        assert (called(peer), asked_for_a_token(peer)) == (["Bearer ya29.first"], [])

    def test_many_threads_fetch_one(self, transport: Transport, peer: Peer) -> None:
        tokens(peer)
        credentials, ready = grant(peer, "ya29.first", LONG_AGO), threading.Barrier(32)

        def work(_: int) -> int:
            ready.wait(20)
            return call(transport, peer, credentials)

        with ThreadPoolExecutor(32) as pool:
            assert list(pool.map(work, range(32))) == [200] * 32
        assert len(asked_for_a_token(peer)) == 1
        assert called(peer) == ["Bearer ya29.1"] * 32

    def test_google_auth_alone_lets_each_thread_fetch_its_own(self, transport: Transport, peer: Peer) -> None:
        """Why there is a lock: two threads are both inside `before_request` at once."""
        tokens(peer)
        credentials, both = grant(peer, "ya29.first", LONG_AGO), threading.Barrier(2, timeout=10)

        def slowly(url: str, method: str, body: bytes, headers: dict[str, str]) -> object:
            both.wait()
            return transport._post(method, url, body, headers)

        def work(_: int) -> None:
            credentials.before_request(slowly, "GET", peer.url, {})

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(work, range(2)))
        assert len(asked_for_a_token(peer)) == 2

    def test_one_leaders_refresh_does_not_hold_up_another(self, transport: Transport, peer: Peer) -> None:
        tokens(peer)
        plain, together = peer.answer, threading.Barrier(2, timeout=10)

        def answer(asked: Asked) -> Reply | None:
            if asked.path == "/token":
                together.wait()  # neither is answered before both have asked
            return plain(asked)

        peer.answer = answer
        with ThreadPoolExecutor(2) as pool:
            each = [grant(peer), grant(peer)]
            assert list(pool.map(lambda one: call(transport, peer, one), each)) == [200, 200]


class TestRefused:
    """A 401: Google's clock and this machine's may differ, and a token may be withdrawn at any time."""

    def test_the_call_is_made_again_once_with_a_new_token(self, transport: Transport, peer: Peer) -> None:
        tokens(peer, refuse=lambda token: token == "Bearer ya29.first")
        assert call(transport, peer, grant(peer, "ya29.first", FAR_OFF), "POST") == 200
        assert called(peer) == ["Bearer ya29.first", "Bearer ya29.1"]
        assert [asked.body for asked in peer.asked if asked.path == "/call"] == [b"{}", b"{}"]

    def test_a_second_refusal_stands(self, transport: Transport, peer: Peer) -> None:
        tokens(peer, refuse=lambda _: True)
        assert call(transport, peer, grant(peer, "ya29.first", FAR_OFF)) == 401
        assert (len(called(peer)), len(asked_for_a_token(peer))) == (2, 1)

    def test_many_threads_replace_it_once(self, transport: Transport, peer: Peer) -> None:
        tokens(peer, refuse=lambda token: token == "Bearer ya29.first")
        plain, refused = peer.answer, threading.Barrier(16, timeout=20)

        def answer(asked: Asked) -> Reply | None:
            if asked.headers.get("authorization") == "Bearer ya29.first":
                refused.wait()  # all are refused before the first one learns of it
            return plain(asked)

        peer.answer = answer
        credentials = grant(peer, "ya29.first", FAR_OFF)
        with ThreadPoolExecutor(16) as pool:
            assert list(pool.map(lambda _: call(transport, peer, credentials), range(16))) == [200] * 16
        assert len(asked_for_a_token(peer)) == 1

    def test_a_dead_grant_shows_then(self, transport: Transport, peer: Peer) -> None:
        refused = Reply(b'{"error": {}}', 401)
        peer.answer = lambda asked: said("invalid_grant") if asked.path == "/token" else refused
        with pytest.raises(GoogleError) as raised:
            call(transport, peer, grant(peer, "ya29.first", FAR_OFF))
        assert raised.value.trouble is Trouble.GRANT_DEAD

    def test_without_an_account_it_stands_at_once(self, transport: Transport, peer: Peer) -> None:
        peer.replies(Reply(b'{"error": {}}', 401))
        assert transport.http(None).request(f"{peer.url}/call")[0].status == 401
        assert len(peer.asked) == 1


class TestNotGiven:
    @pytest.mark.parametrize(
        ("reply", "trouble", "permanent"),
        [
            (said("invalid_grant", "Token has been expired or revoked."), Trouble.GRANT_DEAD, True),
            (said("invalid_grant", "Account has been deleted"), Trouble.GRANT_DEAD, True),
            (said("invalid_client", "Unauthorized", 401), Trouble.REFUSED, True),
            (said("deleted_client", "The OAuth client was deleted.", 401), Trouble.REFUSED, True),
            (said("invalid_scope", "Bad Request"), Trouble.REFUSED, True),
            (said("unauthorized_client", "Client is unauthorized …", 401), Trouble.REFUSED, True),
            (said("invalid_grant", "Invalid JWT Signature."), Trouble.REFUSED, True),
            (said("temporarily_unavailable"), Trouble.BACKEND, False),
            (said("server_error"), Trouble.BACKEND, False),
            (said("internal_failure", status=500), Trouble.BACKEND, False),
            (Reply(b"<html>503</html>", 503), Trouble.BACKEND, False),
            (Reply(b"<html>502</html>", 502), Trouble.BACKEND, False),
            (Reply(b"<html>Please log in to this network</html>"), Trouble.BACKEND, False),
            (Reply(b"<html>Please log in to this network</html>", 403), Trouble.BACKEND, False),
            (Reply(b'{"token_type": "Bearer"}'), Trouble.BACKEND, False),
            (said("slow_down", status=429), Trouble.RATE_LIMITED, False),
            (CUT, Trouble.NO_ANSWER, False),
        ],
    )
    def test_each_refusal_has_its_name_and_no_call_is_made(
        self, transport: Transport, peer: Peer, reply: Reply | None, trouble: Trouble, permanent: bool
    ) -> None:
        error = refusal(transport, peer, reply)
        assert (error.trouble, error.permanent) == (trouble, permanent)

    def test_nobody_listens(self, transport: Transport, peer: Peer) -> None:
        credentials = grant(peer)
        credentials._token_uri = "http://token.invalid/token"
        with pytest.raises(GoogleError) as raised:
            call(transport, peer, credentials)
        assert (raised.value.trouble, peer.asked) == (Trouble.UNREACHABLE, [])

    def test_when_to_come_back_is_passed_on(self, transport: Transport, peer: Peer) -> None:
        error = refusal(transport, peer, Reply(b"{}", 503, {"Retry-After": "7"}))
        assert error.retry_after == 7.0

    def test_a_token_that_cannot_be_renewed(self, transport: Transport, peer: Peer) -> None:
        with pytest.raises(GoogleError) as raised:
            call(transport, peer, oauth.Credentials(None))
        assert (raised.value.trouble, peer.asked) == (Trouble.GRANT_DEAD, [])

    def test_another_thread_may_still_succeed(self, transport: Transport, peer: Peer) -> None:
        credentials = grant(peer)
        peer.replies(said("temporarily_unavailable"))
        with pytest.raises(GoogleError):
            call(transport, peer, credentials)
        tokens(peer)
        assert call(transport, peer, credentials) == 200


def service(account: ServiceAccount, subject: str | None = None) -> service_account.Credentials:
    made: service_account.Credentials = service_account.Credentials.from_service_account_info(
        account.info(), scopes=[CALENDAR], subject=subject
    )
    return made


class TestServiceAccount:
    @pytest.mark.parametrize("subject", [None, "leader@example.org"])
    def test_it_asks_for_its_token_and_for_nothing_else(
        self,
        transport: Transport,
        peer: Peer,
        subject: str | None,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """google-auth's own `before_request` looks up where the account may be used, at another of
        Google's hosts and on a thread of its own."""
        tokens(peer)
        account, looked_up = service(ServiceAccount("x@y", "1", 1, peer.url), subject), []
        monkeypatch.setattr(account._rab_manager, "maybe_start_refresh", lambda *_: looked_up.append(1))
        assert [call(transport, peer, account) for _ in range(2)] == [200, 200]
        assert (len(asked_for_a_token(peer)), looked_up) == (1, [])
        account.before_request(None, "GET", peer.url, {})
        assert looked_up == [1]


class TestAtGoogle:
    """The same at a Google whose time is its own."""

    @pytest.fixture
    def app(self, google: FakeGoogle) -> OAuthClient:
        return google.accounts.client()

    def held(self, grant: Grant) -> oauth.Credentials:
        info = grant.info() | {"token": None}
        return oauth.Credentials(**{name: value for name, value in info.items() if name != "type"})

    def ask(self, transport: Transport, google: FakeGoogle, credentials: Credentials) -> int:
        request = calendar_api(google.url).events().list(calendarId="lea@example.org")
        answer, _ = transport.http(credentials).request(request.uri, headers=request.headers)
        return int(answer.status)

    def refusal(self, transport: Transport, google: FakeGoogle, credentials: Credentials) -> GoogleError:
        with pytest.raises(GoogleError) as raised:
            self.ask(transport, google, credentials)
        return raised.value

    def test_a_token_that_google_thinks_over_is_replaced(
        self, transport: Transport, google: FakeGoogle, app: OAuthClient
    ) -> None:
        credentials = self.held(google.accounts.grant("lea@example.org", app, CALENDAR))
        assert self.ask(transport, google, credentials) == 200
        google.move(timedelta(hours=2))  # and for this machine hardly a moment has passed
        assert self.ask(transport, google, credentials) == 200
        assert [call.status for call in google.calls if call.method == "calendar.events.list"] == [
            200,
            401,
            200,
        ]
        assert google.count("oauth.token") == 2

    def test_a_grant_that_was_taken_back(
        self, transport: Transport, google: FakeGoogle, app: OAuthClient
    ) -> None:
        credentials = self.held(google.accounts.grant("lea@example.org", app, CALENDAR))
        self.ask(transport, google, credentials)
        google.accounts.revoke("lea@example.org")
        error = self.refusal(transport, google, credentials)
        assert (error.trouble, error.reason, error.permanent) == (Trouble.GRANT_DEAD, "invalid_grant", True)

    def test_an_app_in_testing_loses_its_grants_in_a_week(
        self, transport: Transport, google: FakeGoogle
    ) -> None:
        app = google.accounts.client(testing=True)
        credentials = self.held(google.accounts.grant("lea@example.org", app, CALENDAR))
        google.move(timedelta(days=6))
        assert self.ask(transport, google, credentials) == 200
        google.move(timedelta(days=1))
        assert self.refusal(transport, google, credentials).trouble is Trouble.GRANT_DEAD

    def test_a_service_account_that_acts_for_her(self, transport: Transport, google: FakeGoogle) -> None:
        account = google.accounts.service_account(delegated=[CALENDAR])
        credentials = service(account, "lea@example.org")
        assert self.ask(transport, google, credentials) == 200
        google.accounts.delegate(account)  # the admin takes it back
        google.move(timedelta(hours=2))
        error = self.refusal(transport, google, credentials)
        assert (error.trouble, error.reason) == (Trouble.REFUSED, "unauthorized_client")
        assert "domain-wide delegation" in str(error)

    def test_a_token_endpoint_in_trouble(
        self, transport: Transport, google: FakeGoogle, app: OAuthClient
    ) -> None:
        credentials = self.held(google.accounts.grant("lea@example.org", app, CALENDAR))
        google.faults.html("oauth.token", 502)
        assert self.refusal(transport, google, credentials).trouble is Trouble.BACKEND
        assert self.ask(transport, google, credentials) == 200
