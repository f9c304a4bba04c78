"""Letters become mails: subject, text and HTML, from the templates under templates/email."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import css_inline
from babel import Locale, UnknownLocaleError
from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError, select_autoescape
from markupsafe import Markup

from service.domain.letters import Frame, Kind, Letter, type_of_letter
from service.domain.playbook import pick
from service.languages import DEFAULT, LANGUAGES, date_filters, listed, speak, translations
from service.mail.taps import Taps
from service.templates import templates_folder

SUBJECT_LENGTH = 78  # RFC 5322 asks for lines no longer than this
NAME_IN_SUBJECT = 24

# After the preview line, so that mailboxes show nothing else beside it: spaces that take no room.
_FILLER = Markup("&#847;&zwnj;&nbsp;" * 60)  # noqa: S704 - our own

# Controls, lone surrogates, zero-width spaces, and marks that turn the direction of what follows.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_BLANK_LINES = re.compile(r"\n{4,}")
_END_OF_LINE = re.compile(r"[ \t]+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's words; `subject` is one line, `text` and `html` say the same."""

    subject: str
    text: str
    html: str


def render(kind: Kind, letter: Letter, frame: Frame) -> Rendered:
    """The mail that `letter` becomes; raises TypeError where the letter is of another kind."""
    if not isinstance(letter, type_of_letter[kind]):
        raise TypeError(f"a {kind} mail needs a {type_of_letter[kind].__name__}")
    fill = partial(_fill, _environment(frame.language, frame.locale), kind)
    subject = _subject(fill("subject.txt", letter=letter, frame=frame))
    text = fill("body.txt", letter=letter, frame=frame)
    taps = Taps(letter, frame, subject)
    html = fill("body.html", letter=letter, frame=frame, subject=subject, taps=taps)
    return Rendered(subject, _tidy(text), _inliner().inline(html))


def _fill(environment: Environment, kind: Kind, part: str, **values: object) -> str:
    return environment.get_template(f"{kind}/{part}").render(values)


@cache
def direction(language: str) -> str:
    """How a language runs: "ltr", or "rtl" from right to left."""
    try:
        return Locale.parse(language, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"


def forget_templates() -> None:
    """Read the templates anew, for who is editing them."""
    _environment.cache_clear()


@cache
def _environment(language: str, locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates_folder() / "email"),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        finalize=one_line,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    spoken = language if language in LANGUAGES else DEFAULT
    speak(environment, partial(translations, spoken), clean=one_line)
    environment.filters |= _FILTERS | date_filters(lambda: locale)
    environment.globals |= _sides(direction(language)) | {"filler": _FILLER, "share": share}
    return environment


def _sides(runs: str) -> dict[str, str]:
    """Where a line begins and ends; mail programs know left and right only."""
    start, end = ("right", "left") if runs == "rtl" else ("left", "right")
    return {"dir": runs, "start": start, "end": end}


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False)


def one_line(value: object) -> object:
    """Every value a template prints is one line: a name can't forge a line, or a header."""
    if value is None:
        raise UndefinedError("a template printed a value that is not there (None)")
    return value if isinstance(value, Markup) else " ".join(_UNSEEN.sub("", str(value)).split())


def _subject(text: str) -> str:
    line = str(one_line(text))
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1].rstrip() + "…"


def _tidy(text: str) -> str:
    return _BLANK_LINES.sub("\n\n\n", _END_OF_LINE.sub("", text)).strip() + "\n"


def _lines(text: str) -> list[str]:
    """Own words may run over lines; each is printed by itself."""
    return [line for line in text.splitlines() if line.strip()]


def _first_name(name: str) -> str:
    first = str(one_line(name)).split(" ")[0]
    return first if len(first) <= NAME_IN_SUBJECT else first[: NAME_IN_SUBJECT - 1] + "…"


def _isolated(name: str) -> Markup:
    """A name whose direction touches nothing around it."""
    return Markup("<bdi>{}</bdi>").format(one_line(name))


def share(number: int, most: int) -> int:
    """A bar's width in percent of the longest; what there is, is seen."""
    return max(round(100 * number / most), 2) if number else 0


_FILTERS: dict[str, Callable[..., object]] = {
    "first_name": _first_name,
    "isolated": _isolated,
    "lines": _lines,
    "listed": listed,
    "pick": pick,
}
