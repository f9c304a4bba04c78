"""Looking without touching, and a leader's data."""

from pathlib import Path

from service.cli.shared import Commands, add_command, json_flag, now_flag
from service.commands.speech import _

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
    "access",
)


def looking_commands(commands: Commands) -> None:
    """meetings, explain, plan, preview."""
    meetings = add_command(
        commands, "meetings", "looking", _("each meeting: when, with whom, which week, what became of it")
    )
    meetings.add_argument("--leader", metavar="EMAIL")
    json_flag(meetings)
    explain = add_command(commands, "explain", "looking", _("why an event is, or is not, a one-on-one"))
    explain.add_argument("email")
    explain.add_argument("uid")
    now_flag(explain)
    json_flag(explain)
    plan = add_command(
        commands, "plan", "looking", _("every email to come, and every one that will not, and why")
    )
    plan.add_argument("--days", type=int, default=7, metavar="N")
    plan.add_argument("--leader", metavar="EMAIL")
    now_flag(plan)
    json_flag(plan)
    _preview_command(commands)


def _preview_command(commands: Commands) -> None:
    preview = add_command(
        commands,
        "preview",
        "preview",
        _("an email as people will see it; without KIND, a gallery of them all"),
    )
    preview.add_argument("kind", nargs="?", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    preview.add_argument("--language", metavar="TAG", help=_("like pt-BR"))
    preview.add_argument(
        "--port", type=int, metavar="N", help=_("where the gallery is served (default: a free one)")
    )
    preview.add_argument("--words", type=Path, metavar="FILE", help=_("write all their words into one page"))
    browser = preview.add_mutually_exclusive_group()
    browser.add_argument("--open", action="store_true", help=_("open it in the browser"))
    browser.add_argument("--no-browser", action="store_true", help=_("only show the gallery's address"))


def data_commands(commands: Commands) -> None:
    """digest, export, erase."""
    digest = add_command(
        commands, "digest", "data", _("mail a leader the digest of a month, if it has not left yet")
    )
    digest.add_argument("email")
    digest.add_argument("--month", metavar="2026-10", help=_("default: last month"))
    now_flag(digest)
    export = add_command(
        commands, "export", "data", _("what is kept about a leader; their own words go to them by mail")
    )
    export.add_argument("email")
    now_flag(export)
    add_command(commands, "erase", "data", _("forget a leader and all that is kept about them")).add_argument(
        "email"
    )
