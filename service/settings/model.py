"""The settings as the program asks for them."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from service.settings.sections import Sections
from service.settings.values import addresses_of, split_address

_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


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
    def is_here(self) -> bool:
        """Whether base_url means this machine, so that nobody elsewhere reaches the pages by it."""
        return urlsplit(self.base_url).hostname in _THIS_MACHINE

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
    def proxies(self) -> int:
        """How many servers of ours stand before the pages and pass on the visitor's address: as set,
        else one where base_url is https, which somebody has to speak for us."""
        told = self.sections.service.proxies
        return int(self.base_url.startswith("https://")) if told is None else told

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
        return self._path(self.sections.service.playbook)

    @property
    def mailboxes(self) -> tuple[str, ...]:
        """The addresses of the Gmail mailboxes, in lower case; none where mails are files in a Maildir."""
        return addresses_of(self.sections.mail.mailbox)

    @property
    def maildir(self) -> Path:
        """The folder that holds the Maildirs outbox and inbox; only where there are no `mailboxes`."""
        return self.folder / Path(self.sections.mail.mailbox.removeprefix("maildir:")).expanduser()

    @property
    def leaders_per_mailbox(self) -> int:
        """How many leaders one of several mailboxes writes to before the next one is used."""
        return self.sections.mail.leaders_per_mailbox

    @property
    def sender(self) -> tuple[str, str]:
        """Who the mails come from: display name ("" where none) and address."""
        return split_address(self.sections.mail.from_)

    def sender_of(self, mailbox: str) -> tuple[str, str]:
        """The same for mails of one mailbox: one of several writes in its own name."""
        name, address = self.sender
        return name, mailbox if mailbox and len(self.mailboxes) > 1 else address

    @property
    def daily_cap(self) -> int:
        """How many mails may leave in a day."""
        return self.sections.mail.daily_cap

    @property
    def google_client_file(self) -> Path | None:
        """The OAuth client's JSON file."""
        return self._path(self.sections.google.client_file)

    @property
    def google_service_account(self) -> Path | None:
        """The service account's JSON key."""
        return self._path(self.sections.google.service_account)

    @property
    def google_delegation(self) -> bool:
        """Whether the service account acts for the domain's people; else calendars are shared with it."""
        return self.sections.google.delegation

    @property
    def google_queries_per_minute(self) -> int:
        """How many calls to the Calendar API a minute, in the whole project."""
        return self.sections.google.queries_per_minute

    @property
    def google_push(self) -> bool:
        """Whether calendars are asked to tell of changes by themselves; then base_url is https."""
        return self.sections.google.push

    @property
    def google_pubsub_topic(self) -> str:
        """The Pub/Sub topic on which mailboxes tell of news by themselves; "" for none."""
        return self.sections.google.pubsub_topic

    @property
    def google_endpoint(self) -> str:
        """Another place than Google's own, such as an emulator; "" means Google's."""
        return self.sections.google.endpoint

    @property
    def google_token_uri(self) -> str:
        """Likewise for tokens."""
        return self.sections.google.token_uri

    def _path(self, text: str) -> Path | None:
        return self.folder / Path(text).expanduser() if text else None
