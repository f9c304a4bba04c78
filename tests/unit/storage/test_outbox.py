"""The outbox: one row for one mail, one claim at a time, and nothing from who lost it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from service.domain.letters import Kind
from service.domain.reflections import Question
from service.storage import emails, outbox
from service.storage.database import Database, Transaction
from service.storage.emails import Email, Status
from service.storage.outbox import NewEmail
from tests.fakes.databases import NOW, add_email, add_leader

HOUR = timedelta(hours=1)
LATER = NOW + HOUR
ASKED = (
    Question(1, "meeting:7", "worked", "What worked?"),
    Question(2, "meeting:7", "happened", "Did it happen?", ("yes", "no")),
)


def _claimed(tx: Transaction, email: Email, owner: str = "me") -> Email:
    mine = outbox.claim(tx, email, owner, LATER)
    assert mine is not None
    return mine


def _keep(tx: Transaction, email: Email, text: str = "Dear Lea") -> bool:
    return outbox.keep_content(
        tx, email, subject="Hello", message_id="<1@example.org>", text=text, questions=ASKED, week=2
    )


def _sent(tx: Transaction, email: Email) -> bool:
    return outbox.mark_sent(tx, email, at=NOW, provider_id="file", message_id="<2@example.org>", thread="t")


def _put_off(tx: Transaction, email: Email) -> bool:
    return outbox.put_off(tx, email, LATER, "refused", attempts=email.attempts + 1)


def test_a_key_is_taken_once(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        first = add_email(tx)
        assert outbox.put(tx, NewEmail("prep:1", Kind.PREP, 1, LATER)) is None
        assert emails.of_leader(tx, 1) == [first]


def test_a_taken_key_spoils_nothing_else_of_the_transaction(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        add_email(tx)
        outbox.put(tx, NewEmail("prep:1", Kind.PREP, 1, LATER))
        add_email(tx, "prep:2")
    with database.read() as tx:
        assert [one.key for one in emails.of_leader(tx, 1)] == ["prep:1", "prep:2"]


def test_what_will_not_be_sent_is_stored_with_its_reason(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        email = add_email(tx, reason="cancelled")
        assert (email.status, email.reason) == (Status.SKIPPED, "cancelled")
        assert outbox.deliverable(tx, 1, LATER) == []


def test_every_mail_has_a_reply_address_nobody_can_guess(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        tokens = {add_email(tx, f"prep:{number}").token for number in range(20)}
    assert len(tokens) == 20
    assert all(len(token) == 32 for token in tokens)


def test_deliverable_is_what_is_due_and_what_was_left_in_sending_oldest_first(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        add_email(tx, "late", due_at=LATER)
        orphan = _claimed(tx, add_email(tx, "orphan"))
        add_email(tx, "early", due_at=NOW - HOUR)
        add_email(tx, "skipped", reason="cancelled")
        assert [one.key for one in outbox.deliverable(tx, 1, NOW)] == ["early", "orphan"]
        assert [one.key for one in outbox.deliverable(tx, 1, LATER)] == ["early", "orphan", "late"]
        _sent(tx, orphan)
        assert [one.key for one in outbox.deliverable(tx, 1, NOW)] == ["early"]


def test_leaders_with_work_are_those_with_something_to_deliver(database: Database) -> None:
    with database.begin() as tx:
        for name in ("lea", "ida", "kim"):
            add_leader(tx, name)
        add_email(tx, "1", leader_id=1, due_at=LATER)
        _claimed(tx, add_email(tx, "2", leader_id=2))
        add_email(tx, "3", leader_id=3, reason="cancelled")
        assert outbox.with_work(tx, NOW) == {2}
        assert outbox.with_work(tx, LATER) == {1, 2}


def test_a_claim_names_its_owner_and_its_end(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        mine = _claimed(tx, add_email(tx), "me")
    assert (mine.status, mine.lease_owner, mine.lease_until) == (Status.SENDING, "me", LATER)


def test_of_two_claimers_one_wins(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        seen = add_email(tx)

    def claim(owner: str) -> Email | None:
        with database.begin() as tx:
            return outbox.claim(tx, seen, owner, LATER)

    with ThreadPoolExecutor(8) as pool:
        won = [mine for mine in pool.map(claim, map(str, range(8))) if mine is not None]
    assert len(won) == 1


def test_an_orphan_is_taken_over_by_whoever_saw_it_last(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        first = _claimed(tx, add_email(tx), "dead")
        second = _claimed(tx, first, "alive")
        assert outbox.claim(tx, first, "too late", LATER) is None
        assert outbox.is_held(tx, second)
        assert not outbox.is_held(tx, first)


@pytest.mark.parametrize(
    "write",
    [
        _keep,
        _sent,
        _put_off,
        lambda tx, email: outbox.keep_draft(tx, email, "draft"),
        lambda tx, email: outbox.mark_ended(tx, email, Status.SKIPPED, "cancelled"),
    ],
    ids=["content", "sent", "put off", "draft", "ended"],
)
@pytest.mark.parametrize("ended", [True, False], ids=["sent meanwhile", "being sent"])
def test_who_lost_the_lease_changes_nothing(
    database: Database, write: Callable[[Transaction, Email], bool], ended: bool
) -> None:
    with database.begin() as tx:
        add_leader(tx)
        paused = _claimed(tx, add_email(tx), "paused")
        other = _claimed(tx, paused, "other")
        if ended:
            _keep(tx, other)
            _sent(tx, other)
        before = emails.one(tx, other.id), emails.thread_texts(tx, other)
        assert not write(tx, paused)
        assert (emails.one(tx, other.id), emails.thread_texts(tx, other)) == before


def test_nothing_is_claimed_that_is_done(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        mine = _claimed(tx, add_email(tx))
        _sent(tx, mine)
        assert outbox.claim(tx, emails.one(tx, mine.id), "again", LATER) is None
        assert outbox.claim(tx, add_email(tx, "no", reason="cancelled"), "again", LATER) is None


def test_what_leaves_is_kept_to_read_the_reply_against(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        mine = _claimed(tx, add_email(tx))
        assert _keep(tx, mine)
        kept = emails.one(tx, mine.id)
        assert (kept.subject, kept.message_id, kept.week) == ("Hello", "<1@example.org>", 2)
        assert emails.thread_texts(tx, kept) == ["Dear Lea"]
        assert emails.questions(tx, kept) == ASKED


def test_a_receipt_ends_the_claim_and_keeps_the_ids_it_really_got(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        mine = _claimed(tx, add_email(tx))
        outbox.keep_draft(tx, mine, "draft")
        assert _sent(tx, mine)
        sent = emails.one(tx, mine.id)
    assert (sent.status, sent.sent_at, sent.message_id) == (Status.SENT, NOW, "<2@example.org>")
    assert (sent.lease_owner, sent.lease_until, sent.draft) == (None, None, None)


def test_what_is_put_off_waits_and_counts_its_tries(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        mine = _claimed(tx, add_email(tx))
        outbox.keep_draft(tx, mine, "draft")
        assert outbox.put_off(tx, mine, LATER, "refused", attempts=1)
        waiting = emails.one(tx, mine.id)
        assert (waiting.status, waiting.reason, waiting.attempts) == (Status.PLANNED, "refused", 1)
        assert (waiting.available_at, waiting.draft, waiting.lease_owner) == (LATER, "draft", None)
        assert outbox.deliverable(tx, 1, LATER - timedelta(seconds=1)) == []
        assert _claimed(tx, waiting).draft == "draft"


def test_what_was_put_off_by_a_failure_need_not_wait_once_that_is_mended(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        refused = _claimed(tx, add_email(tx))
        outbox.put_off(tx, refused, LATER, "refused", attempts=3)
        capped = _claimed(tx, add_email(tx, "prep:2"))
        outbox.put_off(tx, capped, LATER, "daily_cap", attempts=0)
        sent = _claimed(tx, add_email(tx, "prep:3"))
        assert _sent(tx, sent)
        outbox.wait_no_longer(tx)
        (waiting,) = outbox.deliverable(tx, 1, NOW)
        assert (waiting.key, waiting.attempts, waiting.available_at) == (refused.key, 0, waiting.due_at)


def test_a_reason_as_long_as_a_provider_likes_is_cut(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        mine = _claimed(tx, add_email(tx))
        outbox.mark_ended(tx, mine, Status.FAILED, "no " * 1000)
        assert len(emails.one(tx, mine.id).reason or "") == 200


def test_what_was_skipped_may_be_planned_anew(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        carrier = add_email(tx, "reflection:2")
        skipped = add_email(tx, reason="cancelled", carrier_id=carrier.id)
        assert outbox.reopen(tx, skipped, NewEmail(skipped.key, Kind.PREP, 1, LATER, week=3))
        anew = emails.one(tx, skipped.id)
    assert (anew.status, anew.reason, anew.carrier_id) == (Status.PLANNED, None, None)
    assert (anew.due_at, anew.available_at, anew.week, anew.attempts) == (LATER, LATER, 3, 0)


def test_what_goes_inside_another_mail_after_all_does_not_also_leave_alone(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        carrier = add_email(tx, "reflection:2")
        skipped = add_email(tx, reason="cancelled")
        inside = NewEmail(skipped.key, Kind.PREP, 1, NOW, carrier_id=carrier.id, reason="bundled")
        assert outbox.reopen(tx, skipped, inside)
        assert [one.key for one in outbox.deliverable(tx, 1, NOW)] == ["reflection:2"]
        assert [one.key for one in emails.carried_by(tx, carrier.id)] == ["reflection:2", "prep:1"]


@pytest.mark.parametrize("state", ["planned", "sending", "sent", "failed"])
def test_only_what_was_skipped_is_opened_again(database: Database, state: str) -> None:
    with database.begin() as tx:
        add_leader(tx)
        email = add_email(tx)
        if state != "planned":
            email = _claimed(tx, email)
        if state == "sent":
            _sent(tx, email)
        if state == "failed":
            outbox.mark_ended(tx, email, Status.FAILED, "refused for good")
        assert not outbox.reopen(tx, email, NewEmail(email.key, Kind.PREP, 1, LATER))
        assert emails.one(tx, email.id).status == state


def test_of_two_who_open_it_again_one_does(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        skipped = add_email(tx, reason="cancelled")

    def reopen(_: int) -> bool:
        with database.begin() as tx:
            return outbox.reopen(tx, skipped, NewEmail(skipped.key, Kind.PREP, 1, LATER))

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(reopen, range(4))) == [False, False, False, True]


def test_the_first_answer_is_when_it_was_answered(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        email = add_email(tx)
        outbox.mark_answered(tx, [email.id], NOW)
        outbox.mark_answered(tx, [email.id], LATER)
        assert emails.one(tx, email.id).answered_at == NOW
