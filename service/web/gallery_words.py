"""Every word of the mails on one page, for somebody who reads them aloud."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass

from markupsafe import Markup

from service.domain.letters import Kind
from service.playbooks import load_playbook
from service.web.gallery_disk import fill, style
from service.web.gallery_look import preheader
from service.web.gallery_mails import languages, sample_mail


@dataclass(frozen=True, slots=True)
class Said:
    """One mail in one language."""

    language: str
    subject: str
    preview: str
    text: str


@dataclass(frozen=True, slots=True)
class Wordings:
    """All wordings of one place in the playbook; `place` as its file calls it, "week 1 opening"."""

    place: str
    texts: tuple[str, ...]


def words_page() -> str:
    """The page, whole: its style stands in it."""
    tongues = languages()
    return fill(
        "gallery/words.html",
        style=Markup(style()),  # noqa: S704 - our own file
        tongues=tongues,
        mails=[(kind, [_said(kind, language) for language in tongues]) for kind in Kind],
        playbooks=[(language, list(wordings("", load_playbook(language)))) for language in tongues],
    )


def _said(kind: Kind, language: str) -> Said:
    mail = sample_mail(kind, language)
    return Said(language, mail.subject, preheader(mail.html), mail.text)


def wordings(place: str, value: object) -> Iterator[Wordings]:
    """All texts in a playbook, or in a part of one, by their places."""
    if isinstance(value, str):
        yield Wordings(place, (value,))
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from wordings(f"{place} {key}".strip(), part)
    elif isinstance(value, Sequence):
        yield from _in_a_row(place, value)
    elif is_dataclass(value):
        for one in fields(value):
            yield from wordings(f"{place} {one.name}".strip(), getattr(value, one.name))


def _in_a_row(place: str, parts: Sequence[object]) -> Iterator[Wordings]:
    if all(isinstance(part, str) for part in parts):
        yield Wordings(place, tuple(str(part) for part in parts))
        return
    for number, part in enumerate(parts, 1):
        yield from wordings(f"{place} {number}", part)
