"""demo: six weeks of three sample leaders, through the real worker in virtual time; then their mailbox."""

import argparse
import sys
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from service.commands.browser import show_in_browser
from service.commands.common import say, warn
from service.commands.progress import watching
from service.commands.speech import _, day_in_words
from service.errors import UsageError


def demo(args: argparse.Namespace) -> int:
    """Play the six weeks where they do not lie there yet, and open the mailbox for whoever watches."""
    from service.demo import stage

    code = 0
    if not (args.serve and stage.is_played(args.folder)):
        code = _play(args)
    if _is_served(args):
        _serve(args)
    else:
        serve = f"visavis demo --serve{_named(args.folder)}"
        say(_("Read the mails and answer one: {serve}", serve=serve))
    return code


def _play(args: argparse.Namespace) -> int:
    """Set the stage, run the six weeks, tell what happened, and write the pages."""
    from rich.console import Console

    from service.demo import page, stage, story, tables
    from service.demo.script.cast import SCRIPTS

    port = stage.free_port(args.port)
    stage.clear(args.folder)
    stars = [script.star for script in SCRIPTS]
    with stage.set_up(args.folder, stars, port) as house, _watching(story.BEGINS, story.PASSES) as watch:
        chronicles, report = story.run(house, args.folder, SCRIPTS, watch)
    index = page.write_pages(args.folder, chronicles)
    Console().print(tables.mails(chronicles), tables.meetings(chronicles))
    troubles = [*(one.error for one in report.failures), *report.troubles]
    troubles += [trouble for one in chronicles for trouble in one.troubles]
    for trouble in troubles:
        warn(trouble)
    say(_("{passes} passes. Every mail as it looks: {index}", passes=report.passes, index=index))
    if args.open and not _is_served(args):
        webbrowser.open(index.absolute().as_uri())
    return 1 if report.failed or troubles else 0


def _serve(args: argparse.Namespace) -> None:
    """The mailbox, until Ctrl-C."""
    from service.demo import live, stage
    from service.web.server import serve
    from service.worker import stop_on_signals

    stop = stop_on_signals()
    with stage.reopen(args.folder) as house:
        host, port = house.settings.listen
        _mind_the_port(args, port)
        where = f"{house.settings.base_url}/"

        def ready(_port: int) -> None:
            say(_("The mailbox is open: {where}  Read a mail, answer one. Stop with Ctrl-C.", where=where))
            show_in_browser(args, where)

        serve(live.make_app(house, args.folder), host, port, stop, ready=ready)
    again = f"visavis demo --serve{_named(args.folder)}"
    say("\n" + _("The mailbox is closed; it opens again with: {again}", again=again))


def _is_served(args: argparse.Namespace) -> bool:
    return bool(args.serve or sys.stdout.isatty())


def _mind_the_port(args: argparse.Namespace, port: int) -> None:
    """The mails lead to one port, and to no other."""
    from service.demo import stage

    if args.port not in {None, port}:
        raise UsageError(
            _("The mails of this demo lead to port {port}: leave --serve out to play it anew.", port=port)
        )
    if not stage.is_free(port):
        raise UsageError(
            _(
                "Port {port} is in use, perhaps by another demo: stop that one, "
                "or leave --serve out to play anew on a free port.",
                port=port,
            )
        )


def _named(folder: Path) -> str:
    return "" if folder == Path("demo") else f" --folder {folder}"


@contextmanager
def _watching(begins: datetime, steps: int) -> Iterator[Callable[[datetime], None]]:
    """A bar for a person; where nobody watches, a line a virtual week."""
    if sys.stderr.isatty():
        with watching(steps, "six weeks") as advance:
            yield advance
        return
    weeks = {0}

    def tell(now: datetime) -> None:
        week = (now - begins).days // 7 + 1
        if week not in weeks:
            weeks.add(week)
            warn(_("week {week} of 6: {day}", week=week, day=day_in_words(now)))

    yield tell
