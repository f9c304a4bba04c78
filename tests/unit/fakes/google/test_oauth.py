"""Getting in: consent, codes, refresh tokens, service accounts, and every way to lose a grant."""

import base64
import hashlib
import json
import threading
import webbrowser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from google.auth import crypt, jwt
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2 import service_account
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import Flow, InstalledAppFlow

from tests.fakes.google.auth import OAuthClient, ServiceAccount
from tests.fakes.google.calendar_client import ALL, READ_EVENTS, READ_OWN_EVENTS
from tests.fakes.google.gmail_client import ADA, BEN, MODIFY
from tests.fakes.google.keys import as_pem, private_key
from tests.fakes.google.server import FakeGoogle

BACK = "http://127.0.0.1:8765/"
WEEK, SECOND = timedelta(days=7), timedelta(seconds=1)


@pytest.fixture
def plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def request_() -> Iterator[Request]:
    with requests.Session() as session:
        yield Request(session)


def visit(url: str) -> dict[str, str]:
    """Open the consent screen; what the app is handed when the browser comes back to it."""
    answer = requests.get(url, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def flow_of(client: OAuthClient, *scopes: str, kind: type[Flow] = Flow) -> Flow:
    return kind.from_client_config(client.config(), scopes=list(scopes), redirect_uri=BACK)


def credentials_of(google: FakeGoogle, client: OAuthClient, refresh_token: str) -> Credentials:
    return Credentials(
        None,
        refresh_token=refresh_token,
        token_uri=google.token_uri,
        client_id=client.client_id,
        client_secret=client.secret,
    )


def token_error(google: FakeGoogle, **form: str) -> tuple[int, str, str]:
    answer = requests.post(google.token_uri, data=form, timeout=5)
    told = answer.json()
    return answer.status_code, told["error"], told.get("error_description", "")


@pytest.mark.usefixtures("plain_http")
class TestConsent:
    def test_a_consent_ends_in_a_token_that_lists_events(self, google: FakeGoogle) -> None:
        client = google.accounts.client()
        google.accounts.will_consent(ADA)
        flow = flow_of(client, READ_EVENTS)
        address, state = flow.authorization_url(access_type="offline")
        back = visit(address)
        assert back["state"] == state
        flow.fetch_token(code=back["code"])
        assert flow.credentials.refresh_token.startswith("1//")
        with AuthorizedSession(flow.credentials) as session:
            assert session.get(f"{google.url}/calendars/primary/events").json()["summary"] == ADA
        flow.oauth2session.close()

    def test_the_installed_apps_flow_runs_through_a_local_page(
        self, google: FakeGoogle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        google.accounts.will_consent(ADA)
        visits: list[threading.Thread] = []

        def open_page(url: str, *_: Any, **__: Any) -> bool:
            visits.append(threading.Thread(target=lambda: requests.get(url, timeout=5)))
            visits[0].start()
            return True

        class Browser:
            open = staticmethod(open_page)

        monkeypatch.setattr(webbrowser, "get", lambda *_: Browser)
        flow = InstalledAppFlow.from_client_config(google.accounts.client().config(), [READ_EVENTS])
        credentials = flow.run_local_server(port=0, authorization_prompt_message=None)
        visits[0].join()
        flow.oauth2session.close()
        assert credentials.valid
        assert google.accounts.grants[0].user == ADA

    def test_a_person_may_allow_less_than_was_asked(
        self, google: FakeGoogle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")
        google.accounts.will_consent(ADA, [READ_EVENTS])
        flow = flow_of(google.accounts.client(), READ_EVENTS, MODIFY)
        back = visit(flow.authorization_url()[0])
        assert back["scope"] == READ_EVENTS
        assert flow.fetch_token(code=back["code"])["scope"] == [READ_EVENTS]
        flow.oauth2session.close()

    def test_a_person_may_refuse(self, google: FakeGoogle) -> None:
        google.accounts.will_refuse(ADA)
        address, state = flow_of(google.accounts.client(), READ_EVENTS).authorization_url()
        assert visit(address) == {"state": state, "error": "access_denied"}

    def test_whom_the_link_is_meant_for_consents_if_nobody_else_is_there(self, google: FakeGoogle) -> None:
        address, _ = flow_of(google.accounts.client(), READ_EVENTS).authorization_url(login_hint=BEN)
        visit(address)
        address, _ = flow_of(google.accounts.client(), READ_EVENTS).authorization_url()
        assert requests.get(address, allow_redirects=False, timeout=5).status_code == 400

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"client_id": "nobody"}, "invalid_client"),
            ({"redirect_uri": "https://evil.example.net/"}, "redirect_uri_mismatch"),
            ({"scope": "everything"}, "invalid_scope"),
            ({"scope": ""}, "invalid_scope"),
            ({"response_type": "token"}, "invalid_request"),
            ({"code_challenge": "x", "code_challenge_method": "plain"}, "invalid_request"),
        ],
    )
    def test_a_wrong_link_shows_a_page_and_leads_nowhere(
        self, google: FakeGoogle, changed: dict[str, str], words: str
    ) -> None:
        google.accounts.will_consent(ADA)
        client = google.accounts.client()
        asked = {
            "client_id": client.client_id,
            "redirect_uri": BACK,
            "scope": READ_EVENTS,
            "response_type": "code",
        }
        address = f"{google.url}/o/oauth2/auth"
        answer = requests.get(address, params=asked | changed, allow_redirects=False, timeout=5)
        assert answer.status_code in {400, 401}
        assert words in answer.text

    def test_a_web_app_returns_only_where_it_is_registered(self, google: FakeGoogle) -> None:
        google.accounts.will_consent(ADA)
        client = google.accounts.client(kind="web", redirect_uris=[BACK])
        visit(flow_of(client, READ_EVENTS).authorization_url()[0])
        elsewhere = Flow.from_client_config(client.config(), [READ_EVENTS], redirect_uri=f"{BACK}other")
        answer = requests.get(elsewhere.authorization_url()[0], allow_redirects=False, timeout=5)
        assert "redirect_uri_mismatch" in answer.text

    def test_a_web_app_gets_a_refresh_token_with_the_first_consent_only_unless_it_forces_one(
        self, google: FakeGoogle
    ) -> None:
        google.accounts.will_consent(ADA)
        client = google.accounts.client(kind="web", redirect_uris=[BACK])
        got = []
        for more in ({"access_type": "online"}, {}, {"prompt": "consent"}):
            flow = flow_of(client, READ_EVENTS)
            asked = {"access_type": "offline", **more}
            got.append(flow.fetch_token(code=visit(flow.authorization_url(**asked)[0])["code"]))
            flow.oauth2session.close()
        assert ["refresh_token" in each for each in got] == [False, False, True]


