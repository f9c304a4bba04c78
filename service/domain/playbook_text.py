"""A playbook out of its TOML text; a broken one is refused with the line and what is wrong."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from service.domain.playbook import OFFERED, Playbook, Sign, Step, Trap, Week
from service.domain.toml_lines import Path, line_left_open, line_of_repeat, lines_of
from service.errors import UsageError

_TOP = (
    *("language", "purpose", "monthly", "experiments", "week", "sign", "trap"),
    *("reflection", "confirm", "answers"),
)
_WEEK = ("number", "job", "focus", "goal", "opening", "steps", "closing", "why", "if_then")
_SIGN = ("key", "name", "means", "ask")
_TRAP = ("key", "name", "advice")
_REFLECTION = ("worked", "surprised", "better", "talked", "promise", "kept", "happened")
_CONFIRM = ("series", "happened", "pause", "reply")

_Table = Mapping[str, Any]


def parse_playbook(text: str, origin: str) -> Playbook:
    """The playbook that `text` (TOML) describes: one week or more, one wording or more of each.

    Raises `UsageError` "origin:LINE: what is wrong, and what is expected" for the first
    problem, with the lines of the others behind it.
    """
    document = _document(text, origin)
    reader = _Reader(lines_of(text))
    playbook = _playbook(document, reader)
    if reader.problems:
        raise UsageError(_report(origin, sorted(reader.problems)))
    return playbook


def _document(text: str, origin: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        what = re.sub(r" \(at (line|end) .*\)$", "", str(error))
        line = _line_of_error(text, str(error))
        raise UsageError(f"{origin}:{line}: {what}; expected TOML, as in the playbook shipped") from error


def _line_of_error(text: str, message: str) -> int:
    """The parser points behind a repeated key's value, and at nothing where the text ends too early."""
    stated = re.search(r"at line (\d+)", message)
    if "Cannot overwrite" in message:
        return line_of_repeat(text) or (int(stated[1]) if stated else 1)
    if stated:
        return int(stated[1])
    return line_left_open(text) or len(text.splitlines()) or 1


def _report(origin: str, problems: list[tuple[int, str]]) -> str:
    (line, what), *others = problems
    if not others:
        return f"{origin}:{line}: {what}"
    lines = ", ".join(str(other) for other, _ in others)
    return f"{origin}:{line}: {what} (and {len(others)} more, see line {lines})"


def _playbook(document: _Table, reader: "_Reader") -> Playbook:
    reader.check_keys(document, (), _TOP, may_lack=("answers",))
    return Playbook(
        language=reader.text(document, (), "language"),
        purpose=reader.wordings(document, (), "purpose"),
        weeks=_weeks(document, reader),
        signs=tuple(_sign(table, path, reader) for table, path in reader.tables(document, "sign", _SIGN)),
        traps=tuple(_trap(table, path, reader) for table, path in reader.tables(document, "trap", _TRAP)),
        reflection=reader.questions(document, "reflection", _REFLECTION),
        monthly=reader.wordings(document, (), "monthly"),
        experiments=reader.wordings(document, (), "experiments"),
        confirm=reader.questions(document, "confirm", _CONFIRM),
        answers=_answers(document, reader),
    )


def _weeks(document: _Table, reader: "_Reader") -> tuple[Week, ...]:
    weeks = tuple(_week(table, path, reader) for table, path in reader.tables(document, "week", _WEEK))
    seen: set[int] = set()
    for position, week in enumerate(weeks):
        what = f"week {week.number} " + ("stands here twice" if week.number in seen else "is out of turn")
        if week.number not in (0, position + 1):
            reader.wrong(("week", position, "number"), what, f"number = {position + 1}")
        seen.add(week.number)
    return weeks


def _answers(document: _Table, reader: "_Reader") -> dict[str, tuple[str, ...]]:
    """The words offered for one-word answers; {} where the playbook leaves them to us."""
    if "answers" not in document:
        return {}
    answers = reader.questions(document, "answers", tuple(OFFERED))
    for key, offered in OFFERED.items():
        words = answers.get(key) or offered
        if len({word.casefold() for word in words}) != len(offered) or len(words) != len(offered):
            expected = f"{len(offered)} different ones, in this order: {', '.join(offered)}"
            reader.wrong(("answers", key), f"{key!r} has {len(words)} words", expected)
    return answers


def _week(table: _Table, path: Path, reader: "_Reader") -> Week:
    return Week(
        number=reader.number(table, path, "number"),
        job=reader.text(table, path, "job"),
        focus=reader.text(table, path, "focus"),
        goal=reader.text(table, path, "goal"),
        opening=reader.wordings(table, path, "opening"),
        steps=reader.steps(table, path),
        closing=reader.wordings(table, path, "closing"),
        why=reader.wordings(table, path, "why"),
        if_then=reader.wordings(table, path, "if_then"),
    )


def _sign(table: _Table, path: Path, reader: "_Reader") -> Sign:
    return Sign(
        key=reader.key(table, path),
        name=reader.text(table, path, "name"),
        means=reader.text(table, path, "means"),
        ask=reader.wordings(table, path, "ask"),
    )


def _trap(table: _Table, path: Path, reader: "_Reader") -> Trap:
    return Trap(
        key=reader.key(table, path),
        name=reader.text(table, path, "name"),
        advice=reader.wordings(table, path, "advice"),
    )


