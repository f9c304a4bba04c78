"""Dates and times as people write them where they live."""

from datetime import date, datetime

import pytest

from service.languages import (
    best_language,
    clock,
    country_of_zone,
    day,
    first_weekday,
    locale_of,
    month,
    weekday,
)

DAY, MOMENT = date(2026, 11, 24), datetime(2026, 11, 24, 14, 0)  # noqa: DTZ001 - a clock on a wall


@pytest.mark.parametrize(
    ("language", "country", "zone", "locale"),
    [
        ("en", None, "Europe/Berlin", "en_DE"),
        ("en", None, "America/New_York", "en_US"),
        ("en", "GB", "America/New_York", "en_GB"),
        ("en", None, "UTC", "en_150"),
        ("en", None, "America/Sao_Paulo", "en_150"),
        ("en", "Z0", "Europe/Berlin", "en_150"),
        ("pt-BR", None, "Europe/Lisbon", "pt_BR"),
        ("es", None, "America/Mexico_City", "es_MX"),
        ("es", None, "Europe/Berlin", "es_ES"),
    ],
)
def test_the_country_decides_how_a_language_is_written(
    language: str, country: str | None, zone: str, locale: str
) -> None:
    assert locale_of(language, country, zone) == locale


@pytest.mark.parametrize(
    ("locale", "written", "time"),
    [
        ("en_DE", "Tuesday 24 November", "14:00"),
        ("en_US", "Tuesday, November 24", "2:00 PM"),
        ("en_150", "Tuesday 24 November", "14:00"),
        ("pt_BR", "terça-feira, 24 de novembro", "14:00"),
        ("es_ES", "martes, 24 de noviembre", "14:00"),
        ("es_MX", "martes, 24 de noviembre", "2:00 p.m."),
    ],
)
def test_a_day_and_a_time(locale: str, written: str, time: str) -> None:
    assert (day(DAY, locale), clock(MOMENT, locale)) == (written, time)


@pytest.mark.parametrize(
    ("locale", "written", "named", "first"),
    [
        ("en_US", "November 2026", "Tuesday", 6),
        ("en_DE", "November 2026", "Tuesday", 0),
        ("pt_BR", "novembro de 2026", "terça-feira", 6),
        ("es_ES", "noviembre de 2026", "martes", 0),
    ],
)
def test_a_month_a_weekday_and_the_first_day_of_the_week(
    locale: str, written: str, named: str, first: int
) -> None:
    assert (month(DAY, locale), weekday(DAY, locale), first_weekday(locale)) == (written, named, first)


@pytest.mark.parametrize(
    ("wanted", "best"),
    [
        (["pt-PT", "en"], "pt-BR"),
        (["es-419"], "es"),
        (["de", "es"], "es"),
        (["de"], "en"),
        ([], "en"),
        (["EN-us"], "en"),
    ],
)
def test_a_browser_gets_the_language_nearest_to_its_wish(wanted: list[str], best: str) -> None:
    assert best_language(wanted) == best


@pytest.mark.parametrize(("zone", "country"), [("Europe/Lisbon", "PT"), ("UTC", None), ("Etc/GMT+3", None)])
def test_the_country_of_a_zone(zone: str, country: str | None) -> None:
    assert country_of_zone(zone) == country