class TestCodes:
    """A code is good once, for ten minutes, for the one who asked for it."""

    @pytest.fixture
    def client(self, google: FakeGoogle) -> OAuthClient:
        google.accounts.will_consent(ADA)
        return google.accounts.client()

    def code(self, google: FakeGoogle, client: OAuthClient, verifier: str = "") -> dict[str, str]:
        asked = {"client_id": client.client_id, "redirect_uri": BACK, "scope": READ_EVENTS}
        asked["response_type"] = "code"
        if verifier:
            digest = hashlib.sha256(verifier.encode()).digest()
            asked["code_challenge"] = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            asked["code_challenge_method"] = "S256"
        url = requests.Request("GET", f"{google.url}/o/oauth2/v2/auth", params=asked).prepare().url
        assert url is not None
        return {
            "grant_type": "authorization_code",
            "code": visit(url)["code"],
            "redirect_uri": BACK,
            "client_id": client.client_id,
            "client_secret": client.secret,
        }

    def test_it_is_good_once(self, google: FakeGoogle, client: OAuthClient) -> None:
        form = self.code(google, client)
        assert requests.post(google.token_uri, data=form, timeout=5).json()["expires_in"] == 3599
        assert token_error(google, **form)[:2] == (400, "invalid_grant")

    def test_it_is_good_for_ten_minutes(self, google: FakeGoogle, client: OAuthClient) -> None:
        form = self.code(google, client)
        google.move(timedelta(minutes=10))
        assert token_error(google, **form)[:2] == (400, "invalid_grant")

    def test_it_belongs_to_its_app(self, google: FakeGoogle, client: OAuthClient) -> None:
        other = google.accounts.client()
        form = self.code(google, client) | {"client_id": other.client_id, "client_secret": other.secret}
        assert token_error(google, **form)[:2] == (400, "invalid_grant")

    def test_the_place_to_return_to_has_to_be_the_same(self, google: FakeGoogle, client: OAuthClient) -> None:
        form = self.code(google, client) | {"redirect_uri": f"{BACK}other"}
        assert token_error(google, **form)[:2] == (400, "redirect_uri_mismatch")

    def test_the_secret_has_to_be_right(self, google: FakeGoogle, client: OAuthClient) -> None:
        form = self.code(google, client)
        assert token_error(google, **form | {"client_secret": "no"})[:2] == (401, "invalid_client")
        assert token_error(google, **form | {"client_id": "no"})[:2] == (401, "invalid_client")

    def test_the_secret_may_come_as_a_header(self, google: FakeGoogle, client: OAuthClient) -> None:
        form = self.code(google, client)
        pair = form.pop("client_id"), form.pop("client_secret")
        assert requests.post(google.token_uri, data=form, auth=pair, timeout=5).status_code == 200

    def test_whoever_asked_with_a_challenge_has_to_know_its_answer(
        self, google: FakeGoogle, client: OAuthClient
    ) -> None:
        verifier = "v" * 50
        assert token_error(google, **self.code(google, client, verifier))[2] == "Missing code verifier."
        wrong = self.code(google, client, verifier) | {"code_verifier": "w" * 50}
        assert token_error(google, **wrong)[2] == "Invalid code verifier."
        right = self.code(google, client, verifier) | {"code_verifier": verifier}
        assert requests.post(google.token_uri, data=right, timeout=5).status_code == 200

    def test_another_kind_of_grant_is_unknown(self, google: FakeGoogle) -> None:
        assert token_error(google, grant_type="password")[:2] == (400, "unsupported_grant_type")


