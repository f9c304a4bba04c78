"""The command line speaks the operator's language, as far as there is one."""

from datetime import UTC, date, datetime

import pytest

from service.commands.speech import _, day_in_words, language, moment_in_words, month_in_words, ngettext

DAY, MOMENT = date(2026, 11, 24), datetime(2026, 11, 24, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("environment", "tag"),
    [
        ({}, ""),
        ({"LANG": "C"}, ""),
        ({"LANG": "POSIX"}, ""),
        ({"LANG": "C.UTF-8"}, ""),
        ({"LANG": "en_US.UTF-8"}, ""),
        ({"LANG": "de_DE.UTF-8"}, ""),
        ({"LANG": "pt_BR.UTF-8"}, "pt-BR"),
        ({"LANG": "pt_PT@euro"}, "pt-BR"),
        ({"LANG": "es_MX"}, "es"),
        ({"LC_MESSAGES": "es_AR.UTF-8", "LANG": "en_US.UTF-8"}, "es"),
        ({"LC_ALL": "C", "LC_MESSAGES": "es_AR.UTF-8", "LANG": "pt_BR.UTF-8"}, ""),
        ({"LC_ALL": "", "LANG": "es"}, "es"),
    ],
)
def test_the_environment_names_the_language(environment: dict[str, str], tag: str) -> None:
    assert language(environment) == tag


@pytest.mark.parametrize(
    ("locale", "day", "month", "moment"),
    [
        ("C", "24 November 2026", "November 2026", "Tue 24 Nov 2026 14:05"),
        ("pt_BR.UTF-8", "24 de novembro de 2026", "novembro de 2026", "ter. 24 nov. 2026 14:05"),
        ("es_ES.UTF-8", "24 de noviembre de 2026", "noviembre de 2026", "mar 24 nov 2026 14:05"),
    ],
)
def test_days_and_moments_as_the_operator_writes_them(
    monkeypatch: pytest.MonkeyPatch, locale: str, day: str, month: str, moment: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)

    assert (day_in_words(DAY), month_in_words(DAY), moment_in_words(MOMENT)) == (day, month, moment)


def test_a_message_is_said_in_the_operators_language_with_its_values(monkeypatch: pytest.MonkeyPatch) -> None:
    no_leader = "No leader has the address {email}: see `visavis leaders list`."
    assert _(no_leader, email="a@b.example").startswith("No leader has the address a@b.example")

    monkeypatch.setenv("LC_ALL", "es_ES.UTF-8")
    assert _(no_leader, email="a@b.example").startswith("Nadie que lidere tiene la dirección a@b.example")
    assert _("what nobody has translated {yet}", yet="x") == "what nobody has translated x"


@pytest.mark.parametrize(
    ("locale", "said"), [("C", ["0 passes", "1 pass"]), ("es_ES", ["0 pasadas", "1 pasada"])]
)
def test_so_many_are_said_in_the_operators_language(
    monkeypatch: pytest.MonkeyPatch, locale: str, said: list[str]
) -> None:
    monkeypatch.setenv("LC_ALL", locale)

    assert [ngettext("{count} pass", "{count} passes", count) for count in (0, 1)] == said
