"""A leader's whole loop in their own language: prep, form, answers, receipt, digest."""

import re
from dataclasses import dataclass

import pytest

from service.languages import LANGUAGES
from service.playbooks import load_playbook
from tests.fakes.cli import House, inline, reply, weekly
from tests.fakes.ics import calendar

MARTA, ANA = "marta@example.org", "ana@example.org"


@dataclass(frozen=True)
class Told:
    """What a leader answers, by the question's number, and what the receipt says back."""

    language: str
    zone: str
    answers: dict[int, str]
    understood: tuple[str, ...]
    pause: str
    weekday: str


PORTUGUESE = Told(
    "pt-BR",
    "America/Sao_Paulo",
    {
        1: "sim",
        2: "Caminhamos à beira do rio",
        5: "acho que sim",
        6: "ainda não",
        7: "mais ou menos",
        8: "mais ela",
        9: "Achar um mentor",
    },
    ("sim", "Caminhamos à beira do rio", "não", "não sei", "a outra pessoa", "Achar um mentor"),
    "Pausa até 1 de dezembro, por favor",
    "segunda-feira",
)
SPANISH = Told(
    "es",
    "America/Mexico_City",
    {
        1: "sí, pero empezó tarde",
        2: "Caminamos junto al río",
        5: "creo que sí",
        6: "todavia no",
        7: "más o menos",
        8: "hablé más yo",
        9: "Encontrarle un mentor",
    },
    ("sí", "Caminamos junto al río", "no", "no sé", "yo", "Encontrarle un mentor"),
    "Pausa hasta el 1 de diciembre, por favor",
    "lunes",
)


@pytest.fixture(params=[PORTUGUESE, SPANISH], ids=lambda told: told.language)
def told(request: pytest.FixtureRequest) -> Told:
    found: Told = request.param
    return found


@pytest.fixture
def marta(house: House, told: Told) -> House:
    """Marta after her first one-on-one with Ana, the form just delivered."""
    house.calendar("leader.ics", calendar(weekly("ana@x", "20261102T140000", ANA, zone=told.zone)))
    house.add(MARTA, "--member", f"Ana <{ANA}>", "--language", told.language, zone=told.zone)
    house.tick("2026-11-02T10:00:00+00:00", "2026-11-02T22:00:00+00:00", every="30m")
    return house


def write(house: House, body: str, number: int, now: str) -> None:
    """A reply of Marta's to her newest form, and the pass that reads it."""
    form = house.mail("reflection")
    house.drop(reply(form, f"Marta <{MARTA}>", body, message_id=f"<reply-{number}@example.org>"), str(number))
    assert [one["status"] for one in house.tick(now)["replies"]] == ["accepted"]


def answers_of(house: House) -> list[str]:
    """What the newest receipt repeats, each behind its question."""
    lines = house.mail("receipt").text.splitlines()
    return [line.partition("? ")[2] for line in lines if line.startswith("  ") and "? " in line]


def test_the_prep_and_the_form_speak_the_leaders_language(marta: House, told: Told) -> None:
    playbook = load_playbook(told.language)
    prep, form = marta.mail("prep"), marta.mail("reflection")

    assert any(opening in prep.text for opening in playbook.weeks[0].opening)
    assert told.weekday in f"{prep.subject} {prep.text}"
    assert " / ".join(playbook.answers["happened"]) in form.text
    assert f'lang="{told.language}"' in prep.html


def test_answers_under_the_questions_come_back_in_the_words_offered(marta: House, told: Told) -> None:
    write(marta, inline(marta.mail("reflection"), told.answers), 1, "2026-11-02T22:30:00+00:00")

    assert set(told.understood) <= set(answers_of(marta))
    assert marta.meetings()[0]["state"] == "held"


def test_a_command_pauses_until_the_day_named(marta: House, told: Told) -> None:
    write(marta, told.pause, 1, "2026-11-02T22:30:00+00:00")
    (leader,) = marta.ok("leaders", "list", "--json").json["leaders"]

    assert (leader["state"], leader["paused_until"][:10]) == ("paused", "2026-12-01")


