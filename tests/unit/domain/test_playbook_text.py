"""A playbook is read whole, or refused with the line and what is wrong."""

import pytest

from service.domain.playbook import Playbook, pick
from service.domain.playbook_text import parse_playbook
from service.errors import UsageError

SMALL = """\
language = "en"
purpose = ["To meet."]
monthly = ["And?"]
experiments = ["Try."]

[[week]]
number = 1
job = "connection"
focus = "safety"
goal = "Heard."
opening = ["How are you?"]
steps = [["Ask.", "Wonder."], ["Listen."]]
closing = ["What can I do?"]
why = ["Because."]
if_then = ["If so, then I will …"]

[[week]]
number = 2
job = "clarity"
focus = "alignment"
goal = "Known."
opening = ["What is clear?"]
steps = [
  ["Share."],
]
closing = ["What would you change?"]
why = ["Because."]
if_then = ["If not, then I will …"]

[[sign]]
key = "opens_up"
name = "Opens up"
means = "trust"
ask = ["Did they open up?"]

[[sign]]
key = "ideas"
name = "Ideas"
means = "safety"
ask = ["Were there new ideas?"]

[[trap]]
key = "talking"
name = "Talking"
advice = ["Listen."]

[reflection]
happened = ["Did you two meet?"]
worked = ["What worked well?"]
surprised = ["What was a surprise?"]
better = ["What next time?"]
talked = ["Who talked more?"]
promise = ["What was promised?"]
kept = ["Was it kept?"]

[confirm]
series = ["Is it one?"]
happened = ["What happened here?"]
pause = ["Shall we pause?"]
reply = ["Was it you?"]
"""


def problem(text: str) -> str:
    with pytest.raises(UsageError) as refused:
        parse_playbook(text, "mine.toml")
    return str(refused.value)


def changed(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new, 1)


def week(number: int) -> str:
    table = SMALL[SMALL.index("[[week]]\nnumber = 2") : SMALL.index("[[sign]]")]
    return table.replace("number = 2", f"number = {number}")


def test_a_playbook_of_one_wording_each_is_enough() -> None:
    playbook = parse_playbook(SMALL, "mine.toml")

    assert [week.job for week in playbook.weeks] == ["connection", "clarity"]
    assert playbook.weeks[0].steps[0].wordings == ("Ask.", "Wonder.")
    assert playbook.signs[1].key == "ideas"
    assert playbook.reflection["kept"] == ("Was it kept?",)
    assert playbook.confirm["series"] == ("Is it one?",)


