"""What every command's flags share."""

import argparse
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from service.commands.speech import _


class _Help(argparse.HelpFormatter):
    """A command's help in the operator's language."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """What argparse says, but for its own word."""
        word = _("usage:")
        super().add_usage(usage, actions, groups, f"{word} " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A wrong flag is one line that says where help is; half a flag's name is not guessed at."""

    def __init__(self, *, add_help: bool = True, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, add_help=False, formatter_class=_Help, **settings)
        if add_help:  # by ourselves, so that it is in the operator's language
            self._positionals.title, self._optionals.title = _("positional arguments"), _("options")
            help_ = _("show this help message and exit")
            self.add_argument("-h", "--help", action="help", default=argparse.SUPPRESS, help=help_)

    def error(self, message: str) -> NoReturn:
        """One line, and where help is."""
        self.exit(2, f"visavis: {message}; see `{self.prog} --help`.\n")


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


def common() -> Parser:
    """The flags of every command."""
    shared = Parser(add_help=False)
    shared.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        default=argparse.SUPPRESS,
        help=_("the settings, if not ./visavis.toml"),
    )
    return shared


def add_command(commands: Commands, name: str, module: str, help_: str) -> argparse.ArgumentParser:
    """A command, carried out by the function of its name in `service.commands.<module>`."""
    command = commands.add_parser(name, help=help_, description=help_, parents=[common()])
    command.set_defaults(module=module, function=name.replace("-", "_"))
    return command


def json_flag(command: argparse.ArgumentParser) -> None:
    """`--json`."""
    command.add_argument("--json", action="store_true", help=_("one JSON object on standard output"))


def now_flag(command: argparse.ArgumentParser) -> None:
    """`--now`."""
    command.add_argument(
        "--now",
        metavar="T",
        help=_("act as if it were T: ISO 8601 with an offset, like 2026-11-24T08:30:00+01:00"),
    )
