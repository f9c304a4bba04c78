"""Mail leaves by Gmail once, and comes back with the ids that Gmail gave."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from service.errors import MailboxError
from service.google.calls import Account
from tests.fakes.gmail_desk import COMPOSE, LAB, OURS, GmailDesk, a_mail, gmail_desk
from tests.fakes.google.server import FakeGoogle

DAY = timedelta(days=1)


def _left(google: FakeGoogle) -> int:
    return len(google.gmail.outside)


@pytest.mark.parametrize("how", ["desk", "plain"])
def test_the_receipt_has_the_ids_that_gmail_gave_not_ours(
    google: FakeGoogle, how: str, request: pytest.FixtureRequest
) -> None:
    mailbox = request.getfixturevalue(how).mailbox
    receipt = mailbox.deliver(a_mail(), mailbox.prepare(a_mail()))
    (sent,) = google.gmail.sent(LAB)
    assert receipt.message_id == sent["Message-ID"] != OURS
    assert receipt.thread is not None
    assert [receipt.message_id.encode() in mail.raw for mail in google.gmail.outside] == [True]


def test_a_draft_that_leaves_becomes_another_message(google: FakeGoogle, desk: GmailDesk) -> None:
    draft = desk.mailbox.prepare(a_mail()) or ""
    draft_id, _, message_id = draft.split()
    assert list(google.gmail.drafts(LAB)) == [draft_id]
    receipt = desk.mailbox.deliver(a_mail(), draft)
    assert receipt.provider_id not in {draft_id, message_id}
    assert google.gmail.drafts(LAB) == {}


def test_a_follow_up_joins_its_thread_by_its_id_its_references_and_its_subject(
    desk: GmailDesk,
) -> None:
    first = desk.mailbox.deliver(a_mail("1"), desk.mailbox.prepare(a_mail("1")))
    assert first.thread is not None
    follow_ups = {
        "all three": a_mail(
            "2", subject="Re: Your one-on-one", answers=first.message_id, thread=first.thread
        ),
        "our own Message-ID": a_mail("3", subject="Re: Your one-on-one", answers=OURS, thread=first.thread),
        "no references": a_mail("4", subject="Re: Your one-on-one", thread=first.thread),
        "another subject": a_mail("5", subject="Reminder", answers=first.message_id, thread=first.thread),
        "no id": a_mail("6", subject="Re: Your one-on-one", answers=first.message_id),
    }
    joined = {
        name: desk.mailbox.deliver(mail, desk.mailbox.prepare(mail)).thread == first.thread
        for name, mail in follow_ups.items()
    }
    assert joined == {
        "all three": True,
        "our own Message-ID": False,
        "no references": False,
        "another subject": False,
        "no id": False,
    }


@pytest.mark.parametrize("how", ["desk", "plain"])
def test_a_mail_whose_thread_is_gone_starts_a_new_one(
    google: FakeGoogle, how: str, request: pytest.FixtureRequest
) -> None:
    mailbox = request.getfixturevalue(how).mailbox
    mail = a_mail(thread="00aa00aa00aa00aa")
    receipt = mailbox.deliver(mail, mailbox.prepare(mail))
    assert receipt.thread not in {None, mail.thread}
    assert _left(google) == 1


def test_a_grant_that_only_sends_keeps_our_message_id(google: FakeGoogle, blind: GmailDesk) -> None:
    mark = blind.mailbox.prepare(a_mail())
    receipt = blind.mailbox.deliver(a_mail(), mark)
    assert (mark, receipt.message_id) == ("blind", OURS)
    assert _left(google) == 1


def test_a_grant_that_composes_drafts_though_it_may_not_read(google: FakeGoogle) -> None:
    with gmail_desk(google, COMPOSE) as desk:
        draft = desk.mailbox.prepare(a_mail())
        assert desk.mailbox.find("prep:1:a", OURS, draft) is None
        assert desk.mailbox.deliver(a_mail(), draft).message_id == OURS
        assert desk.mailbox.find("prep:1:a", OURS, draft) is not None
    assert _left(google) == 1


def test_a_send_is_never_repeated_whatever_happens_to_it(google: FakeGoogle, desk: GmailDesk) -> None:
    for break_it in (google.faults.cut_after, google.faults.cut_before, google.faults.half):
        draft = desk.mailbox.prepare(a_mail())
        before = google.count("gmail.users.drafts.send")
        break_it("gmail.users.drafts.send")
        with pytest.raises(MailboxError) as caught:
            desk.mailbox.deliver(a_mail(), draft)
        assert not caught.value.permanent
        assert google.count("gmail.users.drafts.send") == before + 1


def test_a_follow_up_whose_answer_cannot_be_read_is_not_sent_again(
    google: FakeGoogle, plain: GmailDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only where Gmail refused the thread the mail goes once more, without it."""
    first = plain.mailbox.deliver(a_mail("1"), plain.mailbox.prepare(a_mail("1")))
    mail = a_mail("2", subject="Re: Your one-on-one", answers=first.message_id, thread=first.thread)
    mark, write = plain.mailbox.prepare(mail), plain.caller.write

    def unreadable(account: Account, request: Any, **how: Any) -> Any:
        monkeypatch.setattr("service.google.transport.MOST_BYTES", 10)
        return write(account, request, **how)

    monkeypatch.setattr(plain.caller, "write", unreadable)
    with pytest.raises(MailboxError, match="larger than can be read"):
        plain.mailbox.deliver(mail, mark)
    assert _left(google) == 2


