"""The commands' words and flags; the work is in `service.commands`, imported only when called."""

import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from service import __version__
from service.cli.house import house_commands, running_commands
from service.cli.looking import KINDS, data_commands, looking_commands
from service.cli.people import connect_command, leader_commands, pair_commands
from service.cli.shared import Parser, common
from service.commands.speech import N_, _
from service.errors import UsageError, VisavisError

__all__ = ["KINDS", "main", "make_parser"]

STOPPED = N_("stopped.")
UNFORESEEN = N_("something unforeseen went wrong; its trace is in the line above. Nothing kept is lost.")


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
        print(f"visavis: {_(STOPPED)}", file=sys.stderr)  # noqa: T201 - the command line speaks to people
        return 130
    except Exception:  # the trace is one line of the log, for whoever mends the program
        logging.getLogger(__name__).exception("unforeseen", extra={"action": "command_failed"})
        print(f"visavis: {_(UNFORESEEN)}", file=sys.stderr)  # noqa: T201 - the command line speaks to people
        return 1
    return code


def _command(argv: Sequence[str]) -> int:
    if not all(_is_text(word) for word in argv):
        raise UsageError(_("what was typed is not UTF-8 text: type it again, or set a UTF-8 locale."))
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


def make_parser() -> Parser:
    """Every command with its flags."""
    parser = Parser(
        prog="visavis",
        description=_(
            "One-on-ones that build trust: a structure before, a short reflection after, "
            "a private digest once a month."
        ),
        parents=[common()],
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"visavis {__version__}",
        help=_("show program's version number and exit"),
    )
    parser.set_defaults(group=parser)
    commands = parser.add_subparsers(title=_("commands"), metavar="COMMAND")
    house_commands(commands)
    running_commands(commands)
    leader_commands(commands)
    connect_command(commands)
    pair_commands(commands)
    looking_commands(commands)
    data_commands(commands)
    return parser
