"""The operator's language: the command line speaks it where the environment names one that we know."""

import os
from collections.abc import Mapping
from datetime import date, datetime
from gettext import NullTranslations

ENGLISH = frozenset({"", "c", "posix", "en"})


def _(message: str, **values: object) -> str:
    """The message in the operator's language, its values put in."""
    said = _words(language()).gettext(message) if language() else message
    return said.format(**values) if values else said


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """The message for so many, `{count}` and its other values put in."""
    plain = one if count == 1 else many
    said = _words(language()).ngettext(one, many, count) if language() else plain
    return said.format(count=count, **values)


def N_(message: str) -> str:  # noqa: N802 - as translators' tools know it
    """A message that is translated where it is said."""
    return message


def language(environment: Mapping[str, str] = os.environ) -> str:
    """The tag that LC_ALL, LC_MESSAGES or LANG names, like "pt-BR"; "" for English, and where we know
    none of it."""
    names = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    tag = next(filter(None, names), "").partition(".")[0].partition("@")[0].replace("_", "-")
    if tag.partition("-")[0].casefold() in ENGLISH:
        return ""  # before anything heavy is imported
    from service.languages import DEFAULT, best_language

    known = best_language([tag])
    return "" if known == DEFAULT else known


def day_in_words(day: date) -> str:
    """Like "24 November 2026"."""
    if not language():
        return f"{day.day} {day:%B %Y}"
    from babel.dates import format_date

    return format_date(day, "long", locale=_locale())


def month_in_words(day: date) -> str:
    """Like "November 2026"."""
    if not language():
        return f"{day:%B %Y}"
    from service.languages import month

    return month(day, _locale())


def moment_in_words(moment: datetime) -> str:
    """Like "Tue 24 Nov 2026 14:00", on the moment's own clock."""
    if not language():
        return f"{moment:%a %d %b %Y %H:%M}"
    from babel.dates import format_datetime

    return format_datetime(moment.replace(tzinfo=None), "EEE dd MMM yyyy HH:mm", locale=_locale())


def _locale() -> str:
    return language().replace("-", "_")


def _words(tag: str) -> NullTranslations:
    from service.languages import translations

    return translations(tag)