def test_a_follow_up_that_has_to_wait_waits_for_its_thread(google: FakeGoogle, plain: GmailDesk) -> None:
    first = plain.mailbox.deliver(a_mail("1"), plain.mailbox.prepare(a_mail("1")))
    mail = a_mail("2", subject="Re: Your one-on-one", answers=first.message_id, thread=first.thread)
    mark = plain.mailbox.prepare(mail)
    google.faults.refuse("gmail.users.messages.send", 403, "userRateLimitExceeded")
    with pytest.raises(MailboxError, match="takes no more"):
        plain.mailbox.deliver(mail, mark)
    assert plain.mailbox.deliver(mail, mark).thread == first.thread
    assert _left(google) == 2


@pytest.mark.parametrize("to", ["", "undisclosed-recipients:;"])
def test_a_mail_that_gmail_does_not_accept_is_given_up(google: FakeGoogle, desk: GmailDesk, to: str) -> None:
    mail = a_mail(to=to)
    with pytest.raises(MailboxError, match="check the recipient's address") as caught:
        desk.mailbox.deliver(mail, desk.mailbox.prepare(mail))
    assert caught.value.permanent
    assert _left(google) == 0


def test_what_left_and_was_not_read_back_is_told_so_and_found_later(
    google: FakeGoogle, desk: GmailDesk
) -> None:
    draft = desk.mailbox.prepare(a_mail())
    google.faults.refuse("gmail.users.messages.get", times=4)
    with pytest.raises(MailboxError, match="has left, but Gmail did not say under which ID") as caught:
        desk.mailbox.deliver(a_mail(), draft)
    assert not caught.value.permanent
    receipt = desk.mailbox.find("prep:1:a", OURS, draft)
    assert receipt is not None
    assert receipt.message_id == google.gmail.sent(LAB)[0]["Message-ID"]


def test_a_mail_deleted_right_after_it_left_has_still_left(google: FakeGoogle, desk: GmailDesk) -> None:
    draft = desk.mailbox.prepare(a_mail())
    google.faults.refuse("gmail.users.messages.get", 404, "notFound")
    receipt = desk.mailbox.deliver(a_mail(), draft)
    assert receipt.message_id == OURS
    assert _left(google) == 1


def test_a_full_day_stops_the_mailbox_until_google_says(google: FakeGoogle, desk: GmailDesk) -> None:
    google.gmail.office.quota.per_day = 1
    desk.mailbox.deliver(a_mail("1"), desk.mailbox.prepare(a_mail("1")))
    draft = desk.mailbox.prepare(a_mail("2"))
    with pytest.raises(MailboxError, match=f"Gmail takes no more from {LAB}") as caught:
        desk.mailbox.deliver(a_mail("2"), draft)
    assert not caught.value.permanent
    calls = len(google.calls)
    for _ in range(2):
        with pytest.raises(MailboxError, match="what waits leaves later"):
            desk.mailbox.deliver(a_mail("2"), draft)
        with pytest.raises(MailboxError, match="what waits leaves later"):
            desk.mailbox.prepare(a_mail("3"))
    assert len(google.calls) == calls  # who asks on is locked out for longer
    desk.pace.sleep(DAY.total_seconds())
    desk.mailbox.deliver(a_mail("2"), draft)
    assert _left(google) == 2


