"""What a single value may be. Each function takes a text, and raises `ValueError` with what is wrong."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from pydantic import SecretStr

SHORTEST_KEY = 32
_ADDRESS = re.compile(r'(?:"?(?P<name>[^<>"\x00-\x1f\x7f]*?)"?\s*<(?P<address>[^<>\s]+)>|(?P<bare>[^<>\s]+))')


def split_address(text: str) -> tuple[str, str]:
    """Display name ("" where none) and address of "Name <address>" or "address".

    Raises `ValueError` with what is wrong. Nothing is looked up, and names that only work
    inside a house (localhost, .local, .test) are as good as any.
    """
    from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

    SPECIAL_USE_DOMAIN_NAMES.clear()  # the library's documented way to allow them
    parts = _ADDRESS.fullmatch(text.strip())
    if parts is None:
        raise ValueError("is no e-mail address")
    try:
        found = validate_email(
            parts["address"] or parts["bare"], check_deliverability=False, globally_deliverable=False
        )
    except EmailNotValidError as error:
        raise ValueError(f"is no e-mail address ({str(error).rstrip('.')})") from error
    return (parts["name"] or "").strip(), found.normalized


def address(text: str) -> str:
    """An e-mail address, with or without a name."""
    split_address(text)
    return text.strip()


def web_address(text: str) -> str:
    """Where something is reached by HTTP, without a slash at the end."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or re.search(r"[\s\x00-\x1f]", text):
        raise ValueError("is no web address")
    return text.rstrip("/")


def web_address_or_none(text: str) -> str:
    """The same, or ""."""
    return web_address(text) if text else text


def database(value: SecretStr) -> SecretStr:
    """A database that SQLAlchemy reaches with what is installed here."""
    scheme, _, rest = value.get_secret_value().partition("://")
    if scheme not in {"sqlite", "postgresql+psycopg"}:
        raise ValueError("is no database we know")
    if scheme == "sqlite" and (not rest.startswith("/") or rest in {"/", "/:memory:"}):
        raise ValueError("names no file")
    return value


def split_keys(value: object) -> object:
    """Several keys may stand in one text, separated by commas, as the environment needs it."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def long_enough(keys: Sequence[SecretStr]) -> Sequence[SecretStr]:
    """Keys that cannot be guessed."""
    if not keys:
        raise ValueError("is empty")
    if any(len(key.get_secret_value()) < SHORTEST_KEY for key in keys):
        raise ValueError(f"is shorter than {SHORTEST_KEY} characters")
    return keys


def mailbox(text: str) -> str:
    """`maildir:DIR`, or `gmail:` with one address or several."""
    scheme, _, rest = text.partition(":")
    if scheme == "smtp":
        raise ValueError(f"{scheme}: is not built into this version yet")
    if scheme == "gmail":
        found = addresses_of(text)
        if len(set(found)) < len(found):
            raise ValueError("names an address twice")
    elif scheme != "maildir" or not rest.strip():
        raise ValueError("is no mailbox we know")
    return text


def addresses_of(mailbox: str) -> tuple[str, ...]:
    """The Gmail addresses of a mailbox's setting, in lower case; none for another kind."""
    scheme, _, rest = mailbox.partition(":")
    if scheme != "gmail":
        return ()
    return tuple(split_address(part)[1].lower() for part in rest.split(","))


def host_and_port(text: str) -> str:
    """Where to serve the pages, or ""."""
    parts = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[\w.-]+):(\d{1,5})", text)
    if text and (parts is None or not 0 < int(parts[2]) < 65536):
        raise ValueError("is no host and port")
    return text


def one_line(text: str) -> str:
    """Words for people, on one line."""
    if not text.strip() or not text.isprintable():
        raise ValueError("must be one line of plain text")
    return text.strip()


def path(text: str) -> str:
    """A file's path, or ""; not what stands in the file, which may be secret and would be shown as a path."""
    if not text.isprintable() or text.lstrip().startswith("{"):
        raise ValueError("is no path, but what stands in a file")
    return text


def topic(text: str) -> str:
    """A Pub/Sub topic's whole name, or ""."""
    if text and not re.fullmatch(r"projects/[^/\s]+/topics/[^/\s]+", text):
        raise ValueError("is no name of a topic")
    return text
