"""Who may call the fake Google: users, OAuth clients, service accounts, grants and tokens.

Python-side conveniences are for tests to set the scene; what goes over HTTP is in oauth.py.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.fakes.google.errors import ApiError, World
from tests.fakes.google.keys import as_pem, private_key

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
GMAIL_SCOPES = ("https://mail.google.com/", "https://www.googleapis.com/auth/gmail.")


@dataclass
class OAuthClient:
    """An app registered with Google; in "testing", its refresh tokens live a week."""

    client_id: str
    secret: str
    url: str
    kind: str = "installed"
    testing: bool = False
    redirect_uris: tuple[str, ...] = ("http://localhost",)

    def config(self) -> dict[str, Any]:
        """The client-secrets file as the console hands it out."""
        inner = {
            "client_id": self.client_id,
            "project_id": "one-on-one-lab",
            "auth_uri": f"{self.url}/o/oauth2/auth",
            "token_uri": f"{self.url}/token",
            "client_secret": self.secret,
            "redirect_uris": list(self.redirect_uris),
        }
        return {self.kind: inner}


@dataclass
class ServiceAccount:
    """A service's own account. `delegated` are the scopes an admin allowed for the whole domain."""

    email: str
    client_id: str
    number: int
    url: str
    delegated: frozenset[str] = frozenset()

    def info(self) -> dict[str, Any]:
        """The key file as the console hands it out."""
        return {
            "type": "service_account",
            "project_id": "one-on-one-lab",
            "private_key_id": f"{self.number:040x}",
            "private_key": as_pem(private_key(self.number)),
            "client_email": self.email,
            "client_id": self.client_id,
            "auth_uri": f"{self.url}/o/oauth2/auth",
            "token_uri": f"{self.url}/token",
            "universe_domain": "googleapis.com",
        }


@dataclass
class Grant:
    """What a person allowed an app to do. `dies` is when an app in testing loses it."""

    user: str
    client: OAuthClient
    scopes: frozenset[str]
    refresh_token: str
    dies: datetime | None = None
    revoked: bool = False

    def info(self) -> dict[str, Any]:
        """What a grant file holds. (Google's own reader of it replaces `token_uri` by Google's: build
        `google.oauth2.credentials.Credentials` from the parts instead.)"""
        return {
            "type": "authorized_user",
            "refresh_token": self.refresh_token,
            "client_id": self.client.client_id,
            "client_secret": self.client.secret,
            "token_uri": f"{self.client.url}/token",
            "scopes": sorted(self.scopes),
        }


@dataclass(frozen=True)
class Access:
    """An access token: whom it speaks for, what for, until when."""

    token: str
    user: str
    scopes: frozenset[str]
    expires: datetime
    grant: Grant | None = None


@dataclass
class Consent:
    """What the person at the consent screen does; `scopes` None: allows all that is asked."""

    user: str = ""
    scopes: frozenset[str] | None = None
    refuses: bool = False


