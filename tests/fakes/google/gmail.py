"""A Gmail that behaves as the real one does where programs go wrong.

It replaces the Message-ID of what is sent, gives a draft a new message id when it leaves,
delivers between its users, and can be told to let its search lag, forget its history and
refuse who sends too much.
"""

from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from tests.fakes.google.errors import ApiError, World
from tests.fakes.google.gmail_calls import Ask, Calls
from tests.fakes.google.gmail_mailbox import Message
from tests.fakes.google.gmail_mime import Mime, parsed
from tests.fakes.google.gmail_office import Office
from tests.fakes.google.gmail_post import Dmarc, OutsideMail, Vouch, mailbox_of

_PREFIX = "gmail.users."


class FakeGmailService:
    """The Gmail API (`call`), and what a test wants to see and do beside it.

    `office` holds what may be turned: its lags, history, quota, watches (see there).
    """

    def __init__(self, world: World) -> None:
        self.office = Office(world)
        self._world = world
        self._handlers = Calls(self.office).handlers

    def call(self, method: str, user: str, params: Mapping[str, Any], body: Any) -> Any:
        """Answer one call of the API, or raise `ApiError`."""
        name = method.removeprefix(_PREFIX)
        handler = self._handlers.get(name)
        if handler is None:
            raise ApiError(
                501, "notImplemented", f"The fake does not know {method}: teach it in gmail_calls.py."
            )
        whose = params.get("userId", "me")
        if whose not in ("me", user):
            raise ApiError(403, "forbidden", f"Delegation denied for {user}")
        box = self.office.box(user)
        self.office.quota.charge(box.address, name, self._world.now)
        answer = handler(Ask(box, params, body or {}, self._world.now))
        self.office.watches.look(box, self._world.now)
        return answer

    def deliver(
        self,
        user: str,
        raw: bytes,
        *,
        dmarc: Dmarc = Dmarc.PASS,
        forged: bool = False,
        envelope_from: str | None = None,
    ) -> str:
        """Let a mail from outside come in for a user (a plus address reaches too); its message id."""
        sender = parseaddr(Mime.read(raw).get("From"))[1].lower() if envelope_from is None else envelope_from
        with self._world.lock:
            return self.office.receive(mailbox_of(user), raw, sender, Vouch(dmarc, forged)).id

    def vouch(self, sender: str, dmarc: Dmarc, *, forged: bool = False) -> None:
        """How the mail of one of the users arrives at the others from now on."""
        with self._world.lock:
            self.office.vouches[sender.lower()] = Vouch(dmarc, forged)

    def inbox(self, user: str) -> list[EmailMessage]:
        """The mails a user has received, oldest first, wherever they lie now."""
        return self._mails(user, lambda message: message.received)

    def sent(self, user: str) -> list[EmailMessage]:
        """The mails a user has sent, oldest first."""
        return self._mails(user, lambda message: "SENT" in message.labels)

    def drafts(self, user: str) -> dict[str, EmailMessage]:
        """A user's drafts by their ids."""
        with self._world.lock:
            box = self.office.box(user)
            return {draft: parsed(box.draft(draft).raw) for draft in box.drafts}

    @property
    def outside(self) -> list[OutsideMail]:
        """The mails that left for people without a mailbox here, oldest first."""
        with self._world.lock:
            return list(self.office.outside)

    def erase(self, user: str, message_id: str) -> None:
        """A person deletes a message for good."""
        with self._world.lock:
            box = self.office.box(user)
            box.remove(box.message(message_id), self._world.now)

    def subscribe(self, topic: str, url: str) -> None:
        """Let a topic ("projects/…/topics/…") be pushed to an address."""
        with self._world.lock:
            self.office.watches.subscriptions[topic] = url

    def push(self) -> list[int]:
        """POST the notifications that are due to their subscribers; the answers' statuses."""
        return self.office.watches.push(self._world.lock)

    def _mails(self, user: str, wanted: Callable[[Message], bool]) -> list[EmailMessage]:
        with self._world.lock:
            messages = list(self.office.box(user).messages.values())
        return [parsed(message.raw) for message in messages if wanted(message)]