@pytest.mark.parametrize("weeks", [1, 3, 4, 6])
def test_any_number_of_weeks_will_do(weeks: int) -> None:
    start, end = SMALL.index("[[week]]\nnumber = 2"), SMALL.index("[[sign]]")
    text = SMALL[:start] + "".join(week(number) for number in range(2, weeks + 1)) + SMALL[end:]

    assert [one.number for one in parse_playbook(text, "mine.toml").weeks] == list(range(1, weeks + 1))


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    assert parse_playbook("\ufeff" + SMALL.replace("\n", "\r\n"), "x") == parse_playbook(SMALL, "x")


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ('language = "en"\n', "", 1, "'language' is missing in the playbook"),
        ('purpose = ["To meet."]', 'purpose = "To meet."', 2, "'purpose' is a text"),
        ('monthly = ["And?"]', "monthly = []", 3, "'monthly' is empty"),
        ('experiments = ["Try."]', 'experiments = ["Try.", " "]', 4, "wording 2 of 'experiments' is empty"),
        ("number = 1", "number = 2", 7, "week 2 is out of turn; expected number = 1"),
        ("number = 1", "number = 0", 7, "'number' is 0; expected a whole number from 1"),
        ("number = 1", 'number = "1"', 7, "'number' is '1'; expected a whole number"),
        ("number = 1", "number = true", 7, "'number' is True; expected a whole number"),
        ("number = 1\n", "", 6, "'number' is missing in this [[week]]"),
        ("number = 2", "number = 1", 18, "week 1 stands here twice; expected number = 2"),
        ("number = 2", "number = 3", 18, "week 3 is out of turn; expected number = 2"),
        ('job = "clarity"', "job = 7", 19, "'job' is a number; expected a text in quotes"),
        ('focus = "alignment"', 'focus = ""', 20, "'focus' is empty"),
        ('goal = "Known."\n', "", 17, "'goal' is missing in this [[week]]"),
        ('goal = "Known."', 'gaol = "Known."', 17, "'goal' is missing in this [[week]]"),
        ('goal = "Known."', 'goal = "Known."\nhint = "?"', 22, "unknown key 'hint'; expected one of number"),
        ('steps = [["Ask.", "Wonder."], ["Listen."]]', 'steps = ["Ask."]', 12, "step 1 is a text"),
        ('  ["Share."],', "  [],", 24, "step 1 is empty"),
        ('  ["Share."],', '  [\n    "Share.",\n    5,\n  ],', 26, "wording 2 of step 1 is a number"),
        ('key = "ideas"', 'key = "opens_up"', 37, "the key 'opens_up' stands here twice"),
        ('key = "ideas"', 'key = "new ideas"', 37, "the key 'new ideas' is no plain word"),
        ('ask = ["Were there new ideas?"]', "ask = [true]", 40, "wording 1 of 'ask' is true or false"),
        ('[[trap]]\nkey = "talking"\nname = "Talking"\nadvice = ["Listen."]\n', "", 1, "'trap' is missing"),
        ("[[trap]]", "[trap]", 42, "'trap' is a table; expected one [[trap]] table or more"),
        ("[[trap]]", "[[trapp]]", 1, "'trap' is missing in the playbook; expected one [[trap]] table"),
        ('talked = ["Who talked more?"]\n', "", 47, "'talked' is missing in [reflection]"),
        ('kept = ["Was it kept?"]', 'kept = ["?"]\nlearned = ["?"]', 55, "unknown key 'learned'"),
        ("[reflection]", "[[reflection]]", 47, "'reflection' is a list; expected a [reflection] table"),
        ('reply = ["Was it you?"]\n', "", 56, "'reply' is missing in [confirm]"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(old: str, new: str, line: int, what: str) -> None:
    message = problem(changed(old, new))

    assert message.startswith(f"mine.toml:{line}: {what}")
    assert "; expected " in message


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('language = "en"', 'language = "en', 1),
        ("[[week]]\nnumber = 2", "[[week]\nnumber = 2", 17),
        ('job = "clarity"', "job = clarity", 19),
        ('goal = "Known."', 'goal = "Known."\ngoal = "Known."', 22),
        ('why = ["Because."]', 'why = [\n  "Because."\n  "So."\n]', 16),
        ('  ["Share."],\n]', '  ["Share."],\n]\nsteps = [\n  ["Again."],\n]', 26),
        ("[reflection]", "[reflection]\n[reflection]", 48),
        ('reply = ["Was it you?"]', 'reply = ["Was it you?"', 60),
        ('reply = ["Was it you?"]', 'reply = ["""Was it you?"]', 60),
    ],
)
def test_what_is_no_toml_is_refused_with_its_line(old: str, new: str, line: int) -> None:
    message = problem(changed(old, new))

    assert message.startswith(f"mine.toml:{line}: ")
    assert "(at line" not in message


def test_an_empty_text_is_refused_too() -> None:
    assert problem("").startswith("mine.toml:1: ")


def test_several_problems_stand_in_one_line_the_first_in_full() -> None:
    broken = changed("number = 1", "number = 9").replace('focus = "alignment"', "focus = 3")

    message = problem(broken)

    assert message.startswith("mine.toml:7: week 9 is out of turn")
    assert message.endswith("(and 1 more, see line 20)")
    assert "\n" not in message


def test_wordings_go_round() -> None:
    assert [pick(("a", "b", "c"), turn) for turn in range(5)] == ["a", "b", "c", "a", "b"]


def test_no_wording_keeps_the_space_around_it() -> None:
    playbook: Playbook = parse_playbook(changed('["Try."]', '["  Try. "]'), "mine.toml")

    assert playbook.experiments == ("Try.",)


ANSWERS = """
[answers]
yes_no = ["ja", "nein", "unsicher"]
happened = ["ja", "verschoben", "ich sagte ab", "abgesagt", "niemand kam"]
talked = ["ich", "mein Gegenüber", "gleich"]
"""


def test_a_playbook_may_say_which_words_are_offered_for_one_word_answers() -> None:
    playbook = parse_playbook(SMALL + ANSWERS, "mine.toml")

    assert playbook.choices("sign.opens_up") == ("ja", "nein", "unsicher")
    assert playbook.choices("happened")[1] == "verschoben"
    assert playbook.choices("talked")[0] == "ich"
    assert playbook.choices("pause") == ("ja", "nein")


def test_without_answers_the_english_ones_are_offered() -> None:
    assert parse_playbook(SMALL, "mine.toml").choices("kept") == ("yes", "no", "unsure")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"ja", "nein", "unsicher"', '"ja", "nein"', "'yes_no' has 2 words; expected 3 different ones"),
        ('"ja", "nein", "unsicher"', '"ja", "nein", "Ja"', "'yes_no' has 3 words; expected 3 different ones"),
        ('["ich", "mein Gegenüber", "gleich"]', '"ich"', "'talked' is a text; expected"),
    ],
)
def test_answers_that_are_not_as_many_as_there_are_meanings_are_refused(
    old: str, new: str, what: str
) -> None:
    assert what in problem(SMALL + ANSWERS.replace(old, new, 1))
