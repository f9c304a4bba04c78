"""What every mailbox promises, whatever is behind it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from service.domain.ports import Mailbox, Outgoing
from service.errors import MailboxError
from service.mailboxes.maildir import MaildirMailbox
from service.mailboxes.pool import MailboxPool
from tests.fakes.gmail_desk import LAB, MODIFY, READ, SEND, gmail_desk
from tests.fakes.google.server import FakeGoogle
from tests.fakes.mailbox import FakeMailbox

REPLY = b"From: dana@example.com\r\nTo: lab@example.org\r\nSubject: Re: hello\r\n\r\nyes\r\n"
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Bench:
    """A mailbox, how a reply gets into it, and what people have received from it.

    `keeps_drafts`: what it prepares is a draft, which could leave and can be taken back.
    """

    mailbox: Mailbox
    receive: Callable[[bytes], None]
    received: Callable[[], list[bytes]]
    keeps_drafts: bool = False


def _maildir(folder: Path) -> Bench:
    mailbox = MaildirMailbox(folder)
    mailbox.fetch()

    def receive(raw: bytes) -> None:
        count = len(list((folder / "inbox" / "new").iterdir()))
        (folder / "inbox" / "new" / f"1.{count}.host").write_bytes(raw)

    def received() -> list[bytes]:
        return [path.read_bytes() for path in sorted((folder / "outbox" / "new").iterdir())]

    return Bench(mailbox, receive, received)


def _fake(*, drafts: bool) -> Bench:
    mailbox = FakeMailbox(drafts=drafts)

    def receive(raw: bytes) -> None:
        mailbox.receive(raw)

    return Bench(mailbox, receive, lambda: [mail.mime for mail in mailbox.sent], keeps_drafts=drafts)


def _pool(*, drafts: bool) -> Bench:
    """Mails leave by the first mailbox and replies come by the second."""
    first, second = _fake(drafts=drafts), _fake(drafts=drafts)
    pool = MailboxPool({"lab@example.org": first.mailbox, "lab2@example.org": second.mailbox})
    return replace(first, mailbox=pool, receive=second.receive)


def _gmail(stack: ExitStack, *scopes: str) -> Bench:
    google = stack.enter_context(FakeGoogle())
    desk = stack.enter_context(gmail_desk(google, *scopes))
    desk.mailbox.fetch()

    def receive(raw: bytes) -> None:
        google.gmail.deliver(LAB, raw)

    return Bench(desk.mailbox, receive, lambda: [mail.raw for mail in google.gmail.outside], desk.drafts)


BENCHES: dict[str, Callable[[Path, ExitStack], Bench]] = {
    "maildir": lambda folder, _: _maildir(folder),
    "fake": lambda *_: _fake(drafts=False),
    "fake with drafts": lambda *_: _fake(drafts=True),
    "pool": lambda *_: _pool(drafts=False),
    "pool with drafts": lambda *_: _pool(drafts=True),
    "gmail drafts": lambda _, stack: _gmail(stack, MODIFY),
    "gmail plain": lambda _, stack: _gmail(stack, SEND, READ),
}


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with ExitStack() as stack:
        yield BENCHES[request.param](tmp_path, stack)


def _mail(key: str = "prep:1:a", text: str = "hello") -> Outgoing:
    head = f"From: lab@example.org\r\nTo: dana@example.com\r\nSubject: {text}\r\nX-Visavis-Key: {key}\r\n"
    mime = f"{head}\r\n{text}\r\n".encode()
    return Outgoing(key=key, to="dana@example.com", message_id="<a@example.org>", mime=mime)


def _content(raw: bytes) -> tuple[str, str, str]:
    """What people write and read; mail servers add headers of their own."""
    mail = message_from_bytes(raw)
    return mail["From"], mail["Subject"], str(mail.get_payload()).replace("\r\n", "\n")


def _received(bench: Bench) -> list[tuple[str, str, str]]:
    return [_content(raw) for raw in bench.received()]


def test_a_delivered_mail_reaches_people_with_its_content(bench: Bench) -> None:
    receipt = bench.mailbox.deliver(_mail(), bench.mailbox.prepare(_mail()))
    assert _received(bench) == [("lab@example.org", "hello", "hello\n")]
    assert receipt.provider_id
    assert receipt.message_id


def test_a_second_delivery_of_the_same_mail_leaves_one_mail_and_the_same_receipt(bench: Bench) -> None:
    draft = bench.mailbox.prepare(_mail())
    first = bench.mailbox.deliver(_mail(), draft)
    second = bench.mailbox.deliver(_mail(), draft)
    assert first == second
    assert len(bench.received()) == 1


def test_mails_with_different_keys_are_different_mails(bench: Bench) -> None:
    for key in ("prep:1:a", "prep:1:b", "prep/1/a", "prep:1:A"):
        bench.mailbox.deliver(_mail(key), bench.mailbox.prepare(_mail(key)))
    assert len(bench.received()) == 4


def test_what_is_only_prepared_or_withdrawn_reaches_nobody(bench: Bench) -> None:
    draft = bench.mailbox.prepare(_mail()) or "no such draft"
    assert bench.mailbox.withdraw(draft)
    assert bench.mailbox.withdraw(draft) is not bench.keeps_drafts
    assert bench.received() == []


def test_a_draft_that_has_left_cannot_be_taken_back(bench: Bench) -> None:
    draft = bench.mailbox.prepare(_mail())
    bench.mailbox.deliver(_mail(), draft)
    assert bench.mailbox.withdraw(draft or "no such draft") is not bench.keeps_drafts
    assert len(bench.received()) == 1


def test_a_draft_that_was_taken_back_leaves_no_more(bench: Bench) -> None:
    if not bench.keeps_drafts:
        pytest.skip("without drafts nothing is taken back: the caller just does not deliver")
    draft = bench.mailbox.prepare(_mail()) or ""
    bench.mailbox.withdraw(draft)
    with pytest.raises(MailboxError) as caught:
        bench.mailbox.deliver(_mail(), draft)
    assert not caught.value.permanent
    assert bench.received() == []


def test_only_drafts_that_nobody_knows_are_swept(bench: Bench) -> None:
    kept = bench.mailbox.prepare(_mail("prep:1:kept"))
    bench.mailbox.prepare(_mail("prep:1:orphan"))
    assert bench.mailbox.sweep_drafts([kept] if kept else [], LATER) == bench.keeps_drafts
    assert bench.mailbox.sweep_drafts([kept] if kept else [], LATER) == 0
    bench.mailbox.deliver(_mail("prep:1:kept"), kept)
    assert len(bench.received()) == 1


def test_a_reply_is_fetched_until_it_is_done(bench: Bench) -> None:
    bench.receive(REPLY)
    first, again = bench.mailbox.fetch(), bench.mailbox.fetch()
    assert [_content(mail.raw) for mail in first] == [_content(REPLY)]
    assert [mail.handle for mail in again] == [first[0].handle]
    bench.mailbox.done(first[0].handle)
    assert bench.mailbox.fetch() == []


def test_marking_done_twice_is_no_error_and_touches_no_other_mail(bench: Bench) -> None:
    bench.receive(REPLY)
    bench.receive(REPLY + b"more\r\n")
    handles = [mail.handle for mail in bench.mailbox.fetch()]
    bench.mailbox.done(handles[0])
    bench.mailbox.done(handles[0])
    bench.mailbox.done("never heard of")
    assert [mail.handle for mail in bench.mailbox.fetch()] == handles[1:]


def test_only_a_mail_that_has_left_is_found_and_with_the_same_receipt(bench: Bench) -> None:
    mail = _mail()
    draft = bench.mailbox.prepare(mail)
    assert bench.mailbox.find(mail.key, mail.message_id, draft) is None
    receipt = bench.mailbox.deliver(mail, draft)
    assert bench.mailbox.find(mail.key, mail.message_id, draft) == receipt
    assert bench.mailbox.find("another key", "<b@example.org>", None) is None


def test_a_second_delivery_with_other_words_leaves_the_first(bench: Bench) -> None:
    draft = bench.mailbox.prepare(_mail(text="first"))
    bench.mailbox.deliver(_mail(text="first"), draft)
    bench.mailbox.deliver(_mail(text="second"), draft)
    assert _received(bench) == [("lab@example.org", "first", "first\n")]


def test_what_a_draft_says_is_what_leaves(bench: Bench) -> None:
    draft = bench.mailbox.prepare(_mail(text="first"))
    bench.mailbox.deliver(_mail(text="second"), draft)
    left = "first" if bench.keeps_drafts else "second"
    assert _received(bench) == [("lab@example.org", left, f"{left}\n")]
