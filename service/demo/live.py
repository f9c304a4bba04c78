"""The demo's house and mailbox, open to a browser on this machine."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from flask import Flask

from service.assembly import House
from service.clock import utc_now
from service.demo.clock import Clock
from service.demo.letterbox import Letterbox, last_word
from service.demo.mailbox import add_mailbox
from service.demo.people import STARS, Star
from service.demo.story import ENDS
from service.web.wiring import pages_of


def make_app(house: House, folder: Path, stars: Sequence[Star] = STARS, ends: datetime = ENDS) -> Flask:
    """The house's own pages and the mailbox, at the hour where the story ends, and on from there."""
    clock = Clock(last_word(house, ends), utc_now)
    app = pages_of(house, clock)
    add_mailbox(app, Letterbox(house, stars, clock), folder)
    return app
