"""Pictures of the mails for people to look at: `python -m tests.browser.mails.shots OUT [KIND…] [LANGUAGE…]`.

OUT gets `KIND-LANGUAGE-LOOK-WIDTH.png` for each look (light, dark, stripped of its `<style>`) at
375 and 600 pixels, and `KIND-LANGUAGE.png` with all of them side by side.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.fakes.chromium import PHONE, chromium
from tests.fakes.every_mail import Mail, kinds, looks, mails

WIDTHS = (PHONE, 600)
_SHEET = "<body style='margin:16px;display:flex;gap:16px;align-items:flex-start;font:14px sans-serif'>"


def main(out: Path, wanted: set[str]) -> None:
    """Make them; `wanted` are kinds and languages, all kinds in English if none is named."""
    out.mkdir(parents=True, exist_ok=True)
    with chromium() as running:
        browser = running.browser()
        for kind in kinds():
            for mail in mails(kind):
                if _is_wanted(mail, wanted):
                    _sheet(browser, mail, list(_pictures(browser, mail, out)), out)


def _is_wanted(mail: Mail, wanted: set[str]) -> bool:
    chosen = {str(kind) for kind in kinds()} & wanted
    languages = wanted - chosen or {"en"}
    return mail.variant in languages and (not chosen or mail.kind in chosen)


def _pictures(browser: Browser, mail: Mail, out: Path) -> Iterator[Path]:
    for look, scheme, html in looks(mail):
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 400}, color_scheme=scheme)
            page.set_content(html)
            yield _taken(page, out / f"{mail.kind}-{mail.variant}-{look}-{width}.png")
            page.close()


def _sheet(browser: Browser, mail: Mail, pictures: list[Path], out: Path) -> None:
    """All looks of one mail in one picture."""
    images = "".join(
        f"<figure><figcaption>{one.stem}</figcaption><img src={one.name}></figure>" for one in pictures
    )
    sheet = out / "sheet.html"
    sheet.write_text(f"<!doctype html><style>figure{{margin:0}}</style>{_SHEET}{images}", encoding="utf-8")
    page = browser.new_page(viewport={"width": sum(WIDTHS) * 3 + 150, "height": 400})
    page.goto(sheet.resolve().as_uri())
    sys.stdout.write(f"{_taken(page, out / f'{mail.kind}-{mail.variant}.png')}\n")
    page.close()
    sheet.unlink()


def _taken(page: Page, path: Path) -> Path:
    page.screenshot(path=path, full_page=True)
    return path


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), set(sys.argv[2:]))
