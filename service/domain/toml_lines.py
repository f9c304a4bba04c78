"""Where things stand in a TOML text: the standard parser reads values but forgets their lines."""

import re
from collections.abc import Iterator
from typing import NamedTuple

Path = tuple[str | int, ...]
"""Keys and array positions from the root, e.g. ("week", 0, "opening", 2)."""

_TOKENS = re.compile(
    r"""
    (?P<blank>[ \t\r\ufeff]+|\#[^\n]*)
    |(?P<newline>\n)
    |(?P<text>\"{3}(?:\\.|[^\\])*?\"{3}\"{0,2}|'{3}.*?'{3}'{0,2})
    |(?P<open>\"{3}|'{3})
    |(?P<word>"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[^\s\[\]{}=,.\#"']+)
    |(?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKENS.finditer(text):
        if match.lastgroup != "blank":
            yield _Token(match.lastgroup or "", match.group(), line)
        line += match.group().count("\n")


def lines_of(text: str) -> dict[Path, int]:
    """The line (from 1) of every table, key and array element of a valid TOML text."""
    return _Walk(text).lines


def line_of_repeat(text: str) -> int | None:
    """The line of the first key that is given twice, in a text valid but for that."""
    return _Walk(text).repeated


def line_left_open(text: str) -> int | None:
    """The line where the last string or bracket begins that is never closed."""
    begun: list[int] = []
    for token in _tokens(text):
        if token.kind == "open":
            return token.line
        if token.kind == "mark" and token.text in "[{":
            begun.append(token.line)
        if token.kind == "mark" and token.text in "]}" and begun:
            begun.pop()
    return begun[-1] if begun else None


class _Walk:
    """One walk over the tokens; values are skipped, their places kept."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {(): 1}
        self.repeated: int | None = None
        self._tokens = [*_tokens(text), _Token("end", "", text.count("\n") + 1)]
        self._at = 0
        self._tables: dict[Path, int] = {}
        prefix: Path = ()
        while self._skip_newlines().kind != "end":
            prefix = self._header() if self._sees("[") else self._pair(prefix)

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _sees(self, marks: str) -> bool:
        return self._next.kind == "mark" and self._next.text in marks

    def _take(self) -> _Token:
        token = self._next
        self._at += token.kind != "end"
        return token

    def _skip_newlines(self) -> _Token:
        while self._next.kind == "newline":
            self._at += 1
        return self._next

    def _name(self) -> tuple[str, ...]:
        """A key, dotted or not, up to the mark that ends it."""
        parts = []
        while self._next.kind == "word" or self._sees("."):
            token = self._take()
            if token.kind == "word":
                parts.append(token.text.strip("\"'"))
        return tuple(parts)

    def _header(self) -> Path:
        line = self._take().line
        repeats = self._sees("[")
        self._at += repeats
        path = self._inside(self._name(), repeats)
        self._note(path, line)
        while self._sees("]"):
            self._take()
        return path

    def _inside(self, name: tuple[str, ...], repeats: bool) -> Path:
        """The table a header means: the newest element wherever a list of tables stands."""
        path: Path = ()
        for at, part in enumerate(name):
            path += (part,)
            if repeats and at == len(name) - 1:
                self._tables[path] = self._tables.get(path, -1) + 1
            if path in self._tables:
                path += (self._tables[path],)
        return path

    def _pair(self, prefix: Path) -> Path:
        line = self._next.line
        path = prefix + self._name()
        if path in self.lines and self.repeated is None:
            self.repeated = line
        self._note(path, line)
        self._take()
        self._value(path)
        return prefix

    def _value(self, path: Path) -> None:
        if self._sees("["):
            self._array(path)
        elif self._sees("{"):
            self._inline_table(path)
        else:
            while self._next.kind not in ("newline", "end") and not self._sees(",]}"):
                self._take()

    def _array(self, path: Path) -> None:
        self._take()
        position = 0
        while self._skip_newlines().kind != "end" and not self._sees("]"):
            self._note((*path, position), self._next.line)
            self._value((*path, position))
            self._skip_newlines()
            self._at += self._sees(",")
            position += 1
        self._take()

    def _inline_table(self, path: Path) -> None:
        self._take()
        while self._skip_newlines().kind != "end" and not self._sees("}"):
            self._pair(path)
            self._at += self._sees(",")
        self._take()

    def _note(self, path: Path, line: int) -> None:
        """Keep the line of `path` and, for a dotted or first name, of what encloses it."""
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)
