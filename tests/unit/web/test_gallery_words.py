"""The page to read aloud holds every sentence that can be mailed."""

from html import unescape

import pytest

from service.domain.letters import Kind
from service.playbooks import load_playbook
from service.web.gallery_mails import languages, sample_mail
from service.web.gallery_words import Wordings, wordings, words_page


@pytest.fixture(scope="module")
def page() -> str:
    """The page as it reads, without its marks."""
    return unescape(words_page())


def test_every_mail_is_there_in_every_language(page: str) -> None:
    for kind in Kind:
        for language in languages():
            mail = sample_mail(kind, language)
            assert mail.subject in page
            assert mail.text in page


def test_every_wording_of_the_playbook_is_there(page: str) -> None:
    for language in languages():
        texts = [text for one in wordings("", load_playbook(language)) for text in one.texts]
        assert [text for text in texts if text not in page] == []


def test_a_place_is_called_as_the_playbooks_file_calls_it() -> None:
    found = list(wordings("", load_playbook("en")))
    assert Wordings("language", ("en",)) in found
    assert {one.place for one in found} >= {
        "weeks 1 opening",
        "weeks 1 steps 2 wordings",
        "reflection worked",
    }


def test_it_needs_nothing_from_elsewhere(page: str) -> None:
    assert "<script" not in page
    assert "<link" not in page
