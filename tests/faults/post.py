"""A mailbox that refuses, loses its answer and dies, and shows each mail to a judge as it leaves."""

import email
from collections.abc import Callable
from email.policy import default
from pathlib import Path

from service.domain.ports import Outgoing, Receipt
from service.errors import MailboxError
from tests.fakes.cli import Mail
from tests.fakes.mailbox import FakeMailbox


def opened(mail: Outgoing) -> Mail:
    """A mail as people read it."""
    return Mail(Path(), email.message_from_bytes(mail.mime, policy=default))


class Post(FakeMailbox):
    """`lose_answer`: the next mail leaves, but the caller hears of a broken connection.

    `wrote` is called with every mail as it is written down (drafted, or delivered without a
    draft), `left` with every mail that people get.
    """

    def __init__(self, *, drafts: bool, wrote: Callable[[Mail], None], left: Callable[[Mail], None]) -> None:
        super().__init__(drafts=drafts)
        self.lose_answer = False
        self._wrote, self._left = wrote, left

    def prepare(self, mail: Outgoing) -> str | None:
        draft = super().prepare(mail)
        if draft is not None:
            self._wrote(opened(mail))
        return draft

    def deliver(self, mail: Outgoing, draft: str | None) -> Receipt:
        before = len(self.sent)
        try:
            receipt = super().deliver(mail, draft)
        finally:
            for one in self.sent[before:]:
                if draft is None:
                    self._wrote(opened(one))
                self._left(opened(one))
        if self.lose_answer:
            self.lose_answer = False
            raise MailboxError("The connection broke while waiting for the answer.", permanent=False)
        return receipt

    def heal(self) -> None:
        """Nothing goes wrong any more."""
        self.fail_with, self.die, self.lose_answer = None, None, False
