"""The OAuth endpoints: the consent screen, the token endpoint with its three grants, revocation."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus, urlencode, urlsplit

from tests.fakes.google.auth import FakeAccounts, Grant, OAuthClient, ServiceAccount
from tests.fakes.google.errors import World
from tests.fakes.google.keys import claims_of, is_signed_by, private_key
from tests.fakes.google.wire import Reply

GOOGLES_TOKEN_ENDPOINT = "https://oauth2.googleapis.com/token"  # the audience that google-auth always writes
CODE_LIFE = timedelta(minutes=10)
HOUR_SECONDS = 3600
IDENTITY_SCOPES = {"openid", "email", "profile"}
_LONE_SCOPES = IDENTITY_SCOPES | {"https://mail.google.com/"}


class OAuthError(Exception):
    """A refusal of the token endpoint, in OAuth's own words."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(description or error)
        self.error, self.description, self.status = error, description, status

    def reply(self) -> Reply:
        told = {"error": self.error} | ({"error_description": self.description} if self.description else {})
        return Reply(self.status, json.dumps(told).encode())


@dataclass
class _Code:
    """An authorization code on its way; it is good once, for ten minutes."""

    client: OAuthClient
    redirect_uri: str
    user: str
    scopes: frozenset[str]
    challenge: str
    refreshable: bool
    expires: datetime


