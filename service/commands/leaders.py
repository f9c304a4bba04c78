"""leaders add, list, pause, resume, remove, import."""

import argparse
import csv
from collections.abc import Iterator, Mapping
from datetime import time
from io import StringIO
from pathlib import Path

from service.assembly import House, open_house
from service.commands.common import day, leader_named, local, print_json, say, settings_of, warn
from service.commands.newcomer import Newcomer, checked, first_reading
from service.commands.speech import _
from service.commands.tables import show
from service.commands.words import state_of_leader, when_in_words
from service.domain.people import LeaderState
from service.domain.workdays import instant
from service.errors import UsageError, VisavisError
from service.storage import people

COLUMNS = ("email", "name", "timezone", "calendar")
MORE_COLUMNS = ("members", "one_by_one", "aliases", "country", "language")
MORE_THAN_NAMED = "\0"
YES, NO = frozenset({"yes", "true", "1", "x"}), frozenset({"", "no", "false", "0"})


def add(args: argparse.Namespace) -> int:
    """Add one leader; a calendar that cannot be read yet is named, and read later."""
    newcomer = Newcomer(
        email=args.email,
        name=args.name,
        zone=args.timezone,
        calendar=args.calendar,
        members=tuple(args.member),
        one_by_one=args.one_by_one,
        aliases=tuple(args.alias),
        country=args.country,
        language=args.language,
        quiet_hours=args.quiet_hours,
        working_hours=args.working_hours,
        prep_minutes=args.prep_minutes,
    )
    with open_house(settings_of(args)) as house:
        return _store(house, [newcomer])


def import_(args: argparse.Namespace) -> int:
    """Add the leaders of a CSV file: all of them, or none where a line is wrong."""
    settings = settings_of(args)
    with open_house(settings) as house:
        with house.database.read() as tx:
            taken = {row.leader.email: _("{email} is a leader already") for row in people.everyone(tx)}
        newcomers = _all_or_none(args.file, taken)
        return _store(house, newcomers)


def list_(args: argparse.Namespace) -> int:
    """Every leader, without what is private."""
    with open_house(settings_of(args)) as house, house.database.read() as tx:
        rows = [(row, people.pairs_of(tx, row.leader.id)) for row in people.everyone(tx)]
    if args.json:
        print_json({"leaders": [_as_json(row, len(pairs)) for row, pairs in rows]})
        return 0
    if rows:
        columns = (
            _("address"),
            _("name"),
            _("time zone"),
            _("language"),
            _("mails"),
            _("members"),
            _("calendar"),
        )
        show(columns, (_row(row, len(pairs)) for row, pairs in rows))
    else:
        say(_("No leaders yet: add one with `visavis leaders add`."))
    return 0


def _row(row: people.LeaderRow, members: int) -> tuple[str, ...]:
    leader = row.leader
    read = (
        _("read {when}", when=when_in_words(row.read_at, leader.zone)) if row.read_at else _("not read yet")
    )
    return (
        leader.email,
        leader.name,
        leader.zone.key,
        leader.language,
        state_of_leader(leader),
        str(members),
        row.error or read,
    )


def pause(args: argparse.Namespace) -> int:
    """No mails until resumed, or until a day."""
    with open_house(settings_of(args)) as house, house.database.begin() as tx:
        row = leader_named(tx, args.email)
        until = instant(day(args.until, "--until"), time(0), row.leader.zone) if args.until else None
        people.set_state(tx, row.leader.id, LeaderState.PAUSED, until)
    email = row.leader.email
    if args.until:
        say(_("{email} is paused until {until}; nothing kept is lost.", email=email, until=args.until))
    else:
        say(_("{email} is paused; nothing kept is lost.", email=email))
    return 0


def resume(args: argparse.Namespace) -> int:
    """Mails again."""
    return _set_state(args, LeaderState.ACTIVE, _("{email} gets mails again from the next pass on."))


def remove(args: argparse.Namespace) -> int:
    """No more mails; what is kept stays until it is erased."""
    words = _("{email} gets no more mails; `visavis erase` also forgets what is kept.")
    return _set_state(args, LeaderState.STOPPED, words)


def _set_state(args: argparse.Namespace, state: LeaderState, words: str) -> int:
    with open_house(settings_of(args)) as house, house.database.begin() as tx:
        row = leader_named(tx, args.email)
        if row.leader.state is LeaderState.JOINING and state is LeaderState.ACTIVE:
            raise UsageError(
                _(
                    "{email} has not come to the end of joining: invite them once more.",
                    email=row.leader.email,
                )
            )
        people.set_state(tx, row.leader.id, state)
    say(words.format(email=row.leader.email))
    return 0


