"""Grants as google-auth uses them. Import late: google-auth takes its time to load."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from google.auth.credentials import Credentials
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials as OAuthCredentials
from google.oauth2.service_account import Credentials as ServiceCredentials

from service.accounts.keys import ServiceKey
from service.domain.grants import Grant, Way
from service.errors import SecretError, UsageError

if TYPE_CHECKING:
    from google.auth.transport import Request

FIELDS = "client_id", "client_secret", "refresh_token", "token_uri"

Load = Callable[[str], Grant | None]
Save = Callable[[Grant], None]


class GrantCredentials(Credentials):
    """A person's grant. Where Google refuses it for good, it looks once whether a newer one has been
    stored since (by `visavis connect` in another process) and goes on with that.
    """

    def __init__(self, grant: Grant, load: Load, save: Save, *, token_uri: str = "") -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # google-auth does not say
        self._grant = grant
        self._inner = _oauth(grant, token_uri)
        self._token_uri = token_uri
        self._load = load
        self._save = save

    def refresh(self, request: "Request") -> None:
        """Fetch a token; a refresh token that Google replaced is stored."""
        try:
            self._fetch(request)
        except RefreshError as error:
            if error.retryable or not self._has_newer():
                raise
            self._fetch(request)

    def _fetch(self, request: "Request") -> None:
        self._inner.refresh(request)
        self.token, self.expiry = self._inner.token, self._inner.expiry
        fields = secret_fields(self._grant)
        if self._inner.refresh_token != fields["refresh_token"]:
            self._keep(fields | {"refresh_token": self._inner.refresh_token})

    def _keep(self, fields: dict[str, str]) -> None:
        """Store the replaced refresh token, unless another grant stands there by now."""
        stored = self._load(self._grant.holder)
        if stored is None or stored.secret != self._grant.secret:
            return
        self._grant = replace(stored, secret=json.dumps(fields))
        self._save(self._grant)

    def _has_newer(self) -> bool:
        stored = self._load(self._grant.holder)
        if stored is None or stored.way is not Way.OAUTH or stored.secret == self._grant.secret:
            return False
        self._grant, self._inner = stored, _oauth(stored, self._token_uri)
        return True


def service_credentials(key: ServiceKey) -> ServiceCredentials:
    """The service account itself, its private key parsed: the costly part, done once a process."""
    try:
        made: ServiceCredentials = ServiceCredentials.from_service_account_info(dict(key.info))
    except (ValueError, TypeError) as error:
        raise UsageError(
            "[google] service_account: the private key in it cannot be used; make a new key of the type JSON"
        ) from error
    return made


def acting(base: ServiceCredentials, scopes: tuple[str, ...], subject: str | None) -> Credentials:
    """The service account with these permissions, in the name of `subject` or in its own."""
    made: Any = base.with_scopes(list(scopes))
    return made.with_subject(subject) if subject is not None else made  # type: ignore[no-any-return]


def secret_fields(grant: Grant) -> dict[str, str]:
    """What is kept of an OAuth grant; raises `SecretError`."""
    try:
        fields = json.loads(grant.secret or "")
        return {name: str(fields[name]) for name in FIELDS}
    except (ValueError, KeyError, TypeError) as error:
        raise SecretError("a stored grant cannot be used; connect it again: visavis connect") from error


def _oauth(grant: Grant, token_uri: str) -> OAuthCredentials:
    fields = secret_fields(grant)
    made: OAuthCredentials = OAuthCredentials(
        None,
        refresh_token=fields["refresh_token"],
        client_id=fields["client_id"],
        client_secret=fields["client_secret"],
        token_uri=token_uri or fields["token_uri"],
    )
    return made
