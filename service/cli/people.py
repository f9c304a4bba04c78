"""Leaders, their connections, their pairs."""

import argparse
from pathlib import Path

from service.cli.shared import Commands, add_command, common, json_flag
from service.commands.speech import _


def leader_commands(commands: Commands) -> None:
    """Leaders invite, add, list, pause, resume, remove, import."""
    leaders = commands.add_parser(
        "leaders", help=_("invite, add, list, pause, resume, remove, import"), parents=[common()]
    )
    leaders.set_defaults(group=leaders)
    inner = leaders.add_subparsers(title=_("commands"), metavar="COMMAND")
    _invite(inner)
    add = add_command(inner, "add", "leaders", _("add a leader"))
    add.add_argument("email")
    add.add_argument("--name", required=True)
    add.add_argument("--timezone", required=True, metavar="TZ", help=_("an IANA zone, like Europe/Berlin"))
    add.add_argument(
        "--calendar", required=True, metavar="SPEC", help=_("google, google:ID, ics:PATH or ics:https://…")
    )
    add.add_argument("--member", action="append", default=[], metavar='"NAME <ADDRESS>"')
    add.add_argument(
        "--one-by-one", action="store_true", help=_("start with one member, a further one each week")
    )
    _leader_details(add)
    listing = add_command(inner, "list", "leaders", _("list the leaders"))
    listing.set_defaults(function="list_")
    json_flag(listing)
    pause = add_command(inner, "pause", "leaders", _("no mails for a while"))
    pause.add_argument("email")
    pause.add_argument("--until", metavar="DAY", help=_("resume by itself on that day, like 2026-12-01"))
    for name, help_ in (
        ("resume", "mails again"),
        ("remove", "no more mails; what is kept stays until erased"),
    ):
        add_command(inner, name, "leaders", help_).add_argument("email")
    imported = add_command(inner, "import", "leaders", _("add leaders from a CSV file"))
    imported.add_argument("file", type=Path)
    imported.set_defaults(function="import_")


def _invite(commands: Commands) -> None:
    invite = add_command(commands, "invite", "invite", _("make a link by which a leader joins by themselves"))
    invite.add_argument("email")
    invite.add_argument("--name", required=True)
    invite.add_argument("--timezone", metavar="TZ", help=_("an IANA zone; they can choose another"))
    invite.add_argument("--language", metavar="TAG", help=_("en, pt-BR or es; they can choose another"))
    invite.add_argument("--member", action="append", default=[], metavar='"NAME <ADDRESS>"')
    invite.add_argument(
        "--one-by-one",
        action="store_true",
        help=_("propose to start with one member, a further one each week"),
    )


def _leader_details(add: argparse.ArgumentParser) -> None:
    add.add_argument(
        "--alias", action="append", default=[], metavar="ADDRESS", help=_("another address of theirs")
    )
    add.add_argument("--language", metavar="TAG", help=_("what the mails are written in: en, pt-BR or es"))
    add.add_argument("--country", metavar="CODE", help=_("observe its public holidays, like DE"))
    add.add_argument("--quiet-hours", metavar="20:00-07:00", help=_("no mails between these times"))
    add.add_argument("--working-hours", metavar="09:00-17:00", help=_("free times are offered within"))
    add.add_argument(
        "--prep-minutes", type=int, metavar="N", help=_("prep this many minutes before a meeting")
    )


def connect_command(commands: Commands) -> None:
    """Connect."""
    connect = add_command(
        commands, "connect", "connect", _("give access to a leader's Google calendar, or to a mailbox")
    )
    connect.add_argument("email", help=_("the leader, or with --mailbox the mailbox"))
    connect.add_argument("--mailbox", action="store_true", help=_("a mailbox that mails leave by"))
    connect.add_argument(
        "--way", choices=("oauth", "delegation", "shared"), help=_("default: the one that [google] sets up")
    )
    connect.add_argument(
        "--wide", action="store_true", help=_("also calendars that others share with the leader")
    )
    connect.add_argument(
        "--account", metavar="ADDRESS", help=_("the leader's Google account, if it is another")
    )
    connect.add_argument("--no-browser", action="store_true", help=_("only show the address to open"))
    connect.add_argument(
        "--port",
        type=int,
        default=0,
        metavar="N",
        help=_("where the browser comes back to, if it must be one port"),
    )
    how = connect.add_mutually_exclusive_group()
    how.add_argument(
        "--plain", action="store_true", help=_("a mailbox to send by and to read, without drafts")
    )
    how.add_argument("--send-only", action="store_true", help=_("a mailbox whose replies stay unread"))


def pair_commands(commands: Commands) -> None:
    """Pair."""
    pair = add_command(commands, "pair", "pairs", _("the cycle of one pair: skip, repeat, pin, mute, start"))
    pair.add_argument("email", help=_("the leader"))
    pair.add_argument("member", help=_("the member's address or name"))
    what = pair.add_mutually_exclusive_group(required=True)
    what.add_argument("--skip", action="store_true", help=_("go on to the week after"))
    what.add_argument("--repeat", action="store_true", help=_("have last time's week once more"))
    what.add_argument("--pin", type=int, metavar="WEEK", help=_("stay with one week"))
    what.add_argument("--unpin", action="store_true")
    what.add_argument("--mute", action="store_true", help=_("no mails about this pair"))
    what.add_argument("--unmute", action="store_true")
    what.add_argument("--start", metavar="DAY", help=_("begin on that day, like 2026-12-01"))
