"""Whose browser this is, as a leader of the house."""

from urllib.parse import urlsplit

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from service.assembly import House
from service.storage import people
from service.storage.people import LeaderRow
from service.web.site import sign_out, signed_in, use_language


def leader_here(house: House) -> LeaderRow | None:
    """The leader who is signed in, whose language the page then speaks; None for nobody."""
    key = signed_in()
    if key is None:
        return None
    with house.database.read() as tx:
        row = people.by_key(tx, key)
    if row is None:
        sign_out()
        return None
    speak_to(row)
    return row


def how_to_get_in() -> ResponseReturnValue:
    """What a browser gets under /me in which nobody is signed in."""
    return render_template("me_closed.html"), 403


def on_to(house: House, path: str) -> ResponseReturnValue:
    """After a button: go on to a page of ours ("/me/"), which may stand under another path outside."""
    return redirect(urlsplit(house.settings.base_url).path + path, 303)


def speak_to(row: LeaderRow) -> None:
    """Use this leader's language for the rest of the request."""
    use_language(row.leader.language, row.leader.country, row.leader.zone.key)
