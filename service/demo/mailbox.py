"""The sample leaders' mailbox in the browser; works without JavaScript."""

from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask.typing import ResponseReturnValue

from service.demo.letterbox import Became, Entry, Letterbox, Standing, shown
from service.demo.people import Star
from service.demo.replies import quoted
from service.demo.stage import INDEX
from service.web.site import A_MAIL, limiter

_HERE = "mailbox"


def add_mailbox(app: Flask, box: Letterbox, folder: Path) -> None:
    """Put the mailbox beside the house's own pages; `folder` holds the demo's written pages."""
    pages = Blueprint(_HERE, __name__)
    _reading(pages, box)
    _answering(pages, box)
    _behind(pages, folder)

    @app.after_request
    def go_on(response: Response) -> Response:
        # What was sent on the house's own pages has its consequences at once, too.
        if request.method == "POST" and request.blueprint != _HERE and response.status_code < 400:
            box.make_pass()
        return response

    app.register_blueprint(pages)


def _reading(pages: Blueprint, box: Letterbox) -> None:
    @pages.get("/")
    def choose() -> ResponseReturnValue:
        leaders = [(star, box.entries(star)) for star in box.stars.values()]
        return render_template("demo/choose.html", leaders=leaders, waits=Standing.WAITS)

    @pages.get("/mailbox/<key>/")
    def inbox(key: str) -> ResponseReturnValue:
        return _page(box, _star(box, key), None)

    @pages.get("/mailbox/<key>/<ident>")
    def mail(key: str, ident: str) -> ResponseReturnValue:
        return _page(box, _star(box, key), ident, say=request.args.get("say", ""))

    @pages.get("/mailbox/<key>/<ident>/mail")
    def alone(key: str, ident: str) -> ResponseReturnValue:
        entry, _ = _find(box, _star(box, key), ident)
        response = make_response(shown(entry.mail))
        response.headers["Content-Security-Policy"] = A_MAIL
        return response

    @pages.get("/mailbox/<key>/newest")
    @limiter.exempt
    def newest(key: str) -> ResponseReturnValue:
        return jsonify(newest=_newest(box.entries(_star(box, key))))


def _answering(pages: Blueprint, box: Letterbox) -> None:
    @pages.post("/mailbox/<key>/<ident>")
    def answer(key: str, ident: str) -> ResponseReturnValue:
        star = _star(box, key)
        entry, _ = _find(box, star, ident)
        became = box.send(star, entry.mail, request.form.get("reply", ""))
        if became.receipt is None:
            return _page(box, star, ident, became=became)
        where = url_for(".mail", key=key, ident=became.receipt, to=ident)
        return redirect(where, 303)

    @pages.post("/mailbox/<key>/later")
    def later(key: str) -> ResponseReturnValue:
        came = box.let_time_pass(_star(box, key))
        return redirect(url_for(".mail", key=key, ident=came) if came else url_for(".inbox", key=key), 303)


def _behind(pages: Blueprint, folder: Path) -> None:
    """The pages that tell the story, as they lie in the folder."""

    @pages.get("/behind/")
    def behind() -> ResponseReturnValue:
        return send_from_directory(folder.absolute(), INDEX)

    @pages.get("/behind/<any('index.html', 'style.css'):name>")
    def beside(name: str) -> ResponseReturnValue:
        return send_from_directory(folder.absolute(), name)

    @pages.get("/behind/pages/<name>")
    def part(name: str) -> ResponseReturnValue:
        response = send_from_directory(folder.absolute() / "pages", name)
        if name.endswith(".mail.html"):
            response.headers["Content-Security-Policy"] = A_MAIL
        return response


def _page(
    box: Letterbox, star: Star, ident: str | None, *, say: str = "", became: Became | None = None
) -> str:
    entries = box.entries(star)
    entry = next((one for one in entries if one.mail.ident == ident), None)
    if ident and entry is None:
        abort(404)
    more: dict[str, Any] = {"receipt": None, "quote": "", "say": say, "became": became}
    if entry:
        more |= {"receipt": box.receipt_of(entry, entries), "quote": quoted(entry.mail)}
        more["came"] = ident if request.args.get("to") else None
    return render_template(
        "demo/mailbox.html",
        star=star,
        stars=box.stars.values(),
        local_time=box.local_time(star),
        entries=entries,
        entry=entry,
        newest=_newest(entries),
        **more,
    )


def _find(box: Letterbox, star: Star, ident: str) -> tuple[Entry, list[Entry]]:
    entries = box.entries(star)
    found = next((one for one in entries if one.mail.ident == ident), None)
    return (found, entries) if found else abort(404)


def _star(box: Letterbox, key: str) -> Star:
    return box.stars.get(key) or abort(404)


def _newest(entries: list[Entry]) -> str:
    return entries[0].mail.ident if entries else ""