class TestRefreshing:
    def test_a_refresh_gives_an_hour(self, google: FakeGoogle, request_: Request) -> None:
        client = google.accounts.client()
        grant = google.accounts.grant(ADA, client, READ_EVENTS)
        credentials = credentials_of(google, client, grant.refresh_token)
        credentials.refresh(request_)
        assert google.accounts.holder(f"Bearer {credentials.token}").user == ADA
        google.move(timedelta(hours=1))
        with AuthorizedSession(credentials) as session:  # it refreshes by itself on a 401
            assert session.get(f"{google.url}/calendars/primary/events").status_code == 200
        assert google.count("oauth.token") == 2
        assert google.calls[0].params == {"grant_type": "refresh_token"}
        assert google.calls[0].user == ADA

    def test_fewer_scopes_may_be_asked_for_but_not_others(self, google: FakeGoogle) -> None:
        client = google.accounts.client()
        grant = google.accounts.grant(ADA, client, READ_EVENTS, MODIFY)
        form = {
            "grant_type": "refresh_token",
            "refresh_token": grant.refresh_token,
            "client_id": client.client_id,
            "client_secret": client.secret,
        }
        told = requests.post(google.token_uri, data=form | {"scope": READ_EVENTS}, timeout=5).json()
        assert told["scope"] == READ_EVENTS
        assert "refresh_token" not in told
        assert token_error(google, **form, scope=ALL)[:2] == (400, "invalid_scope")

    def test_an_app_in_testing_loses_its_grants_after_a_week(
        self, google: FakeGoogle, request_: Request
    ) -> None:
        client = google.accounts.client(testing=True)
        grant = google.accounts.grant(ADA, client, READ_EVENTS)
        credentials = credentials_of(google, client, grant.refresh_token)
        google.move(WEEK - SECOND)
        credentials.refresh(request_)
        google.move(SECOND)
        with pytest.raises(RefreshError, match="invalid_grant") as failure:
            credentials.refresh(request_)
        assert failure.value.retryable is False

    @pytest.mark.usefixtures("plain_http")
    def test_an_app_in_testing_is_told_when_its_grant_dies(self, google: FakeGoogle) -> None:
        google.accounts.will_consent(ADA)
        told = []
        for testing in (True, False):
            flow = flow_of(google.accounts.client(testing=testing), READ_EVENTS)
            token = flow.fetch_token(code=visit(flow.authorization_url()[0])["code"])
            told.append(token.get("refresh_token_expires_in"))
            flow.oauth2session.close()
        assert told == [604799, None]

    def test_a_refresh_token_belongs_to_its_app(self, google: FakeGoogle, request_: Request) -> None:
        grant = google.accounts.grant(ADA, google.accounts.client(), READ_EVENTS)
        with pytest.raises(RefreshError, match="invalid_grant"):
            credentials_of(google, google.accounts.client(), grant.refresh_token).refresh(request_)


