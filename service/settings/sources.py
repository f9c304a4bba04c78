"""Where settings come from: visavis.toml and the environment.

Every key of the file may also come from the environment as VISAVIS_<SECTION>_<KEY>, or
from a file named by VISAVIS_<SECTION>_<KEY>_FILE. The environment wins; a variable that
is set but empty counts as not set.
"""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from service.errors import UsageError
from service.settings.model import Settings
from service.settings.sections import Sections

FILE_NAME = "visavis.toml"
_PREFIX = "VISAVIS_"
_NO_SETTINGS = f"there is no {FILE_NAME} here; run `visavis init` first, or point to one with --config"
_WORDS = {
    "missing": "is missing",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "string_type": "must be text in quotes",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_too_long": "is too long",
}

Key = tuple[str, str]


@dataclass(frozen=True)
class _Found:
    """A value, and where it stands in words that lead there."""

    value: object
    where: str


@dataclass
class _Reading:
    """What was found so far, and everything that is wrong with it."""

    found: dict[Key, _Found] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def keys() -> tuple[Key, ...]:
    """Every setting there is, as (section, key)."""
    return tuple((section, key) for section, names in Sections.names().items() for key in names)


def load_settings(config: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read visavis.toml (`config`, else the one in the current folder) and `environ`.

    Raises one `UsageError` with a line for each thing that is wrong.
    """
    path = config or Path(FILE_NAME)
    reading = _Reading()
    _read_environment(environ, reading)
    if config or path.exists():
        from_environment = dict(reading.found)
        _read_file(path, reading)
        reading.found |= from_environment
    elif not reading.found and not reading.problems:
        raise UsageError(_NO_SETTINGS)
    return Settings(path.absolute().parent, _checked(reading, path))


def _read_file(path: Path, reading: _Reading) -> None:
    text = _text_of(path)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"{_with_line(path, error)}; mend that line, or write a new file with `visavis init`"
        ) from error
    for section, values in content.items():
        where = _place(path, text, section)
        if section not in Sections.names():
            near = _nearest(section, Sections.names())
            reading.problems.append(f"{where} [{section}]: there is no such section; {near or _sections()}")
        elif not isinstance(values, dict):
            reading.problems.append(
                f"{where} {section}: must be a section; write [{section}] on a line of its own"
            )
        else:
            _read_section(section, values, reading, partial(_place, path, text, section))


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise UsageError(f"{path}: there is no such file; run `visavis init` to write one") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not UTF-8 text; save it again as UTF-8") from error
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read ({error.strerror}); check --config and the file's rights"
        ) from error


def _with_line(path: Path, error: tomllib.TOMLDecodeError) -> str:
    told = re.fullmatch(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", str(error))
    if told is None:
        return f"{path.name}: {error}"
    line = f":{told['line']}" if told["line"] else ""
    return f"{path.name}{line}: is no valid TOML: {told['what']}"


def _read_section(
    section: str, values: Mapping[str, object], reading: _Reading, place: Callable[[str], str]
) -> None:
    for key, value in values.items():
        where = f"{place(key)} [{section}] {key}"
        if key in Sections.names()[section]:
            reading.found[section, key] = _Found(value, where)
        else:
            near = _nearest(key, Sections.names()[section])
            known = f"[{section}] knows {', '.join(Sections.names()[section])}"
            reading.problems.append(f"{where}: there is no such setting; {near or known}")


def _place(path: Path, text: str, section: str, key: str = "") -> str:
    """The file's name and the line of a section or key, as far as one can see without a parser."""
    line = 0
    in_section = False
    for number, content in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\s*[\"']?([\w-]+)[\"']?\s*\]", content)
        if header:
            in_section = header[1] == section
            line = number if in_section else line
        elif in_section and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", content):
            return f"{path.name}:{number}"
    return f"{path.name}:{line}" if line else path.name


def _read_environment(environ: Mapping[str, str], reading: _Reading) -> None:
    known = {_variable(key): key for key in keys()}
    for name in sorted(name for name in environ if name.startswith(_PREFIX) and environ[name]):
        direct = name if name in known else name.removesuffix("_FILE")
        if direct not in known:
            reading.problems.extend(_misspelt(name, known))
        elif direct == name:
            reading.found[known[name]] = _Found(environ[name], name)
        elif environ.get(direct):
            reading.problems.append(f"{name}: {direct} is set as well; keep one of the two")
        else:
            _read_value_file(name, Path(environ[name]), known[direct], reading)


def _read_value_file(name: str, path: Path, key: Key, reading: _Reading) -> None:
    try:
        reading.found[key] = _Found(path.read_text(encoding="utf-8").strip(), name)
    except (OSError, UnicodeDecodeError):
        reading.problems.append(f"{name}: the file {path} cannot be read; check its path and its rights")


def _misspelt(name: str, known: Mapping[str, Key]) -> Iterator[str]:
    # Only near misses: Kubernetes sets names such as VISAVIS_SERVICE_HOST by itself.
    for near in difflib.get_close_matches(name.removesuffix("_FILE"), known, n=1, cutoff=0.88):
        yield f"{name}: there is no such setting; did you mean {near}?"


def _variable(key: Key) -> str:
    return f"{_PREFIX}{key[0]}_{key[1]}".upper()


def _nearest(word: str, words: Mapping[str, object] | tuple[str, ...]) -> str:
    return "".join(f"did you mean {near}?" for near in difflib.get_close_matches(word, list(words), n=1))


def _sections() -> str:
    return f"the sections are {', '.join(Sections.names())}"


def _checked(reading: _Reading, path: Path) -> Sections:
    given: dict[str, dict[str, object]] = {section: {} for section in Sections.names()}
    for (section, key), found in reading.found.items():
        given[section][key] = found.value
    try:
        sections = Sections.model_validate(given)
    except ValidationError as error:
        reading.problems.extend(_told(error, reading.found, path))
    else:
        for section, key, what in sections.at_odds():
            reading.problems.append(f"{_where((section, key), reading.found, path)}: {what}")
    if reading.problems:
        raise UsageError("\n".join(reading.problems))
    return sections


def _where(key: Key, found: Mapping[Key, _Found], path: Path) -> str:
    return found[key].where if key in found else f"{path.name} [{key[0]}] {key[1]}"


def _told(error: ValidationError, found: Mapping[Key, _Found], path: Path) -> Iterator[str]:
    # Neither the value nor pydantic's own message, which may quote it: it may be a secret.
    for each in error.errors(include_url=False, include_input=False):
        section, key = (str(part) for part in each["loc"][:2])
        where = _where((section, key), found, path)
        what = _WORDS.get(each["type"]) or str(each.get("ctx", {}).get("error", "cannot be used"))
        yield f"{where}: {what}; {Sections.advice(section, key)}"
