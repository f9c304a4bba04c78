"""Every mail as people will see it, live while its templates are edited. For this machine only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, abort, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.domain.letters import Kind
from service.mail.render import Rendered
from service.web.gallery_look import Scheme, in_new_tabs, in_scheme, preheader, text_page, without_styles
from service.web.gallery_mails import Broken, Mails, languages
from service.web.pages import create_app
from service.web.site import A_MAIL, limiter

ALL = "all"
WIDTHS = ("320", "375", "600")
SHOWS = ("mail", "stripped", "text")
PAGES = ("with", "without")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be seen; the first of each row unless the address says otherwise."""

    kinds: tuple[Kind, ...]
    languages: tuple[str, ...]
    schemes: tuple[Scheme, ...]
    widths: tuple[str, ...]
    show: str
    pages: str


@dataclass(frozen=True, slots=True)
class Shot:
    """One frame of the gallery."""

    language: str
    scheme: Scheme
    width: str
    src: str


@dataclass(frozen=True, slots=True)
class Row:
    """What an inbox shows of a mail."""

    language: str
    subject: str
    preview: str


def make_gallery() -> Flask:
    """The gallery as an application of its own; it knows nobody and changes nothing."""
    pages = Blueprint("gallery", __name__)
    limiter.exempt(pages)
    mails = Mails()

    @pages.get("/")
    def index() -> ResponseReturnValue:
        choice = _choice(request.args)
        return render_template("gallery/index.html", **_offered(), **_seen(mails, choice))

    @pages.get("/mail/<kind>/<language>")
    def mail(kind: str, language: str) -> ResponseReturnValue:
        choice = _choice({**request.args, "kind": kind, "language": language})
        return _framed(mails.get(choice.kinds[0], choice.languages[0], pages=choice.pages == "with"), choice)

    @pages.get("/changed")
    def changed() -> ResponseReturnValue:
        return jsonify(stamp=mails.stamp())

    return create_app(lambda _: False, lambda _: None, lambda: True, more=[pages])


def _offered() -> dict[str, Any]:
    return {"kinds": [(str(kind), str(kind)) for kind in Kind], "tongues": languages()}


def _choice(wanted: Mapping[str, str]) -> Choice:
    """What the address asks for; 404 for what there is not."""

    def one_or_all(name: str, there: tuple[str, ...], usual: str) -> tuple[str, ...]:
        said = wanted.get(name, usual)
        return there if said == ALL else (said,) if said in there else abort(404)

    tongues = tuple(languages())
    return Choice(
        kinds=tuple(Kind(one) for one in one_or_all("kind", tuple(Kind), ALL)),
        languages=one_or_all("language", tongues, tongues[0]),
        schemes=tuple(Scheme(one) for one in one_or_all("scheme", tuple(Scheme), Scheme.LIGHT)),
        widths=one_or_all("width", WIDTHS, "375"),
        show=one_or_all("show", SHOWS, SHOWS[0])[0],
        pages=one_or_all("pages", PAGES, PAGES[0])[0],
    )


def _seen(mails: Mails, choice: Choice) -> dict[str, Any]:
    said = {name: request.args.get(name, "") for name in ("kind", "language", "scheme", "width")}
    return {
        "said": said | {"show": choice.show, "pages": choice.pages},
        "choice": choice,
        "stamp": mails.stamp(),
        "sections": [
            (kind, list(_rows(mails, kind, choice)), list(_shots(kind, choice))) for kind in choice.kinds
        ],
    }


def _rows(mails: Mails, kind: Kind, choice: Choice) -> Iterator[Row]:
    for language in choice.languages:
        made = mails.get(kind, language, pages=choice.pages == "with")
        if isinstance(made, Broken):
            yield Row(language, "", made.where)
        else:
            yield Row(language, made.subject, preheader(made.html))


def _shots(kind: Kind, choice: Choice) -> Iterator[Shot]:
    for language in choice.languages:
        for scheme in choice.schemes:
            where = url_for(
                ".mail", kind=kind, language=language, scheme=scheme, show=choice.show, pages=choice.pages
            )
            for width in choice.widths:
                yield Shot(language, scheme, width, where.removeprefix("/"))


def _framed(made: Rendered | Broken, choice: Choice) -> Response:
    language = choice.languages[0]
    if isinstance(made, Broken):
        page = text_page(f"{made.where}\n\n{made.what}".strip(), "This mail cannot be shown yet", language)
    elif choice.show == "text":
        page = text_page(made.text, made.subject, language)
    else:
        page = without_styles(made.html) if choice.show == "stripped" else made.html
    response = make_response(in_new_tabs(in_scheme(page, choice.schemes[0])))
    response.status_code = 500 if isinstance(made, Broken) else 200
    response.headers["Content-Security-Policy"] = A_MAIL
    return response
