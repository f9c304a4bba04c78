"""Every row of the outbox is delivered, once.

The order is the design's: a due email is a row under a unique key before any network
call; it is claimed under a fenced lease; then `service.jobs.delivery` takes it through.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from service.domain.letters import Kind
from service.errors import DeliveryUnknownError, MailboxError, StorageError, VisavisError
from service.jobs.delivery import Delivery, LeaseLostError, carry_out, put_off
from service.jobs.office import LEASE, EmailOutcome, Office
from service.jobs.record_due import record_due
from service.storage import emails, outbox, people
from service.storage.database import Transaction
from service.storage.emails import Email, Status

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
CAP_PAUSE = timedelta(hours=1)
FIRST_BACKOFF = timedelta(minutes=2)
LONGEST_BACKOFF = timedelta(hours=2)
# What may use the mailbox up to which share of its daily cap: digests give way first, preps last.
SHARE_OF_CAP = {Kind.DIGEST: 0.8, Kind.REFLECTION: 0.95, Kind.REMINDER: 0.9, Kind.REBOOK: 0.9}


def plan_and_send(office: Office, leader_id: int, now: datetime) -> Iterator[EmailOutcome]:
    """Plan one leader, store what is due and deliver it; each outcome as soon as it is known."""
    yield from record_due(office, leader_id, now)
    with office.database.read() as tx:
        waiting = outbox.deliverable(tx, leader_id, now)
    for email in waiting:
        outcome = send(office, email, now)
        if outcome is not None:
            yield outcome


def send(office: Office, email: Email, now: datetime, *, asked_for: bool = False) -> EmailOutcome | None:
    """Deliver one row; None where another process has it.

    A mail that cannot be made, or is refused, does not hold up the others: it is tried again,
    ever later. Raises `StorageError` alone: without the database nothing can go on.
    `asked_for`: a person asked for it by name, so it leaves whatever the plan says.
    """
    delivery = _claim(office, email, now, asked_for)
    if delivery is None:
        return None
    try:
        return carry_out(delivery)
    except LeaseLostError:
        log.warning("a mail took longer than its lease and was left to another process")
        return None
    except StorageError:
        raise
    except VisavisError as error:
        return _failed(delivery, error)
    except Exception:  # the trace is for the operator; the leader's other mails go on
        log.exception("a mail could not be made", extra={"action": "mail_failed"})
        return _try_later(delivery, "unforeseen")


def _claim(office: Office, email: Email, now: datetime, asked_for: bool) -> Delivery | None:
    if not _is_free(office, email, now):
        return None
    with office.database.begin() as tx:
        over_cap = _over_cap(tx, office, email, now)
        mine = outbox.claim(tx, email, office.owners.name, now + LEASE)
    if mine is None:
        return None
    office.fault("claimed")
    return Delivery(office, mine, now, asked_for, wait_until=now + CAP_PAUSE if over_cap else None)


def _is_free(office: Office, email: Email, now: datetime) -> bool:
    """Planned; or left in sending by a process that is dead or past its lease."""
    if email.status is not Status.SENDING or email.lease_until is None:
        return True
    return email.lease_until <= now or office.owners.is_gone(email.lease_owner or "")


def _over_cap(tx: Transaction, office: Office, email: Email, now: datetime) -> bool:
    share = SHARE_OF_CAP.get(email.kind, 1.0)
    mailbox = people.by_id(tx, email.leader_id).mailbox if office.senders else None
    leaving = emails.leaving_since(tx, now - DAY, beside=email.id, mailbox=mailbox)
    return leaving >= office.daily_cap * share


def _failed(delivery: Delivery, error: VisavisError) -> EmailOutcome | None:
    """Only the mailbox can refuse for good, or not know; what else is wrong can be mended."""
    if isinstance(error, DeliveryUnknownError):
        return delivery.end(Status.UNKNOWN, str(error))
    if isinstance(error, MailboxError) and error.permanent:
        return delivery.end(Status.FAILED, str(error))
    return _try_later(delivery, str(error))


def _try_later(delivery: Delivery, reason: str) -> EmailOutcome | None:
    email = delivery.email
    until = delivery.now + _backoff(email)
    return put_off(delivery, until, reason, attempts=email.attempts + 1)


def _backoff(email: Email) -> timedelta:
    """Doubling, with a jitter that is fixed per email, so that a run can be repeated."""
    jitter = timedelta(seconds=sum(email.key.encode()) % 60)
    doubled: timedelta = FIRST_BACKOFF * 2 ** min(email.attempts, 6)
    return min(doubled, LONGEST_BACKOFF) + jitter
