"""How a leader gets into their own pages: a key by mail, good for half an hour.

The link at the foot of a mail opens nothing: whoever got the mail passed on can have a key
sent, but only to the leader. What is said on the way is the same whether or not one left.
"""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from service.accounts.signing import Purpose
from service.assembly import House
from service.jobs.door import mail_key, masked
from service.jobs.outlook import coming
from service.storage import people
from service.storage.people import LeaderRow
from service.web.pages import unknown
from service.web.site import limiter, sign_in, sign_out
from service.web.who import how_to_get_in, leader_here, on_to, speak_to

TRIES = "20 per minute"
HOME = "/me/"


def door_pages(house: House, now: Callable[[], datetime]) -> Blueprint:
    """The pages; `now` is the clock."""
    pages = Blueprint("door", __name__)
    _enter(pages, house, now)
    _open(pages, house, now)
    _home(pages, house, now)
    return pages


def _enter(pages: Blueprint, house: House, now: Callable[[], datetime]) -> None:
    """Where the link at the foot of each mail leads."""

    @pages.get("/me/enter/<token>")
    def enter(token: str) -> ResponseReturnValue:
        row = _leader_of(house, Purpose.DOOR, token, now())
        if row is None:
            return unknown()
        here = leader_here(house)
        if here is not None and here.leader.key == row.leader.key:
            return on_to(house, HOME)
        speak_to(row)
        return render_template("door.html", to=masked(row.leader.email))

    @pages.post("/me/enter/<token>")
    @limiter.limit(TRIES)
    def ask(token: str) -> ResponseReturnValue:
        row = _leader_of(house, Purpose.DOOR, token, now())
        if row is None:
            return unknown()
        mail_key(house.database, row, now())
        speak_to(row)
        return render_template("door_sent.html", to=masked(row.leader.email))


def _open(pages: Blueprint, house: House, now: Callable[[], datetime]) -> None:
    """Where the key leads that was mailed."""

    @pages.get("/me/open/<token>")
    def look(token: str) -> ResponseReturnValue:
        row = _leader_of(house, Purpose.KEY, token, now())
        if row is None:
            return _too_old()
        speak_to(row)
        return render_template("door_open.html", first_name=row.leader.person.first_name)

    @pages.post("/me/open/<token>")
    @limiter.limit(TRIES)
    def turn(token: str) -> ResponseReturnValue:
        row = _leader_of(house, Purpose.KEY, token, now())
        if row is None:
            return _too_old()
        sign_in(row.leader.key)
        return on_to(house, HOME)


def _home(pages: Blueprint, house: House, now: Callable[[], datetime]) -> None:
    """Where a leader's own pages begin and end."""

    @pages.get("/me/")
    def home() -> ResponseReturnValue:
        row = leader_here(house)
        if row is None:
            return how_to_get_in()
        with house.database.read() as tx:
            ahead = coming(tx, house.office, row, now())
        return render_template("me.html", leader=row.leader, coming=ahead)

    @pages.post("/me/leave")
    def leave() -> ResponseReturnValue:
        sign_out()
        return on_to(house, "/me/left")

    @pages.get("/me/left")
    def left() -> ResponseReturnValue:
        return render_template("me_left.html")


def _leader_of(house: House, purpose: Purpose, token: str, now: datetime) -> LeaderRow | None:
    key = house.office.signer.subject(purpose, token, now)
    if key is None:
        return None
    with house.database.read() as tx:
        return people.by_key(tx, key)


def _too_old() -> ResponseReturnValue:
    return render_template("door_old.html"), 404
