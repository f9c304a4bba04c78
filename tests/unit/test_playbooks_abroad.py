"""The playbooks in every language: the same structure, every point of the model, questions told apart."""

import itertools
from collections.abc import Iterator

import pytest

from service.domain.answers import meanings, understand
from service.domain.playbook import OFFERED, Playbook, Week
from service.languages import LANGUAGES
from service.playbooks import load_playbook
from service.templates import templates_folder

ABROAD = [language for language in LANGUAGES if language != "en"]


def shape(playbook: Playbook) -> object:
    """All that a translation has to keep: numbers, keys, and how many wordings there are of each."""
    return {
        "weeks": [
            (week.number, [len(step.wordings) for step in week.steps], *map(len, lists_of(week)))
            for week in playbook.weeks
        ],
        "signs": [(sign.key, len(sign.ask)) for sign in playbook.signs],
        "traps": [(trap.key, len(trap.advice)) for trap in playbook.traps],
        "questions": {key: len(asks) for key, asks in (playbook.reflection | playbook.confirm).items()},
        "answers": {key: len(words) for key, words in playbook.answers.items()},
        "others": [len(playbook.purpose), len(playbook.monthly), len(playbook.experiments)],
    }


def lists_of(week: Week) -> list[tuple[str, ...]]:
    return [week.opening, week.closing, week.why, week.if_then]


def sentences(playbook: Playbook) -> list[str]:
    """Every text in it, in the file's order."""
    found = [*playbook.purpose, *playbook.monthly, *playbook.experiments]
    for week in playbook.weeks:
        steps = [wording for step in week.steps for wording in step.wordings]
        found += [week.focus, week.goal, *itertools.chain(*lists_of(week)), *steps]
    for sign in playbook.signs:
        found += [sign.name, sign.means, *sign.ask]
    for trap in playbook.traps:
        found += [trap.name, *trap.advice]
    return found + [ask for asks in (playbook.reflection | playbook.confirm).values() for ask in asks]


def questions(playbook: Playbook) -> dict[str, tuple[str, ...]]:
    """Every question a reply may have to be matched with, by its key."""
    confirm = {f"confirm.{key}": wordings for key, wordings in playbook.confirm.items()}
    return playbook.reflection | {sign.key: sign.ask for sign in playbook.signs} | confirm


def three_in_a_row(asks: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for ask in asks:
        words = ask.casefold().strip("¿?").replace(",", "").split()
        yield from zip(words, words[1:], words[2:], strict=False)


def test_there_is_a_playbook_for_each_language_and_no_other() -> None:
    files = {path.stem for path in (templates_folder() / "playbook").glob("*.toml")}

    assert files == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_playbook_says_which_language_it_is_in(language: str) -> None:
    assert load_playbook(language).language == language


@pytest.mark.parametrize("language", ABROAD)
def test_a_playbook_has_the_same_structure_in_every_language(language: str) -> None:
    assert shape(load_playbook(language)) == shape(load_playbook("en"))


@pytest.mark.parametrize("language", ABROAD)
def test_no_sentence_was_left_in_english(language: str) -> None:
    assert set(sentences(load_playbook(language))) & set(sentences(load_playbook("en"))) == set()


@pytest.mark.parametrize("language", ABROAD)
def test_no_wording_is_told_twice(language: str) -> None:
    said = sentences(load_playbook(language))

    assert sorted(said) == sorted(set(said))


@pytest.mark.parametrize("language", ABROAD)
def test_questions_are_long_enough_to_be_found_in_a_reply(language: str) -> None:
    asked = questions(load_playbook(language)).values()

    assert [ask for asks in asked for ask in asks if len(ask.split()) < 4] == []


@pytest.mark.parametrize("language", ABROAD)
def test_no_two_questions_share_three_words_in_a_row(language: str) -> None:
    runs = {key: set(three_in_a_row(asks)) for key, asks in questions(load_playbook(language)).items()}

    shared = {(a, b): runs[a] & runs[b] for a, b in itertools.combinations(runs, 2) if runs[a] & runs[b]}
    assert shared == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answers_offered_are_understood_even_without_their_question(language: str) -> None:
    playbook = load_playbook(language)

    for key, offered in zip(("kept", "happened", "talked"), OFFERED, strict=True):
        words = playbook.answers[offered]
        assert dict(zip(words, meanings(key), strict=True)) == {w: understand(key, w) for w in words}


@pytest.mark.parametrize(
    ("language", "listen", "interrupt", "begins", "ends"),
    [
        ("pt-BR", "dois minutos inteiros", "interromp", "Se ", "então eu vou …"),
        ("es", "dos minutos enteros", "interrump", "Si ", "entonces voy a …"),
    ],
)
def test_the_fixed_points_of_the_structure_are_said(
    language: str, listen: str, interrupt: str, begins: str, ends: str
) -> None:
    playbook = load_playbook(language)
    plans = [plan for week in playbook.weeks for plan in week.if_then]

    listening = playbook.weeks[0].steps[1].wordings
    assert all(listen in one and interrupt in one for one in listening)
    assert all(plan.startswith(begins) and plan.endswith(ends) for plan in plans)


@pytest.mark.parametrize(
    ("language", "points"),
    [
        (
            "pt-BR",
            """não julgado | energia | apoiar você nesta semana | admite erros | avisa cedo |
            o que não está |
            atrapalhando o avanço | prioridades mudaram | espaço para discordar | mudaria |
            outra visão conta |
            aprendeu ultimamente | travada | já tentou | pequeno próximo experimento | sucesso |
            habilidade ou área |
            dependência | disciplina | 80% | ritual protegido: ela é o trabalho | mesmo quando incomoda |
            relatório de andamento | item a riscar | papo solto | a intenção, não a perfeição |
            valor para a equipe, ou só para mim | sinalizo sem dizer | Escolha uma pessoa nesta semana""",
        ),
        (
            "es",
            """no juzgada | energía | apoyarte esta semana | admite errores | avisa a tiempo | y qué no |
            estorba el avance | prioridades cambiaron | espacio para disentir | cambiarías |
            otra mirada cuenta |
            aprendido últimamente | sin salida | has probado ya | pequeño próximo experimento | éxito |
            habilidad o área | dependencia | disciplina | 80% | ritual protegido: es el trabajo |
            también cuando incomoda | informe de avance | casilla por marcar | charla suelta |
            la intención, no la perfección | valor para el equipo, o solo para mí | transmito sin decirlo |
            Elige a una persona esta semana""",
        ),
    ],
)
def test_every_point_of_the_model_is_said(language: str, points: str) -> None:
    words = " ".join(sentences(load_playbook(language)))
    wanted = [" ".join(point.split()) for point in points.split("|")]

    assert [point for point in wanted if point not in words] == []
