"""Languages and locales: translated words, and dates and times as people write them.

Words come by gettext from `templates/locale`, dates by Babel from the Unicode locale data. A
locale is written as Babel does: "en_DE" is English as it is written in Germany.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache, partial
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from service.templates import templates_folder

# Each by its own name; the keys are language tags as HTML and `leaders add --language` write them.
LANGUAGES = {"en": "English", "pt-BR": "Português (Brasil)", "es": "Español"}
DEFAULT = "en"
_ANYWHERE = {"en": "en_150", "pt-BR": "pt_BR", "es": "es_ES"}  # where nothing is known of the country


@cache
def translations(language: str) -> NullTranslations:
    """The words of a language, read once a process; English, which the source is written in, as it is."""
    if language == DEFAULT:
        return NullTranslations()
    path = templates_folder() / "locale" / language.replace("-", "_") / "LC_MESSAGES" / "visavis.po"
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language.replace("-", "_")))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def locale_of(language: str, country: str | None, zone: str) -> str:
    """The locale of a leader: the language as it is written in the country, or that of the time zone."""
    code = language.replace("-", "_").split("_")[0]
    territory = country or country_of_zone(zone)
    if territory is None:
        return _ANYWHERE[language]
    if language == "pt-BR":
        return "pt_BR"  # the words are Brazilian wherever they are read
    try:
        return str(Locale.parse(f"{code}_{territory}"))
    except (UnknownLocaleError, ValueError):
        return _ANYWHERE[language]


@cache
def _countries() -> dict[str, str]:
    """Zone → country, from the zone database's own table."""
    lines = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8").splitlines()
    fields = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {parts[2]: parts[0] for parts in fields}


def zones_by_region() -> dict[str, list[str]]:
    """The time zones that places have, by the first word of their names, in order."""
    regions: dict[str, list[str]] = {}
    for zone in sorted(_countries()):
        regions.setdefault(zone.partition("/")[0], []).append(zone)
    return regions


def country_of_zone(zone: str) -> str | None:
    """The country that a time zone lies in; None where it is no country's."""
    return _countries().get(zone)


def speak(
    environment: Environment,
    words: Callable[[], NullTranslations] = NullTranslations,
    clean: Callable[[object], object] = lambda value: value,
) -> None:
    """Teach a template environment `_()`, `ngettext()`, `pgettext()` and `{% trans %}`.

    The words are what `words` gives at each call, the source's own unless told; each value put
    into a sentence is made `clean` first, and escaped where the template is HTML.
    """
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension's own switch

    def said(context: Context, sentence: str, values: dict[str, object]) -> str:
        whole = Markup(sentence) if context.eval_ctx.autoescape else sentence  # noqa: S704 - our own words
        return whole % {name: clean(value) for name, value in values.items()}

    @pass_context
    def gettext(context: Context, message: str, **values: object) -> str:
        return said(context, words().gettext(message), values)

    @pass_context
    def ngettext(context: Context, one: str, many: str, num: int, **values: object) -> str:
        return said(context, words().ngettext(one, many, num), {"num": num} | values)

    @pass_context
    def pgettext(context: Context, about: str, message: str, **values: object) -> str:
        return said(context, words().pgettext(about, message), values)

    environment.globals |= {"_": gettext, "gettext": gettext, "ngettext": ngettext, "pgettext": pgettext}


def date_filters(locale: Callable[[], str]) -> dict[str, Callable[..., str]]:
    """Dates and times for templates, in the locale as it is at each call."""
    writers = {"clock": clock, "day": day, "month": month, "short_day": short_day, "weekday": weekday}
    return {name: partial(_in_locale, write, locale) for name, write in writers.items()}


def _in_locale(write: Callable[[Any, str], str], locale: Callable[[], str], moment: date) -> str:
    return write(moment, locale())


@pass_context
def listed(context: Context, names: Sequence[str]) -> str:
    """Names one after the other: "Ana, Ben and Carla", as the language does it."""
    *others, end = names
    if not others:
        return end
    _: Callable[..., str] = partial(context["gettext"], context)
    joined: str = _("%(names)s and %(last)s", names=", ".join(others), last=end)
    return joined


def best_language(wanted: Sequence[str]) -> str:
    """The first of the wanted language tags that there is, or one near it; English if none."""
    for tag in wanted:
        for known in LANGUAGES:
            if tag.casefold() == known.casefold() or _base(tag) == _base(known):
                return known
    return DEFAULT


def weekday(day: date, locale: str) -> str:
    """Like "Tuesday"."""
    return format_date(day, "EEEE", locale=locale)


def day(day: date, locale: str) -> str:
    """Like "Tuesday 24 November", or "Tuesday, November 24"."""
    return format_date(day, _day_pattern(locale), locale=locale)


def short_day(day: date, locale: str) -> str:
    """Like "24 November", or "November 24"."""
    return format_skeleton("MMMMd", day, locale=locale)


def month(day: date, locale: str) -> str:
    """Like "November 2026"."""
    return format_skeleton("yMMMM", day, locale=locale)


def clock(moment: datetime, locale: str) -> str:
    """Like "14:00", or "2:00 PM"; on the moment's own clock."""
    said = format_time(moment.replace(tzinfo=None), "short", locale=locale)
    return said.replace("\u202f", " ").replace("\xa0", " ")  # replies quote it with plain spaces


def first_weekday(locale: str) -> int:
    """The first day of the week, Monday 0."""
    return int(Locale.parse(locale).first_week_day)


def _base(tag: str) -> str:
    return re.split(r"[-_]", tag)[0].casefold()


@cache
def _day_pattern(locale: str) -> str:
    """The locale's own order of weekday, day and month, with the weekday spelled out."""
    return re.sub("E+", "EEEE", str(Locale.parse(locale).datetime_skeletons["MMMMEd"].pattern))