def test_a_minutes_quota_is_never_passed_and_waited_for_a_little(google: FakeGoogle, desk: GmailDesk) -> None:
    google.gmail.office.quota.per_minute = 6000
    for count in range(90):
        mail = a_mail(f"prep:{count}")
        desk.mailbox.deliver(mail, desk.mailbox.prepare(mail))
    assert _left(google) == 90
    assert 90 * 131 / 100 < desk.pace.now() < 90 * 131 / 90


def test_what_would_have_to_wait_for_long_is_put_off(google: FakeGoogle) -> None:
    with gmail_desk(google, units_per_minute=240) as desk:
        draft = desk.mailbox.prepare(a_mail())
        with pytest.raises(MailboxError, match="has left, but Gmail did not say"):
            desk.mailbox.deliver(a_mail(), draft)
        with pytest.raises(MailboxError, match=f"{LAB} has used up its calls of this minute") as caught:
            desk.mailbox.prepare(a_mail("2"))
        assert not caught.value.permanent
        desk.pace.sleep(60)
        assert desk.mailbox.find("prep:1:a", OURS, draft) is not None
    assert [each for each in desk.pace.slept if each > 20] == [60]


def test_a_dead_grant_holds_the_mails_back_and_says_what_to_do(google: FakeGoogle, desk: GmailDesk) -> None:
    google.accounts.change_password(LAB)
    for call in (lambda: desk.mailbox.prepare(a_mail()), desk.mailbox.fetch):
        with pytest.raises(MailboxError, match=f"run `visavis connect --mailbox {LAB}`") as caught:
            call()
        assert not caught.value.permanent


def test_a_scope_that_is_missing_says_what_to_do(blind: GmailDesk) -> None:
    with pytest.raises(MailboxError, match=f"run `visavis connect --mailbox {LAB}`"):
        blind.mailbox.fetch()


@pytest.mark.parametrize(
    ("status", "reason", "line"),
    [
        (403, "accessNotConfigured", "enable it in the Google Cloud console"),
        (403, "domainPolicy", "domain's administrator"),
        (400, "failedPrecondition", f"Gmail is not in use for {LAB}"),
        (403, "dailyLimitExceeded", "rest for an hour"),
        (503, "backendError", "trouble of its own"),
        (403, "rateLimitExceeded", "takes no more"),
    ],
)
def test_what_is_wrong_with_the_mailbox_is_no_mails_fault(
    google: FakeGoogle, desk: GmailDesk, status: int, reason: str, line: str
) -> None:
    draft = desk.mailbox.prepare(a_mail())
    google.faults.refuse("gmail.users.drafts.send", status, reason)
    with pytest.raises(MailboxError, match=line) as caught:
        desk.mailbox.deliver(a_mail(), draft)
    assert not caught.value.permanent
    assert _left(google) == 0


def test_what_a_mail_costs(desk: GmailDesk, plain: GmailDesk) -> None:
    spent = {}
    for name, one in (("draft", desk), ("plain", plain)):
        one.mailbox.fetch()
        one.units()
        one.mailbox.deliver(a_mail(name), one.mailbox.prepare(a_mail(name)))
        spent[name] = one.units()
    assert spent == {"draft": 10 + 100 + 20, "plain": 1 + 2 + 100 + 20}


@pytest.mark.parametrize("how", ["desk", "plain"])
def test_many_threads_send_through_one_mailbox(
    google: FakeGoogle, how: str, request: pytest.FixtureRequest
) -> None:
    mailbox = request.getfixturevalue(how).mailbox
    mails = [a_mail(f"prep:{count}", to=f"leader{count}@example.com") for count in range(40)]
    with ThreadPoolExecutor(8) as threads:
        receipts = list(threads.map(lambda mail: mailbox.deliver(mail, mailbox.prepare(mail)), mails))
    assert len({receipt.message_id for receipt in receipts}) == 40
    sent = {str(mail["Message-ID"]): str(mail["X-Visavis-Key"]) for mail in google.gmail.sent(LAB)}
    assert [sent[receipt.message_id] for receipt in receipts] == [mail.key for mail in mails]
