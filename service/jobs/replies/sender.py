"""Whose reply it is, and whether it is really theirs."""

from datetime import datetime, timedelta

from service.domain.letters import Kind
from service.jobs.replies.letterbox import Opened
from service.mail.reply import Received
from service.storage import emails, outbox, replies
from service.storage.database import Transaction
from service.storage.emails import Email
from service.storage.outbox import NewEmail
from service.storage.people import LeaderRow
from service.storage.replies import ReplyStatus

ONE_QUESTION_A_DAY = timedelta(days=1)


def whose(tx: Transaction, received: Received) -> Email | None:
    """The email it answers: by the token in an address or the text, else by its thread."""
    found = emails.by_token(tx, received.tokens)
    if found is None:
        found = emails.by_message_id(tx, [received.in_reply_to, *received.references])
    return found


def is_theirs(opened: Opened, row: LeaderRow) -> bool:
    """The token alone authorises nothing: the sender must be the leader, and no receiver in doubt."""
    sender = opened.received.sender if opened.received else ""
    return sender in row.leader.addresses and opened.vouched is not False


def hold_back(tx: Transaction, row: LeaderRow, opened: Opened, email: Email, now: datetime) -> None:
    """Keep it until the leader says that it is theirs; ask at most once a day."""
    reply_id = replies.put(
        tx,
        digest_=opened.digest,
        message_id=opened.message_id,
        leader_id=row.leader.id,
        email_id=email.id,
        status=ReplyStatus.HELD,
        reason="sender_differs",
        raw=opened.raw,
        at=now,
    )
    if reply_id is None or _asked_lately(tx, row, now):
        return
    sender = opened.received.sender if opened.received else ""
    outbox.put(
        tx,
        NewEmail(
            key=f"confirm:reply:{row.leader.key}-{opened.digest[:20]}",
            kind=Kind.CONFIRM,
            leader_id=row.leader.id,
            due_at=now,
            payload={"sender": sender, "reply_id": reply_id},
        ),
    )


def _asked_lately(tx: Transaction, row: LeaderRow, now: datetime) -> bool:
    recent = emails.of_leader(tx, row.leader.id, now - ONE_QUESTION_A_DAY)
    return any(email.key.startswith("confirm:reply:") for email in recent)