def test_the_digest_quotes_the_leader_in_her_language(marta: House, told: Told) -> None:
    write(marta, inline(marta.mail("reflection"), told.answers), 1, "2026-11-02T22:30:00+00:00")
    marta.tick("2026-12-01T12:00:00+00:00", "2026-12-01T16:00:00+00:00", every="1h")
    playbook = load_playbook(told.language)

    digest = marta.mail("digest")
    assert told.answers[2] in digest.text
    assert any(question in digest.text for question in playbook.monthly)
    assert {"pt-BR": "novembro de 2026", "es": "noviembre de 2026"}[told.language] in digest.text


def test_a_language_that_there_is_not_is_refused_with_those_there_are(house: House) -> None:
    wanted = ("--timezone", "Europe/Berlin", "--calendar", "ics:leader.ics", "--language", "tlh")
    done = house.run("leaders", "add", MARTA, "--name", "Marta", *wanted)

    assert (done.code, len(done.lines)) == (2, 1)
    assert all(f"{tag} ({name})" in done.err for tag, name in LANGUAGES.items())


@pytest.mark.parametrize(("typed", "kept"), [("pt", "pt-BR"), ("PT-br", "pt-BR"), ("ES", "es"), ("", "en")])
def test_an_import_says_each_leaders_language(house: House, typed: str, kept: str) -> None:
    house.calendar("leader.ics", calendar(weekly("ana@x", "20261102T140000", ANA)))
    row = f"{MARTA},Marta,Europe/Berlin,ics:leader.ics,{typed}"
    (house.folder / "leaders.csv").write_text(f"email,name,timezone,calendar,language\n{row}\n")
    house.ok("leaders", "import", "leaders.csv")
    (leader,) = house.ok("leaders", "list", "--json").json["leaders"]

    assert leader["language"] == kept
    assert kept in house.ok("leaders", "list").out.split()


@pytest.fixture
def ana_and_marta(house: House) -> House:
    """Marta before her first one-on-one with Ana."""
    house.calendar("leader.ics", calendar(weekly("ana@x", "20261102T140000", ANA)))
    house.add(MARTA, "--member", f"Ana <{ANA}>")
    house.tick(NOW)
    return house


NOW = "2026-11-02T08:00:00+01:00"
SHOWING = {
    "list": ("leaders", "list"),
    "meetings": ("meetings",),
    "explain": ("explain", MARTA, "ana@x", "--now", NOW),
    "plan": ("plan", "--now", NOW, "--days", "40"),
    "tick": ("tick", "--now", NOW),
    "check": ("check",),
    "wrong": ("leaders", "pause", "nobody@example.org"),
    "help": ("leaders", "add", "--help"),
}


def lines_of(house: House, argv: tuple[str, ...], locale: str) -> set[str]:
    """What a command says in two words or more, without its columns' widths."""
    done = house.run(*argv, environ={"LC_ALL": locale})
    cells = re.split(r"\s{2,}|\n", f"{done.out}\n{done.err}")
    return {cell for cell in cells if len(re.findall(r"(?<!\S)[^\W\d_]+(?!\S)", cell)) >= 2}


@pytest.mark.parametrize("locale", ["pt_BR.UTF-8", "es_MX.UTF-8"])
@pytest.mark.parametrize("argv", SHOWING.values(), ids=SHOWING)
def test_a_command_speaks_the_operators_language(
    ana_and_marta: House, argv: tuple[str, ...], locale: str
) -> None:
    english, theirs = (lines_of(ana_and_marta, argv, one) for one in ("C.UTF-8", locale))

    assert english
    assert theirs & english == set()


@pytest.mark.parametrize("argv", [*(SHOWING[name] for name in ("list", "meetings", "explain", "plan"))])
def test_what_programs_read_is_the_same_in_every_language(
    ana_and_marta: House, argv: tuple[str, ...]
) -> None:
    english, theirs = (
        ana_and_marta.run(*argv, "--json", environ={"LC_ALL": locale}).json
        for locale in ("C.UTF-8", "es_MX.UTF-8")
    )

    assert theirs == english
