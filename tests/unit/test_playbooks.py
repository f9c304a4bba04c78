"""The playbook shipped teaches the whole model; an operator's own may take its place."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.domain.playbook import Playbook, Week
from service.errors import UsageError
from service.playbooks import load_playbook
from service.templates import templates_folder

SHIPPED = templates_folder() / "playbook" / "en.toml"


@pytest.fixture
def playbook() -> Playbook:
    return load_playbook("en")


def words_of(week: Week) -> str:
    steps = [wording for step in week.steps for wording in step.wordings]
    return " ".join([week.goal, *week.opening, *steps, *week.closing, *week.why, *week.if_then])


def questions(playbook: Playbook) -> dict[str, tuple[str, ...]]:
    """Every question a reply may have to be matched with, by its key."""
    confirm = {f"confirm.{key}": wordings for key, wordings in playbook.confirm.items()}
    return playbook.reflection | {sign.key: sign.ask for sign in playbook.signs} | confirm


def test_each_week_has_its_job_and_focus(playbook: Playbook) -> None:
    assert [(week.number, week.job, week.focus) for week in playbook.weeks] == [
        (1, "connection", "psychological safety"),
        (2, "clarity", "alignment"),
        (3, "coaching", "growth"),
    ]


@pytest.mark.parametrize(
    ("number", "points"),
    [
        (
            1,
            [
                "heard, not judged",
                "energy",
                "work",
                "on your mind",
                "support you this week",
                "how you show up",
            ],
        ),
        (1, ["admit mistakes", "warn you early", "not with how well you prepared"]),
        (2, ["what is not", "in the way of progress", "priorities have moved", "newly expect", "push back"]),
        (2, ["What would you change", "not there", "ownership", "the other view counts"]),
        (3, ["learned lately", "stuck", "stretched", "coach instead of advising", "does not collect status"]),
        (3, ["skill or area", "dependence", "Giving answers is easy", "discipline"]),
    ],
)
def test_every_point_of_a_week_is_said(playbook: Playbook, number: int, points: list[str]) -> None:
    words = words_of(playbook.weeks[number - 1])

    assert [point for point in points if point not in words] == []


def test_week_1_listens_for_two_full_minutes_in_every_wording(playbook: Playbook) -> None:
    listening = playbook.weeks[0].steps[1].wordings

    assert all("two full minutes" in wording for wording in listening)
    assert all("interrupt" in wording for wording in listening)


def test_week_3_asks_what_was_tried_for_one_small_next_experiment_and_for_success(playbook: Playbook) -> None:
    _, tried, experiment, success = playbook.weeks[2].steps

    assert all("tried already" in one or "try already" in one for one in tried.wordings)
    assert all("small" in one for one in experiment.wordings)
    assert all("success" in one for one in success.wordings)


def test_every_plan_is_left_for_the_leader_to_finish(playbook: Playbook) -> None:
    plans = [plan for week in playbook.weeks for plan in week.if_then]

    assert all(plan.startswith("If ") and plan.endswith("then I will …") for plan in plans)


def test_the_signs_and_what_they_mean(playbook: Playbook) -> None:
    assert [(sign.key, sign.means) for sign in playbook.signs] == [
        ("opens_up", "trust is growing"),
        ("pushback", "safety is rising"),
        ("generative", "the direction is right"),
    ]


def test_the_traps_and_their_points(playbook: Playbook) -> None:
    advice = {trap.key: " ".join(trap.advice) for trap in playbook.traps}

    assert list(advice) == ["tasks", "talking", "avoiding", "cancelling"]
    assert "other places" in advice["tasks"]
    assert "80 %" in advice["talking"]
    assert "Openness builds trust, also when it is uncomfortable" in advice["avoiding"]
    assert "protected ritual: it is the work" in advice["cancelling"]


def test_the_monthly_questions_hold_the_three_of_the_model(playbook: Playbook) -> None:
    assert playbook.monthly[:3] == (
        "Do these meetings create value for the team, or only for me?",
        "What do I signal without saying it?",
        "How do I move from checking in to connecting?",
    )


def test_the_purpose_names_what_a_one_on_one_is_for_and_what_not(playbook: Playbook) -> None:
    words = " ".join(playbook.purpose)

    for point in ("made or lost", "belongs to", "status update", "box to tick", "loose chat", "three jobs"):
        assert point in words
    assert "intention, not perfection" in words


def test_the_first_exercise_is_one_of_the_experiments(playbook: Playbook) -> None:
    assert "Pick one person this week" in playbook.experiments[0]
    assert "a different person" in playbook.experiments[0]


def test_there_are_wordings_enough_not_to_read_the_same_mail_again(playbook: Playbook) -> None:
    for week in playbook.weeks:
        assert min(map(len, (week.opening, week.closing, week.if_then))) >= 4
        assert min(len(step.wordings) for step in week.steps) >= 4
        assert len(week.why) >= 3
    asked = [*playbook.reflection.values(), *(sign.ask for sign in playbook.signs)]
    advised = [trap.advice for trap in playbook.traps]
    assert min(map(len, [*asked, *advised, playbook.purpose])) >= 3
    assert len(playbook.experiments) >= 8


def test_no_wording_is_told_twice(playbook: Playbook) -> None:
    for week in playbook.weeks:
        lists = [week.opening, *(step.wordings for step in week.steps), week.closing, week.why, week.if_then]
        said = [wording for wordings in lists for wording in wordings]
        assert len(said) == len(set(said))


def test_questions_are_long_enough_to_be_found_in_a_reply(playbook: Playbook) -> None:
    short = [ask for asks in questions(playbook).values() for ask in asks if len(ask.split()) < 4]

    assert short == []


def test_no_two_questions_share_three_words_in_a_row(playbook: Playbook) -> None:
    runs = {key: set(three_in_a_row(asks)) for key, asks in questions(playbook).items()}

    shared = {(a, b): runs[a] & runs[b] for a, b in itertools.combinations(runs, 2) if runs[a] & runs[b]}
    assert shared == {}


def three_in_a_row(asks: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for ask in asks:
        words = ask.casefold().rstrip("?").replace(",", "").split()
        yield from zip(words, words[1:], words[2:], strict=False)


def test_an_operators_own_playbook_takes_the_place_of_the_one_shipped(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text(
        SHIPPED.read_text(encoding="utf-8").replace("two full minutes", "three full minutes"), "utf-8"
    )

    assert "three full minutes" in words_of(load_playbook("en", own).weeks[0])


def test_a_broken_own_playbook_is_named_with_its_path_and_line(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text('language = "en"\npurpose = 3\n', encoding="utf-8")

    with pytest.raises(UsageError, match=rf"^{own}:1: "):
        load_playbook("en", own)


def test_a_missing_own_playbook_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"absent\.toml: there is no such playbook") as refused:
        load_playbook("en", tmp_path / "absent.toml")
    assert "\n" not in str(refused.value)


def test_a_folder_is_no_playbook(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_playbook("en", tmp_path)


def test_an_own_playbook_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    own = tmp_path / "latin.toml"
    own.write_bytes('language = "en"\n# für\n'.encode("latin-1"))

    with pytest.raises(UsageError, match=r"latin\.toml:2: not UTF-8"):
        load_playbook("en", own)


def test_a_language_without_a_playbook_is_refused() -> None:
    with pytest.raises(UsageError, match="no such playbook"):
        load_playbook("tlh")


def own_playbook(folder: Path, language: str) -> Path:
    """The one shipped, said to be in another language, and without the words offered for answers."""
    text = SHIPPED.read_text(encoding="utf-8").replace('language = "en"', f'language = "{language}"')
    before, _, behind = text.partition("[answers]")
    path = folder / f"{language}.toml"
    path.write_text(before + behind[behind.index("[confirm]") :], encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("language", "yes"), [("en", "yes"), ("pt-BR", "sim"), ("pt", "sim"), ("es", "sí"), ("tlh", "yes")]
)
def test_an_own_playbook_without_answers_offers_those_of_its_language(
    tmp_path: Path, language: str, yes: str
) -> None:
    assert load_playbook("en", own_playbook(tmp_path, language)).choices("kept")[0] == yes
