"""The questions of a mail as a page: the same as answering by a reply.

The link stands in the mail and can be passed on with it, so it shows no more than the mail
does; and as scanners open links, looking never stores an answer, not even a tapped one.
"""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded

from service.assembly import House
from service.web.answering import LONGEST, WHILE_WRITING, Answering, FormPage, ReceiptPage, Tell, name_of
from service.web.pages import unknown
from service.web.site import from_anywhere, is_genuine, limiter
from service.web.who import speak_to

SENDINGS = "20 per minute"  # of one form
_AGAIN = {Tell.STALE: 400, Tell.TOO_LONG: 400, Tell.EMPTY: 400, Tell.BUSY: 429}


def form_pages(house: House, now: Callable[[], datetime]) -> Blueprint:
    """The pages; `now` is the clock. They ask by themselves where a form comes from, as they must
    not lose what was typed."""
    pages, desk = from_anywhere(Blueprint("forms", __name__)), Answering(house, now)

    @pages.get("/f/<token>")
    def look(token: str) -> ResponseReturnValue:
        sheet = desk.sheet(token)
        return unknown() if sheet is None else _shown(desk, desk.page(sheet, request.args))

    @pages.post("/f/<token>")
    def send(token: str) -> ResponseReturnValue:
        sheet = desk.sheet(token, WHILE_WRITING)
        typed = desk.typed(sheet, request.form, _hitch()) if sheet is not None else None
        page = desk.send(typed) if typed is not None and not typed.tell else typed
        return unknown() if page is None else _shown(desk, page)

    return pages


def _token() -> str:
    return str((request.view_args or {}).get("token", ""))


def _hitch() -> Tell:
    """Why nothing can be taken in now, whatever was typed."""
    try:
        _count()
    except RateLimitExceeded:
        return Tell.BUSY
    return Tell.NOTHING if is_genuine() else Tell.STALE


@limiter.limit(SENDINGS, key_func=_token, override_defaults=False)
def _count() -> None:
    """One more sending of this form."""


def _shown(desk: Answering, page: FormPage | ReceiptPage) -> ResponseReturnValue:
    speak_to(page.sheet.row)
    values = {"page": page, "token": _token(), "door": desk.door(page.sheet)}
    if isinstance(page, ReceiptPage):
        return render_template("form_sent.html", **values)
    if not page.sheet.questions:
        return render_template("form_gone.html", **values)
    template = "form_confirm.html" if page.sheet.items else "form.html"
    return render_template(template, **values, longest=LONGEST, name_of=name_of), _AGAIN.get(page.tell, 200)
