"""Where the messages come in."""

import re

from service.jobs.push import calendar_address, gmail_address, gmail_secrets

BASE = "https://lab.example.org/visavis"
OLD, NEW = "an old key of thirty-two letters!", "a new key of thirty-two letters!!"


def test_the_addresses_lie_under_the_services_own() -> None:
    assert calendar_address(BASE) == f"{BASE}/push/calendar"
    assert gmail_address(BASE, [NEW]) == f"{BASE}/push/gmail/{gmail_secrets([NEW])[0]}"


def test_gmails_ends_in_what_only_the_key_gives() -> None:
    (secret,) = gmail_secrets([NEW])
    assert re.fullmatch("[0-9a-f]{40}", secret)
    assert gmail_secrets([NEW]) == (secret,)
    assert gmail_secrets([OLD]) != (secret,)
    assert NEW not in secret


def test_when_the_key_changes_the_old_address_still_works_and_the_new_one_is_told() -> None:
    assert gmail_secrets([NEW, OLD]) == (*gmail_secrets([NEW]), *gmail_secrets([OLD]))
    assert gmail_address(BASE, [NEW, OLD]) == gmail_address(BASE, [NEW])
