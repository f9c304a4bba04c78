from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.accounts.consent import Asking
from service.accounts.links import (
    CONSENT_LASTS,
    INVITATION_LASTS,
    LINK_LASTS,
    Invitation,
    Invited,
    Whose,
    consent_cookie,
    consent_under_way,
    invitation_token,
    invited_by,
    link_token,
    whose_link,
)
from service.accounts.vault import Vault

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ADA = Whose("ada@example.org", "0123456789abcdef")
GUEST = Invited(
    "ada@example.org", "Ada", NOW.timestamp(), "Europe/Berlin", "es", ("Ben <ben@example.org>",), True
)
ASKING = Asking(
    "https://accounts.google.com/…", "state", "https://lab.example.org/c/back", ("a", "b"), "proof"
)


@pytest.fixture
def vault() -> Vault:
    return Vault(["k" * 32])


def test_a_link_names_its_leader_as_long_as_it_lasts(vault: Vault) -> None:
    token = link_token(vault, ADA, NOW)
    assert whose_link(vault, token, NOW + LINK_LASTS) == ADA
    assert whose_link(vault, token, NOW + LINK_LASTS + SECOND) is None


def test_an_operators_link_says_what_is_asked_for(vault: Vault) -> None:
    invited = replace(ADA, invitation=Invitation(NOW.timestamp(), wide=True, account="ada@example.com"))
    assert whose_link(vault, link_token(vault, invited, NOW), NOW) == invited


def test_a_link_fits_into_a_path_and_a_line_and_shows_nobodys_address(vault: Vault) -> None:
    token = link_token(vault, ADA, NOW)
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert len(token) < 400
    assert "ada" not in token


@pytest.mark.parametrize("damage", ["", "x", "=", "/", "ö"])
def test_a_link_that_is_damaged_leads_nowhere(vault: Vault, damage: str) -> None:
    token = link_token(vault, ADA, NOW)
    assert whose_link(vault, token[:-3] + damage, NOW) is None


def test_another_houses_link_leads_nowhere(vault: Vault) -> None:
    assert whose_link(vault, link_token(Vault(["o" * 32]), ADA, NOW), NOW) is None


def test_a_link_is_no_cookie_and_a_cookie_no_link(vault: Vault) -> None:
    token = link_token(vault, ADA, NOW)
    assert consent_under_way(vault, token, NOW) is None
    assert whose_link(vault, consent_cookie(vault, token, ASKING, NOW), NOW) is None


def test_a_consent_is_remembered_by_the_browser_for_a_quarter_of_an_hour(vault: Vault) -> None:
    cookie = consent_cookie(vault, "the-link", ASKING, NOW)
    found = consent_under_way(vault, cookie, NOW + CONSENT_LASTS)
    assert found is not None
    link, asking = found
    assert link == "the-link"
    assert (asking.state, asking.verifier, asking.scopes) == ("state", "proof", ("a", "b"))
    assert asking.redirect_uri == ASKING.redirect_uri
    assert consent_under_way(vault, cookie, NOW + CONSENT_LASTS + SECOND) is None


def test_a_cookie_is_small_enough_for_any_browser(vault: Vault) -> None:
    long = Asking("u" * 900, "s" * 40, "https://lab.example.org/one/c/back", ("s" * 70,) * 2, "v" * 128)
    link = link_token(vault, Whose("a" * 250 + "@example.org", "k" * 16), NOW)
    assert len(consent_cookie(vault, link, long, NOW)) < 3500


def test_the_proof_is_not_printed() -> None:
    assert "proof" not in repr(ASKING)


def test_an_invitation_says_all_that_the_operator_gave_and_ends(vault: Vault) -> None:
    token = invitation_token(vault, GUEST)
    assert invited_by(vault, token, NOW + INVITATION_LASTS) == GUEST
    assert invited_by(vault, token, NOW + INVITATION_LASTS + SECOND) is None
    assert "ada" not in token


def test_an_invitation_is_no_link_and_a_link_no_invitation(vault: Vault) -> None:
    assert whose_link(vault, invitation_token(vault, GUEST), NOW) is None
    assert invited_by(vault, link_token(vault, ADA, NOW), NOW) is None


def test_another_houses_invitation_leads_nowhere(vault: Vault) -> None:
    assert invited_by(vault, invitation_token(Vault(["o" * 32]), GUEST), NOW) is None
