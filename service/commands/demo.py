"""demo: six weeks of three sample leaders, through the real worker in virtual time."""

import argparse
import sys
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from service.commands.common import say, warn
from service.commands.progress import watching


def demo(args: argparse.Namespace) -> int:
    """Set the stage, run the six weeks, tell what happened, and write the page."""
    from rich.console import Console

    from service.demo import page, stage, story, tables
    from service.demo.script.cast import SCRIPTS

    stage.clear(args.folder)
    stars = [script.star for script in SCRIPTS]
    with stage.set_up(args.folder, stars) as house, _watching(story.BEGINS, story.PASSES) as watch:
        chronicles, report = story.run(house, args.folder, SCRIPTS, watch)
    index = page.write_pages(args.folder, chronicles)
    console = Console()
    console.print(tables.mails(chronicles), tables.meetings(chronicles))
    troubles = [*(one.error for one in report.failures), *report.troubles]
    troubles += [trouble for one in chronicles for trouble in one.troubles]
    for trouble in troubles:
        warn(trouble)
    say(f"{report.passes} passes. Every mail as it looks: {index}")
    if args.open:
        webbrowser.open(index.absolute().as_uri())
    return 1 if report.failed or troubles else 0


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
            warn(f"week {week} of 6: {now:%d %B %Y}")

    yield tell
