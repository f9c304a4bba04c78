"""Everything at once: refusals, cut connections and restarts, and still each mail once."""

from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from random import Random

import pytest

from service.domain.ports import Mailbox, Outgoing, Receipt
from service.errors import MailboxError
from tests.fakes.gmail_desk import LAB, MODIFY, OURS, READ, SEND, GmailDesk, a_mail, gmail_desk
from tests.fakes.google.server import FakeGoogle

MAILS = 150


class Sending:
    """What a sender does with one mail: look whether it left, take back what did not, send anew."""

    def __init__(self, mail: Outgoing) -> None:
        self._mail = mail
        self._committed: str | None = None

    def attempt(self, mailbox: Mailbox, *, dies: bool) -> Receipt | None:
        """One try; None where it dies before it has sent."""
        left = self._left(mailbox)
        if left is not None:
            return left
        self._committed = mailbox.prepare(self._mail)
        return None if dies else mailbox.deliver(self._mail, self._committed)

    def _left(self, mailbox: Mailbox) -> Receipt | None:
        draft = self._committed
        found = mailbox.find(self._mail.key, OURS, draft)
        if found is None and draft is not None and not mailbox.withdraw(draft):
            found = mailbox.find(self._mail.key, OURS, draft)
        self._committed = draft if found else None
        return found


def _send_all(desk: GmailDesk, random: Random) -> dict[str, Receipt]:
    receipts = {}
    mailbox = desk.mailbox
    for count in range(MAILS):
        sending = Sending(a_mail(f"prep:{count}"))
        for _ in range(30):
            desk.pace.sleep(130)
            mailbox = desk.restarted() if random.random() < 0.1 else mailbox
            try:
                receipt = sending.attempt(mailbox, dies=random.random() < 0.05)
            except MailboxError:
                continue
            if receipt is not None:
                receipts[f"prep:{count}"] = receipt
                break
    return receipts


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("scopes", [(MODIFY,), (SEND, READ)], ids=["drafts", "plain"])
def test_in_a_storm_every_mail_leaves_once_and_its_ids_are_known(
    google: FakeGoogle, scopes: tuple[str, ...], seed: int
) -> None:
    with gmail_desk(google, *scopes) as desk:
        google.faults.rate(errors=0.05, cut_before=0.02, cut_after=0.05, half=0.02, seed=seed)
        receipts = _send_all(desk, Random(seed))  # noqa: S311 - repeatable, not secret
    keys = Counter(message_from_bytes(mail.raw)["X-Visavis-Key"] for mail in google.gmail.outside)
    assert keys == Counter(dict.fromkeys(receipts, 1))
    assert len(receipts) == MAILS
    sent = {str(mail["Message-ID"]): str(mail["X-Visavis-Key"]) for mail in google.gmail.sent(LAB)}
    assert {receipt.message_id: key for key, receipt in receipts.items()} == sent


@dataclass
class Reading:
    """What a reader commits before it marks a reply done, and what comes again after that."""

    random: Random
    committed: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    again: list[str] = field(default_factory=list)

    def go_through(self, mailbox: Mailbox) -> bool:
        """One pass, until it ends or fails; False where the process dies in it."""
        try:
            for mail in mailbox.fetch():
                word = mail.raw.split()[-1].decode()
                self.again += [word] if word in self.done else []
                self.committed.add(word)
                if self.random.random() < 0.1:
                    return False
                mailbox.done(mail.handle)
                self.done.add(word)
        except MailboxError:
            pass
        return True


@pytest.mark.parametrize("seed", range(3))
def test_in_a_storm_every_reply_is_read_and_none_again_once_it_is_done(google: FakeGoogle, seed: int) -> None:
    reading = Reading(Random(seed))  # noqa: S311 - repeatable, not secret
    with gmail_desk(google) as desk:
        mailbox = desk.mailbox
        google.faults.rate(errors=0.05, cut_before=0.02, cut_after=0.05, half=0.02, seed=seed)
        for count in range(MAILS):
            desk.pace.sleep(3600)
            google.gmail.deliver(LAB, f"From: dana@example.com\r\n\r\n{count}\r\n".encode())
            if count % 4 == 0 and not reading.go_through(mailbox):
                mailbox = desk.restarted()
        for _ in range(10):
            reading.go_through(desk.restarted())
    assert reading.committed == {str(count) for count in range(MAILS)}
    assert reading.again == []
