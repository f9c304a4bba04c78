"""The sections of the file. A field's description says what to write instead of a wrong value."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from service.settings import values
from service.settings.values import SHORTEST_KEY

MOST_QUERIES = 1_000_000


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ServiceSection(_Section):
    """[service]: the machine's side."""

    database: Annotated[SecretStr, AfterValidator(values.database)] = Field(
        default=SecretStr("sqlite:///visavis.db"),
        description="write sqlite:///visavis.db or postgresql+psycopg://user:password@host/database",
    )
    base_url: Annotated[str, AfterValidator(values.web_address)] = Field(
        default="http://127.0.0.1:8080",
        description="write where the web pages are reached, such as http://127.0.0.1:8080",
    )
    listen: Annotated[str, AfterValidator(values.host_and_port)] = Field(
        default="",
        description='write a host and a port such as 0.0.0.0:8080, or "" to follow base_url',
    )
    proxies: int | None = Field(
        default=None, ge=0, le=5, description="write how many servers of yours stand in front, such as 1"
    )
    secret_key: Annotated[
        tuple[SecretStr, ...], BeforeValidator(values.split_keys), AfterValidator(values.long_enough)
    ] = Field(
        description=f"write {SHORTEST_KEY} random characters or more; `visavis init` makes such a key",
    )
    name: Annotated[str, AfterValidator(values.one_line)] = Field(
        default="Vis-à-vis", max_length=60, description="write a name of up to 60 characters on one line"
    )
    workers: int = Field(default=8, ge=1, le=64, description="write a whole number from 1 to 64, such as 8")
    playbook: Annotated[str, AfterValidator(values.path)] = Field(
        default="", description='write the path of your own playbook, or "" for the one that is shipped'
    )


class MailSection(_Section):
    """[mail]: where mails leave, and in whose name."""

    mailbox: Annotated[str, AfterValidator(values.mailbox)] = Field(
        default="maildir:mail",
        description="use maildir:DIR such as maildir:mail, or gmail:ADDRESS such as gmail:lab@example.org",
    )
    from_: Annotated[str, AfterValidator(values.address)] = Field(
        alias="from", description="write an address such as One-on-One Lab <lab@example.org>"
    )
    daily_cap: int = Field(
        default=2000, ge=1, le=1_000_000, description="write a whole number of mails a day, such as 2000"
    )
    leaders_per_mailbox: int = Field(
        default=600, ge=1, le=1_000_000, description="write a whole number of leaders, such as 600"
    )


class GoogleSection(_Section):
    """[google]: the keys to Google, and how much of it to use."""

    client_file: Annotated[str, AfterValidator(values.path)] = Field(
        default="", description='write the path of the OAuth client\'s JSON file, or "" for none'
    )
    service_account: Annotated[str, AfterValidator(values.path)] = Field(
        default="", description='write the path of the service account\'s JSON key, or "" for none'
    )
    delegation: bool = Field(
        default=False,
        description="write true where the domain's admin lets the service account act for its people",
    )
    queries_per_minute: int = Field(
        default=9000, ge=1, le=MOST_QUERIES, description="write a whole number of calls, such as 9000"
    )
    push: bool = Field(default=False, description="write true or false")
    pubsub_topic: Annotated[str, AfterValidator(values.topic)] = Field(
        default="", description='write a name such as projects/my-project/topics/visavis, or "" for none'
    )
    endpoint: Annotated[str, AfterValidator(values.web_address_or_none)] = Field(
        default="", description='write a web address such as http://127.0.0.1:4802, or "" for Google'
    )
    token_uri: Annotated[str, AfterValidator(values.web_address_or_none)] = Field(
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

    def at_odds(self) -> Iterator[tuple[str, str, str]]:
        """Keys that are right alone but not beside others: section, key, what is wrong and what to do."""
        if not self.service.base_url.startswith("https://"):
            why = "needs pages that Google can reach; set [service] base_url to an https:// address, or leave"
            if self.google.push:
                yield "google", "push", f"{why} push false"
            if self.google.pubsub_topic:
                yield "google", "pubsub_topic", f"{why} pubsub_topic empty"
        if self.google.delegation and not self.google.service_account:
            yield "google", "delegation", "needs a service account; set [google] service_account to its key"


_SECTIONS: dict[str, type[_Section]] = {
    "service": ServiceSection,
    "mail": MailSection,
    "google": GoogleSection,
}
