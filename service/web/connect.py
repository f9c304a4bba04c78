"""The pages behind the link of the reconnect mail."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from service.accounts.consent import ConsentError
from service.accounts.links import CONSENT_LASTS
from service.accounts.trial import NoAccessError, OtherAccountError
from service.web.pages import unknown
from service.web.reconnecting import Case, How, Reconnecting
from service.web.site import from_anywhere

COOKIE = "visavis_consent"


def connect_pages(desk: Reconnecting) -> Blueprint:
    """Looking changes nothing; the button goes on to Google, and the way back stores the consent."""
    pages = from_anywhere(Blueprint("connect", __name__))

    @pages.get("/c/<token>")
    def look(token: str) -> ResponseReturnValue:
        case = desk.case(token)
        return unknown() if case is None else render_template("connect.html", case=case)

    @pages.post("/c/<token>")
    def act(token: str) -> ResponseReturnValue:
        case = desk.case(token)
        if case is None:
            return unknown()
        if case.how is How.CONSENT:
            return _to_google(desk, token, case)
        if case.how is How.SHARE:
            return _outcome(token, case, lambda: desk.try_again(case))
        return render_template("connect.html", case=case)

    @pages.get("/c/back")
    def back() -> ResponseReturnValue:
        cookie = request.cookies.get(COOKIE, "")
        token = desk.link_of(cookie)
        case = desk.case(token) if token else None
        if token is None or case is None:
            return _failed("", "The way back from Google took too long.")
        response = make_response(_outcome(token, case, lambda: desk.finish(cookie, case, request.args)))
        response.delete_cookie(COOKIE, path=_path(desk), httponly=True, samesite="Lax")
        return response

    return pages


def _to_google(desk: Reconnecting, token: str, case: Case) -> Response:
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
    except OtherAccountError as error:
        return _failed(
            token, f"That was the account {error.account}; please choose {case.account} at Google."
        )
    except (ConsentError, NoAccessError) as error:
        return _failed(token, str(error))
    return render_template("connected.html")


def _failed(token: str, why: str) -> ResponseReturnValue:
    return render_template("connect_failed.html", why=why, token=token), 400


def _path(desk: Reconnecting) -> str:
    """The cookie goes to these pages alone."""
    return f"{urlsplit(desk.base_url).path}/c"
