"""The commands' words and flags; the work is in `service.commands`, imported only when called."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from service import __version__
from service.errors import UsageError, VisavisError

UNFORESEEN = "something unforeseen went wrong; its trace is in the line above. Nothing kept is lost."

KINDS = (
    "welcome",
    "prep",
    "reflection",
    "reminder",
    "rebook",
    "confirm",
    "receipt",
    "digest",
    "reconnect",
    "export",
)


class _Parser(argparse.ArgumentParser):
    """A wrong flag is one line that says where help is; half a flag's name is not guessed at."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"visavis: {message}; see `{self.prog} --help`.\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. An error of the user's is one line, never a traceback."""
    try:
        code = _command(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except VisavisError as error:
        print(f"visavis: {error}", file=sys.stderr)  # noqa: T201 - the command line speaks to people
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has heard enough; the interpreter must not try to flush the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("visavis: stopped.", file=sys.stderr)  # noqa: T201 - the command line speaks to people
        return 130
    except Exception:  # the trace is one line of the log, for whoever mends the program
        logging.getLogger(__name__).exception("unforeseen", extra={"action": "command_failed"})
        print(f"visavis: {UNFORESEEN}", file=sys.stderr)  # noqa: T201 - the command line speaks to people
        return 1
    return code


def _command(argv: Sequence[str]) -> int:
    if not all(_is_text(word) for word in argv):
        raise UsageError("what was typed is not UTF-8 text: type it again, or set a UTF-8 locale.")
    args = make_parser().parse_args(argv)
    if not hasattr(args, "module"):
        args.group.print_help()
        return 2
    from service.logs import configure_logging

    configure_logging()
    os.umask(0o077)  # whatever is written, the database above all, is its owner's alone
    module = import_module(f"service.commands.{args.module}")
    return int(getattr(module, args.function)(args))


def _is_text(word: str) -> bool:
    """Bytes that are no text arrive as lone surrogates, which no database or file takes."""
    return not any("\ud800" <= letter <= "\udfff" for letter in word)


def make_parser() -> argparse.ArgumentParser:
    """Every command with its flags."""
    parser = _Parser(
        prog="visavis",
        description="One-on-ones that build trust: a structure before, a short reflection after, "
        "a private digest once a month.",
        parents=[_common()],
    )
    parser.add_argument("--version", action="version", version=f"visavis {__version__}")
    parser.set_defaults(group=parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _house_commands(commands)
    _running_commands(commands)
    _leader_commands(commands)
    _connect_command(commands)
    _pair_commands(commands)
    _looking_commands(commands)
    _data_commands(commands)
    return parser


def _common() -> _Parser:
    common = _Parser(add_help=False)
    common.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="the settings, if not ./visavis.toml",
    )
    return common


Commands = argparse._SubParsersAction


def _add(commands: "Commands[_Parser]", name: str, module: str, help_: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=help_, description=help_, parents=[_common()])
    command.set_defaults(module=module, function=name.replace("-", "_"))
    return command


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="one JSON object on standard output")


def _now(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--now",
        metavar="T",
        help="act as if it were T: ISO 8601 with an offset, like 2026-11-24T08:30:00+01:00",
    )


def _house_commands(commands: "Commands[_Parser]") -> None:
    init = _add(commands, "init", "house", "write visavis.toml where there is none, and set up the database")
    init.add_argument(
        "--from", dest="sender", metavar="ADDRESS", help='who mails come from: "Name <address>"'
    )
    _add(commands, "check", "check", "try everything, and say in one line each what to do")
    _add(commands, "migrate", "house", "bring the database to this version")
    _add(commands, "rekey", "house", "seal everything anew with the newest secret key")


def _running_commands(commands: "Commands[_Parser]") -> None:
    _add(commands, "run", "running", "the worker and the pages together, until stopped")
    _add(commands, "worker", "running", "the worker alone, until stopped")
    _add(commands, "web", "running", "the pages alone, until stopped")
    tick = _add(commands, "tick", "running", "one pass, or a stretch of virtual time, then exit")
    _now(tick)
    tick.add_argument("--until", metavar="T", help="go on in virtual time up to T")
    tick.add_argument(
        "--every", metavar="15m", default="15m", help="the step of virtual time: 90s, 15m, 2h, 1d"
    )
    _json(tick)
    demo = _add(commands, "demo", "demo", "six weeks in a minute, on sample calendars")
    demo.add_argument("--folder", type=Path, default=Path("demo"), help="where to put it (default: demo)")
    demo.add_argument("--open", action="store_true", help="open the page when it is ready")


def _leader_commands(commands: "Commands[_Parser]") -> None:
    leaders = commands.add_parser(
        "leaders", help="add, list, pause, resume, remove, import", parents=[_common()]
    )
    leaders.set_defaults(group=leaders)
    inner = leaders.add_subparsers(title="commands", metavar="COMMAND")
    add = _add(inner, "add", "leaders", "add a leader")
    add.add_argument("email")
    add.add_argument("--name", required=True)
    add.add_argument("--timezone", required=True, metavar="TZ", help="an IANA zone, like Europe/Berlin")
    add.add_argument(
        "--calendar", required=True, metavar="SPEC", help="google, google:ID, ics:PATH or ics:https://…"
    )
    add.add_argument("--member", action="append", default=[], metavar='"NAME <ADDRESS>"')
    add.add_argument(
        "--one-by-one", action="store_true", help="start with one member, a further one each week"
    )
    _leader_details(add)
    listing = _add(inner, "list", "leaders", "list the leaders")
    listing.set_defaults(function="list_")
    _json(listing)
    pause = _add(inner, "pause", "leaders", "no mails for a while")
    pause.add_argument("email")
    pause.add_argument("--until", metavar="DAY", help="resume by itself on that day, like 2026-12-01")
    for name, help_ in (
        ("resume", "mails again"),
        ("remove", "no more mails; what is kept stays until erased"),
    ):
        _add(inner, name, "leaders", help_).add_argument("email")
    imported = _add(inner, "import", "leaders", "add leaders from a CSV file")
    imported.add_argument("file", type=Path)
    imported.set_defaults(function="import_")


def _leader_details(add: argparse.ArgumentParser) -> None:
    add.add_argument(
        "--alias", action="append", default=[], metavar="ADDRESS", help="another address of theirs"
    )
    add.add_argument("--country", metavar="CODE", help="observe its public holidays, like DE")
    add.add_argument("--quiet-hours", metavar="20:00-07:00", help="no mails between these times")
    add.add_argument("--working-hours", metavar="09:00-17:00", help="free times are offered within")
    add.add_argument("--prep-minutes", type=int, metavar="N", help="prep this many minutes before a meeting")


def _connect_command(commands: "Commands[_Parser]") -> None:
    connect = _add(
        commands, "connect", "connect", "give access to a leader's Google calendar, or to a mailbox"
    )
    connect.add_argument("email", help="the leader, or with --mailbox the mailbox")
    connect.add_argument("--mailbox", action="store_true", help="a mailbox that mails leave by")
    connect.add_argument(
        "--way", choices=("oauth", "delegation", "shared"), help="default: the one that [google] sets up"
    )
    connect.add_argument(
        "--wide", action="store_true", help="also calendars that others share with the leader"
    )
    connect.add_argument("--account", metavar="ADDRESS", help="the leader's Google account, if it is another")
    connect.add_argument("--no-browser", action="store_true", help="only show the address to open")
    connect.add_argument(
        "--port",
        type=int,
        default=0,
        metavar="N",
        help="where the browser comes back to, if it must be one port",
    )
    how = connect.add_mutually_exclusive_group()
    how.add_argument("--plain", action="store_true", help="a mailbox to send by and to read, without drafts")
    how.add_argument("--send-only", action="store_true", help="a mailbox whose replies stay unread")


def _pair_commands(commands: "Commands[_Parser]") -> None:
    pair = _add(commands, "pair", "pairs", "the cycle of one pair: skip, repeat, pin, mute, start")
    pair.add_argument("email", help="the leader")
    pair.add_argument("member", help="the member's address or name")
    what = pair.add_mutually_exclusive_group(required=True)
    what.add_argument("--skip", action="store_true", help="go on to the week after")
    what.add_argument("--repeat", action="store_true", help="have last time's week once more")
    what.add_argument("--pin", type=int, metavar="WEEK", help="stay with one week")
    what.add_argument("--unpin", action="store_true")
    what.add_argument("--mute", action="store_true", help="no mails about this pair")
    what.add_argument("--unmute", action="store_true")
    what.add_argument("--start", metavar="DAY", help="begin on that day, like 2026-12-01")


def _looking_commands(commands: "Commands[_Parser]") -> None:
    meetings = _add(
        commands, "meetings", "looking", "each meeting: when, with whom, which week, what became of it"
    )
    meetings.add_argument("--leader", metavar="EMAIL")
    _json(meetings)
    explain = _add(commands, "explain", "looking", "why an event is, or is not, a one-on-one")
    explain.add_argument("email")
    explain.add_argument("uid")
    _now(explain)
    _json(explain)
    plan = _add(commands, "plan", "looking", "every email to come, and every one that will not, and why")
    plan.add_argument("--days", type=int, default=7, metavar="N")
    plan.add_argument("--leader", metavar="EMAIL")
    _now(plan)
    _json(plan)
    preview = _add(commands, "preview", "looking", "an email as people will see it")
    preview.add_argument("kind", choices=KINDS)
    preview.add_argument("--open", action="store_true", help="open it in the browser")


def _data_commands(commands: "Commands[_Parser]") -> None:
    digest = _add(commands, "digest", "data", "mail a leader the digest of a month, if it has not left yet")
    digest.add_argument("email")
    digest.add_argument("--month", metavar="2026-10", help="default: last month")
    _now(digest)
    export = _add(
        commands, "export", "data", "what is kept about a leader; their own words go to them by mail"
    )
    export.add_argument("email")
    _now(export)
    _add(commands, "erase", "data", "forget a leader and all that is kept about them").add_argument("email")
