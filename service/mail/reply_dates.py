"""A day as people name it in a command: 2026-12-01, December 1st, 1 de dezembro, Friday."""

import re
import unicodedata
from datetime import date, timedelta
from functools import cache

from babel import Locale

from service.languages import LANGUAGES

_FILLERS = re.compile(
    r"\b(?:of|the|on|next|de|do|da|del|dia|el|la|el dia|o|a|proxim[oa]|que vem|que viene|feira)\b"
)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|o|er)\b")
_NAMED = re.compile(r"(?:(?P<first>\d{1,2}) )?(?P<name>[a-z]+)(?: (?P<day>\d{1,2}))?(?: (?P<year>\d{4}))?")
_BY_YEAR = re.compile(r"(?P<year>\d{4}) (?P<month>\d{1,2}) (?P<day>\d{1,2})")
_BY_DAY = re.compile(r"(?P<day>\d{1,2}) (?P<month>\d{1,2})(?: (?P<year>\d{4}))?")


def folded(text: str) -> str:
    """Lower case, accents off, words and numbers only, one space between."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"[^\w]+", " ", letters).strip()


def day_named(words: str, today: date | None = None, *, day_first: bool = False) -> date | None:
    """The day that `words` (folded) name, None for none. One without a year, and a weekday, is the
    next such day after `today`; 1/12 without a year counts where the day is known to come first."""
    plain = " ".join(_FILLERS.sub(" ", _ORDINAL.sub("", words)).split())
    if plain in _weekdays() and today is not None:
        return today + timedelta(days=(_weekdays()[plain] - today.weekday() - 1) % 7 + 1)
    first, _, rest = plain.partition(" ")
    plain = rest if first in _weekdays() and rest else plain  # "Monday, 7 December"
    named = _NAMED.fullmatch(plain)
    if named and named["name"] in _months() and not (named["first"] and named["day"]):
        day = named["first"] or named["day"] or "1"  # "until December"
        return _day(named["year"], _months()[named["name"]], day, today)
    found = _BY_YEAR.fullmatch(plain) or _BY_DAY.fullmatch(plain)
    if found and (found["year"] or day_first):
        return _day(found["year"], int(found["month"]), found["day"], today)
    return None


def _day(year: str | None, month: int, day: str, today: date | None) -> date | None:
    if year is None and today is None:
        return None
    years = [int(year)] if year else [today.year, today.year + 1] if today else []
    try:
        days = [date(one, month, int(day)) for one in years]
    except ValueError:
        return None
    return next((one for one in days if year or (today and one > today)), None)


@cache
def _months() -> dict[str, int]:
    """Each language's names of the months, long and short."""
    return {
        folded(name): number
        for locale in _locales()
        for width in ("abbreviated", "wide")
        for number, name in locale.months["format"][width].items()
    }


@cache
def _weekdays() -> dict[str, int]:
    """Each language's names of the weekdays; Monday is 0."""
    return {
        folded(name).removesuffix(" feira"): number
        for locale in _locales()
        for width in ("abbreviated", "wide")
        for number, name in locale.days["format"][width].items()
    }


def _locales() -> list[Locale]:
    return [Locale.parse(language, sep="-") for language in LANGUAGES]
