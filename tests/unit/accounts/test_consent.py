import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from google_auth_oauthlib.flow import Flow

from service.accounts.consent import Asking, ConsentError, begin, code_of, finish
from service.accounts.keys import GOOGLE_TOKEN_URI, OAuthClient
from service.accounts.scopes import GMAIL_READ, GMAIL_SEND, OWN_EVENTS
from service.domain.grants import Grant, Way
from tests.fakes.google.auth import OAuthClient as Registered
from tests.fakes.google.server import FakeGoogle
from tests.fakes.peer import Reply, served

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ADA = "ada@example.org"
BACK = "http://127.0.0.1:5000/"
HOLDER = "leader:1"


@pytest.fixture
def google() -> Iterator[FakeGoogle]:
    with FakeGoogle(now=NOW) as google:
        google.user(ADA)
        google.accounts.will_consent(ADA)
        yield google


def as_file(registered: Registered) -> OAuthClient:
    return OAuthClient(registered.kind, registered.config())


@pytest.fixture
def client(google: FakeGoogle) -> OAuthClient:
    return as_file(google.accounts.client())


def browse(asking: Asking) -> dict[str, str]:
    """What the browser brings back from the consent screen."""
    answer = requests.get(asking.url, allow_redirects=False, timeout=30)
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def consent(client: OAuthClient, *scopes: str) -> Grant:
    asking = begin(client, scopes or (OWN_EVENTS,), BACK, ADA)
    return finish(client, asking, code_of(asking.state, browse(asking)), HOLDER, NOW)


def asked_for(asking: Asking) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(asking.url).query))


# --- what is asked ----------------------------------------------------------------------


def test_the_browser_asks_for_lasting_access_with_a_proof_that_nobody_else_has(client: OAuthClient) -> None:
    asking = begin(client, (OWN_EVENTS,), BACK, ADA)
    asked = asked_for(asking)
    assert asked["scope"] == OWN_EVENTS
    assert (asked["access_type"], asked["prompt"]) == ("offline", "consent")
    assert (asked["redirect_uri"], asked["login_hint"]) == (BACK, ADA)
    assert asked["code_challenge_method"] == "S256"
    assert asking.verifier not in asking.url
    assert asked["state"] == asking.state
    assert "include_granted_scopes" not in asked


def test_no_two_attempts_are_alike(client: OAuthClient) -> None:
    first, second = (begin(client, (OWN_EVENTS,), BACK, ADA) for _ in range(2))
    assert first.state != second.state
    assert first.verifier != second.verifier
    assert len(first.verifier) >= 43


# --- what comes back --------------------------------------------------------------------


def test_a_consent_becomes_a_grant(google: FakeGoogle, client: OAuthClient) -> None:
    grant = consent(client)
    assert (grant.holder, grant.way, grant.scopes) == (HOLDER, Way.OAUTH, (OWN_EVENTS,))
    assert (grant.granted_at, grant.ends_at) == (NOW, None)
    kept = json.loads(grant.secret or "")
    assert kept["refresh_token"] == google.accounts.grants[0].refresh_token
    assert (kept["client_id"], kept["client_secret"]) == (client.id, client.secret)
    assert kept["token_uri"] == google.token_uri


def test_a_second_consent_brings_a_refresh_token_too(google: FakeGoogle) -> None:
    client = as_file(google.accounts.client(kind="web", redirect_uris=[BACK]))
    consent(client)
    assert "refresh_token" in (consent(client).secret or "")


def test_an_app_in_testing_says_when_its_grant_ends(google: FakeGoogle) -> None:
    grant = consent(as_file(google.accounts.client(testing=True)))
    assert grant.ends_at is not None
    assert timedelta(days=6) < grant.ends_at - NOW <= timedelta(days=7)


def test_an_unticked_box_is_named_and_gives_no_grant(google: FakeGoogle, client: OAuthClient) -> None:
    google.accounts.will_consent(ADA, [GMAIL_SEND])
    with pytest.raises(ConsentError, match=r"missing: gmail\.readonly\. Connect again, and leave every box"):
        consent(client, GMAIL_SEND, GMAIL_READ)


def test_a_refusal_is_told_kindly(google: FakeGoogle, client: OAuthClient) -> None:
    google.accounts.will_refuse(ADA)
    with pytest.raises(ConsentError, match="declined at Google; nothing was stored"):
        consent(client)


@pytest.mark.parametrize(
    "answer", [{"code": "1"}, {"code": "1", "state": "other"}, {"state": "", "code": "1"}]
)
def test_an_answer_to_somebody_elses_question_is_not_taken(answer: dict[str, str]) -> None:
    with pytest.raises(ConsentError, match="belongs to another attempt"):
        code_of("mine", answer)


@pytest.mark.parametrize("answer", [{}, {"code": ""}, {"error": "server_error"}])
def test_an_answer_without_a_code_is_none(answer: dict[str, str]) -> None:
    with pytest.raises(ConsentError, match="without a consent"):
        code_of("mine", {"state": "mine"} | answer)


