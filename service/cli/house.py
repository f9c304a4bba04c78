"""Setting up, and running."""

from pathlib import Path

from service.cli.shared import Commands, add_command, json_flag, now_flag
from service.commands.speech import _


def house_commands(commands: Commands) -> None:
    """init, check, migrate, rekey."""
    init = add_command(
        commands, "init", "house", _("write visavis.toml where there is none, and set up the database")
    )
    init.add_argument(
        "--from", dest="sender", metavar="ADDRESS", help=_('who mails come from: "Name <address>"')
    )
    add_command(commands, "check", "check", _("try everything, and say in one line each what to do"))
    add_command(commands, "migrate", "house", _("bring the database to this version"))
    add_command(commands, "rekey", "house", _("seal everything anew with the newest secret key"))


def running_commands(commands: Commands) -> None:
    """run, worker, web, tick, demo."""
    add_command(commands, "run", "running", _("the worker and the pages together, until stopped"))
    add_command(commands, "worker", "running", _("the worker alone, until stopped"))
    add_command(commands, "web", "running", _("the pages alone, until stopped"))
    tick = add_command(commands, "tick", "running", _("one pass, or a stretch of virtual time, then exit"))
    now_flag(tick)
    tick.add_argument("--until", metavar="T", help=_("go on in virtual time up to T"))
    tick.add_argument(
        "--every", metavar="15m", default="15m", help=_("the step of virtual time: 90s, 15m, 2h, 1d")
    )
    json_flag(tick)
    _demo_command(commands)


def _demo_command(commands: Commands) -> None:
    demo = add_command(
        commands,
        "demo",
        "demo",
        _("six weeks in a minute, on sample calendars; then the mailbox in the browser"),
    )
    demo.add_argument("--folder", type=Path, default=Path("demo"), help=_("where to put it (default: demo)"))
    demo.add_argument("--serve", action="store_true", help=_("open the mailbox; what was played stays"))
    demo.add_argument(
        "--port", type=int, metavar="N", help=_("where the mailbox is served (default: from 8025)")
    )
    browser = demo.add_mutually_exclusive_group()
    browser.add_argument("--open", action="store_true", help=_("open the browser in any case"))
    browser.add_argument("--no-browser", action="store_true", help=_("only show the address"))