class TestLosing:
    """A grant dies: the refresh is refused for good, and the access token with it."""

    @pytest.fixture
    def client(self, google: FakeGoogle) -> OAuthClient:
        return google.accounts.client()

    def is_dead(self, google: FakeGoogle, credentials: Credentials, request_: Request) -> bool:
        was = requests.get(
            f"{google.url}/calendars/primary/events",
            headers={"Authorization": f"Bearer {credentials.token}"},
            timeout=5,
        ).status_code
        try:
            credentials.refresh(request_)
        except RefreshError as error:
            return (error.retryable, error.args[1]["error"], was) == (False, "invalid_grant", 401)
        return False

    def granted(
        self, google: FakeGoogle, client: OAuthClient, request_: Request, *scopes: str
    ) -> Credentials:
        grant = google.accounts.grant(ADA, client, *scopes)
        credentials = credentials_of(google, client, grant.refresh_token)
        credentials.refresh(request_)
        return credentials

    def test_by_the_users_own_hand(self, google: FakeGoogle, client: OAuthClient, request_: Request) -> None:
        credentials = self.granted(google, client, request_, READ_EVENTS)
        google.accounts.revoke(ADA, google.accounts.client())
        google.accounts.revoke(BEN)
        assert not self.is_dead(google, credentials, request_)
        google.accounts.revoke(ADA)
        assert self.is_dead(google, credentials, request_)

    @pytest.mark.parametrize("which", ["token", "refresh_token"])
    def test_by_the_app_itself(
        self, google: FakeGoogle, client: OAuthClient, request_: Request, which: str
    ) -> None:
        credentials = self.granted(google, client, request_, READ_EVENTS)
        form = {"token": getattr(credentials, which)}
        assert requests.post(f"{google.url}/revoke", data=form, timeout=5).status_code == 200
        assert self.is_dead(google, credentials, request_)
        assert requests.post(f"{google.url}/revoke", data=form, timeout=5).json()["error"] == "invalid_token"

    def test_a_new_password_kills_grants_with_a_gmail_scope_only(
        self, google: FakeGoogle, client: OAuthClient, request_: Request
    ) -> None:
        calendar = self.granted(google, client, request_, READ_EVENTS)
        mail = self.granted(google, client, request_, READ_EVENTS, MODIFY)
        google.accounts.change_password(ADA)
        assert not self.is_dead(google, calendar, request_)
        assert self.is_dead(google, mail, request_)

    def test_by_a_closed_account(self, google: FakeGoogle, client: OAuthClient, request_: Request) -> None:
        credentials = self.granted(google, client, request_, READ_EVENTS)
        google.accounts.suspend(ADA)
        assert self.is_dead(google, credentials, request_)

    def test_an_access_token_may_die_alone(
        self, google: FakeGoogle, client: OAuthClient, request_: Request
    ) -> None:
        credentials = self.granted(google, client, request_, READ_EVENTS)
        google.accounts.forget_access_tokens()
        with AuthorizedSession(credentials) as session:
            assert session.get(f"{google.url}/calendars/primary/events").status_code == 200
        assert google.count("oauth.token") == 2