def test_a_client_that_google_does_not_know_any_more_is_named(
    google: FakeGoogle, client: OAuthClient
) -> None:
    asking = begin(client, (OWN_EVENTS,), BACK, ADA)
    code = browse(asking)["code"]
    google.accounts.clients.clear()
    with pytest.raises(ConsentError, match=r"not accept the OAuth client \(invalid_client\): look at it"):
        finish(client, asking, code, "leader:1", NOW)


def test_a_code_is_worth_nothing_without_its_proof(google: FakeGoogle, client: OAuthClient) -> None:
    asking = begin(client, (OWN_EVENTS,), BACK, ADA)
    code = browse(asking)["code"]
    stolen = begin(client, (OWN_EVENTS,), BACK, ADA)
    with pytest.raises(ConsentError, match=r"did not take the consent \(invalid_grant\)"):
        finish(client, stolen, code, HOLDER, NOW)
    assert google.accounts.grants == []


def test_a_code_is_good_once(client: OAuthClient) -> None:
    asking = begin(client, (OWN_EVENTS,), BACK, ADA)
    code = browse(asking)["code"]
    finish(client, asking, code, HOLDER, NOW)
    with pytest.raises(ConsentError, match="invalid_grant"):
        finish(client, asking, code, HOLDER, NOW)


def test_google_in_trouble_is_no_consent(google: FakeGoogle, client: OAuthClient) -> None:
    asking = begin(client, (OWN_EVENTS,), BACK, ADA)
    google.faults.html("oauth.token")
    with pytest.raises(ConsentError, match="start again"):
        finish(client, asking, "code", HOLDER, NOW)


def test_google_out_of_reach_is_no_consent(google: FakeGoogle, client: OAuthClient) -> None:
    asking = begin(client, (OWN_EVENTS,), BACK, ADA)
    google.faults.cut_before("oauth.token")
    with pytest.raises(ConsentError, match="could not be reached"):
        finish(client, asking, "code", HOLDER, NOW)


def told(reply: Reply) -> Grant:
    """What comes of a token endpoint's answer."""
    with served() as peer:
        peer.replies(reply)
        address = {"auth_uri": f"{peer.url}/auth", "token_uri": f"{peer.url}/token"}
        client = OAuthClient("installed", {"installed": {"client_id": "1", "client_secret": "2"} | address})
        return finish(client, begin(client, (OWN_EVENTS,), BACK, ADA), "code", HOLDER, NOW)


def test_a_permission_that_does_not_last_is_none() -> None:
    reply = {"access_token": "ya29.x", "token_type": "Bearer", "scope": OWN_EVENTS}
    with pytest.raises(ConsentError, match="no lasting permission; take this app off"):
        told(Reply(json.dumps(reply).encode()))


def test_an_answer_that_says_nothing_of_scopes_allows_all_that_was_asked() -> None:
    reply = {"access_token": "ya29.x", "token_type": "Bearer", "refresh_token": "1//x"}
    assert told(Reply(json.dumps(reply).encode())).scopes == (OWN_EVENTS,)


@pytest.mark.parametrize(("word", "shown"), [("invalid_grant", " (invalid_grant)"), ("1//a secret", "")])
def test_only_a_plain_word_of_a_refusal_is_passed_on(word: str, shown: str) -> None:
    with pytest.raises(ConsentError) as caught:
        told(Reply(json.dumps({"error": word}).encode(), 400))
    assert str(caught.value) == f"Google did not take the consent{shown}; start again."


# --- with care --------------------------------------------------------------------------


@pytest.mark.parametrize("before", [None, "0"])
def test_plain_http_is_taken_from_an_emulator_and_only_meanwhile(
    client: OAuthClient, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    if before is None:
        monkeypatch.delenv("OAUTHLIB_INSECURE_TRANSPORT", raising=False)
    else:
        monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", before)
    consent(client)
    assert os.environ.get("OAUTHLIB_INSECURE_TRANSPORT") == before
    assert "OAUTHLIB_RELAX_TOKEN_SCOPE" not in os.environ


def test_google_itself_is_never_asked_over_plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OAUTHLIB_INSECURE_TRANSPORT", raising=False)
    address = {"auth_uri": "https://accounts.google.com/o/oauth2/auth", "token_uri": GOOGLE_TOKEN_URI}
    client = OAuthClient("installed", {"installed": {"client_id": "1", "client_secret": "2"} | address})
    seen: list[str | None] = []
    asked = Flow.authorization_url

    def look(flow: Flow, **how: str) -> tuple[str, str]:
        seen.append(os.environ.get("OAUTHLIB_INSECURE_TRANSPORT"))
        made: tuple[str, str] = asked(flow, **how)
        return made

    monkeypatch.setattr(Flow, "authorization_url", look)
    assert begin(client, (OWN_EVENTS,), BACK, ADA).url.startswith("https://accounts.google.com/")
    assert seen == [None]


def test_no_secret_is_in_an_error(google: FakeGoogle, client: OAuthClient) -> None:
    google.faults.refuse("oauth.token", 500)
    asking = begin(client, (OWN_EVENTS,), BACK, ADA)
    with pytest.raises(ConsentError) as caught:
        finish(client, asking, "4/secret-code", HOLDER, NOW)
    assert "secret-code" not in str(caught.value)
    assert client.secret not in str(caught.value)
