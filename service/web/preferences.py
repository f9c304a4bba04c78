"""What a leader sets by themselves: times, language, members, a pause."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from service.assembly import House
from service.storage.people import LeaderRow
from service.web.preferring import HERE, Preferring, Refused
from service.web.who import how_to_get_in, leader_here, on_to

Act = Callable[[str, Callable[[LeaderRow], None]], ResponseReturnValue]


def preference_pages(house: House, now: Callable[[], datetime]) -> Blueprint:
    """The pages; `now` is the clock."""
    pages, desk = Blueprint("preferences", __name__), Preferring(house, now)

    def act(done: str, work: Callable[[LeaderRow], None]) -> ResponseReturnValue:
        """Do it and show the page anew, or show what was typed with what is wrong with it."""
        row = leader_here(house)
        if row is None:
            return how_to_get_in()
        try:
            work(row)
        except Refused as refused:
            return desk.page(row, refused), 422
        flash(done)
        return on_to(house, HERE)

    @pages.get(HERE)
    def look() -> ResponseReturnValue:
        row = leader_here(house)
        return how_to_get_in() if row is None else desk.page(row)

    _for_all_mails(pages, desk, act)
    _for_members(pages, desk, act)
    return pages


def _for_all_mails(pages: Blueprint, desk: Preferring, act: Act) -> None:
    @pages.post(HERE)
    def save() -> ResponseReturnValue:
        return act("saved", lambda row: desk.save(row, request.form))

    @pages.post(f"{HERE}/pause")
    def pause() -> ResponseReturnValue:
        return act("saved", lambda row: desk.pause(row, request.form.get("until", "")))

    @pages.post(f"{HERE}/resume")
    def resume() -> ResponseReturnValue:
        return act("resumed", desk.resume)


def _for_members(pages: Blueprint, desk: Preferring, act: Act) -> None:
    @pages.post(f"{HERE}/people")
    def everyone() -> ResponseReturnValue:
        return act("saved", lambda row: desk.change_pairs(row, None, request.form))

    @pages.post(f"{HERE}/people/<int:pair_id>")
    def member(pair_id: int) -> ResponseReturnValue:
        return act("saved", lambda row: desk.change_pairs(row, pair_id, request.form))
