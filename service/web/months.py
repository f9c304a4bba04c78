"""A month in the browser: the digest, and earlier ones.

The link of a digest's mail shows what the mail shows. The month day by day, other months and
what was written since are for the leader who is signed in.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from service.accounts.signing import Purpose
from service.assembly import House
from service.domain.letters import DigestLetter, Kind
from service.domain.months import LOOKS_BACK
from service.domain.plans.month import month_of_key
from service.domain.timing import month_of
from service.jobs.months import as_known_by, record_of
from service.languages import first_weekday, listed
from service.storage import emails, holdings, people
from service.storage.people import LeaderRow
from service.web.pages import unknown
from service.web.site import current_locale, signed_in
from service.web.who import how_to_get_in, leader_here, on_to, speak_to

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)


def month_pages(house: House, now: Callable[[], datetime]) -> Blueprint:
    """The pages; `now` is the clock."""
    pages = Blueprint("months", __name__)
    pages.add_app_template_filter(listed)

    @pages.get("/month/<token>")
    def mailed(token: str) -> ResponseReturnValue:
        found = _mailed(house, token, now())
        if found is None:
            return render_template("month_old.html"), 404
        if signed_in() == found.row.leader.key:
            return on_to(house, f"/me/month/{found.letter.month:%Y-%m}")
        speak_to(found.row)
        return render_template("month_mailed.html", letter=found.letter)

    @pages.get("/me/month/")
    def newest() -> ResponseReturnValue:
        return _own(house, None, now())

    @pages.get("/me/month/<name>")
    def one(name: str) -> ResponseReturnValue:
        if not _MONTH.fullmatch(name):
            return unknown()
        return _own(house, date.fromisoformat(f"{name}-01"), now())

    return pages


@dataclass(frozen=True, slots=True)
class _Mailed:
    """A month that was mailed, and to whom."""

    row: LeaderRow
    letter: DigestLetter


def _mailed(house: House, token: str, now: datetime) -> _Mailed | None:
    """What a digest's link shows: nothing that came to be known after the mail had left."""
    reference = house.office.signer.subject(Purpose.MONTH, token, now)
    if reference is None:
        return None
    with house.database.read() as tx:
        email = emails.by_token(tx, [reference])
        if email is None or email.kind is not Kind.DIGEST:
            return None
        row, left_at = people.by_id(tx, email.leader_id), email.sent_at or email.due_at
        record = record_of(tx, house.office, row)
        known = as_known_by(record, left_at, holdings.reflected_since(tx, row.leader.id, left_at))
    letter = known.letter(month_of_key(email.key), left_at)
    return _Mailed(row, letter) if letter is not None else None


def _own(house: House, wanted: date | None, now: datetime) -> ResponseReturnValue:
    """A month to the leader who is signed in; the newest unless one is wanted."""
    row = leader_here(house)
    if row is None:
        return how_to_get_in()
    with house.database.read() as tx:
        record = record_of(tx, house.office, row)
    today = now.astimezone(row.leader.zone).date()
    months, this = record.months(now), month_of(today)
    month = wanted or next(iter(months), this)
    if month not in {*months, this}:
        return render_template("month_none.html", month=month, months=months), 404
    view = record.view(month, now, first_weekday(current_locale()))
    return render_template("month.html", view=view, today=today, span=LOOKS_BACK.days)
