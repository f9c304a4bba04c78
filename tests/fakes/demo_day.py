"""One Monday of the demo's Lena, on the real program: quick to play, with a form that waits."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask

from service import worker
from service.assembly import House
from service.demo import stage
from service.demo.live import make_app
from service.demo.people import LENA, STARS
from service.demo.script.lena import SCRIPT
from service.demo.story import BEGINS, Actor

EVENING = BEGINS + timedelta(hours=12)


def play(folder: Path) -> None:
    """Make the demo's folder as it is on 5 October in the afternoon: a welcome, a question, preps and
    a form have come, and nothing is answered."""
    stage.clear(folder)
    with stage.set_up(folder, [LENA]) as house:
        Actor.of(SCRIPT, folder)
        worker.tick(house.office, house.pool, worker.moments(BEGINS, EVENING, timedelta(hours=1)))
    (folder / stage.INDEX).write_text("<p>What happened</p>", encoding="utf-8")


@contextmanager
def opened(monday: Path, folder: Path) -> Iterator[tuple[Flask, House]]:
    """The pages and the mailbox over a copy of that Monday in `folder`, and their house."""
    shutil.copytree(monday, folder)
    with stage.reopen(folder) as house:
        yield make_app(house, folder, STARS, EVENING), house
