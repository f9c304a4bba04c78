import json
from pathlib import Path
from typing import Any

import pytest

from service.accounts.keyring import Access, Keyring
from service.accounts.scopes import EVENTS, GMAIL_MODIFY, GMAIL_READ, GMAIL_SEND, OWN_EVENTS
from service.accounts.trial import Seen, advice
from service.domain.grants import Way
from service.google.refusals import GoogleError, Trouble

ADA = "ada@example.org"
CONNECT = f"visavis connect {ADA}"
NOBODY: Any = None  # no call is made, so no credentials are used


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    key = {
        "type": "service_account",
        "client_email": "visavis@lab.iam.gserviceaccount.com",
        "client_id": "1002",
        "private_key": "unused",
    }
    (tmp_path / "key.json").write_text(json.dumps(key))
    return Keyring(
        service_account=tmp_path / "key.json", delegation=True, load=lambda _: None, save=lambda _: None
    )


@pytest.mark.parametrize(
    ("way", "error", "told"),
    [
        (Way.OAUTH, GoogleError(Trouble.GRANT_DEAD, reason="invalid_grant"), f"run `{CONNECT}`."),
        (Way.OAUTH, GoogleError(Trouble.NOT_FOUND, status=404), "check which account it was"),
        (
            Way.OAUTH,
            GoogleError(Trouble.FORBIDDEN, reason="insufficientPermissions", status=403),
            f"run `{CONNECT} --wide`, and leave every box ticked.",
        ),
        (Way.SHARED, GoogleError(Trouble.NOT_FOUND, status=404), "share it with visavis@lab"),
        (
            Way.SHARED,
            GoogleError(Trouble.FORBIDDEN, reason="forbidden", status=403),
            "share it with visavis@lab",
        ),
        (
            Way.DELEGATION,
            GoogleError(Trouble.REFUSED, reason="unauthorized_client", status=401),
            f"add the client ID 1002 with the scope {OWN_EVENTS}",
        ),
        (
            Way.DELEGATION,
            GoogleError(Trouble.REFUSED, reason="unauthorized_client", status=401),
            "edit it, and keep its other scopes",
        ),
        (Way.DELEGATION, GoogleError(Trouble.NOT_FOUND, status=404), f"no such calendar to {ADA}: check its"),
        (Way.DELEGATION, GoogleError(Trouble.GRANT_DEAD), f"knows no account {ADA} in the domain"),
        (Way.DELEGATION, GoogleError(Trouble.REFUSED, reason="invalidJwt"), "this machine's clock is right"),
    ],
)
def test_a_refusal_is_told_as_what_this_way_in_needs(
    keyring: Keyring, way: Way, error: GoogleError, told: str
) -> None:
    line = advice(error, Access(NOBODY, way, (OWN_EVENTS,)), keyring, ADA, CONNECT)
    assert told in line
    assert "\n" not in line


@pytest.mark.parametrize("scopes", [(EVENTS,), (GMAIL_SEND, GMAIL_READ)])
def test_nothing_wider_is_asked_for_than_there_is(keyring: Keyring, scopes: tuple[str, ...]) -> None:
    error = GoogleError(Trouble.FORBIDDEN, reason="insufficientPermissions", status=403)
    line = advice(error, Access(NOBODY, Way.OAUTH, scopes), keyring, ADA, CONNECT)
    assert line.endswith(f"run `{CONNECT}`, and leave every box ticked.")


@pytest.mark.parametrize("scope", [GMAIL_MODIFY, GMAIL_SEND])
def test_nobody_is_asked_to_share_the_calendar_of_a_mailbox(keyring: Keyring, scope: str) -> None:
    error = GoogleError(Trouble.GRANT_DEAD, reason="invalid_grant")
    line = advice(error, Access(NOBODY, Way.DELEGATION, (scope,)), keyring, ADA, CONNECT)
    assert line == f"Google knows no account {ADA} in the domain: check the address."


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (Trouble.BACKEND, "backendError"),
        (Trouble.UNREACHABLE, ""),
        (Trouble.EXHAUSTED, "quotaExceeded"),
        (Trouble.FORBIDDEN, "accessNotConfigured"),
        (Trouble.FORBIDDEN, "domainPolicy"),
    ],
)
def test_what_is_no_fault_of_the_access_asks_nobody_for_access(
    keyring: Keyring, way: Way, trouble: Trouble, reason: str
) -> None:
    error = GoogleError(trouble, reason=reason)
    assert advice(error, Access(NOBODY, way, (OWN_EVENTS,)), keyring, ADA, CONNECT) == str(error)


@pytest.mark.parametrize(
    ("name", "account"),
    [(ADA, ADA), ("Ada@Example.org", ADA), ("Ada's days", None), ("ada @ work", None), ("", None)],
)
def test_a_calendar_is_known_by_its_name_until_its_owner_changes_it(name: str, account: str | None) -> None:
    assert Seen(name, has_details=True).account == account
