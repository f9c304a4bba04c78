"""Where things stand in a TOML text."""

import pytest

from service.domain.toml_lines import line_left_open, line_of_repeat, lines_of

TEXT = '''# a comment with [brackets] and key = "value"
title = "a # no comment"

list = [  # one
  "first = 1",
  """
over
lines""",
  'third',
]
dotted.inner = 'x'
inline = { a = 1, b = [1,
  2] }

[[week]]
"number" = 1
steps = [
  ["a", "b"],
  [
    "c",
  ],
]

[[week]]
number = 2
when = 2026-11-24 14:00:00
share = 1.5

[reflection]
worked = ["?"]
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("title",), 2),
        (("list",), 4),
        (("list", 0), 5),
        (("list", 1), 6),
        (("list", 2), 9),
        (("dotted",), 11),
        (("dotted", "inner"), 11),
        (("inline", "a"), 12),
        (("inline", "b", 1), 13),
        (("week",), 15),
        (("week", 0), 15),
        (("week", 0, "number"), 16),
        (("week", 0, "steps", 0, 1), 18),
        (("week", 0, "steps", 1), 19),
        (("week", 0, "steps", 1, 0), 20),
        (("week", 1), 24),
        (("week", 1, "number"), 25),
        (("week", 1, "share"), 27),
        (("reflection",), 29),
        (("reflection", "worked"), 30),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_table_key_and_element_has_its_line(
    path: tuple[str | int, ...], line: int, line_end: str
) -> None:
    assert lines_of(TEXT.replace("\n", line_end))[path] == line


def test_a_table_under_a_list_of_tables_belongs_to_its_newest_element() -> None:
    lines = lines_of("[[week]]\n[[week]]\n[week.more]\nkey = 1\n")

    assert lines[("week", 1, "more", "key")] == 4


def test_the_first_key_given_twice_is_found_where_it_begins() -> None:
    assert line_of_repeat("a = 1\nb = [\n 1,\n]\n\nb = [\n 2,\n]\na = 2\n") == 6


def test_a_text_without_repeats_has_none() -> None:
    assert line_of_repeat(TEXT) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = [\n 'x',\n", 2),
        ('a = 1\nb = """\nx\n', 2),
        ("a = [[1],\n[2]\n", 1),
        ("a = [1]\n", None),
    ],
)
def test_what_is_never_closed_is_found_where_it_begins(text: str, line: int | None) -> None:
    assert line_left_open(text) == line
