"""What all pages share: sessions, protection against forged forms, rate limits, languages, headers."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, g, has_request_context, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect, generate_csrf, validate_csrf  # type: ignore[import-untyped]
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix
from wtforms import ValidationError  # type: ignore[import-untyped]

from service.languages import DEFAULT, LANGUAGES, best_language, date_filters, locale_of, speak, translations

STAYS_SIGNED_IN = timedelta(days=90)
A_MINUTE = "300 per minute"  # of one address: a person's taps, and the scanners of a whole firm's mails

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
STRICT = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A mail shown in a frame of ours: its styles stand in it, and it can do nothing but be read.
A_MAIL = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True, slots=True)
class Site:
    """How the pages are served.

    `keys` sign what browsers carry, newest first; `base_url` is where they are reached, with
    `proxies` servers of ours in front, which tell the visitor's address.
    """

    name: str = "Vis-à-vis"
    base_url: str = "http://127.0.0.1:8080"
    keys: Sequence[str] = field(default_factory=lambda: (secrets.token_hex(32),))
    proxies: int = 0


View = TypeVar("View", bound=Callable[..., Any] | Blueprint)

csrf = CSRFProtect()
limiter = Limiter(
    get_remote_address, default_limits=[A_MINUTE], default_limits_per_method=False, storage_uri="memory://"
)


def furnish(app: Flask, site: Site) -> None:
    """Give the application what every page needs."""
    _keep_cookies(app, site)
    if site.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=site.proxies)  # type: ignore[method-assign]
    csrf.init_app(app)
    limiter.init_app(app)
    speak(app.jinja_env, lambda: translations(current_language()))
    app.jinja_env.globals["csrf_field"] = csrf_field
    app.jinja_env.filters |= date_filters(current_locale)
    # Relative, so that the pages also work under a path of somebody else's address.
    app.context_processor(
        lambda: {
            "service_name": site.name,
            "root": "../" * (request.path.count("/") - 1),
            "language": current_language(),
            "languages": LANGUAGES,
        }
    )
    app.after_request(_with_headers)


def _keep_cookies(app: Flask, site: Site) -> None:
    address = urlsplit(site.base_url)
    app.config.update(
        SECRET_KEY=site.keys[0],
        SECRET_KEY_FALLBACKS=list(site.keys[1:]),
        SESSION_COOKIE_NAME="visavis",
        SESSION_COOKIE_PATH=f"{address.path}/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=address.scheme == "https",
        PERMANENT_SESSION_LIFETIME=STAYS_SIGNED_IN,
        WTF_CSRF_TIME_LIMIT=None,  # a form may lie open for a day; its session ends by itself
        WTF_CSRF_SSL_STRICT=False,  # it wants a referrer, and our pages send none
    )


def from_anywhere(view: View) -> View:
    """For a view whose POST comes from no page of ours, or that asks `is_genuine` by itself."""
    csrf.exempt(view)
    return view


def is_genuine() -> bool:
    """Whether the form comes from a page of ours that this browser was shown; for views that
    are exempt, because they must not lose what was typed."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def csrf_field() -> Markup:
    """What each form of ours carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


# Who is here, as far as the browser can show. The cookie holds random keys of ours, nothing private.


def sign_in(leader_key: str) -> None:
    """The leader with this key has proved to read their own mail."""
    session.clear()
    session.permanent = True
    session["leader"] = leader_key


def signed_in() -> str | None:
    """The key of the leader whose browser this is."""
    found: str | None = session.get("leader")
    return found


def sign_out() -> None:
    """Forget this browser."""
    session.clear()


# The language of the page: the leader's, once it is known who that is; before, the browser's.


def use_language(language: str, country: str | None = None, zone: str = "") -> None:
    """Speak as this leader reads, for the rest of the request."""
    g.language, g.locale = language, locale_of(language, country, zone)


def current_language() -> str:
    """A language tag."""
    if not has_request_context():
        return DEFAULT
    if "language" not in g:
        use_language(best_language([str(tag) for tag in request.accept_languages.values()]))
    return str(g.language)


def current_locale() -> str:
    """How dates are written on this page."""
    current_language()
    return str(g.locale)


def _with_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", STRICT)
    return response
