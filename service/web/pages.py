"""The pages' frame, and the two that are always there: stop the mails, and whether the service is well.

A link in a mail is opened by scanners too, so looking (GET) never changes anything; only a
person's button, or a mail program's one-click (RFC 8058), does (POST).
"""

import logging
from collections.abc import Callable, Iterable

from flask import Blueprint, Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from service.templates import templates_folder

log = logging.getLogger(__name__)

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class _Pages(Flask):
    # An unknown name in a template is a mistake to see, not an empty place to mail round.
    jinja_options = {**Flask.jinja_options, "undefined": StrictUndefined}  # noqa: RUF012 -- Flask's own way


def create_app(
    unsubscribe: Callable[[str], bool],
    show: Callable[[str], str | None],
    healthy: Callable[[], bool],
    *,
    name: str = "Vis-à-vis",
    more: Iterable[Blueprint] = (),
) -> Flask:
    """The pages as a WSGI application.

    `show(token)` is whom the mails of a token go to, in words for the page, or None for an
    unknown token; it changes nothing. `unsubscribe(token)` stops those mails, again and
    again if need be, and is False for an unknown token. `name` is the service's; `more`
    are the pages of other subjects.
    """
    app = _empty_app(name)

    @app.get("/u/<token>")
    def look(token: str) -> ResponseReturnValue:
        to = show(token)
        return unknown() if to is None else render_template("unsubscribe.html", to=to)

    @app.post("/u/<token>")
    def stop(token: str) -> ResponseReturnValue:
        return render_template("unsubscribed.html") if unsubscribe(token) else unknown()

    @app.get("/health")
    def health() -> ResponseReturnValue:
        well = _is_well(healthy)
        return jsonify(healthy=well), 200 if well else 503

    for pages in more:
        app.register_blueprint(pages)
    return app


def _empty_app(name: str) -> Flask:
    """What all pages share: their look, their headers, what they say when something fails."""
    folder = templates_folder() / "web"
    rules = (folder / "style.css").read_text(encoding="utf-8")
    app = _Pages("visavis", template_folder=folder, static_folder=None)
    # Relative, so that the pages also work under a path of somebody else's address.
    app.context_processor(lambda: {"service_name": name, "root": "../" * (request.path.count("/") - 1)})
    app.after_request(_with_headers)
    app.register_error_handler(Exception, _mishap)

    @app.get("/style.css")
    def style() -> ResponseReturnValue:
        return Response(rules, mimetype="text/css")

    return app


def unknown() -> ResponseReturnValue:
    """The page for a link that leads nowhere."""
    return render_template("unknown.html"), 404


def _is_well(healthy: Callable[[], bool]) -> bool:
    try:
        return healthy()
    except Exception:
        log.warning("the health check itself failed", extra={"action": "health_failed"}, exc_info=True)
        return False


def _mishap(error: Exception) -> ResponseReturnValue:
    if not isinstance(error, HTTPException):
        log.error("a page failed", extra={"action": "page_failed"}, exc_info=error)
        return render_template("mishap.html"), 503
    if error.code == 404:
        return unknown()
    response = error.get_response()
    response.set_data(render_template("mishap.html"))
    return response


def _with_headers(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response