class OAuthEndpoints:
    """`names` maps each path to the name under which it is counted and broken."""

    names: Mapping[str, str] = {
        "token": "oauth.token",
        "o/oauth2/token": "oauth.token",
        "o/oauth2/auth": "oauth.auth",
        "o/oauth2/v2/auth": "oauth.auth",
        "revoke": "oauth.revoke",
        "o/oauth2/revoke": "oauth.revoke",
    }

    def __init__(self, world: World, accounts: FakeAccounts) -> None:
        self._world = world
        self._accounts = accounts
        self._codes: dict[str, _Code] = {}

    def answer(self, name: str, form: Mapping[str, str], authorization: str = "") -> tuple[str, Reply]:
        """Whom the call is about ("" if nobody is known), and the answer."""
        try:
            if name == "oauth.auth":
                return self._accounts.consent.user, self._consented(form)
            if name == "oauth.revoke":
                return self._revoke(form)
            return self._token(form, authorization)
        except OAuthError as error:
            return "", error.reply()

    def _consented(self, form: Mapping[str, str]) -> Reply:
        """The person at the screen answers at once: back to the app with a code, or with a refusal."""
        client = self._accounts.clients.get(form.get("client_id", ""))
        if client is None:
            return _page("Error 401: invalid_client. The OAuth client was not found.", 401)
        redirect_uri = form.get("redirect_uri", "")
        if not _may_return_to(client, redirect_uri):
            return _page("Error 400: redirect_uri_mismatch")
        asked = frozenset(form.get("scope", "").split())
        if not asked or not all(map(_is_scope, asked)):
            return _page("Error 400: invalid_scope")
        if form.get("response_type") != "code":
            return _page("Error 400: invalid_request")
        back = {"state": form["state"]} if "state" in form else {}
        consent = self._accounts.consent
        if consent.refuses:
            return _redirect(redirect_uri, back | {"error": "access_denied"})
        user = consent.user or form.get("login_hint", "")
        if not self._accounts.is_user(user):
            return _page("Nobody is signed in: call accounts.will_consent first.")
        scopes = asked if consent.scopes is None else asked & (consent.scopes | IDENTITY_SCOPES)
        code = self._new_code(client, redirect_uri, user, scopes, form)
        return _redirect(redirect_uri, back | {"code": code, "scope": " ".join(sorted(scopes))})

    def _new_code(
        self, client: OAuthClient, uri: str, user: str, scopes: frozenset[str], form: Mapping[str, str]
    ) -> str:
        if "code_challenge" in form and form.get("code_challenge_method") != "S256":
            raise OAuthError("invalid_request", "Only S256 is taken as code_challenge_method.")
        known = any(each.user == user and each.client is client for each in self._accounts.grants)
        offline = form.get("access_type") == "offline" and (not known or "consent" in form.get("prompt", ""))
        code = f"4/{secrets.token_urlsafe(24)}"
        expires = self._world.now + CODE_LIFE
        # Installed apps always get a refresh token, web apps only with the first consent or a forced one.
        refreshable = offline or client.kind == "installed"
        self._codes[code] = _Code(
            client, uri, user, scopes, form.get("code_challenge", ""), refreshable, expires
        )
        return code

    def _token(self, form: Mapping[str, str], authorization: str) -> tuple[str, Reply]:
        kind = form.get("grant_type", "")
        if kind == "authorization_code":
            return self._by_code(form, self._client(form, authorization))
        if kind == "refresh_token":
            return self._by_refresh(form, self._client(form, authorization))
        if kind == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return self._by_jwt(form.get("assertion", ""))
        raise OAuthError("unsupported_grant_type", f"Invalid grant_type: {kind}")

    def _client(self, form: Mapping[str, str], authorization: str) -> OAuthClient:
        name, secret = form.get("client_id", ""), form.get("client_secret", "")
        if authorization.lower().startswith("basic "):
            pair = base64.b64decode(authorization[6:]).decode().partition(":")
            name, secret = unquote_plus(pair[0]), unquote_plus(pair[2])
        client = self._accounts.clients.get(name)
        if client is None:
            raise OAuthError("invalid_client", "The OAuth client was not found.", 401)
        if client.secret != secret:
            raise OAuthError("invalid_client", "The provided client secret is invalid.", 401)
        return client

    def _by_code(self, form: Mapping[str, str], client: OAuthClient) -> tuple[str, Reply]:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.client is not client or self._world.now >= code.expires:
            raise OAuthError("invalid_grant", "Malformed auth code.")
        if code.redirect_uri != form.get("redirect_uri"):
            raise OAuthError("redirect_uri_mismatch", "Bad Request")
        _prove(code.challenge, form.get("code_verifier", ""))
        grant = self._accounts.grant(code.user, client, *code.scopes)
        more = {"refresh_token": grant.refresh_token} if code.refreshable else {}
        return grant.user, self._granted(grant, grant.scopes, more)

    def _by_refresh(self, form: Mapping[str, str], client: OAuthClient) -> tuple[str, Reply]:
        grant = self._accounts.grant_of(form.get("refresh_token", ""))
        if grant is None or grant.client is not client:
            raise OAuthError("invalid_grant", "Bad Request")
        if not self._accounts.is_alive(grant):
            raise OAuthError("invalid_grant", "Token has been expired or revoked.")
        scopes = frozenset(form.get("scope", "").split()) or grant.scopes
        if not scopes <= grant.scopes:
            raise OAuthError("invalid_scope", "Bad Request")
        return grant.user, self._granted(grant, scopes, {})

    def _granted(self, grant: Grant, scopes: frozenset[str], more: Mapping[str, Any]) -> Reply:
        told = dict(more)
        if grant.dies is not None:
            told["refresh_token_expires_in"] = int((grant.dies - self._world.now).total_seconds()) - 1
        return _tokens(self._accounts.give(grant.user, scopes, grant).token, scopes, told)

    def _by_jwt(self, assertion: str) -> tuple[str, Reply]:
        try:
            claims = claims_of(assertion)
            account = self._accounts.services.get(claims["iss"])
            if account is None:
                raise OAuthError("invalid_grant", "Invalid grant: account not found")
            if not is_signed_by(assertion, private_key(account.number).public_key()):
                raise OAuthError("invalid_grant", "Invalid JWT Signature.")
            self._check_claims(claims)
            scopes = frozenset(claims.get("scope", "").split())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise OAuthError("invalid_grant", "Bad Request") from error
        user = self._speaks_for(account, claims.get("sub", ""), scopes)
        return user, _tokens(self._accounts.give(user, scopes).token, frozenset(), {})

    def _check_claims(self, claims: Mapping[str, Any]) -> None:
        if claims["aud"] not in {GOOGLES_TOKEN_ENDPOINT, f"{self._accounts.url}/token"}:
            raise OAuthError("invalid_grant", "Invalid JWT: Failed audience check.")
        # google-auth looks at the machine's clock, a simulation at the fake's: either will do.
        clocks = (datetime.now(UTC), self._world.now)
        made, ends = int(claims["iat"]), int(claims["exp"])
        fits = any(made - 300 <= clock.timestamp() < ends + 300 for clock in clocks)
        if not fits or ends - made > HOUR_SECONDS:
            raise OAuthError(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                "Check your iat and exp values in the JWT claim.",
            )

    def _speaks_for(self, account: ServiceAccount, subject: str, scopes: frozenset[str]) -> str:
        if not scopes:
            raise OAuthError("invalid_scope", "Empty or missing scope not allowed.")
        if not all(map(_is_scope, scopes)):
            raise OAuthError("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        if subject in ("", account.email):
            return account.email
        if not self._accounts.is_user(subject):
            raise OAuthError("invalid_grant", "Invalid email or User ID")
        if not scopes <= account.delegated:
            raise OAuthError(
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using this method, or client not "
                "authorized for any of the scopes requested.",
                401,
            )
        return subject

    def _revoke(self, form: Mapping[str, str]) -> tuple[str, Reply]:
        grant = self._accounts.grant_of(form.get("token", ""))
        if grant is None or not self._accounts.is_alive(grant):
            raise OAuthError("invalid_token", "Token expired or revoked")
        grant.revoked = True
        return grant.user, Reply(200, b"{}")


def _tokens(token: str, scopes: frozenset[str], more: Mapping[str, Any]) -> Reply:
    told = {"access_token": token, "expires_in": HOUR_SECONDS - 1, "token_type": "Bearer"}
    if scopes:
        told["scope"] = " ".join(sorted(scopes))
    return Reply(200, json.dumps(told | dict(more)).encode())


def _prove(challenge: str, verifier: str) -> None:
    """PKCE: who asks for the token is who asked for the code."""
    if not challenge:
        return
    if not verifier:
        raise OAuthError("invalid_grant", "Missing code verifier.")
    digest = hashlib.sha256(verifier.encode()).digest()
    if base64.urlsafe_b64encode(digest).decode().rstrip("=") != challenge:
        raise OAuthError("invalid_grant", "Invalid code verifier.")


def _may_return_to(client: OAuthClient, uri: str) -> bool:
    if client.kind == "installed":  # any port, any path of this machine
        parts = urlsplit(uri)
        return parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return uri in client.redirect_uris


def _is_scope(scope: str) -> bool:
    return scope in _LONE_SCOPES or scope.startswith("https://www.googleapis.com/auth/")


def _redirect(uri: str, values: Mapping[str, str]) -> Reply:
    joint = "&" if "?" in uri else "?"
    return Reply(302, b"", "text/html", {"Location": f"{uri}{joint}{urlencode(values)}"})


def _page(words: str, status: int = 400) -> Reply:
    return Reply(
        status, f"<!doctype html><title>Error</title><p>{words}</p>".encode(), "text/html; charset=utf-8"
    )
