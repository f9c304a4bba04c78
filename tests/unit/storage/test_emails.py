"""Emails as they stand in the outbox."""

from datetime import timedelta

import pytest

from service.domain.letters import Kind
from service.storage import emails, outbox, people
from service.storage.database import Database, Transaction
from service.storage.emails import Email, Status
from tests.fakes.databases import NOW, add_email, add_leader

DAY = timedelta(days=1)


def _send(tx: Transaction, email: Email, message_id: str = "<1@example.org>") -> Email:
    """Its text is its key."""
    mine = outbox.claim(tx, email, "me", NOW + DAY)
    assert mine is not None
    outbox.keep_content(tx, mine, subject="s", message_id=message_id, text=email.key, questions=(), week=1)
    outbox.mark_sent(tx, mine, at=NOW, provider_id=email.key, message_id=message_id, thread=None)
    return emails.one(tx, email.id)


def test_a_leaders_emails_are_told_since_a_moment_in_their_order(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx, "lea")
        add_leader(tx, "ida")
        add_email(tx, "old", due_at=NOW - DAY)
        add_email(tx, "new")
        add_email(tx, "idas", leader_id=2)
        assert [one.key for one in emails.of_leader(tx, 1)] == ["old", "new"]
        assert [one.key for one in emails.of_leader(tx, 1, NOW)] == ["new"]
        assert emails.by_key(tx, "idas").leader_id == 2


def test_a_bundle_is_the_mail_and_what_it_carries(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        carrier = add_email(tx, "reflection:2")
        add_email(tx, "reflection:1", carrier_id=carrier.id, reason="bundled")
        add_email(tx, "reflection:3")
        assert [one.key for one in emails.carried_by(tx, carrier.id)] == ["reflection:2", "reflection:1"]


def test_the_cap_counts_what_left_since_and_what_is_just_leaving_but_not_this_one(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        _send(tx, add_email(tx, "sent"))
        leaving = add_email(tx, "leaving")
        outbox.claim(tx, leaving, "me", NOW + DAY)
        this = add_email(tx, "this")
        add_email(tx, "skipped", reason="cancelled")
        assert emails.leaving_since(tx, NOW - DAY, beside=this.id, mailbox=None) == 2
        assert emails.leaving_since(tx, NOW - DAY, beside=leaving.id, mailbox=None) == 1
        assert emails.leaving_since(tx, NOW, beside=this.id, mailbox=None) == 1


def test_the_cap_of_a_mailbox_counts_its_own_leaders_mails(database: Database) -> None:
    with database.begin() as tx:
        for name, mailbox in (("lea", "one@example.org"), ("ida", "two@example.org")):
            people.change(tx, add_leader(tx, name), mailbox=mailbox)
        _send(tx, add_email(tx, "a", leader_id=1))
        _send(tx, add_email(tx, "b", leader_id=2))
        this = add_email(tx, "this", leader_id=2)
        assert emails.leaving_since(tx, NOW - DAY, beside=this.id, mailbox="two@example.org") == 1
        assert emails.leaving_since(tx, NOW - DAY, beside=this.id, mailbox=None) == 2


@pytest.mark.parametrize("status", [Status.FAILED, Status.UNKNOWN])
def test_what_did_not_arrive_is_told_to_the_operator(database: Database, status: Status) -> None:
    with database.begin() as tx:
        add_leader(tx)
        lost = outbox.claim(tx, add_email(tx, "lost"), "me", NOW + DAY)
        assert lost is not None
        outbox.mark_ended(tx, lost, status, "no such address")
        _send(tx, add_email(tx, "sent"))
        assert [(one.key, one.reason) for one in emails.failed(tx)] == [("lost", "no such address")]


def test_a_reply_address_finds_its_mail_and_no_other(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        first, second = add_email(tx, "1"), add_email(tx, "2")
        assert emails.by_token(tx, [first.token]) == first
        assert emails.by_token(tx, ["0" * 32, first.token, second.token]) == second
        assert emails.by_token(tx, ["0" * 32]) is None
        assert emails.by_token(tx, []) is None


def test_a_thread_finds_its_newest_mail_whatever_stands_in_its_header(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        first = _send(tx, add_email(tx, "1"), message_id="<1@example.org>")
        second = _send(tx, add_email(tx, "2"), message_id="<2@example.org>")
        assert emails.by_message_id(tx, ["<1@example.org>"]) == first
        assert emails.by_message_id(tx, ["<2@example.org>", "<1@example.org>"]) == second
        assert emails.by_message_id(tx, ["", "half \ud83d", "a\0b", "x" * 5000]) is None


def test_the_texts_of_a_thread_are_those_that_left_this_mails_first(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        form = _send(tx, add_email(tx, "form", kind=Kind.REFLECTION))
        reminder = _send(tx, add_email(tx, "reminder", kind=Kind.REMINDER, thread_of=form.id))
        _send(tx, add_email(tx, "another"))
        add_email(tx, "receipt", kind=Kind.RECEIPT, thread_of=form.id)
        assert emails.thread_texts(tx, form) == ["form", "reminder"]
        assert emails.thread_texts(tx, reminder) == ["reminder", "form"]


def test_what_came_with_a_mail_is_kept_with_it(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        note = {"sections": [["Max", [["worked", "größer, \ud83d"]]]], "done": None}
        assert emails.payload(tx, add_email(tx, "1", payload=note).id) == note
        assert emails.payload(tx, add_email(tx, "2").id) == {}


def test_a_mail_that_asked_nothing_has_no_questions(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        assert emails.questions(tx, add_email(tx)) == ()
