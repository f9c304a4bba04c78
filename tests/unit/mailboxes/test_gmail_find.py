"""What became of a mail whose receipt was lost: by the draft and the history, never by search."""

from datetime import timedelta

import pytest

from service.domain.ports import Receipt
from service.errors import DeliveryUnknownError, MailboxError
from service.mailboxes import gmail_witness
from service.mailboxes.gmail_witness import Mark
from tests.fakes.gmail_desk import LAB, OURS, GmailDesk, a_mail, gmail_desk
from tests.fakes.google.server import FakeGoogle

KEY = "prep:1:a"
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
SENDING = {True: "gmail.users.drafts.send", False: "gmail.users.messages.send"}


@pytest.fixture(params=["desk", "plain"])
def either(request: pytest.FixtureRequest) -> GmailDesk:
    """With drafts, and with the history alone."""
    desk: GmailDesk = request.getfixturevalue(request.param)
    return desk


def _cut(google: FakeGoogle, desk: GmailDesk) -> str:
    """A mail that leaves, and whose answer is lost; what was committed before."""
    draft = desk.mailbox.prepare(a_mail())
    assert draft is not None
    google.faults.cut_after(SENDING[desk.drafts])
    with pytest.raises(MailboxError) as caught:
        desk.mailbox.deliver(a_mail(), draft)
    assert not caught.value.permanent
    return draft


def test_a_cut_after_acceptance_is_found_at_once_and_never_sent_again(
    google: FakeGoogle, either: GmailDesk
) -> None:
    google.gmail.office.search_lag = google.gmail.office.sent_lag = HOUR
    draft = _cut(google, either)
    for mailbox in (either.mailbox, either.restarted()):
        receipt = mailbox.find(KEY, OURS, draft)
        assert receipt is not None
        assert receipt.message_id == google.gmail.sent(LAB)[0]["Message-ID"]
        assert mailbox.deliver(a_mail(), draft) == receipt
    assert len(google.gmail.outside) == 1


def test_a_cut_before_acceptance_has_surely_not_left(google: FakeGoogle, either: GmailDesk) -> None:
    draft = either.mailbox.prepare(a_mail())
    google.faults.cut_before(SENDING[either.drafts])
    with pytest.raises(MailboxError):
        either.mailbox.deliver(a_mail(), draft)
    assert either.restarted().find(KEY, OURS, draft) is None
    either.restarted().deliver(a_mail(), draft)
    assert len(google.gmail.outside) == 1


def test_it_is_told_from_everything_else_that_left_since(google: FakeGoogle, either: GmailDesk) -> None:
    draft = either.mailbox.prepare(a_mail())
    google.gmail.deliver(LAB, b"From: eve@example.net\r\nX-Visavis-Key: prep:1:a\r\n\r\nforged\r\n")
    for count in range(3):
        other = a_mail(f"other:{count}")
        either.mailbox.deliver(other, either.mailbox.prepare(other))
    assert either.restarted().find(KEY, OURS, draft) is None
    receipt = either.mailbox.deliver(a_mail(), draft)
    assert either.restarted().find(KEY, OURS, draft) == receipt


def test_a_history_in_many_short_pages_is_read_to_its_end(google: FakeGoogle, either: GmailDesk) -> None:
    google.gmail.office.history_page = 1
    draft = either.mailbox.prepare(a_mail())
    for _ in range(3):
        google.gmail.deliver(LAB, b"From: dana@example.com\r\n\r\nyes\r\n")
    receipt = either.mailbox.deliver(a_mail(), draft)
    assert either.restarted().find(KEY, OURS, draft) == receipt


def test_where_the_history_is_forgotten_the_sent_mails_are_looked_through(
    google: FakeGoogle, either: GmailDesk
) -> None:
    draft = _cut(google, either)
    later = a_mail("later")
    either.mailbox.deliver(later, either.mailbox.prepare(later))
    google.now += 2 * WEEK
    receipt = either.restarted().find(KEY, OURS, draft)
    assert receipt is not None
    assert receipt.message_id == google.gmail.sent(LAB)[0]["Message-ID"]


def test_a_history_that_is_not_read_to_its_end_is_no_witness(
    google: FakeGoogle, plain: GmailDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gmail_witness, "_HISTORY_PAGES", 2)
    google.gmail.office.history_page = 1
    mark = plain.mailbox.prepare(a_mail())
    for _ in range(3):
        google.gmail.deliver(LAB, b"From: dana@example.com\r\n\r\nyes\r\n")
    with pytest.raises(DeliveryUnknownError):
        plain.mailbox.find(KEY, OURS, mark)


