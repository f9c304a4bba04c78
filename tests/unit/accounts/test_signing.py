"""A link is good for one purpose, for a time, and nobody can make one up."""

from datetime import UTC, datetime, timedelta

import pytest

from service.accounts.signing import LASTS, Purpose, Signer
from service.errors import SecretError

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OLD, NEW = "the key of before, long enough for one", "the key of today, long enough for one"
REFERENCE = "5f0c3b9a7d1e42868d4c1b7a9e3f6025"


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_link_is_read_until_its_time_is_over(purpose: Purpose) -> None:
    signer = Signer([NEW])
    token = signer.token(purpose, REFERENCE, NOW)
    assert signer.subject(purpose, token, NOW + LASTS[purpose]) == REFERENCE
    assert signer.subject(purpose, token, NOW + LASTS[purpose] + timedelta(seconds=1)) is None


@pytest.mark.parametrize("other", list(Purpose))
@pytest.mark.parametrize("purpose", list(Purpose))
def test_it_opens_nothing_else(purpose: Purpose, other: Purpose) -> None:
    signer = Signer([NEW])
    found = signer.subject(other, signer.token(purpose, REFERENCE, NOW), NOW)
    assert (found == REFERENCE) == (other is purpose)


@pytest.mark.parametrize("at", range(0, 70, 3))
def test_a_letter_changed_and_it_opens_nothing(at: int) -> None:
    signer = Signer([NEW])
    token = signer.token(Purpose.FORM, REFERENCE, NOW)
    changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
    assert signer.subject(Purpose.FORM, changed, NOW) is None


@pytest.mark.parametrize("token", ["", ".", "a.b.c", "ä", "\ud800", "x" * 5000])
def test_what_is_made_up_opens_nothing(token: str) -> None:
    assert Signer([NEW]).subject(Purpose.FORM, token, NOW) is None


def test_after_a_change_of_the_key_old_links_go_on_while_the_old_key_is_kept() -> None:
    token = Signer([OLD]).token(Purpose.FORM, REFERENCE, NOW)
    assert Signer([NEW, OLD]).subject(Purpose.FORM, token, NOW) == REFERENCE
    assert Signer([NEW]).subject(Purpose.FORM, token, NOW) is None
    assert Signer([OLD]).subject(Purpose.FORM, Signer([NEW, OLD]).token(Purpose.FORM, "x", NOW), NOW) is None


def test_the_address_gives_nothing_away_and_needs_no_escaping() -> None:
    path = Signer([NEW]).path(Purpose.FORM, REFERENCE, NOW)
    assert path.startswith("/f/")
    assert set(path[3:]) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_without_a_key_nothing_is_signed() -> None:
    with pytest.raises(SecretError, match="visavis init"):
        Signer([])
