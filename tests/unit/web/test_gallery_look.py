"""One mail, as different mail programs would show it."""

import pytest

from service.web.gallery_look import Scheme, in_new_tabs, in_scheme, preheader, text_page, without_styles

MAIL = (
    '<html><head><meta name="color-scheme" content="light dark"><style>p { color: red }</style>'
    "<style>@media (max-width: 480px) and (prefers-color-scheme: dark) { p { color: white } }</style></head>"
    '<body><div class="preheader" style="display: none">One word &amp; no more.</div>'
    '<div class="preheader">\u200c&nbsp;\u034f \u200c&nbsp;</div><p>Hello</p></body></html>'
)


def test_the_preheader_is_what_an_inbox_shows() -> None:
    assert preheader(MAIL) == "One word & no more."
    assert preheader("<p>Hello</p>") == ""


@pytest.mark.parametrize(("scheme", "always"), [(Scheme.DARK, "min-width"), (Scheme.LIGHT, "max-width")])
def test_a_scheme_holds_whatever_this_system_prefers(scheme: Scheme, always: str) -> None:
    shown = in_scheme(MAIL, scheme)
    assert f"(max-width: 480px) and ({always}: 0)" in shown
    assert f'content="{scheme}"' in shown


def test_styles_are_taken_out_whole() -> None:
    shown = without_styles(MAIL)
    assert "<style" not in shown
    assert "color: red" not in shown
    assert "<p>Hello</p>" in shown


def test_links_open_beside_the_mail() -> None:
    assert in_new_tabs(MAIL).startswith('<html><head><base target="_blank">')


def test_text_is_shown_as_it_is_and_never_as_marks() -> None:
    page = text_page("1 < 2\n<script>", "A & B", "en")
    assert "<pre>1 &lt; 2\n&lt;script&gt;</pre>" in page
    assert "<title>A &amp; B</title>" in page
