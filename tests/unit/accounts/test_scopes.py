from pathlib import Path

import pytest

from service.accounts.scopes import (
    EVENTS,
    GMAIL_MODIFY,
    GMAIL_READ,
    GMAIL_SEND,
    OWN_EVENTS,
    Mailing,
    calendar_scopes,
    mailbox_scopes,
    may_draft,
    may_label,
    may_read_mail,
    short,
)

README = Path(__file__).parents[3] / "README.md"
ALL_MAIL = "https://mail.google.com/"


def test_a_calendar_takes_one_permission_and_no_more() -> None:
    assert calendar_scopes(wide=False) == (OWN_EVENTS,)
    assert calendar_scopes(wide=True) == (EVENTS,)


@pytest.mark.parametrize("scope", [OWN_EVENTS, EVENTS, GMAIL_MODIFY, GMAIL_SEND, GMAIL_READ])
def test_every_scope_stands_in_the_readme_as_it_has_to_be_entered(scope: str) -> None:
    assert f"`{scope}`" in README.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("mailing", "drafts", "labels", "reads"),
    [
        (Mailing.DRAFTS, True, True, True),
        (Mailing.PLAIN, False, False, True),
        (Mailing.SEND_ONLY, False, False, False),
    ],
)
def test_what_a_mailbox_may_do(mailing: Mailing, drafts: bool, labels: bool, reads: bool) -> None:
    scopes = mailbox_scopes(mailing)
    assert (may_draft(scopes), may_label(scopes), may_read_mail(scopes)) == (drafts, labels, reads)


def test_whoever_gave_all_of_a_mailbox_gave_every_part() -> None:
    assert may_draft([ALL_MAIL])
    assert may_label([ALL_MAIL])
    assert may_read_mail([ALL_MAIL])


def test_scopes_are_named_shortly() -> None:
    assert short([GMAIL_SEND, GMAIL_READ]) == "gmail.readonly, gmail.send"
