"""The two files that an operator downloads from Google: an OAuth client, a service account's key."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.errors import UsageError

GOOGLE_TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
_CLIENT, _ACCOUNT = "[google] client_file", "[google] service_account"


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """An OAuth client. `kind` is "installed" (for this machine's browser) or "web" (for our pages);
    `config` the file's whole content, with the token address that is in force."""

    kind: str
    config: Mapping[str, Any] = field(repr=False)

    @property
    def id(self) -> str:
        """Its client id."""
        return str(self.config[self.kind]["client_id"])

    @property
    def secret(self) -> str:
        """Its client secret."""
        return str(self.config[self.kind]["client_secret"])

    @property
    def is_web(self) -> bool:
        """Whether our own pages may use it."""
        return self.kind == "web"


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """A service account's key. `client_id` is what an admin enters for domain-wide delegation."""

    email: str
    client_id: str
    info: Mapping[str, Any] = field(repr=False)


def read_client(path: Path | None, token_uri: str = "") -> OAuthClient:
    """The OAuth client; `token_uri` goes before the file's own. Raises `UsageError`."""
    if path is None:
        raise UsageError(
            f"{_CLIENT} is not set: make an OAuth client as the README says, and set the path of its file"
        )
    content = _content(path, _CLIENT)
    if content.get("type") == "service_account":
        raise UsageError(f"{_CLIENT}: {path.name} is a service account's key; it belongs to {_ACCOUNT}")
    kind = next((kind for kind in ("installed", "web") if isinstance(content.get(kind), dict)), None)
    if kind is None:
        raise UsageError(f"{_CLIENT}: {path.name} is no OAuth client; download its JSON from the console")
    needed = ("client_id", "client_secret", "auth_uri")
    inner = dict(content[kind])
    _require(inner, needed, path, _CLIENT)
    inner["token_uri"] = token_uri or inner.get("token_uri") or GOOGLE_TOKEN_URI
    return OAuthClient(kind, {kind: inner})


def read_service_key(path: Path | None, token_uri: str = "") -> ServiceKey:
    """The service account's key; `token_uri` goes before the file's own. Raises `UsageError`."""
    if path is None:
        raise UsageError(
            f"{_ACCOUNT} is not set: make a service account as the README says, and set the path of its key"
        )
    content = _content(path, _ACCOUNT)
    if "installed" in content or "web" in content:
        raise UsageError(f"{_ACCOUNT}: {path.name} is an OAuth client; it belongs to {_CLIENT}")
    if content.get("type") != "service_account":
        raise UsageError(f"{_ACCOUNT}: {path.name} is no service account's key; make a key of the type JSON")
    _require(content, ("client_email", "private_key", "client_id"), path, _ACCOUNT)
    content["token_uri"] = token_uri or content.get("token_uri") or GOOGLE_TOKEN_URI
    return ServiceKey(str(content["client_email"]), str(content["client_id"]), content)


def _content(path: Path, setting: str) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(
            f"{setting}: {path} cannot be read ({error.strerror}); check its path and its rights"
        ) from error
    except ValueError as error:
        raise UsageError(f"{setting}: {path.name} is no JSON; download it from the console again") from error
    if not isinstance(content, dict):
        raise UsageError(f"{setting}: {path.name} is none of Google's files; download it again")
    return content


def _require(content: Mapping[str, Any], names: tuple[str, ...], path: Path, setting: str) -> None:
    missing = [name for name in names if not isinstance(content.get(name), str) or not content[name]]
    if missing:
        raise UsageError(
            f"{setting}: {path.name} lacks {', '.join(missing)}; download it from the console again"
        )
