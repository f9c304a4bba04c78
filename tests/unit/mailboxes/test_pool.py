"""Several mailboxes as one: who sends what, and whose failure hurts whom."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.domain.ports import Incoming, Outgoing
from service.errors import DeliveryUnknownError, MailboxError
from service.mailboxes.pool import MailboxPool
from tests.fakes.mailbox import FakeMailbox

ONE, TWO = "lab@example.org", "lab2@example.org"
MAIL = Outgoing("prep:1:a", "dana@example.com", "<a@example.org>", b"Subject: hi\r\n\r\nhello\r\n")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Unreachable(FakeMailbox):
    """It answers nobody."""

    def fetch(self) -> Sequence[Incoming]:
        raise MailboxError("It does not answer.")

    def purge_done(self, before: datetime) -> int:  # noqa: ARG002 - it does not matter
        raise MailboxError("It does not answer.")


@pytest.fixture
def one() -> FakeMailbox:
    return FakeMailbox(drafts=True)


@pytest.fixture
def two() -> FakeMailbox:
    return FakeMailbox(drafts=True)


@pytest.fixture
def pool(one: FakeMailbox, two: FakeMailbox) -> MailboxPool:
    return MailboxPool({ONE: one, TWO: two})


@pytest.mark.parametrize(("via", "sent"), [(ONE, [1, 0]), (TWO, [0, 1]), ("", [1, 0]), ("a@x.org", [1, 0])])
def test_a_mail_leaves_by_the_mailbox_its_leader_hears_from(
    pool: MailboxPool, one: FakeMailbox, two: FakeMailbox, via: str, sent: list[int]
) -> None:
    mail = replace(MAIL, via=via)
    pool.deliver(mail, pool.prepare(mail))
    assert [len(one.sent), len(two.sent)] == sent


def test_what_was_drafted_stays_where_it_was_though_its_leader_moves(
    pool: MailboxPool, one: FakeMailbox, two: FakeMailbox
) -> None:
    draft = pool.prepare(replace(MAIL, via=TWO))
    moved = replace(MAIL, via=ONE)
    assert pool.find(MAIL.key, MAIL.message_id, draft) is None
    receipt = pool.deliver(moved, draft)
    assert [len(one.sent), len(two.sent)] == [0, 1]
    assert pool.find(MAIL.key, MAIL.message_id, draft) == receipt


def test_a_mailbox_without_drafts_is_remembered_all_the_same() -> None:
    one, two = FakeMailbox(), FakeMailbox()
    pool = MailboxPool({ONE: one, TWO: two})
    draft = pool.prepare(replace(MAIL, via=TWO))
    receipt = pool.deliver(MAIL, draft)
    assert [len(one.sent), len(two.sent)] == [0, 1]
    assert pool.find(MAIL.key, MAIL.message_id, draft) == receipt
    assert pool.withdraw(draft or "")


def test_what_was_never_prepared_has_not_left_and_leaves_by_its_leaders_mailbox(
    pool: MailboxPool, two: FakeMailbox
) -> None:
    assert pool.find(MAIL.key, MAIL.message_id, None) is None
    pool.deliver(replace(MAIL, via=TWO), None)
    assert [mail.via for mail in two.sent] == [TWO]


def test_a_draft_from_before_there_was_a_pool_is_the_first_mailboxs(
    pool: MailboxPool, one: FakeMailbox
) -> None:
    draft = one.prepare(MAIL) or ""
    assert pool.sweep_drafts([draft], NOON) == 0
    assert pool.withdraw(draft)
    assert one.drafts == {}


def test_of_a_mailbox_that_was_taken_out_nobody_knows_what_left(one: FakeMailbox, pool: MailboxPool) -> None:
    draft = pool.prepare(replace(MAIL, via=TWO)) or ""
    smaller = MailboxPool({ONE: one})
    for ask in (
        lambda: smaller.find(MAIL.key, MAIL.message_id, draft),
        lambda: smaller.deliver(MAIL, draft),
        lambda: smaller.withdraw(draft),
    ):
        with pytest.raises(DeliveryUnknownError, match="add that mailbox again"):
            ask()
    assert one.sent == []
    smaller.done(f"{TWO}|mail-1")


def test_replies_of_all_mailboxes_come_oldest_first_and_are_done_in_their_own(
    pool: MailboxPool, one: FakeMailbox, two: FakeMailbox
) -> None:
    for mailbox, hour in ((one, 3), (two, 2), (one, 1)):
        mailbox.inbox.append(Incoming(f"at {hour}", b"", NOON + timedelta(hours=hour), "mx.google.com"))
    fetched = pool.fetch()
    assert [mail.handle for mail in fetched] == [f"{ONE}|at 1", f"{TWO}|at 2", f"{ONE}|at 3"]
    assert {mail.receiver for mail in fetched} == {"mx.google.com"}
    two.inbox.append(Incoming("of no known time", b""))
    assert pool.fetch()[0].handle == f"{TWO}|of no known time"
    two.done("of no known time")
    pool.done(fetched[1].handle)
    assert (len(one.inbox), len(two.inbox)) == (2, 0)


def test_one_mailbox_that_fails_does_not_hold_up_the_replies_of_the_others(
    one: FakeMailbox, caplog: pytest.LogCaptureFixture
) -> None:
    one.receive(b"From: dana@example.com\r\n\r\nyes\r\n")
    pool = MailboxPool({TWO: Unreachable(), ONE: one})
    assert [mail.handle for mail in pool.fetch()] == [f"{ONE}|mail-1"]
    assert pool.purge_done(NOON) == 0
    assert [record.action for record in caplog.records] == ["mailbox_failed"] * 2  # type: ignore[attr-defined]


def test_if_none_can_be_read_that_is_an_error() -> None:
    with pytest.raises(MailboxError, match="does not answer"):
        MailboxPool({ONE: Unreachable(), TWO: Unreachable()}).fetch()


def test_each_mailbox_sweeps_its_own_drafts(pool: MailboxPool, one: FakeMailbox, two: FakeMailbox) -> None:
    kept = pool.prepare(replace(MAIL, via=TWO)) or ""
    pool.prepare(replace(MAIL, via=ONE, key="orphan"))  # its id there is the same as the kept one's
    pool.prepare(replace(MAIL, via=TWO, key="another"))
    assert pool.sweep_drafts([kept], NOON) == 2
    assert (len(one.drafts), len(two.drafts)) == (0, 1)