class TestServiceAccounts:
    @pytest.fixture
    def account(self, google: FakeGoogle) -> ServiceAccount:
        return google.accounts.service_account()

    def credentials(
        self, account: ServiceAccount, *scopes: str, subject: str | None = None
    ) -> service_account.Credentials:
        made = service_account.Credentials.from_service_account_info(
            account.info(), scopes=list(scopes), subject=subject
        )
        assert isinstance(made, service_account.Credentials)
        return made

    def refused(self, credentials: service_account.Credentials, request_: Request) -> tuple[str, str]:
        with pytest.raises(RefreshError) as failure:
            credentials.refresh(request_)
        assert failure.value.retryable is False
        return failure.value.args[1]["error"], failure.value.args[1].get("error_description", "")

    def test_it_speaks_for_itself(
        self, google: FakeGoogle, account: ServiceAccount, request_: Request
    ) -> None:
        credentials = self.credentials(account, READ_EVENTS)
        credentials.refresh(request_)
        assert google.accounts.holder(f"Bearer {credentials.token}").user == account.email
        assert google.calls[-1].user == account.email

    def test_it_speaks_for_a_user_with_the_scopes_that_an_admin_allowed(
        self, google: FakeGoogle, account: ServiceAccount, request_: Request
    ) -> None:
        google.accounts.delegate(account, READ_EVENTS, MODIFY)
        credentials = self.credentials(account, READ_EVENTS, subject=ADA)
        credentials.refresh(request_)
        assert google.accounts.holder(f"Bearer {credentials.token}").user == ADA

    @pytest.mark.parametrize("allowed", [(), (ALL,), (READ_OWN_EVENTS,)])
    def test_another_scope_is_not_enough_not_even_a_wider_one(
        self, google: FakeGoogle, account: ServiceAccount, request_: Request, allowed: tuple[str, ...]
    ) -> None:
        google.accounts.delegate(account, *allowed)
        error, _ = self.refused(self.credentials(account, READ_EVENTS, subject=ADA), request_)
        assert error == "unauthorized_client"
        assert google.calls[-1].status == 401

    def test_nobody_outside_the_domain_can_be_spoken_for(
        self, google: FakeGoogle, account: ServiceAccount, request_: Request
    ) -> None:
        google.accounts.delegate(account, READ_EVENTS)
        stranger = self.credentials(account, READ_EVENTS, subject="eve@example.net")
        assert self.refused(stranger, request_) == ("invalid_grant", "Invalid email or User ID")

    def test_a_scope_has_to_be_asked_for(self, account: ServiceAccount, request_: Request) -> None:
        assert self.refused(self.credentials(account, "calendar"), request_)[0] == "invalid_scope"

    def test_a_foreign_signature_is_refused(
        self, google: FakeGoogle, account: ServiceAccount, request_: Request
    ) -> None:
        other = google.accounts.service_account("other")
        assert as_pem(private_key(other.number)) != as_pem(private_key(account.number))
        account.number = other.number
        forged = self.credentials(account, READ_EVENTS)
        account.number = 1
        assert self.refused(forged, request_) == ("invalid_grant", "Invalid JWT Signature.")

    def test_an_unknown_account_is_refused(
        self, google: FakeGoogle, account: ServiceAccount, request_: Request
    ) -> None:
        del google.accounts.services[account.email]
        assert self.refused(self.credentials(account, READ_EVENTS), request_)[0] == "invalid_grant"

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"aud": "https://example.net/token"}, "audience"),
            ({"iat": 0, "exp": 3600}, "reasonable timeframe"),
            ({"exp": 4102444800}, "short-lived"),
            ({"scope": ""}, "missing scope"),
        ],
    )
    def test_what_it_claims_is_checked(
        self, google: FakeGoogle, account: ServiceAccount, changed: dict[str, Any], words: str
    ) -> None:
        now = int(datetime.now(UTC).timestamp())
        claims = {
            "iss": account.email,
            "aud": google.token_uri,
            "iat": now,
            "exp": now + 3600,
            "scope": READ_EVENTS,
        }
        signer = crypt.RSASigner.from_service_account_info(account.info())
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer"}
        right = jwt.encode(signer, claims).decode()
        answer = requests.post(google.token_uri, data={**form, "assertion": right}, timeout=5)
        assert answer.status_code == 200
        wrong = jwt.encode(signer, claims | changed).decode()
        assert words in token_error(google, **form, assertion=wrong)[2]

    @pytest.mark.parametrize("assertion", ["", "a.b", "a.b.c", "e30.e30.e30", "e30.W10.e30"])
    def test_what_is_no_token_is_refused(self, google: FakeGoogle, assertion: str) -> None:
        kind = "urn:ietf:params:oauth:grant-type:jwt-bearer"
        assert token_error(google, grant_type=kind, assertion=assertion)[:2] == (400, "invalid_grant")

    def test_its_key_file_is_what_googles_library_reads(self, account: ServiceAccount) -> None:
        told = json.loads(json.dumps(account.info()))
        assert told["type"] == "service_account"
        assert self.credentials(account, READ_EVENTS).service_account_email == account.email
