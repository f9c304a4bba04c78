"""The demo's house and mailbox, open to a browser on this machine."""

from pathlib import Path

from flask import Flask

from service.assembly import House
from service.clock import utc_now
from service.demo.clock import Clock
from service.demo.letterbox import Letterbox, last_word
from service.demo.mailbox import add_mailbox
from service.demo.people import STARS
from service.demo.story import ENDS
from service.web.wiring import pages_of


def make_app(house: House, folder: Path) -> Flask:
    """The house's own pages and the mailbox, at the hour where the story ends, and on from there."""
    clock = Clock(last_word(house, ENDS), utc_now(), utc_now)
    app = pages_of(house, clock)
    add_mailbox(app, Letterbox(house, STARS, clock, clock.begins), folder)
    return app
