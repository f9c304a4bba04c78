"""What a thumb and a glance need: buttons large enough, the core of a prep at once, the whole in a minute."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page

from service.domain.letters import Kind, PrepLetter
from service.domain.playbook_text import parse_playbook
from service.mail.render import render
from service.mail.samples import sample
from service.templates import templates_folder
from tests.fakes.chromium import TALL
from tests.fakes.every_mail import kinds, languages, mails
from tests.fakes.figures import Figure

THUMB = 44  # pixels, what makers of phones ask for
A_MINUTE = 225  # words; people read some 240 to themselves
BUTTONS = """() => [...document.querySelectorAll('a')]
    .map(each => [each, getComputedStyle(each)])
    .filter(([_, style]) => style.display === 'block' && style.textDecorationLine === 'none')
    .map(([each]) => [each.textContent.trim(), each.closest('td').getBoundingClientRect().height])"""
# The core is who and when, and how to open, go on and close; the panel after it is a plan to finish.
END = "() => document.querySelector('.panel').getBoundingClientRect().top"
WIDE = "DejaVu Serif"  # wider than Georgia and its likes: the worst case, and everywhere the same


@pytest.mark.parametrize("kind", kinds())
def test_a_button_is_large_enough_for_a_thumb(kind: Kind, page: Page) -> None:
    for mail in mails(kind):
        for html in (mail.rendered.html, mail.stripped):
            page.set_content(html)
            assert [each for each in page.evaluate(BUTTONS) if each[1] < THUMB] == [], mail.name


@pytest.mark.parametrize("language", languages())
def test_the_core_of_a_prep_is_seen_at_once(language: str, page: Page, figure: Figure) -> None:
    path = templates_folder() / "playbook" / f"{language}.toml"
    letter, frame = sample(Kind.PREP, language=language)
    assert isinstance(letter, PrepLetter)
    for week in parse_playbook(path.read_text(encoding="utf-8"), path.name).weeks:
        for turn in range(len(week.closing)):
            rendered = render(Kind.PREP, replace(letter, week=week, turn=turn), frame)
            page.set_content(rendered.html.replace("Georgia", f"'{WIDE}'"))
            end, words = page.evaluate(END), len(rendered.text.partition("\n~\n")[0].split())
            figure("mail prep", f"pixels of {TALL} to the end of its core", end)
            figure("mail prep", f"words of {A_MINUTE}", words)
            assert end <= TALL, (week.number, turn)
            assert words <= A_MINUTE, (week.number, turn)
