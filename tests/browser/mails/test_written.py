"""What a mail shows as it is written: its size, its spam score, whether the text part says all."""

import re
from collections.abc import Iterator

import pytest

from service.domain.letters import Kind
from tests.fakes.every_mail import kinds, mails
from tests.fakes.figures import Figure
from tests.fakes.mail_html import blocks
from tests.fakes.spamd import Spamd, spamd

LARGEST = 50 * 1024  # Gmail cuts a mail at 102 KB, and a phone far from a mast waits for each
HIGHEST = 0.5
ENTITY = re.compile(r"&(#\d+|#x[0-9a-f]+|[a-z]+\d?);|</?(p|a|td|b|strong|em|br|span)\b", re.IGNORECASE)
QUESTION = re.compile(r"[^.!?…:\n]*\?")
GTUBE = b"Subject: test\r\n\r\nXJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n"


@pytest.fixture(scope="module")
def assassin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spamd]:
    with spamd(tmp_path_factory.mktemp("spamd")) as running:
        yield running


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("kind", kinds())
def test_a_mail_is_small(kind: Kind, figure: Figure) -> None:
    for mail in mails(kind):
        size = len(mail.rendered.html.encode())
        figure(f"mail {kind}", "KB", size / 1024)
        assert size <= LARGEST, mail.name


@pytest.mark.parametrize("kind", kinds())
def test_the_text_part_has_every_question_of_the_html(kind: Kind) -> None:
    for mail in mails(kind):
        text = plain(mail.rendered.text)
        asked = [plain(found) for block in blocks(mail.rendered.html) for found in QUESTION.findall(block)]
        assert [each for each in asked if each.strip(" ?¿") and each not in text] == [], mail.name


@pytest.mark.parametrize("kind", kinds())
def test_the_text_part_is_text(kind: Kind) -> None:
    for mail in mails(kind):
        assert ENTITY.search(mail.rendered.text) is None, mail.name
        assert ENTITY.search(mail.rendered.subject) is None, mail.name


@pytest.mark.parametrize("kind", kinds())
def test_a_mail_is_no_spam(kind: Kind, assassin: Spamd, figure: Figure) -> None:
    for mail in mails(kind):
        verdict = assassin.judge(mail.composed())
        figure(f"mail {kind}", "spam points", verdict.score + 0.0)
        assert verdict.score <= HIGHEST, f"{mail.name}: {verdict.rules}"


def test_spam_would_be_seen(assassin: Spamd) -> None:
    assert assassin.judge(GTUBE).score > 100
