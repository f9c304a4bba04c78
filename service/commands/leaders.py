"""leaders add, list, pause, resume, remove, import."""

import argparse
import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from pathlib import Path

from service.assembly import open_house
from service.commands.common import day, leader_named, print_json, say, settings_of, warn
from service.commands.newcomer import Newcomer, checked, first_reading
from service.domain.people import LeaderState
from service.domain.workdays import instant
from service.errors import UsageError, VisavisError
from service.storage import people

COLUMNS = ("email", "name", "timezone", "calendar")
MORE_COLUMNS = ("members", "one_by_one", "aliases", "country")


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
        quiet_hours=args.quiet_hours,
        working_hours=args.working_hours,
        prep_minutes=args.prep_minutes,
    )
    return _store(args, [newcomer])


def import_(args: argparse.Namespace) -> int:
    """Add the leaders of a CSV file: all of them, or none where a line is wrong."""
    problems: list[str] = []
    newcomers: list[Newcomer] = []
    for line, row in _rows(args.file):
        try:
            newcomer = _from_row(row)
            checked(newcomer)
            newcomers.append(newcomer)
        except UsageError as error:
            problems.append(f"{args.file}:{line}: {error}")
    if problems:
        raise UsageError("\n".join([*problems, "Nothing was imported."]))
    return _store(args, newcomers)


def list_(args: argparse.Namespace) -> int:
    """Every leader, without what is private."""
    with open_house(settings_of(args)) as house, house.database.read() as tx:
        rows = [(row, people.pairs_of(tx, row.leader.id)) for row in people.everyone(tx)]
    if args.json:
        print_json({"leaders": [_as_json(row, len(pairs)) for row, pairs in rows]})
        return 0
    for row, pairs in rows:
        trouble = f"  ! {row.error}" if row.error else ""
        say(
            f"{row.leader.email}  {row.leader.name}  {row.leader.zone.key}  {row.leader.state}"
            f"  {len(pairs)} members{trouble}"
        )
    if not rows:
        say("No leaders yet: add one with `visavis leaders add`.")
    return 0


def pause(args: argparse.Namespace) -> int:
    """No mails until resumed, or until a day."""
    with open_house(settings_of(args)) as house, house.database.begin() as tx:
        row = leader_named(tx, args.email)
        until = instant(day(args.until, "--until"), time(0), row.leader.zone) if args.until else None
        people.set_state(tx, row.leader.id, LeaderState.PAUSED, until)
    say(f"{row.leader.email} is paused{f' until {args.until}' if args.until else ''}; nothing kept is lost.")
    return 0


def resume(args: argparse.Namespace) -> int:
    """Mails again."""
    return _set_state(args, LeaderState.ACTIVE, "gets mails again from the next pass on")


def remove(args: argparse.Namespace) -> int:
    """No more mails; what is kept stays until it is erased."""
    return _set_state(
        args, LeaderState.STOPPED, "gets no more mails; `visavis erase` also forgets what is kept"
    )


def _set_state(args: argparse.Namespace, state: LeaderState, words: str) -> int:
    with open_house(settings_of(args)) as house, house.database.begin() as tx:
        row = leader_named(tx, args.email)
        people.set_state(tx, row.leader.id, state)
    say(f"{row.leader.email} {words}.")
    return 0


def _store(args: argparse.Namespace, newcomers: list[Newcomer]) -> int:
    everybody = [checked(newcomer) for newcomer in newcomers]
    with open_house(settings_of(args)) as house:
        with house.database.begin() as tx:
            for new, members in everybody:
                if people.by_email(tx, new.email) is not None:
                    raise UsageError(f"{new.email} is a leader already; nothing was changed.")
                people.add(tx, new, members)
        for new, _ in everybody:
            with house.database.read() as tx:
                row = leader_named(tx, new.email)
            say(f"{new.email} is in. The first pass reads the calendar and sends a welcome.")
            try:
                first_reading(house.office.calendar_of(row))
            except VisavisError as error:
                warn(f"Note: {error}")
    return 0


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read ({error}): give a CSV file in UTF-8.") from error
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    unknown = [name for name in reader.fieldnames or () if name not in COLUMNS + MORE_COLUMNS]
    if missing or unknown:
        wrong = f"lacks {', '.join(missing)}" if missing else f"has the unknown {', '.join(unknown)}"
        raise UsageError(
            f"{path}:1: the first line {wrong}; it names the columns {', '.join(COLUMNS)}, "
            f"and if wanted {', '.join(MORE_COLUMNS)}."
        )
    for row in reader:
        yield reader.line_num, {key: (value or "").strip() for key, value in row.items() if key}


def _from_row(row: Mapping[str, str]) -> Newcomer:
    return Newcomer(
        email=row["email"],
        name=row["name"],
        zone=row["timezone"],
        calendar=row["calendar"],
        members=_several(row.get("members", "")),
        one_by_one=row.get("one_by_one", "").lower() in {"yes", "true", "1", "x"},
        aliases=_several(row.get("aliases", "")),
        country=row.get("country") or None,
    )


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _as_json(row: people.LeaderRow, members: int) -> dict[str, object]:
    leader = row.leader
    return {
        "email": leader.email,
        "name": leader.name,
        "timezone": leader.zone.key,
        "calendar": row.calendar.partition(":")[0],
        "state": leader.state,
        "paused_until": _iso(leader.paused_until),
        "one_by_one": leader.one_by_one,
        "members": members,
        "calendar_read_at": _iso(row.read_at),
        "calendar_error": row.error,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None
