"""What people get and write at the fake Gmail, and what Gmail itself says of it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from service.storage import emails
from service.storage.database import Database
from service.storage.emails import Email, Status
from service.storage.schema import emails as table
from tests.fakes.google.gmail_mailbox import Message
from tests.fakes.google.server import FakeGoogle
from tests.simulation.google_program import LAB
from tests.simulation.ledger import Ledger
from tests.simulation.post import Letter, read_letter
from tests.simulation.replies import Reply
from tests.simulation.rules import form_of, need

KEY = "X-Visavis-Key"
_MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)$", re.MULTILINE)


def message_id(reply: Reply) -> str:
    """Under which a reply was written; a copy of it has the same."""
    found = _MESSAGE_ID.search(reply.raw)
    assert found is not None
    return found[1].decode()


@dataclass
class _Open:
    """A letter whose receipt is still to be seen; `got` is its copy in the leader's mailbox."""

    ledger: Ledger
    letter: Letter
    got: Message


class GooglePost:
    """The mailboxes of the leaders and our own, looked at from outside."""

    def __init__(self, google: FakeGoogle, database: Database) -> None:
        self._google, self._database = google, database
        self._looked_at: dict[str, int] = {}
        self._got: dict[str, Message] = {}
        self._sent: dict[str, Message] = {}
        self._open: list[_Open] = []
        self.settled: dict[str, Email] = {}

    def new_letters(self, addresses: Iterable[str]) -> list[Letter]:
        """What came into the leaders' mailboxes since; `at` is when it did."""
        return [read_letter(got.raw, got.at) for address in addresses for got in self._arrivals(address)]

    def put_in(self, reply: Reply) -> None:
        """A person's mail program names the mail that it answers."""
        follows = f"In-Reply-To: {reply.letter.message_id}\nReferences: {reply.letter.message_id}\n"
        self._google.gmail.deliver(LAB, follows.encode() + reply.raw)

    def expect_receipt(self, ledger: Ledger, letter: Letter) -> None:
        """This letter came: sooner or later the program has to know, and under which ids."""
        self._open.append(_Open(ledger, letter, self._got[letter.key]))

    def check_receipts(self) -> None:
        """Hold what the outbox says of mails that left against what Gmail says of them."""
        if not self._open:
            return
        self._learn_what_left()
        with self._database.read() as tx:
            keys = [one.letter.key for one in self._open]
            rows = emails.by_keys(tx, keys)
            given = tx.connection.execute(
                select(table.c.key, table.c.provider_id).where(table.c.key.in_(keys))
            )
            ids = {row.key: str(row.provider_id) for row in given}
            roots = {root: emails.one(tx, root) for row in rows.values() if (root := row.thread_of)}
        for one in [one for one in self._open if rows[one.letter.key].status is Status.SENT]:
            row = rows[one.letter.key]
            self._open.remove(one)
            self.settled[row.key] = row
            assert row.sent_at is not None
            one.ledger.sure_at[row.key] = row.sent_at
            self._check_ids(one, row, ids[row.key])
            self._check_thread(one, roots.get(row.thread_of or 0))

    def leftovers(self) -> list[str]:
        """Letters whose receipt the program never got to know."""
        return [one.letter.key for one in self._open]

    def drafts(self) -> set[str]:
        """The ids of our drafts that lie in the mailbox."""
        return set(self._google.gmail.drafts(LAB))

    def unlabelled(self, replies: Iterable[Reply]) -> set[str]:
        """The replies that lie in our mailbox without our mark."""
        wanted = {message_id(one) for one in replies}
        box = self._google.gmail.office.box(LAB)
        marks = {label for label, name in box.labels.items() if name == "Visavis"}
        lying = [one for one in box.messages.values() if one.message_id in wanted]
        need({one.message_id for one in lying} == wanted, "a reply is no longer in the mailbox")
        return {one.message_id for one in lying if not one.labels & marks}

    def _arrivals(self, address: str) -> Iterator[Message]:
        messages = list(self._google.gmail.office.box(address).messages.values())
        before = self._looked_at.get(address, 0)
        self._looked_at[address] = len(messages)
        for message in messages[before:]:
            key = message.mime.get(KEY)
            need(key and message.received, f"a mail that is none of ours in {address}")
            self._got.setdefault(key, message)
            yield message

    def _learn_what_left(self) -> None:
        for message in self._google.gmail.office.box(LAB).messages.values():
            if "SENT" in message.labels:
                self._sent.setdefault(message.mime.get(KEY), message)

    def _check_ids(self, one: _Open, row: Email, given: str) -> None:
        """What Gmail gave: its own id, the Message-ID that people see, the thread."""
        sent = self._sent[row.key]
        need(given == sent.id, f"kept as message {given}, is {sent.id}", one.letter)
        need(
            row.message_id == sent.message_id == one.letter.message_id,
            f"kept as {row.message_id}, left as {sent.message_id}",
            one.letter,
        )
        need(
            row.provider_thread == sent.thread,
            f"kept in thread {row.provider_thread}, left in {sent.thread}",
            one.letter,
        )

    def _check_thread(self, one: _Open, root: Email | None) -> None:
        """A follow-up lies in its thread, at our end and at the leader's."""
        letter = one.letter
        if letter.kind in {"reminder", "receipt"}:
            need(root is not None, f"a {letter.kind} that follows nothing", letter)
        if root is None or root.sent_at is None or root.sent_at > letter.at:
            return  # what it follows was not known to have left when it was written
        if letter.kind == "reminder":
            form = form_of(one.ledger, letter)
            need(form is not None and form.key == root.key, "a reminder in another's thread", letter)
        need(self._sent[letter.key].thread == self._sent[root.key].thread, "in a thread of its own", letter)
        need(one.got.thread == self._got[root.key].thread, "not in the leader's thread", letter)
