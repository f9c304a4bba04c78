"""A person's consent: their browser goes to Google and comes back with a code, which becomes a grant."""

import hmac
import json
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from service.accounts.hitches import Hitch
from service.accounts.keys import OAuthClient
from service.accounts.scopes import short
from service.domain.grants import Grant, Way
from service.errors import VisavisError

if TYPE_CHECKING:
    from google_auth_oauthlib.flow import Flow

_SECONDS = 30.0
_HTTP_VARIABLE = "OAUTHLIB_INSECURE_TRANSPORT"
_http = threading.Lock()


class ConsentError(VisavisError):
    """A consent that did not come about; nothing was stored. The line is an operator's."""

    permanent = False

    def __init__(self, message: str, hitch: Hitch = Hitch.AGAIN) -> None:
        super().__init__(message)
        self.hitch = hitch


@dataclass(frozen=True, slots=True)
class Asking:
    """A consent under way. The browser is sent to `url` and comes back to `redirect_uri` with `state`;
    `verifier` proves that whoever brings the code is who asked for it (PKCE)."""

    url: str
    state: str
    redirect_uri: str
    scopes: tuple[str, ...]
    verifier: str = field(repr=False)


def begin(client: OAuthClient, scopes: tuple[str, ...], redirect_uri: str, address: str) -> Asking:
    """Ask for `scopes`; `address` is whose consent is hoped for, so that Google offers that account."""
    flow = _flow(client, scopes, redirect_uri)
    with closing(flow.oauth2session), _plain_http_for_emulators(client):
        # Without prompt=consent a second consent brings no refresh token.
        url, state = flow.authorization_url(access_type="offline", prompt="consent", login_hint=address)
    return Asking(url, state, redirect_uri, scopes, str(flow.code_verifier))


def code_of(state: str, answer: Mapping[str, str]) -> str:
    """The code that the browser brought back; raises `ConsentError`."""
    if not hmac.compare_digest(answer.get("state", "").encode(), state.encode()):
        raise ConsentError("The answer belongs to another attempt to connect; start again.")
    if answer.get("error") == "access_denied":
        raise ConsentError("The consent was declined at Google; nothing was stored.", Hitch.DECLINED)
    code = answer.get("code", "")
    if not code:
        raise ConsentError("Google sent the browser back without a consent; start again.")
    return code


def finish(client: OAuthClient, asking: Asking, code: str, holder: str, now: datetime) -> Grant:
    """The grant that a code is worth; raises `ConsentError`, also where less was allowed than asked."""
    token = _token(client, asking, code)
    scopes = tuple(_scopes(token, asking))
    missing = [scope for scope in asking.scopes if scope not in scopes]
    if missing:
        raise ConsentError(
            f"Google was not allowed to give all that is needed; missing: {short(missing)}. "
            "Connect again, and leave every box ticked.",
            Hitch.BOXES,
        )
    if not token.get("refresh_token"):
        raise ConsentError(
            "Google gave no lasting permission; take this app off the account's connections at Google, "
            "then connect again.",
            Hitch.OPERATOR,
        )
    secret = {
        "client_id": client.id,
        "client_secret": client.secret,
        "refresh_token": token["refresh_token"],
        "token_uri": client.config[client.kind]["token_uri"],
    }
    lasts = token.get("refresh_token_expires_in")
    ends_at = now + timedelta(seconds=int(lasts)) if lasts else None
    return Grant(holder, Way.OAUTH, json.dumps(secret), scopes, granted_at=now, ends_at=ends_at)


def _flow(client: OAuthClient, scopes: tuple[str, ...], redirect_uri: str, **more: Any) -> "Flow":
    from google_auth_oauthlib.flow import Flow

    made: Flow = Flow.from_client_config(client.config, list(scopes), redirect_uri=redirect_uri, **more)
    return made


def _token(client: OAuthClient, asking: Asking, code: str) -> Mapping[str, Any]:
    """What the token endpoint says. The library raises a `Warning` where the scopes differ; that is
    judged by our caller."""
    from oauthlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]  # it ships no types
    from requests import RequestException

    flow = _flow(client, asking.scopes, asking.redirect_uri, code_verifier=asking.verifier)
    try:
        with closing(flow.oauth2session), _plain_http_for_emulators(client):
            token: Mapping[str, Any] = flow.fetch_token(code=code, include_client_id=True, timeout=_SECONDS)
    except Warning as warning:
        token = getattr(warning, "token", {})
    except RequestException as error:
        raise ConsentError("Google could not be reached; check the network, and start again.") from error
    except (OAuth2Error, ValueError) as error:
        told = str(getattr(error, "error", ""))
        why = f" ({told})" if re.fullmatch(r"[a-z_]{1,40}", told) else ""
        if told.endswith("_client"):
            raise ConsentError(
                f"Google does not accept the OAuth client{why}: look at it under Google Auth Platform → "
                "Clients; if it is gone, make a new one, and name its file in [google] client_file.",
                Hitch.OPERATOR,
            ) from error
        raise ConsentError(f"Google did not take the consent{why}; start again.") from error
    return token


def _scopes(token: Mapping[str, Any], asking: Asking) -> list[str]:
    """What was allowed; an answer that says nothing of it means all that was asked (RFC 6749, 5.1)."""
    told = token.get("scope") or asking.scopes
    return told.split() if isinstance(told, str) else list(told)


@contextmanager
def _plain_http_for_emulators(client: OAuthClient) -> Iterator[None]:
    """The library refuses http://, even to this machine, unless a variable says otherwise: so while it
    talks to such an address, and no longer, the variable does."""
    config = client.config[client.kind]
    if all(config[name].startswith("https://") for name in ("auth_uri", "token_uri")):
        yield
        return
    with _http:
        before = os.environ.get(_HTTP_VARIABLE)
        os.environ[_HTTP_VARIABLE] = "1"
        try:
            yield
        finally:
            os.environ.pop(_HTTP_VARIABLE)
            if before is not None:
                os.environ[_HTTP_VARIABLE] = before