class _Reader:
    """Takes typed values out of tables; what is wrong is noted with its line, and reading goes on.

    A missing key is noted once, by `check_keys`; the values then come back empty.
    """

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self.problems: list[tuple[int, str]] = []
        self._lines = lines
        self._keys: set[Path] = set()

    def wrong(self, path: Path, what: str, expected: object) -> None:
        """Note a problem at `path`, or at the nearest thing around it that has a line."""
        while path not in self._lines:
            path = path[:-1]
        self.problems.append((self._lines[path], f"{what}; expected {expected}"))

    def check_keys(
        self, table: _Table, path: Path, keys: tuple[str, ...], may_lack: tuple[str, ...] = ()
    ) -> None:
        """Exactly these keys stand in the table, but for those that it may lack."""
        for key in table.keys() - set(keys):
            self.wrong((*path, key), f"unknown key {key!r}", "one of " + ", ".join(keys))
        for key in keys:
            if key not in table and key not in may_lack:
                self.wrong(path, f"{key!r} is missing {_where(path)}", _SHAPES.get(key, _WORDINGS))

    def text(self, table: _Table, path: Path, key: str) -> str:
        """A text of one character or more."""
        return self._text_at(table[key], (*path, key), repr(key)) if key in table else ""

    def number(self, table: _Table, path: Path, key: str) -> int:
        """A whole number from 1; 0 where there is none."""
        value = table.get(key, 0)
        if type(value) is int and (value > 0 or key not in table):
            return value
        self.wrong((*path, key), f"{key!r} is {value!r}", "a whole number from 1")
        return 0

    def key(self, table: _Table, path: Path) -> str:
        """A key that no other table of its kind has."""
        key = self.text(table, path, "key")
        if (path[0], key) in self._keys:
            self.wrong(
                (*path, "key"), f"the key {key!r} stands here twice", f"another key for this {path[0]}"
            )
        elif key and not key.isidentifier():
            self.wrong((*path, "key"), f"the key {key!r} is no plain word", "letters, digits and _ only")
        self._keys.add((path[0], key))
        return key

    def wordings(self, table: _Table, path: Path, key: str) -> tuple[str, ...]:
        """One text or more that mean the same."""
        return tuple(self._wordings_at(table[key], (*path, key), repr(key))) if key in table else ()

    def steps(self, table: _Table, path: Path) -> tuple[Step, ...]:
        """One step or more, each with its wordings."""
        here = (*path, "steps")
        steps = self._items(table["steps"], here, "'steps'") if "steps" in table else []
        return tuple(
            Step(tuple(self._wordings_at(step, (*here, at), f"step {at + 1}")))
            for at, step in enumerate(steps)
        )

    def tables(self, document: _Table, name: str, keys: tuple[str, ...]) -> Iterator[tuple[_Table, Path]]:
        """Each table under [[name]], its keys checked."""
        tables = self._items(document[name], (name,), repr(name)) if name in document else []
        for position, table in enumerate(tables):
            path = (name, position)
            if isinstance(table, dict):
                self.check_keys(table, path, keys)
                yield table, path
            else:
                self.wrong(path, f"{name!r} is {_kind(table)}", _SHAPES[name])

    def questions(self, document: _Table, name: str, keys: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """The wordings of each question under [name]."""
        table = document.get(name, {})
        if not isinstance(table, dict):
            self.wrong((name,), f"{name!r} is {_kind(table)}", _SHAPES[name])
            return {}
        if name in document:
            self.check_keys(table, (name,), keys)
        return {key: self.wordings(table, (name,), key) for key in keys}

    def _wordings_at(self, value: object, path: Path, name: str) -> Iterator[str]:
        for position, item in enumerate(self._items(value, path, name)):
            yield self._text_at(item, (*path, position), f"wording {position + 1} of {name}")

    def _items(self, value: object, path: Path, name: str) -> list[Any]:
        if isinstance(value, list) and value:
            return value
        what = "is empty" if value == [] else f"is {_kind(value)}"
        self.wrong(path, f"{name} {what}", _SHAPES.get(str(path[-1]), _WORDINGS))
        return []

    def _text_at(self, value: object, path: Path, name: str) -> str:
        if not isinstance(value, str):
            self.wrong(path, f"{name} is {_kind(value)}", 'a text in quotes, like "…"')
        elif not value.strip():
            self.wrong(path, f"{name} is empty", 'a text in quotes, like "…"')
        return value.strip() if isinstance(value, str) else ""


_WORDINGS = 'a list of one wording or more, like ["…", "…"]'
_SHAPES: Mapping[str, str] = {
    **dict.fromkeys(
        ("language", "job", "focus", "goal", "key", "name", "means"), 'a text in quotes, like "…"'
    ),
    **{name: f"one [[{name}]] table or more" for name in ("week", "sign", "trap")},
    **{name: f"a [{name}] table" for name in ("reflection", "confirm", "answers")},
    "number": "a whole number from 1",
    "steps": 'a list of steps, each a list of wordings, like [["…", "…"], ["…"]]',
}


def _where(path: Path) -> str:
    if not path:
        return "in the playbook"
    return f"in [{path[0]}]" if len(path) == 1 else f"in this [[{path[0]}]]"


def _kind(value: object) -> str:
    kinds = {dict: "a table", list: "a list", str: "a text", bool: "true or false", int: "a number"}
    return kinds.get(type(value), "no text")
