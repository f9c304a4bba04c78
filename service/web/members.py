"""For the member across: what is kept about them, and what never.

The page without a token is for everybody; the one with a token is made by the leader, to pass on.
"""

from collections.abc import Callable
from datetime import datetime

from babel.dates import format_date
from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from service.accounts.signing import Purpose
from service.assembly import House
from service.jobs.members import record_of
from service.web.pages import unknown
from service.web.site import current_locale


def member_pages(house: House, now: Callable[[], datetime]) -> Blueprint:
    """The pages; `now` is the clock."""
    pages = Blueprint("members", __name__)

    @pages.get("/members")
    def anybody() -> ResponseReturnValue:
        return render_template("members.html", record=None, days=())

    @pages.get("/members/<token>")
    def somebody(token: str) -> ResponseReturnValue:
        subject = house.office.signer.subject(Purpose.MEMBER, token, now())
        if subject is None:
            return unknown()
        with house.database.read() as tx:
            record = record_of(tx, subject)
        if record is None:
            return unknown()
        locale = current_locale()
        days = [tuple(format_date(day, "long", locale=locale) for day in pair) for pair in record.days]
        return render_template("members.html", record=record, days=days)

    return pages