def test_a_draft_that_is_there_has_not_left(google: FakeGoogle, desk: GmailDesk) -> None:
    draft = desk.mailbox.prepare(a_mail())
    google.now += 2 * WEEK
    assert desk.restarted().find(KEY, OURS, draft) is None


def test_a_draft_that_was_taken_back_has_surely_not_left(google: FakeGoogle, desk: GmailDesk) -> None:
    draft = desk.mailbox.prepare(a_mail()) or ""
    assert desk.mailbox.withdraw(draft)
    assert not desk.restarted().withdraw(draft)
    assert desk.restarted().find(KEY, OURS, draft) is None
    with pytest.raises(MailboxError, match="draft is gone") as caught:
        desk.mailbox.deliver(a_mail(), draft)
    assert not caught.value.permanent
    assert google.gmail.outside == []


def test_a_taking_back_whose_answer_is_lost_loses_no_mail(google: FakeGoogle, desk: GmailDesk) -> None:
    draft = desk.mailbox.prepare(a_mail()) or ""
    google.faults.cut_after("gmail.users.drafts.delete")
    assert not desk.mailbox.withdraw(draft)
    assert desk.mailbox.find(KEY, OURS, draft) is None


def test_a_draft_that_cannot_be_taken_back_just_now_is_neither_gone_nor_taken_back(
    google: FakeGoogle, desk: GmailDesk
) -> None:
    draft = desk.mailbox.prepare(a_mail()) or ""
    google.faults.refuse("gmail.users.drafts.delete", times=4)
    with pytest.raises(MailboxError) as caught:
        desk.mailbox.withdraw(draft)
    assert not caught.value.permanent
    assert desk.mailbox.withdraw(draft)


def test_where_no_moment_can_be_marked_just_now_nothing_leaves(google: FakeGoogle, either: GmailDesk) -> None:
    google.faults.refuse("gmail.users.getProfile", times=5)
    with pytest.raises(MailboxError) as caught:
        either.mailbox.prepare(a_mail())
    assert not caught.value.permanent


def test_a_moment_is_not_asked_for_again_before_google_said(google: FakeGoogle, either: GmailDesk) -> None:
    google.faults.refuse("gmail.users.getProfile", 429, "rateLimitExceeded", retry_after=7)
    with pytest.raises(MailboxError):
        either.mailbox.prepare(a_mail())
    assert (google.count("gmail.users.getProfile"), either.pace.slept) == (1, [])


def test_a_grant_that_only_sends_asks_for_no_moment_twice(google: FakeGoogle, blind: GmailDesk) -> None:
    assert blind.mailbox.prepare(a_mail()) == "blind"
    assert google.count("gmail.users.getProfile") == 1


def test_a_draft_that_is_gone_without_a_trace_counts_as_sent(google: FakeGoogle, desk: GmailDesk) -> None:
    draft = desk.mailbox.prepare(a_mail()) or ""
    desk.mailbox.withdraw(draft)
    google.now += 2 * WEEK
    assert desk.restarted().find(KEY, OURS, draft) == Receipt(Mark.read(draft).draft, OURS)


def test_a_history_that_lags_behind_the_drafts_is_not_believed(google: FakeGoogle, desk: GmailDesk) -> None:
    draft = desk.mailbox.prepare(a_mail()) or ""
    desk.mailbox.deliver(a_mail(), draft)
    box = google.gmail.office.box(LAB)
    box.records[:] = [record for record in box.records if record.id <= int(draft.split()[1])]
    assert desk.restarted().find(KEY, OURS, draft) == Receipt(Mark.read(draft).draft, OURS)


def test_of_two_processes_with_one_draft_only_one_can_send_it(google: FakeGoogle, desk: GmailDesk) -> None:
    draft = desk.mailbox.prepare(a_mail()) or ""
    paused, other = desk.mailbox, desk.restarted()
    assert other.find(KEY, OURS, draft) is None
    assert other.withdraw(draft)
    anew = other.prepare(a_mail())
    with pytest.raises(MailboxError):
        paused.deliver(a_mail(), draft)
    other.deliver(a_mail(), anew)
    assert len(google.gmail.outside) == 1


def test_a_process_that_was_paused_sees_what_another_sent(google: FakeGoogle, plain: GmailDesk) -> None:
    mark = plain.mailbox.prepare(a_mail())
    plain.restarted().deliver(a_mail(), mark)
    plain.mailbox.deliver(a_mail(), mark)
    assert len(google.gmail.outside) == 1


