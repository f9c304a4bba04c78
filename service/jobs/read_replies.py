"""Replies in: whose each one is, whether it is really theirs, and what it says.

Each reply is stored with all it causes in one transaction, and only then marked done in
the mailbox: a crash between the two finds it known, and does nothing twice.
"""

import logging
from collections.abc import Iterator
from datetime import datetime

from service.domain.ports import Incoming
from service.errors import VisavisError
from service.jobs.office import Office, ReplyOutcome
from service.jobs.replies.accept import accept
from service.jobs.replies.letterbox import Opened, open_mail
from service.jobs.replies.sender import hold_back, is_theirs, whose
from service.mail.automatic import automatic_reason
from service.storage import people, replies
from service.storage.database import Transaction
from service.storage.replies import ReplyStatus

log = logging.getLogger(__name__)


def read_replies(office: Office, now: datetime) -> Iterator[ReplyOutcome]:
    """Deal with every mail that waits; what fails stays in the mailbox for the next pass."""
    for incoming in office.mailbox.fetch():
        outcome = _deal_with(office, incoming, now)
        office.fault("reply_committed")
        yield outcome
        office.mailbox.done(incoming.handle)


def _deal_with(office: Office, incoming: Incoming, now: datetime) -> ReplyOutcome:
    opened = open_mail(incoming)
    with office.database.begin(durable=True) as tx:
        if replies.known(tx, opened.digest):
            return ReplyOutcome(opened.message_id, ReplyStatus.IGNORED, "duplicate")
        outcome = _judge(tx, office, opened, now)
        office.fault("reply_before_commit")
    return outcome


def _judge(tx: Transaction, office: Office, opened: Opened, now: datetime) -> ReplyOutcome:
    if opened.received is None:
        return _keep(tx, opened, ReplyStatus.IGNORED, "unreadable", now)
    automatic = automatic_reason(opened.received.message)
    if automatic is not None:
        return _keep(tx, opened, ReplyStatus.IGNORED, automatic, now)
    email = whose(tx, opened.received)
    if email is None:
        return _keep(tx, opened, ReplyStatus.UNMATCHED, "no_such_mail", now)
    row = people.locked(tx, email.leader_id)
    if not is_theirs(opened, row):
        hold_back(tx, row, opened, email, now)
        return ReplyOutcome(opened.message_id, ReplyStatus.HELD, "sender_differs")
    try:
        with tx.connection.begin_nested():
            status, reason = accept(tx, office, row, email, opened, now)
    except VisavisError:
        raise
    except Exception:
        log.exception("a reply could not be read", extra={"action": "reply_failed"})
        return _keep(tx, opened, ReplyStatus.IGNORED, "unreadable", now, leader_id=row.leader.id)
    return ReplyOutcome(opened.message_id, status, reason)


def _keep(
    tx: Transaction,
    opened: Opened,
    status: ReplyStatus,
    reason: str,
    now: datetime,
    leader_id: int | None = None,
) -> ReplyOutcome:
    """Store what is not acted on; raw where a person may have written it, so that nothing is lost."""
    replies.put(
        tx,
        digest_=opened.digest,
        message_id=opened.message_id,
        leader_id=leader_id,
        email_id=None,
        status=status,
        reason=reason,
        raw=opened.raw if status is ReplyStatus.UNMATCHED or reason == "unreadable" else None,
        at=now,
    )
    return ReplyOutcome(opened.message_id, status, reason)
