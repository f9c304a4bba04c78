"""Every row of the outbox is delivered, once.

The order is the design's: a due email is a row under a unique key before any network
call; it is claimed under a fenced lease; a draft's id is committed before the draft can be
sent; the state is checked again; then it is delivered and its receipt committed.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain.desk import Decision
from service.domain.events import Event
from service.domain.letters import Kind
from service.domain.planning import plan
from service.domain.ports import Outgoing
from service.errors import CalendarError, MailboxError, VisavisError
from service.jobs.desks import load_desk
from service.jobs.letters.build import build
from service.jobs.letters.case import Case
from service.jobs.office import LEASE, EmailOutcome, Office
from service.jobs.posting import Posting, prepare_posting
from service.jobs.record_due import record_due
from service.jobs.sync_calendars import read_window
from service.storage import emails, outbox, people
from service.storage.database import Transaction
from service.storage.emails import Email, Status

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
CAP_PAUSE = timedelta(hours=1)
FIRST_BACKOFF = timedelta(minutes=2)
LONGEST_BACKOFF = timedelta(hours=2)
# Mail of no plan: it answers the leader, so nothing can make it stale.
ANSWERS = frozenset({Kind.RECEIPT, Kind.EXPORT})
# What may use the mailbox up to which share of its daily cap: digests give way first, preps last.
SHARE_OF_CAP = {Kind.DIGEST: 0.8, Kind.REFLECTION: 0.95, Kind.REMINDER: 0.9, Kind.REBOOK: 0.9}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One claimed row on its way out."""

    office: Office
    email: Email
    now: datetime
    asked_for: bool = False


def plan_and_send(office: Office, leader_id: int, now: datetime) -> list[EmailOutcome]:
    """Plan one leader, store what is due, deliver it, and note when to look again."""
    outcomes = record_due(office, leader_id, now)
    with office.database.read() as tx:
        waiting = outbox.deliverable(tx, leader_id, now)
    outcomes += [outcome for email in waiting if (outcome := _send_guarded(office, email, now)) is not None]
    if waiting:
        with office.database.begin() as tx:
            people.change(tx, leader_id, next_due_at=None)  # what left may call for a follow-up
    return outcomes


def _send_guarded(office: Office, email: Email, now: datetime) -> EmailOutcome | None:
    """One mail that cannot be made must not hold up the others; it is tried again, ever later."""
    try:
        return send(office, email, now)
    except VisavisError:
        raise
    except Exception:  # the trace is for the operator; the leader's other mails go on
        log.exception("a mail could not be made", extra={"action": "mail_failed"})
    with office.database.read() as tx:
        mine = emails.one(tx, email.id)
    return _put_off(Delivery(office, mine, now), now + _backoff(mine), "unforeseen")


def send(office: Office, email: Email, now: datetime, *, asked_for: bool = False) -> EmailOutcome | None:
    """Deliver one row; None where another process has it.

    `asked_for`: a person asked for it by name, so it leaves whatever the plan says.
    """
    if not _is_free(office, email, now):
        return None
    with office.database.begin() as tx:
        over_cap = _over_cap(tx, office, email.kind, now)
        mine = outbox.claim(tx, email, office.owners.name, now + LEASE)
    if mine is None:
        return None
    delivery = Delivery(office, mine, now, asked_for)
    office.fault("claimed")
    if over_cap:
        return _put_off(delivery, now + CAP_PAUSE, "daily_cap")
    posting = _prepare(delivery)
    if posting is None:
        return _end(delivery, Status.SKIPPED, "nothing_to_say")
    return _hand_over(delivery, posting)


def _is_free(office: Office, email: Email, now: datetime) -> bool:
    """Planned; or left in sending by a process that is dead or past its lease."""
    if email.status is not Status.SENDING or email.lease_until is None:
        return True
    return email.lease_until <= now or office.owners.is_gone(email.lease_owner or "")


def _over_cap(tx: Transaction, office: Office, kind: Kind, now: datetime) -> bool:
    share = SHARE_OF_CAP.get(kind, 1.0)
    return emails.sent_since(tx, now - DAY) >= office.daily_cap * share


def _prepare(delivery: Delivery) -> Posting | None:
    """Write the mail from the facts as they stand, and keep what it says."""
    office, email = delivery.office, delivery.email
    events = _events(delivery)
    with office.database.read() as tx:
        case = _case(tx, delivery, events)
        content = build(case)
        posting = prepare_posting(case, content) if content is not None else None
    if posting is None or content is None:
        return None
    with office.database.begin() as tx:
        outbox.keep_content(
            tx,
            email,
            subject=posting.subject,
            message_id=posting.mail.message_id,
            text=posting.text,
            questions=content.questions,
            week=posting.week,
        )
    office.fault("written")
    return posting


