"""The pages behind the link of the reconnect mail, and the way back from Google."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.accounts.consent import ConsentError
from service.accounts.hitches import Hitch
from service.accounts.links import CONSENT_LASTS
from service.accounts.trial import NoAccessError
from service.web.pages import unknown
from service.web.reconnecting import Case, How, Reconnecting
from service.web.site import limiter
from service.web.who import speak_to

COOKIE = "visavis_consent"
A_FEW = "20 per minute"  # each press asks Google, or sends somebody there


def connect_pages(desk: Reconnecting) -> Blueprint:
    """Looking changes nothing; the button goes on to Google, and the way back stores the consent."""
    pages = Blueprint("connect", __name__)

    @pages.get("/c/<token>")
    def look(token: str) -> ResponseReturnValue:
        case = _case(desk, token)
        return unknown() if case is None else render_template("connect.html", case=case)

    @pages.post("/c/<token>")
    @limiter.limit(A_FEW)
    def act(token: str) -> ResponseReturnValue:
        case = _case(desk, token)
        if case is None:
            return unknown()
        if case.how is How.CONSENT:
            return to_google(desk, token, case)
        if case.how is How.SHARE:
            return _outcome(token, case, lambda: desk.try_again(case))
        return render_template("connect.html", case=case)

    @pages.get("/c/back")
    def back() -> ResponseReturnValue:
        cookie = request.cookies.get(COOKIE, "")
        token = desk.link_of(cookie) or ""
        case = _case(desk, token)
        if case is None:
            return render_template("connect_failed.html", hitch=Hitch.LATE, case=None), 400
        response = make_response(_outcome(token, case, lambda: desk.finish(cookie, case, request.args)))
        response.delete_cookie(COOKIE, path=_path(desk), httponly=True, samesite="Lax")
        return response

    return pages


def _case(desk: Reconnecting, token: str) -> Case | None:
    """What a link shows, in its leader's language."""
    case = desk.case(token)
    if case is not None:
        speak_to(case.row)
    return case


def to_google(desk: Reconnecting, token: str, case: Case) -> Response:
    """A page that leads on by itself: our policy forbids that a form is answered by another site."""
    url, cookie = desk.begin(token, case)
    response = make_response(render_template("connect_going.html", url=url))
    response.headers["Refresh"] = f"0; url={url}"
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=CONSENT_LASTS,
        path=_path(desk),
        secure=desk.base_url.startswith("https://"),
        httponly=True,
        samesite="Lax",  # it has to come along when Google sends the browser back
    )
    return response


def _outcome(token: str, case: Case, act: Callable[[], None]) -> ResponseReturnValue:
    try:
        act()
    except (ConsentError, NoAccessError) as error:
        account = getattr(error, "account", "")
        told = {"hitch": error.hitch, "account": account, "detail": str(error)}
        return render_template("connect_failed.html", case=case, token=token, **told), 400
    if case.is_joining:
        return redirect("../join/one-on-ones", 303)
    return render_template("connected.html")


def _path(desk: Reconnecting) -> str:
    """The cookie goes to these pages alone."""
    return f"{urlsplit(desk.base_url).path}/c"
