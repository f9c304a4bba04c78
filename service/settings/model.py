"""What each setting may be. A field's description says what to write instead of a wrong value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

SHORTEST_KEY = 32
_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}
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


def _address(text: str) -> str:
    split_address(text)
    return text.strip()


def _web_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or re.search(r"[\s\x00-\x1f]", text):
        raise ValueError("is no web address")
    return text.rstrip("/")


def _web_address_or_none(text: str) -> str:
    return _web_address(text) if text else text


def _database(value: SecretStr) -> SecretStr:
    scheme, _, rest = value.get_secret_value().partition("://")
    if scheme not in {"sqlite", "postgresql+psycopg"}:
        raise ValueError("is no database we know")
    if scheme == "sqlite" and (not rest.startswith("/") or rest in {"/", "/:memory:"}):
        raise ValueError("names no file")
    return value


def _split_keys(value: object) -> object:
    """Several keys may stand in one text, separated by commas, as the environment needs it."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _long_enough(keys: Sequence[SecretStr]) -> Sequence[SecretStr]:
    if not keys:
        raise ValueError("is empty")
    if any(len(key.get_secret_value()) < SHORTEST_KEY for key in keys):
        raise ValueError(f"is shorter than {SHORTEST_KEY} characters")
    return keys


def _mailbox(text: str) -> str:
    scheme, _, rest = text.partition(":")
    if scheme in {"gmail", "smtp"}:
        raise ValueError(f"{scheme}: is not built into this version yet")
    if scheme != "maildir" or not rest.strip():
        raise ValueError("is no mailbox we know")
    return text


def _host_and_port(text: str) -> str:
    parts = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[\w.-]+):(\d{1,5})", text)
    if text and (parts is None or not 0 < int(parts[2]) < 65536):
        raise ValueError("is no host and port")
    return text


def _one_line(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("must be one line of plain text")
    return text.strip()


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ServiceSection(_Section):
    """[service]: the machine's side."""

    database: Annotated[SecretStr, AfterValidator(_database)] = Field(
        default=SecretStr("sqlite:///visavis.db"),
        description="write sqlite:///visavis.db or postgresql+psycopg://user:password@host/database",
    )
    base_url: Annotated[str, AfterValidator(_web_address)] = Field(
        default="http://127.0.0.1:8080",
        description="write where the web pages are reached, such as http://127.0.0.1:8080",
    )
    listen: Annotated[str, AfterValidator(_host_and_port)] = Field(
        default="",
        description='write a host and a port such as 0.0.0.0:8080, or "" to follow base_url',
    )
    secret_key: Annotated[
        tuple[SecretStr, ...], BeforeValidator(_split_keys), AfterValidator(_long_enough)
    ] = Field(
        description=f"write {SHORTEST_KEY} random characters or more; `visavis init` makes such a key",
    )
    name: Annotated[str, AfterValidator(_one_line)] = Field(
        default="Vis-à-vis", max_length=60, description="write a name of up to 60 characters on one line"
    )
    workers: int = Field(default=8, ge=1, le=64, description="write a whole number from 1 to 64, such as 8")
    playbook: str = Field(
        default="", description='write the path of your own playbook, or "" for the one that is shipped'
    )


class MailSection(_Section):
    """[mail]: where mails leave, and in whose name."""

    mailbox: Annotated[str, AfterValidator(_mailbox)] = Field(
        default="maildir:mail", description="use maildir:DIR, such as maildir:mail"
    )
    from_: Annotated[str, AfterValidator(_address)] = Field(
        alias="from", description="write an address such as One-on-One Lab <lab@example.org>"
    )
    daily_cap: int = Field(
        default=2000, ge=1, le=1_000_000, description="write a whole number of mails a day, such as 2000"
    )

    @property
    def sender(self) -> tuple[str, str]:
        """Display name and address."""
        return split_address(self.from_)


class GoogleSection(_Section):
    """[google]: other places than Google's own, for an emulator."""

    endpoint: Annotated[str, AfterValidator(_web_address_or_none)] = Field(
        default="", description='write a web address such as http://127.0.0.1:4802, or "" for Google'
    )
    token_uri: Annotated[str, AfterValidator(_web_address_or_none)] = Field(
        default="",
        description='write a web address such as http://127.0.0.1:4802/oauth2/token, or "" for Google',
    )


class Sections(_Section):
    """The file as a whole."""

    service: ServiceSection
    mail: MailSection
    google: GoogleSection

    @classmethod
    def names(cls) -> dict[str, tuple[str, ...]]:
        """The keys of each section as the file writes them."""
        return {
            name: tuple(each.alias or key for key, each in section.model_fields.items())
            for name, section in _SECTIONS.items()
        }

    @classmethod
    def advice(cls, section: str, key: str) -> str:
        """What to write for a key."""
        fields = _SECTIONS[section].model_fields
        return next(each.description or "" for name, each in fields.items() if key in {name, each.alias})


_SECTIONS: dict[str, type[_Section]] = {
    "service": ServiceSection,
    "mail": MailSection,
    "google": GoogleSection,
}


@dataclass(frozen=True)
class Settings:
    """Everything the operator decided. `folder` is where relative paths start, absolute."""

    folder: Path
    sections: Sections

    @property
    def database_url(self) -> str:
        """For SQLAlchemy; a SQLite file with its whole path. May hold a password."""
        url = self.sections.service.database.get_secret_value()
        scheme, separator, path = url.partition(":///")
        return f"{scheme}{separator}{self.folder / path}" if scheme == "sqlite" else url

    @property
    def base_url(self) -> str:
        """Where the web pages are reached, without a slash at the end."""
        return self.sections.service.base_url

    @property
    def listen(self) -> tuple[str, int]:
        """Host and port to serve on: as set, else where base_url points if that is this machine."""
        here = urlsplit(
            f"//{self.sections.service.listen}" if self.sections.service.listen else self.base_url
        )
        if self.sections.service.listen or here.hostname in _THIS_MACHINE:
            return here.hostname or "", here.port or 80
        return "127.0.0.1", 8080

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """Newest first, as the vault wants them."""
        return tuple(key.get_secret_value() for key in self.sections.service.secret_key)

    @property
    def name(self) -> str:
        """What the service calls itself in its mails."""
        return self.sections.service.name

    @property
    def workers(self) -> int:
        """How many leaders are worked on at once."""
        return self.sections.service.workers

    @property
    def playbook(self) -> Path | None:
        """The operator's own playbook; None means the one shipped."""
        own = self.sections.service.playbook
        return self.folder / Path(own).expanduser() if own else None

    @property
    def maildir(self) -> Path:
        """The folder that holds the Maildirs outbox and inbox."""
        return self.folder / Path(self.sections.mail.mailbox.removeprefix("maildir:")).expanduser()

    @property
    def sender(self) -> tuple[str, str]:
        """Who the mails come from: display name ("" where none) and address."""
        return self.sections.mail.sender

    @property
    def daily_cap(self) -> int:
        """How many mails may leave in a day."""
        return self.sections.mail.daily_cap

    @property
    def google_endpoint(self) -> str:
        """Another place than Google's own, such as an emulator; "" means Google's."""
        return self.sections.google.endpoint

    @property
    def google_token_uri(self) -> str:
        """Likewise for tokens."""
        return self.sections.google.token_uri
