"""What is kept about a leader: see it, take it along, have it erased."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from service.assembly import House
from service.domain.grants import Way, leader_holder
from service.jobs.own_data import FILE_NAME, as_file, erase, everything_of, in_figures
from service.storage import grants
from service.storage.people import LeaderRow
from service.web.site import limiter, sign_out
from service.web.who import how_to_get_in, leader_here

TRIES = "20 per minute"


def own_data_pages(house: House, now: Callable[[], datetime]) -> Blueprint:  # noqa: ARG001 - every room's signature
    """The pages; all of them are for the leader who is signed in."""
    pages = Blueprint("own_data", __name__)

    @pages.get("/me/data")
    def look() -> ResponseReturnValue:
        row = leader_here(house)
        if row is None:
            return how_to_get_in()
        with house.database.read() as tx:
            kept = in_figures(tx, row)
        return render_template("own_data.html", kept=kept, leader=row.leader, zone=row.leader.zone)

    @pages.get("/me/data/export")
    @limiter.limit(TRIES)
    def export() -> ResponseReturnValue:
        row = leader_here(house)
        return how_to_get_in() if row is None else _file(house, row)

    _erasing(pages, house)
    return pages


def _erasing(pages: Blueprint, house: House) -> None:
    """Looking asks; only the own address, typed and sent, erases."""

    @pages.get("/me/data/erase")
    def ask() -> ResponseReturnValue:
        row = leader_here(house)
        if row is None:
            return how_to_get_in()
        return _question(house, row)

    @pages.post("/me/data/erase")
    @limiter.limit(TRIES)
    def act() -> ResponseReturnValue:
        row = leader_here(house)
        if row is None:
            return how_to_get_in()
        typed = request.form.get("address", "")
        if typed.strip().lower() not in row.leader.addresses:
            return _question(house, row, typed, wrong=True), 400
        return _farewell(house, row)


def _question(house: House, row: LeaderRow, typed: str = "", *, wrong: bool = False) -> str:
    with house.database.read() as tx:
        grant = grants.of(tx, leader_holder(row.leader.id))
    consented = grant is not None and grant.way is Way.OAUTH
    return render_template(
        "own_data_erase.html", leader=row.leader, consented=consented, typed=typed, wrong=wrong
    )


def _file(house: House, row: LeaderRow) -> Response:
    with house.database.read() as tx:
        content = as_file(everything_of(tx, house.office, row))
    headers = {"Content-Disposition": f'attachment; filename="{FILE_NAME}"'}
    return Response(content, mimetype="application/json", headers=headers)


def _farewell(house: House, row: LeaderRow) -> ResponseReturnValue:
    erase(house.office, row.leader.id)
    house.doors.keyring.forget(leader_holder(row.leader.id))
    sign_out()
    return render_template("own_data_erased.html", first_name=row.leader.person.first_name)