def _store(house: House, newcomers: list[Newcomer]) -> int:
    everybody = [checked(newcomer) for newcomer in newcomers]
    with house.database.begin() as tx:
        for new, members in everybody:
            if people.by_email(tx, new.email) is not None:
                raise UsageError(_("{email} is a leader already; nothing was changed.", email=new.email))
            people.add(tx, new, members)
    for new, _roster in everybody:
        with house.database.read() as tx:
            row = leader_named(tx, new.email)
        say(_("{email} is in. The first pass reads the calendar and sends a welcome.", email=new.email))
        try:
            first_reading(house.office.calendar_of(row))
        except VisavisError as error:
            warn(_("Note: {email}: {error}", email=new.email, error=error))
    return 0


def _all_or_none(path: Path, taken: dict[str, str]) -> list[Newcomer]:
    """Every line's leader, or one UsageError that names each wrong line."""
    problems: list[str] = []
    newcomers: list[Newcomer] = []
    for line, row in _rows(path):
        try:
            newcomer = _from_row(row)
            email = checked(newcomer)[0].email
            if email in taken:
                raise UsageError(taken[email].format(email=email))
            taken[email] = _("{{email}} stands in line {line} already", line=line)
            newcomers.append(newcomer)
        except UsageError as error:
            problems.append(f"{path}:{line}: {error}")
    if problems:
        raise UsageError("\n".join([*problems, _("Nothing was imported.")]))
    if not newcomers:
        raise UsageError(
            _("{path}: there is no leader in it, only the first line; nothing was imported.", path=path)
        )
    return newcomers


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each line's number and fields; a file that is no CSV of ours is a UsageError."""
    reader = csv.DictReader(StringIO(_text_of(path), newline=""), strict=True, restkey=MORE_THAN_NAMED)
    try:
        _check_columns(path, list(reader.fieldnames or ()))
        for row in reader:
            yield reader.line_num, {key: str(value or "").strip() for key, value in row.items()}
    except csv.Error as error:
        raise UsageError(
            _(
                "{path}:{line_num}: is no valid CSV ({error}).",
                path=path,
                line_num=reader.line_num,
                error=error,
            )
        ) from error


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(_("{path}: is not UTF-8 text; save it again as CSV in UTF-8.", path=path)) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(_("{path} cannot be read ({why}): give a CSV file.", path=path, why=why)) from error


def _check_columns(path: Path, names: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in names]
    unknown = [name for name in names if name not in COLUMNS + MORE_COLUMNS]
    if missing or unknown:
        lacks = _("lacks {names}", names=", ".join(missing))
        wrong = lacks if missing else _("has the unknown {names}", names=", ".join(unknown))
        raise UsageError(
            _(
                "{path}:1: the first line {wrong}; it names the columns {join}, and if wanted {join_}.",
                path=path,
                wrong=wrong,
                join=", ".join(COLUMNS),
                join_=", ".join(MORE_COLUMNS),
            )
        )


def _from_row(row: Mapping[str, str]) -> Newcomer:
    if MORE_THAN_NAMED in row:
        raise UsageError(_("has more fields than the first line names; put quotes around a comma."))
    return Newcomer(
        email=row["email"],
        name=row["name"],
        zone=row["timezone"],
        calendar=row["calendar"],
        members=_several(row.get("members", "")),
        one_by_one=_yes(row.get("one_by_one", "")),
        aliases=_several(row.get("aliases", "")),
        country=row.get("country") or None,
        language=row.get("language") or None,
    )


def _yes(text: str) -> bool:
    if text.lower() not in YES | NO:
        raise UsageError(_("one_by_one {text!r}: write yes or no.", text=text))
    return text.lower() in YES


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _as_json(row: people.LeaderRow, members: int) -> dict[str, object]:
    leader = row.leader
    return {
        "email": leader.email,
        "name": leader.name,
        "timezone": leader.zone.key,
        "language": leader.language,
        "calendar": row.calendar.partition(":")[0],
        "state": leader.state,
        "paused_until": local(leader.paused_until, leader.zone),
        "one_by_one": leader.one_by_one,
        "members": members,
        "calendar_read_at": local(row.read_at, leader.zone),
        "calendar_error": row.error,
    }
