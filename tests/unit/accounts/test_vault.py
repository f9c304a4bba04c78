import pytest

from service.accounts.vault import Vault
from service.errors import SecretError

OLD = "the key of last year, long enough to be one"
NEW = "the key of this year, long enough to be one"


def test_what_was_sealed_can_be_opened_again() -> None:
    vault = Vault([NEW])
    assert vault.open(vault.seal("I will ask about the move", "promise"), "promise") == (
        "I will ask about the move"
    )


@pytest.mark.parametrize("text", ["", "größer, 一対一, 🙂", "half a character: \ud83d", "line\nline\x00"])
def test_every_text_survives(text: str) -> None:
    vault = Vault([NEW])
    assert vault.open(vault.seal(text, "reply"), "reply") == text


def test_a_sealed_text_does_not_show_its_content_and_never_looks_the_same_twice() -> None:
    vault = Vault([NEW])
    first, second = (vault.seal("support with the budget", "promise") for _ in range(2))
    assert first != second
    assert "budget" not in first
    assert first.isascii()


def test_a_promise_cannot_be_opened_as_a_calendar_address() -> None:
    vault = Vault([NEW])
    with pytest.raises(SecretError):
        vault.open(vault.seal("anything", "promise"), "calendar")


def test_after_a_rotation_the_old_key_still_opens() -> None:
    token = Vault([OLD]).seal("kept", "promise")
    assert Vault([NEW, OLD]).open(token, "promise") == "kept"


def test_the_newest_key_seals() -> None:
    token = Vault([NEW, OLD]).seal("kept", "promise")
    assert Vault([NEW]).open(token, "promise") == "kept"


def test_a_resealed_text_no_longer_needs_the_old_key() -> None:
    token = Vault([OLD]).seal("kept", "promise")
    resealed = Vault([NEW, OLD]).reseal(token, "promise")
    assert Vault([NEW]).open(resealed, "promise") == "kept"


def test_resealing_is_bound_to_the_purpose_too() -> None:
    token = Vault([OLD]).seal("kept", "promise")
    with pytest.raises(SecretError):
        Vault([NEW, OLD]).reseal(token, "calendar")


@pytest.mark.parametrize("token", ["", "no token", "gAAAAA", "ünlesbar"])
def test_what_is_no_token_is_a_named_error_that_says_what_to_do(token: str) -> None:
    with pytest.raises(SecretError, match="put the key it was sealed with back") as caught:
        Vault([NEW]).open(token, "promise")
    assert caught.value.permanent


def test_one_altered_character_is_noticed() -> None:
    vault = Vault([NEW])
    token = vault.seal("kept", "promise")
    altered = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]
    with pytest.raises(SecretError):
        vault.open(altered, "promise")


def test_the_error_names_neither_key_nor_secret() -> None:
    token = Vault([OLD]).seal("kept", "promise")
    with pytest.raises(SecretError) as caught:
        Vault([NEW]).open(token, "promise")
    assert NEW not in str(caught.value)
    assert token not in str(caught.value)


def test_a_vault_without_a_key_is_refused() -> None:
    with pytest.raises(SecretError, match="visavis init"):
        Vault([])
