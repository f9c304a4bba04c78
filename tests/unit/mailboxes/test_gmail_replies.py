"""Replies by Gmail's history: none lost, none twice, and nothing of the mailbox touched but a label."""

from collections.abc import Mapping
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest

from service.domain.ports import Incoming
from service.errors import MailboxError
from service.mail.authenticity import vouched
from service.mailboxes.gmail import GmailMailbox
from service.mailboxes.gmail_label import NAME
from service.mailboxes.gmail_replies import MOST_AT_ONCE
from tests.fakes.gmail_desk import COMPOSE, LAB, READ, SEND, GmailDesk, a_mail, gmail_desk
from tests.fakes.google.gmail_post import Dmarc
from tests.fakes.google.server import FakeGoogle

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def _reply(google: FakeGoogle, text: str = "yes", *, dmarc: Dmarc = Dmarc.PASS, forged: bool = False) -> str:
    """A leader's reply comes in; its id."""
    raw = f"From: dana@example.com\r\nTo: lab+0a1b@example.org\r\nSubject: Re: hi\r\n\r\n{text}\r\n".encode()
    return google.gmail.deliver(LAB, raw, dmarc=dmarc, forged=forged)


def _texts(mails: list[Incoming]) -> list[str]:
    return [str(message_from_bytes(mail.raw).get_payload()).strip() for mail in mails]


def _deal_with_all(mailbox: GmailMailbox) -> list[str]:
    """One pass: what is fetched and done; their words."""
    mails = list(mailbox.fetch())
    for mail in mails:
        mailbox.done(mail.handle)
    return _texts(mails)


def _labels(google: FakeGoogle, message_id: str) -> set[str]:
    box = google.gmail.office.box(LAB)
    return {box.labels.get(label, label) for label in box.messages[message_id].labels}


def test_a_reply_comes_with_its_time_and_who_vouches_for_it(google: FakeGoogle, desk: GmailDesk) -> None:
    handle = _reply(google)
    (mail,) = desk.mailbox.fetch()
    assert (mail.handle, mail.received_at, mail.receiver) == (handle, google.now, "mx.google.com")
    assert _texts([mail]) == ["yes"]


@pytest.mark.parametrize("forged", [False, True])
@pytest.mark.parametrize(
    ("dmarc", "is_vouched"),
    [(Dmarc.PASS, True), (Dmarc.FAIL, False), (Dmarc.NONE, True), (Dmarc.ABSENT, False)],
)
def test_gmails_own_stamp_alone_says_whether_the_sender_is_real(
    google: FakeGoogle, desk: GmailDesk, dmarc: Dmarc, is_vouched: bool, forged: bool
) -> None:
    if dmarc is Dmarc.ABSENT and forged:
        pytest.skip("Gmail stamps every mail that comes in")
    _reply(google, dmarc=dmarc, forged=forged)
    (mail,) = desk.mailbox.fetch()
    assert vouched(message_from_bytes(mail.raw), mail.receiver) is is_vouched


def test_only_what_came_in_is_handed_out(google: FakeGoogle, desk: GmailDesk) -> None:
    desk.mailbox.fetch()
    desk.mailbox.prepare(a_mail("a draft"))
    desk.mailbox.deliver(a_mail("sent"), desk.mailbox.prepare(a_mail("sent")))
    box = google.gmail.office.box(LAB)
    for label in ("SPAM", "TRASH"):
        box.relabel(box.messages[_reply(google, label)], {label}, {"INBOX"}, google.now)
    gone = _reply(google, "deleted")
    google.gmail.erase(LAB, gone)
    _reply(google, "yes")
    assert _texts(list(desk.mailbox.fetch())) == ["yes"]


def test_what_somebody_takes_out_of_the_spam_is_read_after_all(google: FakeGoogle, desk: GmailDesk) -> None:
    desk.mailbox.fetch()
    box = google.gmail.office.box(LAB)
    message = box.messages[_reply(google)]
    box.relabel(message, {"SPAM"}, {"INBOX"}, google.now)
    assert desk.mailbox.fetch() == []
    box.relabel(message, {"INBOX"}, {"SPAM"}, google.now)
    assert _deal_with_all(desk.mailbox) == ["yes"]
    assert desk.mailbox.fetch() == []


