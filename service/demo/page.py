"""The demo as a page that opens from disk: no server, no script, nothing from elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.commands.words import reason_in_words
from service.demo.chronicle import Chronicle, EditLine, Line, MailLine, ReplyLine, SkipLine
from service.demo.stage import INDEX
from service.domain.desk import Reason
from service.domain.letters import Kind
from service.templates import templates_folder

PAGES = "pages"
STYLE = "style.css"
_WEEK = timedelta(days=7)

KINDS = {
    Kind.WELCOME: "Welcome",
    Kind.PREP: "Prep",
    Kind.REFLECTION: "Reflection",
    Kind.REMINDER: "Reminder",
    Kind.REBOOK: "Rebook",
    Kind.CONFIRM: "Question",
    Kind.RECEIPT: "Receipt",
    Kind.DIGEST: "Digest",
}
# As a sentence says them; the others are said by their label.
_NOUNS = {Kind.REFLECTION: "reflection form", Kind.REBOOK: "note about a new time"}
STATUSES = {
    ("accepted", None): "Understood",
    ("held", "sender_differs"): "Held back: it came from somebody else’s address",
    ("ignored", "out_of_office"): "Ignored: an answering machine wrote it",
}
# What would only repeat what stands elsewhere on the page.
_SAID_ELSEWHERE = frozenset({Reason.ANSWERED, Reason.BUNDLED, None})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a leader's weeks; `href` is its own page, "" where it has none."""

    at: datetime
    sort: str
    label: str
    title: str
    line: Line
    href: str = ""


def write_pages(folder: Path, chronicles: Sequence[Chronicle]) -> Path:
    """Write index.html and a page for every mail and reply; the index's path."""
    pages = folder / PAGES
    pages.mkdir(parents=True, exist_ok=True)
    style = templates_folder() / "web" / "demo" / STYLE
    (folder / STYLE).write_text(style.read_text(encoding="utf-8"), encoding="utf-8")
    rows = {chronicle.star.key: list(_rows(chronicle)) for chronicle in chronicles}
    for chronicle in chronicles:
        _write_each(folder, chronicle, [row for row in rows[chronicle.star.key] if row.href])
    leaders = [
        {"chronicle": one, "weeks": _weeks(rows[one.star.key]), "first": _first_of_each(rows[one.star.key])}
        for one in chronicles
    ]
    text = _fill("index.html", root="", leaders=leaders, kinds=KINDS)
    (folder / INDEX).write_text(text, encoding="utf-8")
    return folder / INDEX


def _write_each(folder: Path, chronicle: Chronicle, rows: Sequence[Row]) -> None:
    for number, row in enumerate(rows):
        around = {
            "before": rows[number - 1] if number else None,
            "after": rows[number + 1] if number + 1 < len(rows) else None,
        }
        path = folder / row.href
        if isinstance(row.line, MailLine):
            # A click inside the mail must not replace the mail.
            shown = row.line.mail.html.replace("<head>", '<head><base target="_blank">', 1)
            path.with_suffix(".mail.html").write_text(shown, encoding="utf-8")
        template = "mail.html" if isinstance(row.line, MailLine) else "reply.html"
        became = _became(row.line) if isinstance(row.line, ReplyLine) else ""
        values = {"row": row, "line": row.line, "star": chronicle.star, "file": path.stem, "became": became}
        path.write_text(_fill(template, root="../", **values, **around), encoding="utf-8")


def _rows(chronicle: Chronicle) -> Iterator[Row]:
    told = {
        (line.member, line.start)
        for line in chronicle.lines
        if isinstance(line, SkipLine) and line.kind is Kind.PREP
    }
    for number, line in enumerate(chronicle.lines):
        href = f"{PAGES}/{chronicle.star.key}-{number:03}.html"
        if isinstance(line, MailLine):
            yield Row(line.at, "mail", KINDS[line.mail.kind], line.mail.subject, line, href)
        elif isinstance(line, ReplyLine):
            yield Row(line.at, f"reply {line.status}", "Reply", _reply_title(line), line, href)
        elif isinstance(line, EditLine):
            yield Row(line.at, "edit", "Calendar", line.words, line)
        elif line.reason not in _SAID_ELSEWHERE and not _repeats(line, told):
            yield Row(line.at, "skip", "Not sent", _skip_title(line), line)


def _repeats(line: SkipLine, told: set[tuple[str, datetime | None]]) -> bool:
    """The form of a meeting whose prep was not sent either."""
    return line.kind is Kind.REFLECTION and (line.member, line.start) in told


def _reply_title(line: ReplyLine) -> str:
    writer = line.written.sender.first_name
    return f"{writer} replies ({line.turn.style}). {_became(line)}."


def _became(line: ReplyLine) -> str:
    """What the program made of it."""
    return (
        STATUSES.get((line.status, line.reason))
        or f"{line.status}: {reason_in_words(line.reason)}".capitalize()
    )


def _skip_title(line: SkipLine) -> str:
    about = f" for {line.member} ({line.start:%A %H:%M})" if line.start else ""
    noun = _NOUNS.get(line.kind) or KINDS[line.kind].lower()
    return f"No {noun}{about}: {reason_in_words(line.reason)}."


def _weeks(rows: Sequence[Row]) -> list[tuple[date, date, list[Row]]]:
    """Monday, Sunday and rows of each week."""
    found: dict[date, list[Row]] = {}
    for row in rows:
        monday = row.at.date() - timedelta(days=row.at.weekday())
        found.setdefault(monday, []).append(row)
    return [(monday, monday + _WEEK - timedelta(days=1), lines) for monday, lines in found.items()]


def _first_of_each(rows: Sequence[Row]) -> list[Row]:
    """The first mail of each kind, in the kinds' order: what to open first."""
    mails = [(row.line.mail.kind, row) for row in rows if isinstance(row.line, MailLine)]
    firsts = (next((row for kind, row in mails if kind is wanted), None) for wanted in KINDS)
    return [row for row in firsts if row is not None]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates_folder() / "web" / "demo"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": lambda at: f"{at:%a} {at.day} {at:%b}", "clock": lambda at: f"{at:%H:%M}"}
    return environment


def _fill(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values)