def test_without_drafts_a_forgotten_history_tells_nothing(google: FakeGoogle, plain: GmailDesk) -> None:
    mark = plain.mailbox.prepare(a_mail())
    plain.mailbox.deliver(a_mail("other"), plain.mailbox.prepare(a_mail("other")))
    google.now += 2 * WEEK
    with pytest.raises(DeliveryUnknownError, match="look into the mailbox's Sent folder"):
        plain.mailbox.find(KEY, OURS, mark)


def test_a_sent_mail_that_was_deleted_leaves_a_doubt(google: FakeGoogle, plain: GmailDesk) -> None:
    mark = plain.mailbox.prepare(a_mail())
    receipt = plain.mailbox.deliver(a_mail(), mark)
    google.gmail.erase(LAB, receipt.provider_id)
    with pytest.raises(DeliveryUnknownError):
        plain.restarted().find(KEY, OURS, mark)


def test_a_grant_that_only_sends_can_never_tell(google: FakeGoogle, blind: GmailDesk) -> None:
    mark = blind.mailbox.prepare(a_mail())
    google.faults.cut_after("gmail.users.messages.send")
    with pytest.raises(MailboxError):
        blind.mailbox.deliver(a_mail(), mark)
    with pytest.raises(DeliveryUnknownError):
        blind.mailbox.find(KEY, OURS, mark)


def test_a_grant_that_lost_its_reading_can_not_tell_any_more(plain: GmailDesk, blind: GmailDesk) -> None:
    mark = plain.mailbox.prepare(a_mail())
    with pytest.raises(DeliveryUnknownError):
        blind.mailbox.find(KEY, OURS, mark)


@pytest.mark.parametrize("method", ["drafts.get", "history.list", "messages.get"])
def test_what_cannot_be_asked_just_now_is_not_decided(
    google: FakeGoogle, desk: GmailDesk, method: str
) -> None:
    draft = _cut(google, desk)
    google.faults.refuse(f"gmail.users.{method}", times=4)
    with pytest.raises(MailboxError) as caught:
        desk.restarted().find(KEY, OURS, draft)
    assert not isinstance(caught.value, DeliveryUnknownError)
    assert not caught.value.permanent


def test_what_was_never_prepared_has_not_left(desk: GmailDesk) -> None:
    assert desk.mailbox.find(KEY, OURS, None) is None


@pytest.mark.parametrize(
    "mark", [Mark(None), Mark("10977"), Mark("10977", "r-1", "0a1b"), Mark(None, "r-1", "0a")]
)
def test_a_mark_is_read_as_it_was_written(mark: Mark) -> None:
    assert Mark.read(str(mark)) == mark


def test_only_our_own_old_drafts_that_nobody_knows_are_swept(google: FakeGoogle, desk: GmailDesk) -> None:
    kept = desk.mailbox.prepare(a_mail("kept")) or ""
    desk.mailbox.prepare(a_mail("orphan"))
    box = google.gmail.office.box(LAB)
    by_hand = google.gmail.office.write_draft(box, b"Subject: by hand\r\n\r\nhm\r\n", None, None)
    box.keep_draft(None, by_hand)
    google.now += HOUR
    young = desk.mailbox.prepare(a_mail("young")) or ""
    assert desk.mailbox.sweep_drafts([kept], google.now) == 1
    left = {mail["X-Visavis-Key"] for mail in google.gmail.drafts(LAB).values()}
    assert left == {"kept", "young", None}
    assert desk.mailbox.sweep_drafts([kept], google.now) == 0
    desk.mailbox.deliver(a_mail("young"), young)


def test_a_draft_swept_by_another_process_is_no_error(google: FakeGoogle, desk: GmailDesk) -> None:
    desk.mailbox.prepare(a_mail("orphan"))
    google.now += HOUR
    google.faults.refuse("gmail.users.drafts.get", 404, "notFound")
    assert desk.mailbox.sweep_drafts([], google.now) == 0
    google.faults.refuse("gmail.users.drafts.delete", 404, "notFound")
    assert desk.mailbox.sweep_drafts([], google.now) == 0


def test_without_drafts_there_is_nothing_to_take_back_or_sweep(google: FakeGoogle) -> None:
    with gmail_desk(google, "https://www.googleapis.com/auth/gmail.send") as desk:
        assert desk.mailbox.withdraw("blind")
        assert desk.mailbox.withdraw("history 10977")
        assert desk.mailbox.sweep_drafts([], google.now) == 0
    assert google.calls == []