def test_a_mail_that_is_done_is_labelled_and_stays_where_it_is(google: FakeGoogle, desk: GmailDesk) -> None:
    handles = [_reply(google), _reply(google)]
    _deal_with_all(desk.mailbox)
    assert [_labels(google, handle) for handle in handles] == [{"INBOX", "UNREAD", NAME}] * 2
    assert google.count("gmail.users.labels.create") == 1


def test_the_label_is_found_again_whoever_made_it(google: FakeGoogle, desk: GmailDesk) -> None:
    google.gmail.office.box(LAB).new_label(NAME.lower())
    handle = _reply(google)
    _deal_with_all(desk.mailbox)
    assert _labels(google, handle) == {"INBOX", "UNREAD", NAME.lower()}


def test_a_label_that_two_processes_make_at_once_is_made_once(google: FakeGoogle, desk: GmailDesk) -> None:
    _reply(google)
    google.faults.cut_after("gmail.users.labels.create")
    assert _deal_with_all(desk.mailbox) == ["yes"]
    assert list(google.gmail.office.box(LAB).labels.values()) == [NAME]


def test_the_cursor_moves_on_only_when_all_before_it_is_done(google: FakeGoogle, desk: GmailDesk) -> None:
    desk.mailbox.fetch()
    before = desk.cursor.mark
    _reply(google, "one")
    _reply(google, "two")
    one, two = desk.mailbox.fetch()
    desk.mailbox.done(two.handle)
    assert desk.cursor.mark == before
    desk.mailbox.done(one.handle)
    assert desk.cursor.mark not in {None, before}


@pytest.mark.parametrize("how", ["desk", "plain"])
def test_a_crash_loses_no_reply(google: FakeGoogle, how: str, request: pytest.FixtureRequest) -> None:
    one: GmailDesk = request.getfixturevalue(how)
    one.mailbox.fetch()
    _reply(google, "one")
    _reply(google, "two")
    first, _ = one.mailbox.fetch()
    one.mailbox.done(first.handle)
    again = list(one.restarted().fetch())
    # Without labels the first comes once more; the program knows it by its digest.
    assert _texts(again) == (["two"] if how == "desk" else ["one", "two"])


def test_without_labels_the_cursor_alone_remembers_what_is_done(google: FakeGoogle, plain: GmailDesk) -> None:
    handle = _reply(google)
    assert _deal_with_all(plain.mailbox) == ["yes"]
    assert _labels(google, handle) == {"INBOX", "UNREAD"}
    assert plain.mailbox.fetch() == []
    assert plain.restarted().fetch() == []


def test_a_grant_that_may_not_label_goes_on_without(google: FakeGoogle) -> None:
    with gmail_desk(google, COMPOSE, READ) as desk:
        for _ in range(2):
            _reply(google)
        assert _deal_with_all(desk.mailbox) == ["yes", "yes"]
        assert desk.restarted().fetch() == []
    assert google.count("gmail.users.messages.modify") == 0


def test_what_is_fetched_again_before_it_is_done_is_the_same(google: FakeGoogle, desk: GmailDesk) -> None:
    _reply(google, "one")
    assert _texts(list(desk.mailbox.fetch())) == ["one"]
    _reply(google, "two")
    assert _texts(list(desk.mailbox.fetch())) == ["one", "two"]
    assert _deal_with_all(desk.mailbox) == ["one", "two"]
    assert desk.mailbox.fetch() == []


def test_a_history_in_many_short_and_empty_pages_is_read_to_its_end(
    google: FakeGoogle, desk: GmailDesk
) -> None:
    desk.mailbox.fetch()
    google.gmail.office.history_page = 1
    for count in range(4):
        _reply(google, f"{count}")
        desk.mailbox.prepare(a_mail(f"{count}"))
    assert _deal_with_all(desk.mailbox) == ["0", "1", "2", "3"]


def test_a_pass_that_finds_nothing_moves_the_cursor_on(google: FakeGoogle, desk: GmailDesk) -> None:
    desk.mailbox.fetch()
    before = desk.cursor.mark
    desk.mailbox.deliver(a_mail(), desk.mailbox.prepare(a_mail()))
    desk.mailbox.fetch()
    assert desk.cursor.mark not in {None, before}
    assert desk.restarted().fetch() == []
    assert google.count("gmail.users.messages.list") == 2  # the first pass of all read the inbox


