"""The countries whose public holidays are known."""

import unicodedata
from functools import cache

from babel import Locale


@cache
def countries_with_holidays() -> frozenset[str]:
    """Their two-letter codes."""
    import holidays

    return frozenset(holidays.list_supported_countries(include_aliases=False))


@cache
def countries_by_name(locale: str) -> list[tuple[str, str]]:
    """Code and name of each, as the locale calls them; Áustria stands among the As."""
    names = Locale.parse(locale).territories
    found = [(code, names[code]) for code in countries_with_holidays() if code in names]
    return sorted(found, key=lambda one: _without_accents(one[1]))


def _without_accents(name: str) -> str:
    parts = unicodedata.normalize("NFD", name.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