class FakeAccounts:
    """The state behind the token endpoint and every Authorization header."""

    def __init__(self, world: World, url: str) -> None:
        self._world = world
        self.url = url
        self.clients: dict[str, OAuthClient] = {}
        self.services: dict[str, ServiceAccount] = {}
        self.grants: list[Grant] = []
        self.consent = Consent()
        self._access: dict[str, Access] = {}
        self._suspended: set[str] = set()

    def client(
        self, *, testing: bool = False, kind: str = "installed", redirect_uris: Collection[str] = ()
    ) -> OAuthClient:
        """Register an app: "installed" may return to any port of this machine, "web" as registered."""
        name = f"{len(self.clients) + 1}-lab.apps.googleusercontent.com"
        uris = tuple(redirect_uris) or ("http://localhost",)
        made = OAuthClient(name, f"GOCSPX-{secrets.token_hex(8)}", self.url, kind, testing, uris)
        self.clients[name] = made
        return made

    def service_account(self, name: str = "visavis", delegated: Collection[str] = ()) -> ServiceAccount:
        """Make a service account, an admin's delegation of `delegated` scopes included."""
        number = len(self.services) + 1
        email = f"{name}@one-on-one-lab.iam.gserviceaccount.com"
        made = ServiceAccount(email, f"{10**20 + number}", number, self.url, frozenset(delegated))
        self.services[email] = made
        return made

    def delegate(self, account: ServiceAccount, *scopes: str) -> None:
        """The admin allows the account exactly these scopes for every user; none: takes it back."""
        with self._world.lock:
            account.delegated = frozenset(scopes)

    def will_consent(self, user: str, scopes: Collection[str] | None = None) -> None:
        """From now on this person sits at the consent screen and allows these scopes (None: all)."""
        self.consent = Consent(user, None if scopes is None else frozenset(scopes))

    def will_refuse(self, user: str) -> None:
        """From now on this person says no at the consent screen."""
        self.consent = Consent(user, refuses=True)

    def grant(self, user: str, client: OAuthClient, *scopes: str) -> Grant:
        """A consent without a browser."""
        with self._world.lock:
            dies = self._world.now + WEEK if client.testing else None
            made = Grant(user, client, frozenset(scopes), f"1//{secrets.token_urlsafe(24)}", dies)
            self.grants.append(made)
            return made

    def access_token(self, user: str, *scopes: str) -> str:
        """A bearer's token, straight away."""
        with self._world.lock:
            return self.give(user, frozenset(scopes)).token

    def give(self, user: str, scopes: frozenset[str], grant: Grant | None = None) -> Access:
        """A new access token of an hour."""
        expires = self._world.now + HOUR
        made = Access(f"ya29.{secrets.token_urlsafe(32)}", user, scopes, expires, grant)
        self._access[made.token] = made
        return made

    def grant_of(self, token: str) -> Grant | None:
        """The grant behind a refresh token or an access token, dead or alive."""
        found = self._access.get(token)
        if found is not None:
            return found.grant
        return next((each for each in self.grants if each.refresh_token == token), None)

    def is_alive(self, grant: Grant) -> bool:
        in_time = grant.dies is None or self._world.now < grant.dies
        return in_time and not grant.revoked and grant.user not in self._suspended

    def is_user(self, user: str) -> bool:
        return user in self._world.users and user not in self._suspended

    def revoke(self, user: str, client: OAuthClient | None = None) -> None:
        """The user takes back what they allowed (to `client`, or to every app)."""
        with self._world.lock:
            for each in self.grants:
                each.revoked |= each.user == user and client in (None, each.client)

    def change_password(self, user: str) -> None:
        """Grants with a Gmail scope die of it, others live on."""
        with self._world.lock:
            for each in self.grants:
                each.revoked |= each.user == user and any(s.startswith(GMAIL_SCOPES) for s in each.scopes)

    def suspend(self, user: str) -> None:
        """The admin closes the account."""
        with self._world.lock:
            self._suspended.add(user)

    def forget_access_tokens(self) -> None:
        """Every access token given so far is worth nothing any more; grants live on."""
        with self._world.lock:
            self._access.clear()

    def holder(self, header: str) -> Access:
        """Whose Authorization header this is. Raises `ApiError` 401."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _unauthenticated("required", "Login Required.")
        found = self._access.get(token)
        if found is None or self._world.now >= found.expires or found.user in self._suspended:
            raise _unauthenticated("authError", "Invalid Credentials")
        if found.grant is not None and not self.is_alive(found.grant):
            raise _unauthenticated("authError", "Invalid Credentials")
        return found


def allow(access: Access, scopes: frozenset[str]) -> None:
    """Raise `ApiError` 403 unless the token has one of the method's scopes."""
    if not access.scopes & scopes:
        raise ApiError(
            403,
            "insufficientPermissions",
            "Request had insufficient authentication scopes.",
            headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'},
        )


def _unauthenticated(reason: str, message: str) -> ApiError:
    return ApiError(
        401,
        reason,
        message,
        location="Authorization",
        location_type="header",
        headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'},
    )
