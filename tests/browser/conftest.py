"""A real browser for the tests of this folder; where it is missing they are skipped, but never in CI.

- `new_page(width=375, color_scheme="light", javascript=True, language="en")` opens a window with
  its own cookies, as often as asked; `page` is one on a phone. Whatever a page complains of in its
  console (a breach of the CSP too) or takes from elsewhere fails the test.
- `axe(page)`: what breaks WCAG 2.1 A and AA, a line each; [] is as it should be.
- `no_horizontal_scroll(page)` asserts just that; `fits_everybody(page)` both.
- `served(app)`: the address of the app, on a real server until the test is over.
- `scan(page, address)`: opens every link there, as the scanners of mails do.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.fakes import chromium
from tests.fakes.chromium import Chromium, Windows, hidden_sideways, serving, violations

PATIENCE = 180.0  # seconds: the longest test takes ten, and machines may be busy


@pytest.fixture(scope="session")
def a_chromium() -> Iterator[Chromium]:
    """One for all tests of this process."""
    with chromium.chromium() as running:
        yield running


@pytest.fixture
def browser(a_chromium: Chromium) -> Iterator[Browser]:
    """That one's browser. A test that hangs in it fails after a while."""
    running = a_chromium.browser()
    with a_chromium.limited(PATIENCE):
        yield running


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Windows]:
    """Opens windows, which are closed after the test; it fails if their pages complained."""
    windows = Windows(browser)
    yield windows
    windows.close()
    assert windows.troubles == []


@pytest.fixture
def page(new_page: Windows) -> Page:
    """A window of a phone's size."""
    return new_page()


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """What breaks WCAG 2.1 A and AA on a page."""
    return violations


@pytest.fixture
def no_horizontal_scroll() -> Callable[[Page], None]:
    """Asserts that the page is no wider than its window."""

    def check(page: Page) -> None:
        assert hidden_sideways(page) == 0, f"{page.url} is wider than its window"

    return check


@pytest.fixture
def fits_everybody(
    axe: Callable[[Page], list[str]], no_horizontal_scroll: Callable[[Page], None]
) -> Callable[[Page], None]:
    """Asserts both of a page."""

    def check(page: Page) -> None:
        assert axe(page) == [], page.url
        no_horizontal_scroll(page)

    return check


@pytest.fixture
def served() -> Iterator[Callable[[Flask], str]]:
    """Serves applications until the test is over."""
    with ExitStack() as running:
        yield lambda app: running.enter_context(serving(app))


@pytest.fixture
def scan() -> Callable[[Page, str], list[str]]:
    """Opens an address and all its links, as the scanners of mails do."""
    return chromium.scan
