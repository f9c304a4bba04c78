"""The countries to choose from for public holidays."""

import pytest

from service.assembly.countries import countries_by_name, countries_with_holidays


@pytest.mark.parametrize(
    ("locale", "name"), [("en_150", "Germany"), ("pt_BR", "Alemanha"), ("es_MX", "Alemania")]
)
def test_each_is_called_as_the_reader_calls_it(locale: str, name: str) -> None:
    names = dict(countries_by_name(locale))
    assert names["DE"] == name
    assert names.keys() == countries_with_holidays()


def test_an_accent_does_not_move_a_name_to_the_end() -> None:
    names = [name for _, name in countries_by_name("pt_BR")]
    assert names.index("Austrália") < names.index("Áustria") < names.index("Azerbaijão")
