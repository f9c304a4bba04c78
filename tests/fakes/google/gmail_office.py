"""The post office behind the mailboxes: it sends, delivers and remembers."""

from copy import deepcopy
from datetime import timedelta
from email.utils import parseaddr

from tests.fakes.google.errors import ApiError, World
from tests.fakes.google.gmail_mailbox import Mailbox, Message, invalid
from tests.fakes.google.gmail_mime import Mime
from tests.fakes.google.gmail_post import OutsideMail, Vouch, as_received, as_sent, mailbox_of
from tests.fakes.google.gmail_quota import Quota
from tests.fakes.google.gmail_watch import Watches


class Office:
    """Everything Gmail knows, and the settings a test may turn.

    `search_lag`: how long a message cannot be found by `q`; `sent_lag`: how long it is not
    listed under SENT; the history lags never. `history_life`: how long a history id is good.
    `history_page`: at most so many changes are looked through for a page of the history, so
    that a page may be short, or empty, and still not the last. `vouches`: how the mail of an
    address (lower-case) arrives. `may_send_as`: a user's further From addresses.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.quota = Quota()
        self.watches = Watches()
        self.search_lag = timedelta()
        self.sent_lag = timedelta()
        self.history_life = timedelta(days=7)
        self.history_page = 500
        self.vouches: dict[str, Vouch] = {}
        self.may_send_as: dict[str, set[str]] = {}
        self.outside: list[OutsideMail] = []
        self._boxes: dict[str, Mailbox] = {}

    def box(self, user: str) -> Mailbox:
        """A user's mailbox; only users have one."""
        user = user.lower()
        if user not in self.world.users:
            raise ApiError(400, "failedPrecondition", "Precondition check failed.")
        if user not in self._boxes:
            self._boxes[user] = Mailbox(user, len(self._boxes))
        return self._boxes[user]

    def send(self, box: Mailbox, raw: bytes, thread: str | None) -> Message:
        """Send a mail: the copy that stays with its sender. `thread` is the one it shall belong to."""
        mail = Mime.read(raw)
        thread = box.thread_for(mail, thread)
        return self._leave(box, mail, thread, None)

    def send_draft(self, box: Mailbox, draft_id: str) -> Message:
        """Send a draft: it and its message are gone, the mail sent is another message of its thread."""
        draft = box.draft(draft_id)
        return self._leave(box, Mime.read(draft.raw), draft.thread, draft_id)

    def write_draft(self, box: Mailbox, raw: bytes, thread: str | None, draft_id: str | None) -> Message:
        """The message of a new draft, or the one that takes the place of an old draft's."""
        mail = Mime.read(raw)
        old = None if draft_id is None else box.draft(draft_id)
        thread = box.thread_for(mail, thread)
        if old is not None:
            box.remove(old, self.world.now)
        return box.add(bytes(mail), ("DRAFT",), self.world.now, thread)

    def drop_draft(self, box: Mailbox, draft_id: str) -> None:
        box.remove(box.draft(draft_id), self.world.now)
        del box.drafts[draft_id]

    def receive(self, user: str, raw: bytes, envelope_from: str, vouch: Vouch) -> Message:
        """Put a mail that came in into a user's mailbox."""
        box = self.box(user)
        mail = Mime.read(raw)
        received = as_received(mail, box.address, envelope_from, vouch, self.world.now)
        message = box.add(received, ("INBOX", "UNREAD"), self.world.now, box.thread_of(mail))
        self.watches.look(box, self.world.now)
        return message

    def _leave(self, box: Mailbox, mail: Mime, thread: str | None, draft_id: str | None) -> Message:
        recipients = mail.addresses("To", "Cc", "Bcc")
        if not recipients:
            raise invalid("Recipient address required")
        self.quota.let_leave(box.address, self.world.now)
        also = self.may_send_as.get(box.address, set())
        as_sent(mail, box.address, also, box.new_message_id(), self.world.now)
        if draft_id is not None:
            self.drop_draft(box, draft_id)
        reached = dict.fromkeys(self._reached(address) for address in recipients)
        own = ("INBOX", "UNREAD") if box.address in reached else ()
        message = box.add(bytes(mail), ("SENT", *own), self.world.now, thread)
        for address in reached:
            if address != box.address:
                self._hand_over(address, mail)
        return message

    def _reached(self, address: str) -> str:
        mailbox = mailbox_of(address)
        return mailbox if mailbox in self.world.users else address

    def _hand_over(self, address: str, mail: Mime) -> None:
        sender = parseaddr(mail.get("From"))[1].lower()
        copy = deepcopy(mail)
        if address in self.world.users:
            self.receive(address, bytes(copy), sender, self.vouches.get(sender, Vouch()))
            return
        copy.drop("Bcc")
        self.outside.append(OutsideMail(sender, address, bytes(copy), self.world.now))
