"""One Gmail mailbox: its messages, threads, labels, drafts and history."""

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message as Part
from functools import cached_property

from tests.fakes.google.errors import ApiError
from tests.fakes.google.gmail_mime import Mime

SYSTEM_LABELS = (
    *("INBOX", "SENT", "DRAFT", "UNREAD", "STARRED", "IMPORTANT", "SPAM", "TRASH", "CHAT"),
    *(f"CATEGORY_{name}" for name in ("PERSONAL", "SOCIAL", "PROMOTIONS", "UPDATES", "FORUMS")),
)
_BY_GMAIL_ALONE = {"SENT", "DRAFT", "CHAT"}


def not_found() -> ApiError:
    return ApiError(404, "notFound", "Requested entity was not found.")


def invalid(message: str) -> ApiError:
    return ApiError(400, "invalidArgument", message)


@dataclass
class Message:
    """A message as it lies in one mailbox; `received` tells what came in from what was written."""

    id: str
    thread: str
    raw: bytes
    at: datetime
    labels: set[str]
    received: bool
    number: int
    history: int = 0
    mime: Mime = field(init=False)

    def __post_init__(self) -> None:
        self.mime = Mime.read(self.raw)

    @cached_property
    def message_id(self) -> str:
        return self.mime.get("Message-ID")

    @cached_property
    def mail(self) -> Part:
        """The mail in its parts, its headers as they were written: that is read ten times as fast."""
        return message_from_bytes(self.raw)

    @cached_property
    def snippet(self) -> str:
        """How its text begins."""
        plain = (part for part in self.mail.walk() if part.get_content_type() == "text/plain")
        part = next(plain, None)
        content = part.get_payload(decode=True) if part is not None else b""
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
        return " ".join(text.split())[:200]


@dataclass(frozen=True)
class Record:
    """One line of the history: what happened to which message, and its labels just then."""

    id: int
    at: datetime
    kind: str
    message: str
    thread: str
    labels: frozenset[str]
    changed: frozenset[str] = frozenset()


class Mailbox:
    """The state of one mailbox. Every change goes through here and leaves its line in `records`."""

    def __init__(self, address: str, number: int) -> None:
        self.address = address
        self.messages: dict[str, Message] = {}
        self.drafts: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self.records: list[Record] = []
        self._number = number
        self._made = 0
        self._begin = self._history = 10_000 + 977 * number
        self._known: defaultdict[str, list[Message]] = defaultdict(list)

    @property
    def history_id(self) -> int:
        return self._history

    def add(self, raw: bytes, labels: Iterable[str], now: datetime, thread: str | None = None) -> Message:
        """Put a mail in; without a `thread` it starts one."""
        message_id = self._next_id(now)
        received = "INBOX" in (kept := set(labels)) or "SPAM" in kept
        message = Message(message_id, thread or message_id, raw, now, kept, received, self._made)
        self.messages[message.id] = message
        self._known[message.message_id].append(message)
        self._record("messageAdded", message, now)
        return message

    def remove(self, message: Message, now: datetime) -> None:
        del self.messages[message.id]
        self._known[message.message_id].remove(message)
        self._record("messageDeleted", message, now)

    def relabel(self, message: Message, add: Collection[str], remove: Collection[str], now: datetime) -> None:
        """Add and take labels; what changes nothing leaves no line in the history."""
        for label in {*add, *remove}:
            if (label not in SYSTEM_LABELS and label not in self.labels) or label in _BY_GMAIL_ALONE:
                raise invalid(f"Invalid label: {label}")
        gained, lost = set(add) - message.labels, set(remove) & message.labels
        message.labels = (message.labels | gained) - lost
        if gained:
            self._record("labelAdded", message, now, gained)
        if lost:
            self._record("labelRemoved", message, now, lost)

    def message(self, message_id: str) -> Message:
        if not message_id or set(message_id) - set("0123456789abcdef"):
            raise invalid("Invalid id value")
        if message_id not in self.messages:
            raise not_found()
        return self.messages[message_id]

    def draft(self, draft_id: str) -> Message:
        if draft_id not in self.drafts:
            raise not_found()
        return self.messages[self.drafts[draft_id]]

    def keep_draft(self, draft_id: str | None, message: Message) -> str:
        """Point a draft's id to its message; a new id without one."""
        draft_id = draft_id or f"r-{int(self._digest('draft')[:15], 16)}"
        self.drafts[draft_id] = message.id
        return draft_id

    def thread(self, thread_id: str) -> list[Message]:
        """A thread's messages, oldest first; 404 where there are none."""
        found = [each for each in self.messages.values() if each.thread == thread_id]
        if not found:
            raise not_found()
        return sorted(found, key=lambda each: each.number)

    def thread_for(self, mail: Mime, wanted: str | None) -> str | None:
        """Where a mail that its owner writes belongs: into the thread asked for, if it also refers to one
        of its mails and has its subject; None: into a new one. 404 for a thread that is not there."""
        if wanted is None:
            return None
        self.thread(wanted)
        return self.thread_of(mail, wanted)

    def thread_of(self, mail: Mime, wanted: str | None = None) -> str | None:
        """Where a mail that came in belongs: its references and its subject tell."""
        referred = (each for name in sorted(mail.references) for each in self._known.get(name, ()))
        for each in referred:
            if each.mime.subject == mail.subject and wanted in (None, each.thread):
                return each.thread
        return None

    def new_message_id(self) -> str:
        """A Message-ID as Gmail gives them."""
        return (
            f"<CA{self._digest('mail')[:10]}+{self._digest('mail')[10:30]}_={self.history_id}@mail.gmail.com>"
        )

    def new_label(self, name: str) -> str:
        taken = {each.lower() for each in (*self.labels.values(), *SYSTEM_LABELS)}
        if name.lower() in taken:
            raise ApiError(409, "aborted", "Label name exists or conflicts")
        label = f"Label_{len(self.labels) + 1}"
        self.labels[label] = name
        return label

    def since(self, history_id: int, now: datetime, life: timedelta) -> list[Record]:
        """What happened after `history_id`; 404 where some of it is forgotten, or it is none of ours."""
        after = self.records[bisect_right(self.records, history_id, key=lambda record: record.id) :]
        if not self._begin <= history_id <= self._history or (after and after[0].at < now - life):
            raise not_found()
        return after

    def _record(
        self, kind: str, message: Message, now: datetime, changed: Collection[str] = frozenset()
    ) -> None:
        self._history += 1 + self._history * 7 % 13  # ids rise, but not by one
        message.history = self._history
        labels, what = frozenset(message.labels), frozenset(changed)
        self.records.append(Record(self._history, now, kind, message.id, message.thread, labels, what))

    def _next_id(self, now: datetime) -> str:
        self._made += 1
        return f"{int(now.timestamp() * 1000) << 20 | self._number % 64 << 14 | self._made % (1 << 14):016x}"

    def _digest(self, what: str) -> str:
        return hashlib.sha256(f"{what} {self.address} {self._made} {self._history}".encode()).hexdigest()
