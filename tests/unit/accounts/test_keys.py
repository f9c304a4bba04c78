import json
from pathlib import Path
from typing import Any

import pytest

from service.accounts.keys import GOOGLE_TOKEN_URI, read_client, read_service_key
from service.errors import UsageError

CLIENT = {
    "client_id": "1-lab.apps.googleusercontent.com",
    "client_secret": "GOCSPX-0123456789",
    "auth_uri": "https://accounts.google.com/o/oauth2/auth",
    "token_uri": "https://oauth2.googleapis.com/token",
}
ACCOUNT = {
    "type": "service_account",
    "client_email": "visavis@lab.iam.gserviceaccount.com",
    "client_id": "100000000000000000001",
    "private_key": "-----BEGIN PRIVATE KEY-----",
}


def written(folder: Path, content: Any) -> Path:
    path = folder / "google.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.mark.parametrize(("kind", "web"), [("installed", False), ("web", True)])
def test_a_client_is_read_as_the_console_hands_it_out(tmp_path: Path, kind: str, web: bool) -> None:
    client = read_client(written(tmp_path, {kind: CLIENT}))
    assert (client.id, client.secret, client.is_web) == (CLIENT["client_id"], CLIENT["client_secret"], web)


def test_the_settings_token_address_goes_before_the_files(tmp_path: Path) -> None:
    other = "http://127.0.0.1:4802/oauth2/token"
    assert read_client(written(tmp_path, {"web": CLIENT}), other).config["web"]["token_uri"] == other
    assert read_service_key(written(tmp_path, ACCOUNT), other).info["token_uri"] == other


def test_without_any_token_address_it_is_googles(tmp_path: Path) -> None:
    assert read_service_key(written(tmp_path, ACCOUNT)).info["token_uri"] == GOOGLE_TOKEN_URI


def test_a_service_account_says_who_it_is(tmp_path: Path) -> None:
    key = read_service_key(written(tmp_path, ACCOUNT))
    assert (key.email, key.client_id) == (ACCOUNT["client_email"], ACCOUNT["client_id"])


def test_no_secret_is_printed(tmp_path: Path) -> None:
    assert CLIENT["client_secret"] not in repr(read_client(written(tmp_path, {"web": CLIENT})))
    assert "PRIVATE" not in repr(read_service_key(written(tmp_path, ACCOUNT)))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (ACCOUNT, "google.json is a service account's key; it belongs to [google] service_account"),
        ({"type": "authorized_user"}, "is no OAuth client"),
        ({"installed": CLIENT | {"client_secret": ""}}, "lacks client_secret"),
        ({"web": {"client_id": "x"}}, "lacks client_secret, auth_uri"),
        ([], "is none of Google's files"),
        ("{", "is no JSON"),
        ("\0\0", "is no JSON"),
    ],
)
def test_what_is_no_client_is_told_in_one_line(tmp_path: Path, content: Any, told: str) -> None:
    with pytest.raises(UsageError, match=r"^\[google\] client_file: [^\n]*$") as caught:
        read_client(written(tmp_path, content))
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"installed": CLIENT}, "google.json is an OAuth client; it belongs to [google] client_file"),
        ({"type": "external_account"}, "is no service account's key"),
        (ACCOUNT | {"private_key": None}, "lacks private_key"),
        ("service_account", "is no JSON"),
    ],
)
def test_what_is_no_key_is_told_in_one_line(tmp_path: Path, content: Any, told: str) -> None:
    with pytest.raises(UsageError, match=r"^\[google\] service_account: [^\n]*$") as caught:
        read_service_key(written(tmp_path, content))
    assert told in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.json cannot be read \(.*\); check its path and its rights"):
        read_client(tmp_path / "gone.json")


def test_a_setting_that_is_missing_is_named() -> None:
    with pytest.raises(UsageError, match=r"^\[google\] client_file is not set: "):
        read_client(None)
    with pytest.raises(UsageError, match=r"^\[google\] service_account is not set: "):
        read_service_key(None)
