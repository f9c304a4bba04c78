"""The demo as a page that opens from disk: no server, no script, nothing from elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from service.commands.words import reason_in_words
from service.demo.chronicle import Chronicle, EditLine, Line, MailLine, ReplyLine, SkipLine
from service.demo.stage import INDEX
from service.demo.tables import KINDS
from service.domain.desk import Reason
from service.domain.letters import Kind
from service.web.gallery_disk import STYLE, fill, style
from service.web.gallery_look import in_new_tabs

PAGES = "pages"
_WEEK = timedelta(days=7)

# What would only repeat what stands elsewhere on the page.
_SAID_ELSEWHERE = frozenset({Reason.ANSWERED, Reason.BUNDLED, None})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a leader's weeks; `href` is its own page, "" where it has none, `why` a reason in words."""

    at: datetime
    sort: str
    line: Line
    href: str = ""
    why: str = ""


def write_pages(folder: Path, chronicles: Sequence[Chronicle]) -> Path:
    """Write index.html and a page for every mail and reply; the index's path."""
    pages = folder / PAGES
    pages.mkdir(parents=True, exist_ok=True)
    (folder / STYLE).write_text(style(), encoding="utf-8")
    rows = {chronicle.star.key: list(_rows(chronicle)) for chronicle in chronicles}
    for chronicle in chronicles:
        _write_each(folder, chronicle, [row for row in rows[chronicle.star.key] if row.href])
    leaders = [
        {"chronicle": one, "weeks": _weeks(rows[one.star.key]), "first": _first_of_each(rows[one.star.key])}
        for one in chronicles
    ]
    text = fill("demo/index.html", root="", leaders=leaders, kinds=KINDS)
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
            shown = in_new_tabs(row.line.mail.html)
            path.with_suffix(".mail.html").write_text(shown, encoding="utf-8")
        template = "demo/mail.html" if isinstance(row.line, MailLine) else "demo/reply.html"
        values = {"row": row, "line": row.line, "star": chronicle.star, "file": path.stem}
        path.write_text(fill(template, root="../", **values, **around), encoding="utf-8")


def _rows(chronicle: Chronicle) -> Iterator[Row]:
    told = {
        (line.member, line.start)
        for line in chronicle.lines
        if isinstance(line, SkipLine) and line.kind is Kind.PREP
    }
    for number, line in enumerate(chronicle.lines):
        href = f"{PAGES}/{chronicle.star.key}-{number:03}.html"
        if isinstance(line, MailLine):
            yield Row(line.at, "mail", line, href)
        elif isinstance(line, ReplyLine):
            yield Row(line.at, f"reply {line.status}", line, href, reason_in_words(line.reason))
        elif isinstance(line, EditLine):
            yield Row(line.at, "edit", line)
        elif line.reason not in _SAID_ELSEWHERE and not _repeats(line, told):
            yield Row(line.at, "skip", line, why=reason_in_words(line.reason))


def _repeats(line: SkipLine, told: set[tuple[str, datetime | None]]) -> bool:
    """The form of a meeting whose prep was not sent either."""
    return line.kind is Kind.REFLECTION and (line.member, line.start) in told


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
