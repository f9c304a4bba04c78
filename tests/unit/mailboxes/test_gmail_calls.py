"""What Gmail's methods cost of a mailbox's quota, as Google says."""

import pytest

from service.mailboxes.gmail_calls import UNITS
from tests.fakes.google import gmail_quota


@pytest.mark.parametrize(
    ("method", "units"),
    [
        ("messages.send", 100),
        ("drafts.send", 100),
        ("messages.get", 20),
        ("messages.list", 5),
        ("history.list", 2),
        ("drafts.create", 10),
    ],
)
def test_a_method_costs_what_google_says(method: str, units: int) -> None:
    assert UNITS[method] == units


def test_no_method_is_counted_for_less_than_the_fake_takes() -> None:
    assert gmail_quota.UNITS.items() >= UNITS.items()