def test_a_history_too_long_to_be_read_to_its_end_hides_no_reply(
    google: FakeGoogle, desk: GmailDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.mailbox.fetch()
    monkeypatch.setattr("service.mailboxes.gmail_replies._HISTORY_PAGES", 2)
    google.gmail.office.history_page = 1
    words = [f"{count}" for count in range(5)]
    for word in words:
        _reply(google, word)
    assert _deal_with_all(desk.mailbox) == words
    assert desk.mailbox.fetch() == []


def test_a_history_that_cannot_be_read_just_now_is_read_later(google: FakeGoogle, desk: GmailDesk) -> None:
    desk.mailbox.fetch()
    listed = google.count("gmail.users.messages.list")
    _reply(google)
    google.faults.refuse("gmail.users.history.list", times=4)
    with pytest.raises(MailboxError, match="trouble of its own"):
        desk.mailbox.fetch()
    assert google.count("gmail.users.messages.list") == listed
    assert _deal_with_all(desk.mailbox) == ["yes"]


def test_an_old_mail_that_somebody_labels_is_no_news(google: FakeGoogle, plain: GmailDesk) -> None:
    handle = _reply(google)
    assert _deal_with_all(plain.mailbox) == ["yes"]
    box = google.gmail.office.box(LAB)
    box.relabel(box.messages[handle], {"STARRED"}, {"UNREAD"}, google.now)
    assert plain.mailbox.fetch() == []


def test_large_mails_are_handed_out_a_few_at_a_time(
    google: FakeGoogle, desk: GmailDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.mailbox.fetch()
    monkeypatch.setattr("service.mailboxes.gmail_replies.MOST_BYTES", 10_000)
    for word in ("a", "b", "c"):
        _reply(google, word * 6000)
    handed_out = [_deal_with_all(desk.mailbox) for _ in range(3)]
    assert [[text[0] for text in texts] for texts in handed_out] == [["a", "b"], ["c"], []]


def test_a_flood_is_worked_through_over_several_passes(google: FakeGoogle, desk: GmailDesk) -> None:
    desk.mailbox.fetch()
    before = desk.cursor.mark
    words = [f"{count}" for count in range(2 * MOST_AT_ONCE + 10)]
    for word in words:
        _reply(google, word)
    read = _deal_with_all(desk.mailbox)
    assert (len(read), desk.cursor.mark) == (MOST_AT_ONCE, before)
    restarted = desk.restarted()
    while mails := _deal_with_all(restarted):
        read += mails
    assert read == words
    assert desk.cursor.mark != before


def test_a_new_mailbox_begins_with_what_came_within_a_week(google: FakeGoogle, desk: GmailDesk) -> None:
    _reply(google, "old")
    google.now += 2 * WEEK
    _reply(google, "one")
    google.now += DAY
    _reply(google, "two")
    assert _deal_with_all(desk.mailbox) == ["one", "two"]
    _reply(google, "three")
    assert _deal_with_all(desk.mailbox) == ["three"]


@pytest.mark.parametrize("how", ["desk", "plain"])
def test_after_a_long_stop_the_inbox_is_read_and_nothing_is_lost(
    google: FakeGoogle, how: str, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    one: GmailDesk = request.getfixturevalue(how)
    one.mailbox.fetch()
    _reply(google, "done")
    _deal_with_all(one.mailbox)
    google.now += HOUR
    for day in range(20):
        _reply(google, f"{day}")
        google.now += DAY
    read = _deal_with_all(one.restarted())
    assert read == [*(["done"] if how == "plain" else []), *(f"{day}" for day in range(20))]
    assert [record.action for record in caplog.records] == ["inbox_reread"]  # type: ignore[attr-defined]
    assert one.restarted().fetch() == []


def test_after_a_long_stop_what_is_done_costs_next_to_nothing(google: FakeGoogle, desk: GmailDesk) -> None:
    desk.mailbox.fetch()
    for _ in range(20):
        _reply(google)
    _deal_with_all(desk.mailbox)
    google.now += WEEK
    _reply(google, "yes")
    google.now += DAY
    desk.cursor.mark = "10001"
    desk.units()
    assert _deal_with_all(desk.restarted()) == ["yes"]
    assert desk.units() < 60


def test_a_search_that_lags_hides_no_reply(google: FakeGoogle, desk: GmailDesk) -> None:
    google.gmail.office.search_lag = HOUR
    _reply(google, "one")
    google.now += 2 * HOUR
    _reply(google, "two")
    _reply(google, "three")
    assert _deal_with_all(desk.mailbox) == ["one", "two", "three"]
    assert desk.mailbox.fetch() == []


def test_a_reply_that_comes_while_the_inbox_is_read_is_not_lost(google: FakeGoogle, desk: GmailDesk) -> None:
    google.faults.refuse("gmail.users.messages.list", times=4)
    with pytest.raises(MailboxError):
        desk.mailbox.fetch()
    assert desk.cursor.saved == []
    _reply(google)
    assert _deal_with_all(desk.mailbox) == ["yes"]


def test_a_reply_that_comes_right_after_the_inbox_was_read_is_told_by_the_history(
    google: FakeGoogle, desk: GmailDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = google.gmail.call
    late: list[str] = []

    def call(method: str, user: str, params: Mapping[str, Any], body: Any) -> Any:
        answer = answered(method, user, params, body)
        if params.get("labelIds") == ["INBOX"] and not late:
            late.append(_reply(google, "two"))
        return answer

    monkeypatch.setattr(google.gmail, "call", call)
    _reply(google, "one")
    assert [_deal_with_all(desk.mailbox), _deal_with_all(desk.mailbox)] == [["one"], ["two"]]


def test_a_reply_that_cannot_be_read_does_not_hold_up_the_others(google: FakeGoogle, desk: GmailDesk) -> None:
    desk.mailbox.fetch()
    before = desk.cursor.mark
    _reply(google, "one")
    _reply(google, "two")
    google.faults.refuse("gmail.users.messages.get", times=4)
    with pytest.raises(MailboxError, match="trouble of its own"):
        desk.mailbox.fetch()
    mails = list(desk.mailbox.fetch())
    assert _texts(mails) == ["two", "one"]
    assert desk.cursor.mark == before


def test_what_was_read_before_a_failure_is_handed_out(
    google: FakeGoogle, desk: GmailDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.mailbox.fetch()
    bad = _reply(google, "bad")
    _reply(google, "good")
    (mail, _) = desk.mailbox.fetch()
    assert mail.handle == bad
    google.faults.refuse("gmail.users.messages.get", times=4)
    with pytest.raises(MailboxError):
        desk.mailbox.fetch()
    google.faults.slow("gmail.users.messages.get", 0)
    google.faults.refuse("gmail.users.messages.get", times=4)
    assert _texts(list(desk.mailbox.fetch())) == ["good"]
    assert [record.action for record in caplog.records] == ["mail_unread"]  # type: ignore[attr-defined]


def test_a_failure_to_label_is_told_and_mended_by_the_next_pass(google: FakeGoogle, desk: GmailDesk) -> None:
    handle = _reply(google)
    (mail,) = desk.mailbox.fetch()
    google.faults.refuse("gmail.users.messages.modify", times=4)
    with pytest.raises(MailboxError):
        desk.mailbox.done(mail.handle)
    assert _deal_with_all(desk.mailbox) == ["yes"]
    assert NAME in _labels(google, handle)


def test_a_mail_deleted_before_it_is_done_is_done(google: FakeGoogle, desk: GmailDesk) -> None:
    handle = _reply(google)
    desk.mailbox.fetch()
    google.gmail.erase(LAB, handle)
    desk.mailbox.done(handle)
    assert desk.mailbox.fetch() == []


def test_what_a_pass_and_a_reply_cost(google: FakeGoogle, desk: GmailDesk) -> None:
    _reply(google)
    _deal_with_all(desk.mailbox)
    desk.mailbox.fetch()
    saved = len(desk.cursor.saved)
    desk.units()
    desk.mailbox.fetch()
    assert desk.units() == 2
    assert len(desk.cursor.saved) == saved
    _reply(google)
    _deal_with_all(desk.mailbox)
    assert desk.units() == 2 + 20 + 5
    assert desk.mailbox.purge_done(google.now + WEEK) == 0


def test_where_only_sending_was_granted_nothing_is_asked_for(google: FakeGoogle) -> None:
    with gmail_desk(google, SEND, reads=False) as desk:
        assert desk.mailbox.fetch() == []
    assert google.calls == []
