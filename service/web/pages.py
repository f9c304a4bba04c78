"""The pages' frame, and the two that are always there: stop the mails, and whether the service is well.

A link in a mail is opened by scanners too, so looking (GET) never changes anything; only a
person's button, or a mail program's one-click (RFC 8058), does (POST).
"""

import logging
from collections.abc import Callable, Iterable

from flask import Blueprint, Flask, Response, jsonify, render_template, send_from_directory
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from service.templates import templates_folder
from service.web.site import Site, from_anywhere, furnish, limiter

log = logging.getLogger(__name__)


class _Pages(Flask):
    # An unknown name in a template is a mistake to see, not an empty place to mail round.
    jinja_options = {**Flask.jinja_options, "undefined": StrictUndefined}  # noqa: RUF012 -- Flask's own way


def create_app(
    unsubscribe: Callable[[str], bool],
    show: Callable[[str], str | None],
    healthy: Callable[[], bool],
    *,
    site: Site | None = None,
    ready: Callable[[], bool] | None = None,
    more: Iterable[Blueprint] = (),
) -> Flask:
    """The pages as a WSGI application.

    `show(token)` is whom the mails of a token go to, in words for the page, or None for an
    unknown token; it changes nothing. `unsubscribe(token)` stops those mails, again and
    again if need be, and is False for an unknown token. `healthy` tells whether the process
    can do its work, `ready` whether it should be given any (`healthy` unless told otherwise);
    `more` are the pages of other subjects.
    """
    app = _empty_app(site or Site())

    @app.get("/u/<token>")
    def look(token: str) -> ResponseReturnValue:
        to = show(token)
        return unknown() if to is None else render_template("unsubscribe.html", to=to)

    @app.post("/u/<token>")
    @from_anywhere  # a mail program's one-click comes from no page of ours (RFC 8058)
    def stop(token: str) -> ResponseReturnValue:
        return render_template("unsubscribed.html") if unsubscribe(token) else unknown()

    _tell_how_it_is(app, healthy, ready or healthy)
    for pages in more:
        app.register_blueprint(pages)
    return app


def _tell_how_it_is(app: Flask, healthy: Callable[[], bool], ready: Callable[[], bool]) -> None:
    """For whoever watches the machine."""

    @app.get("/health")
    @limiter.exempt
    def health() -> ResponseReturnValue:
        well = _is_well(healthy)
        return jsonify(healthy=well), 200 if well else 503

    @app.get("/ready")
    @limiter.exempt
    def readiness() -> ResponseReturnValue:
        well = _is_well(ready)
        return jsonify(ready=well), 200 if well else 503


def _empty_app(site: Site) -> Flask:
    """No page yet, but what all share: their look, and what they say when something fails."""
    folder = templates_folder() / "web"
    rules = (folder / "style.css").read_text(encoding="utf-8")
    app = _Pages("visavis", template_folder=folder, static_folder=None)
    furnish(app, site)
    app.register_error_handler(Exception, _mishap)

    @app.get("/style.css")
    @limiter.exempt
    def style() -> ResponseReturnValue:
        return Response(rules, mimetype="text/css")

    @app.get("/assets/<name>")
    @limiter.exempt
    def asset(name: str) -> ResponseReturnValue:
        return send_from_directory(folder / "assets", name, max_age=3600)

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
    if isinstance(error, CSRFError):
        return render_template("stale.html"), 400
    if error.code == 429:
        return render_template("busy.html"), 429
    response = error.get_response()
    response.set_data(render_template("mishap.html"))
    return response
