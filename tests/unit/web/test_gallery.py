"""The gallery shows each mail as asked for, and follows its templates."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service import templates
from service.domain.letters import Kind
from service.languages import translations
from service.mail.render import forget_templates
from service.playbooks import load_playbook
from service.web.gallery import make_gallery
from service.web.gallery_mails import languages
from service.web.site import A_MAIL, STRICT
from tests.fakes.visitor import Visitor, visitor

MAIL = "/mail/prep/en"


@pytest.fixture
def browser() -> Visitor:
    return visitor(make_gallery())


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the templates, to be edited."""
    shutil.copytree(templates.templates_folder(), tmp_path / "templates")
    monkeypatch.setattr(templates, "_PACKAGE", tmp_path / "service")
    yield tmp_path / "templates"
    monkeypatch.undo()
    forget_templates()
    load_playbook.cache_clear()
    translations.cache_clear()


def frames(browser: Visitor, query: str = "") -> list[str]:
    return re.findall(r'<iframe src="([^"]+)"', browser.get(f"/{query}").text)


class TestWhatIsShown:
    def test_at_first_each_kind_once(self, browser: Visitor) -> None:
        found = frames(browser)
        assert [src.split("/")[1] for src in found] == [kind.value for kind in Kind]

    def test_everything_is_every_kind_language_scheme_and_width(self, browser: Visitor) -> None:
        found = frames(browser, "?kind=all&language=all&scheme=all&width=all")
        assert len(found) == len(Kind) * len(languages()) * 2 * 3

    def test_an_inboxs_row_has_subject_and_preheader(self, browser: Visitor) -> None:
        page = browser.get("/?kind=prep").text
        row = re.search(r"<strong>(.+?)</strong> <span class=\"quiet\">(.+?)</span>", page)
        assert row
        assert "Ana" in row[1]
        assert len(row[2]) > 20

    def test_frames_hold_a_mail_that_can_do_nothing_and_the_gallery_no_style_of_its_own(
        self, browser: Visitor
    ) -> None:
        assert browser.get("/").headers["Content-Security-Policy"] == STRICT
        assert browser.get(MAIL).headers["Content-Security-Policy"] == A_MAIL

    @pytest.mark.parametrize("query", ["?kind=love", "?language=xx", "?scheme=blue", "?width=1", "?show=x"])
    def test_what_there_is_not_is_not_found(self, browser: Visitor, query: str) -> None:
        assert browser.get(f"/{query}").status_code == 404


class TestHowItIsShown:
    def test_dark_is_dark_and_light_is_light_on_any_system(self, browser: Visitor) -> None:
        dark, light = browser.get(f"{MAIL}?scheme=dark").text, browser.get(f"{MAIL}?scheme=light").text
        assert "@media (min-width: 0)" in dark
        assert "@media (max-width: 0)" in light
        for page in (dark, light):
            assert "prefers-color-scheme" not in page
            assert "light dark" not in page

    def test_stripped_has_no_style_element_left(self, browser: Visitor) -> None:
        assert "<style" in browser.get(MAIL).text
        assert "<style" not in browser.get(f"{MAIL}?show=stripped").text

    def test_the_text_part_is_shown_as_it_is(self, browser: Visitor) -> None:
        page = browser.get(f"{MAIL}?show=text").text
        assert "<pre>" in page
        assert "Ana Silva" in page

    def test_without_pages_no_link_leads_to_a_form(self, browser: Visitor) -> None:
        with_pages = browser.get("/mail/reflection/en").text
        without = browser.get("/mail/reflection/en?pages=without").text
        assert "/f/" in with_pages
        assert "/f/" not in without


class TestFollowing:
    def test_an_edit_is_seen_at_the_next_look(self, browser: Visitor, edited: Path) -> None:
        before, stamp = browser.get(f"{MAIL}?show=text").text, browser.get("/changed").json
        path = edited / "email/prep/body.txt"
        path.write_text(path.read_text("utf-8").replace("{% block content %}", "{% block content %}\nNEWS\n"))
        assert "NEWS" not in before
        assert "NEWS" in browser.get(f"{MAIL}?show=text").text
        assert browser.get("/changed").json != stamp

    def test_a_playbook_is_followed_too(self, browser: Visitor, edited: Path) -> None:
        browser.get(MAIL)
        path = edited / "playbook/en.toml"
        path.write_text(path.read_text("utf-8").replace('job = "clarity"', 'job = "plainness"'), "utf-8")
        assert "plainness" in browser.get(MAIL).text

    def test_a_broken_template_is_named_with_its_line_and_then_mended(
        self, browser: Visitor, edited: Path
    ) -> None:
        path = edited / "email/prep/body.html"
        good = path.read_text("utf-8")
        path.write_text(good + "{% if %}", encoding="utf-8")
        shown = browser.get(MAIL)
        assert shown.status_code == 500
        assert f"email/prep/body.html, line {len(good.splitlines()) + 1}" in shown.text
        assert "Cannot be shown yet" in browser.get("/?kind=prep").text
        assert browser.get("/mail/digest/en").status_code == 200
        path.write_text(good, encoding="utf-8")
        assert browser.get(MAIL).status_code == 200

    def test_a_name_that_is_not_there_is_an_error_with_its_line(self, browser: Visitor, edited: Path) -> None:
        path = edited / "email/prep/subject.txt"
        path.write_text("{{ letter.nobody }}", encoding="utf-8")
        shown = browser.get(MAIL).text
        assert "email/prep/subject.txt, line 1" in shown
        assert "nobody" in shown
