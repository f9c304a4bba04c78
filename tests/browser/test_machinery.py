"""The checks of pages can fail: each is shown a page that breaks what it looks for."""

from collections.abc import Callable

import pytest
from flask import Flask, Response, request
from playwright.sync_api import Browser, Error, Page

from service.web.pages import create_app
from tests.fakes.chromium import Chromium, Windows

Served = Callable[[Flask], str]
FAINT = "<html lang='en'><title>Faint</title><p style='color:#ccc;background:#fff'>Who can read this?</p>"


def an_app() -> Flask:
    return create_app(lambda _: True, lambda _: "Marta", lambda: True)


def an_app_with(*pages: tuple[str, str]) -> Flask:
    """The app with some more pages: address and body, or script."""
    app = an_app()
    for address, content in pages:
        type_ = "text/javascript" if address.endswith(".js") else "text/html"
        whole = content if address.endswith(".js") else f"<!doctype html><title>x</title>{content}"
        app.add_url_rule(
            address, address[1:], lambda whole=whole, type_=type_: Response(whole, mimetype=type_)
        )
    return app


TROUBLES = [
    ("/inline", "<p style='color:red'>x</p>"),
    ("/thrown", "<script src=boom.js></script>"),
    ("/boom.js", "missing.word()"),
    ("/away", "<img alt src=http://example.org/x>"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_of_ours_is_clean(
    scheme: str,
    new_page: Windows,
    axe: Callable[[Page], list[str]],
    served: Served,
    no_horizontal_scroll: Callable[[Page], None],
) -> None:
    page = new_page(320, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{served(an_app())}/u/token")
    assert axe(page) == []
    no_horizontal_scroll(page)


def test_a_page_that_is_not_there_is_no_trouble(page: Page, served: Served) -> None:
    answer = page.goto(f"{served(an_app())}/nowhere")
    assert answer is not None
    assert answer.status == 404


def test_axe_sees_what_cannot_be_read(page: Page, axe: Callable[[Page], list[str]]) -> None:
    page.set_content(FAINT)
    assert [line.partition(" ")[0] for line in axe(page)] == ["color-contrast"]


def test_a_page_too_wide_is_seen(page: Page, no_horizontal_scroll: Callable[[Page], None]) -> None:
    page.set_content("<div style='width:400px'>Wide</div>")
    with pytest.raises(AssertionError, match="wider than its window"):
        no_horizontal_scroll(page)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("inline", "Content Security Policy"),
        ("thrown", "missing is not defined"),
        ("away", "wants http://example.org/x"),
    ],
)
def test_what_a_page_complains_of_is_heard(path: str, words: str, browser: Browser, served: Served) -> None:
    windows = Windows(browser)
    windows().goto(f"{served(an_app_with(*TROUBLES))}/{path}", wait_until="networkidle")
    windows.close()
    assert any(words in trouble for trouble in windows.troubles), windows.troubles


def test_a_scanner_opens_each_link_once_and_stays_here(
    page: Page, served: Served, scan: Callable[[Page, str], list[str]]
) -> None:
    links = "<a href=/one>1</a> <a href=/one#two>2</a> <a href=/u/x>3</a> <a href=https://example.org/>4</a>"
    app, asked = an_app_with(("/links", links)), list[str]()
    app.before_request(lambda: asked.append(request.path))
    scan(page, f"{served(app)}/links")
    assert {"/links", "/one", "/u/x"} <= set(asked)


def test_a_page_that_never_answers_is_given_up_and_the_next_test_has_a_browser(a_chromium: Chromium) -> None:
    page = a_chromium.browser().new_page()
    with a_chromium.limited(1.0), pytest.raises(Error, match="closed"):
        page.evaluate("() => new Promise(() => {})")
    assert a_chromium.browser().new_page().evaluate("1 + 1") == 2