def _events(delivery: Delivery) -> Sequence[Event]:
    """What stands in the calendar, for the one kind that offers free times; () if unreadable."""
    if delivery.email.kind is not Kind.REBOOK:
        return ()
    with delivery.office.database.read() as tx:
        row = people.by_id(tx, delivery.email.leader_id)
    try:
        return delivery.office.calendar_of(row).read(read_window(delivery.now)).events
    except CalendarError:
        return ()


def _case(tx: Transaction, delivery: Delivery, events: Sequence[Event]) -> Case:
    row = people.by_id(tx, delivery.email.leader_id)
    desk = load_desk(tx, delivery.office, row, delivery.now)
    carried = emails.carried_by(tx, delivery.email.id)
    return Case(tx, delivery.office, row, desk, delivery.email, carried, delivery.now, events)


def _hand_over(delivery: Delivery, posting: Posting) -> EmailOutcome | None:
    """Steps 3 to 6: draft, check again, deliver, commit the receipt."""
    office, email = delivery.office, delivery.email
    try:
        draft = _draft(delivery, posting.mail)
        office.fault("drafted")
        verdict = _check_again(delivery)
        if verdict is not None:
            if draft is not None:
                office.mailbox.withdraw(draft)
            return _obey(delivery, verdict)
        office.fault("checked")
        receipt = office.mailbox.deliver(posting.mail, draft)
        office.fault("delivered")
    except MailboxError as error:
        return _refused(delivery, error)
    with office.database.begin() as tx:
        outbox.mark_sent(
            tx,
            email,
            at=delivery.now,
            provider_id=receipt.provider_id,
            message_id=receipt.message_id,
            thread=receipt.thread,
        )
    office.fault("receipt_kept")
    return _outcome(delivery, "sent", None, posting.subject)


def _draft(delivery: Delivery, mail: Outgoing) -> str | None:
    """The draft of an earlier try, or a new one whose id is committed before it can be sent."""
    if delivery.email.draft is not None:
        return delivery.email.draft
    draft = delivery.office.mailbox.prepare(mail)
    if draft is not None:
        delivery.office.fault("draft_made")
        with delivery.office.database.begin() as tx:
            outbox.keep_draft(tx, delivery.email, draft)
    return draft


def _check_again(delivery: Delivery) -> Decision | None:
    """None when it is still wanted; else what is now decided about it."""
    email, now = delivery.email, delivery.now
    if delivery.asked_for or email.kind in ANSWERS or email.key.startswith("confirm:reply:"):
        return None
    with delivery.office.database.read() as tx:
        row = people.by_id(tx, email.leader_id)
        decisions = plan(load_desk(tx, delivery.office, row, now), now)
        keys = {one.key for one in emails.carried_by(tx, email.id)}
    mine = [decision for decision in decisions if decision.key in keys]
    wanted = [decision for decision in mine if decision.planned and decision.due <= now]
    if wanted:
        return None
    return next((decision for decision in mine if decision.key == email.key), None) or Decision(
        email.kind, email.key, now, reason=None
    )


def _obey(delivery: Delivery, decision: Decision) -> EmailOutcome:
    """The plan has changed since the row was stored: later, or not at all."""
    if decision.planned and decision.due > delivery.now:
        return _put_off(delivery, decision.due, "moved")
    return _end(delivery, Status.SKIPPED, decision.reason or "no_longer_wanted")


def _refused(delivery: Delivery, error: MailboxError) -> EmailOutcome:
    if error.permanent:
        return _end(delivery, Status.FAILED, str(error))
    return _put_off(delivery, delivery.now + _backoff(delivery.email), str(error))


def _backoff(email: Email) -> timedelta:
    """Doubling, with a jitter that is fixed per email, so that a run can be repeated."""
    jitter = timedelta(seconds=sum(email.key.encode()) % 60)
    doubled: timedelta = FIRST_BACKOFF * 2 ** min(email.attempts, 6)
    return min(doubled, LONGEST_BACKOFF) + jitter


def _put_off(delivery: Delivery, until: datetime, reason: str) -> EmailOutcome:
    with delivery.office.database.begin() as tx:
        outbox.put_off(tx, delivery.email, until, reason)
    return _outcome(delivery, "deferred", reason)


def _end(delivery: Delivery, status: Status, reason: str) -> EmailOutcome:
    with delivery.office.database.begin() as tx:
        outbox.mark_ended(tx, delivery.email, status, reason)
    return _outcome(delivery, status, reason)


def _outcome(delivery: Delivery, status: str, reason: str | None, subject: str | None = None) -> EmailOutcome:
    email = delivery.email
    with delivery.office.database.read() as tx:
        leader = people.by_id(tx, email.leader_id).leader
    local = delivery.now.astimezone(leader.zone)
    return EmailOutcome(email.kind, leader.email, email.key, subject, status, reason, local)
