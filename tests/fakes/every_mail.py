"""Every kind of mail in every language that is shipped, as rendered; and as people's browsers meet it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from service.domain.letters import Kind
from service.jobs.own_data import FILE_NAME
from service.languages import LANGUAGES
from service.mail.compose import compose, make_message_id
from service.mail.render import Rendered, render
from service.mail.samples import sample
from service.templates import templates_folder
from tests.fakes.chromium import Scheme

SENDER = "Vis-à-vis <lab@example.org>"
_STYLE = re.compile(r"<style.*?</style>", re.DOTALL | re.IGNORECASE)
_FILE = (FILE_NAME, b'{"meetings": []}')
_TOKEN = "5f0c3b9a7d1e42868d4c1b7a9e3f6025"


@dataclass(frozen=True)
class Mail:
    """One of them; `variant` is its language, with more if there is."""

    kind: Kind
    variant: str
    rendered: Rendered

    @property
    def name(self) -> str:
        return f"{self.kind} in {self.variant}"

    @property
    def stripped(self) -> str:
        """The HTML as some programs show it: without `<style>`."""
        return _STYLE.sub("", self.rendered.html)

    def composed(self) -> bytes:
        """Whole, with the headers of a real one."""
        return compose(
            kind=self.kind,
            key=f"{self.kind}:38",
            to="marta@example.com",
            to_name="Marta Silva",
            sender=SENDER,
            token=_TOKEN,
            rendered_subject=self.rendered.subject,
            text=self.rendered.text,
            html=self.rendered.html,
            date=datetime(2026, 11, 24, 14, 35, tzinfo=UTC),
            message_id=make_message_id(f"{self.kind}:38", SENDER),
            unsubscribe_url=f"https://lab.example.org/u/{_TOKEN}",
            attachment=_FILE if self.kind is Kind.EXPORT else None,
        )


def kinds() -> list[Kind]:
    """Those that have templates."""
    return [kind for kind in Kind if (templates_folder() / "email" / kind).is_dir()]


def languages() -> list[str]:
    """Those that have a playbook."""
    return [tag for tag in LANGUAGES if (templates_folder() / "playbook" / f"{tag}.toml").is_file()]


def looks(mail: Mail) -> Iterator[tuple[str, Scheme, str]]:
    """How a mail may look: its name, the reader's scheme, the HTML that is left."""
    yield "light", "light", mail.rendered.html
    yield "dark", "dark", mail.rendered.html
    yield "stripped", "light", mail.stripped


@cache
def mails(kind: Kind) -> tuple[Mail, ...]:
    """A mail of this kind in each language, and one of a service that has no pages to lead to."""
    return (*(_mail(kind, language) for language in languages()), _mail(kind, "en", pages=False))


@cache
def from_right_to_left(kind: Kind) -> Mail:
    """The mail as a language like Arabic would have it; its words are English."""
    return _mail(kind, "en", runs_as="ar")


def _mail(kind: Kind, language: str, *, pages: bool = True, runs_as: str | None = None) -> Mail:
    letter, frame = sample(kind, language=language, pages=pages)
    name = runs_as or (language if pages else f"{language} without pages")
    return Mail(kind, name, render(kind, letter, replace(frame, language=runs_as or language)))
