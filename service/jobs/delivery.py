"""One claimed mail on its way out: left already? written, drafted, checked again, delivered, receipt.

Whatever is stored on the way is stored under the claim's fence: a process that was paused
past its lease, while another took the row, changes nothing any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain.desk import Decision
from service.domain.events import Event
from service.domain.letters import Kind
from service.domain.planning import plan
from service.domain.ports import Outgoing, Receipt
from service.errors import CalendarError, MailboxError
from service.jobs.desks import load_desk
from service.jobs.letters.build import build
from service.jobs.letters.case import Case, Content
from service.jobs.office import EmailOutcome, Office
from service.jobs.posting import Posting, prepare_posting
from service.jobs.sync_calendars import read_window
from service.storage import emails, outbox, people
from service.storage.database import Transaction
from service.storage.emails import Email, Status

# Mail of no plan: it answers the leader, so nothing can make it stale.
ANSWERS = frozenset({Kind.RECEIPT, Kind.EXPORT, Kind.ACCESS})


class LeaseLostError(Exception):
    """Another process has the row now."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed row.

    `asked_for`: by a person, so no plan stops it. `wait_until`: set when the day's cap is reached.
    """

    office: Office
    email: Email
    now: datetime
    asked_for: bool = False
    wait_until: datetime | None = None

    def end(self, status: Status, reason: str) -> EmailOutcome | None:
        """Close the row as skipped or failed; None where it is another's now."""
        with self.office.database.begin() as tx:
            ended = outbox.mark_ended(tx, self.email, status, reason)
            self.look_again(tx)
        return self.outcome(status, reason) if ended else None

    def look_again(self, tx: Transaction) -> None:
        """What is done with may call for a follow-up: said with it, lest a crash come between."""
        people.change(tx, self.email.leader_id, next_due_at=None)

    def outcome(self, status: str, reason: str | None, subject: str | None = None) -> EmailOutcome:
        """What to report."""
        email = self.email
        with self.office.database.read() as tx:
            leader = people.by_id(tx, email.leader_id).leader
        local = self.now.astimezone(leader.zone)
        return EmailOutcome(email.kind, leader.email, email.key, subject, status, reason, local)


def carry_out(delivery: Delivery) -> EmailOutcome | None:
    """Take the mail to its end; None where another process has finished it.

    Raises `LeaseLostError`, and what the mailbox or a mail's making raises: then nothing
    has left, or it is found when the row is claimed again.
    """
    receipt = _left_already(delivery)
    if receipt is not None:
        return _keep_receipt(delivery, receipt, delivery.email.subject)
    delivery = _without_draft(delivery)
    if delivery.wait_until is not None:
        return put_off(delivery, delivery.wait_until, "daily_cap")
    stale = _check_again(delivery) if delivery.email.attempts else None
    if stale is not None:  # what failed until its time was over is given up, though it cannot be written
        return _obey(delivery, stale)
    posting = _write(delivery)
    if posting is None:
        return delivery.end(Status.SKIPPED, "nothing_to_say")
    return _hand_over(delivery, posting)


def put_off(
    delivery: Delivery, until: datetime, reason: str, *, attempts: int | None = None
) -> EmailOutcome | None:
    """Back to planned, to be tried again from `until` on; None where it is another's now."""
    email = delivery.email
    tried = email.attempts if attempts is None else attempts
    with delivery.office.database.begin() as tx:
        done = outbox.put_off(tx, email, until, reason, attempts=tried)
    return delivery.outcome("deferred", reason) if done else None


def _left_already(delivery: Delivery) -> Receipt | None:
    """What was written before may have left, though its receipt was lost: the mailbox knows.

    A draft that has not left is taken back, so that whoever made it and slept past the lease
    can never send it; if it was gone before that, it is looked for once more.
    """
    email, mailbox = delivery.email, delivery.office.mailbox
    if email.message_id is None:
        return None
    receipt = mailbox.find(email.key, email.message_id, email.draft)
    if receipt is None and email.draft is not None and not mailbox.withdraw(email.draft):
        receipt = mailbox.find(email.key, email.message_id, email.draft)
    return receipt


def _without_draft(delivery: Delivery) -> Delivery:
    """The row without the draft that was taken back: the mail is written anew, as things are now."""
    email = delivery.email
    if email.draft is None:
        return delivery
    delivery.office.fault("draft_taken_back")
    with delivery.office.database.begin() as tx:
        _insist(outbox.keep_draft(tx, email, None))
    return replace(delivery, email=replace(email, draft=None))


def _write(delivery: Delivery) -> Posting | None:
    """Write the mail from the facts as they stand; None where there is nothing to say any more."""
    events = _events(delivery)
    with delivery.office.database.read() as tx:
        case = _case(tx, delivery, events)
        content = build(case)
        posting = prepare_posting(case, content) if content is not None else None
    if posting is None or content is None:
        return None
    _keep_content(delivery, posting, content)
    delivery.office.fault("written")
    return posting


def _keep_content(delivery: Delivery, posting: Posting, content: Content) -> None:
    with delivery.office.database.begin(durable=True) as tx:
        kept = outbox.keep_content(
            tx,
            delivery.email,
            subject=posting.subject,
            message_id=posting.mail.message_id,
            text=posting.text,
            questions=content.questions,
            week=posting.week,
        )
    _insist(kept)


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
    """Draft, check again, deliver, commit the receipt."""
    office = delivery.office
    draft = _draft(delivery, posting.mail)
    office.fault("drafted")
    verdict = _check_again(delivery)
    if verdict is not None:
        _take_back(delivery, draft)
        return _obey(delivery, verdict)
    office.fault("checked")
    receipt = _deliver(delivery, posting.mail, draft)
    office.fault("delivered")
    return _keep_receipt(delivery, receipt, posting.subject)


def _deliver(delivery: Delivery, mail: Outgoing, draft: str | None) -> Receipt:
    """Send it. A draft refused for good is taken back; any other is kept, since it may have left."""
    try:
        return delivery.office.mailbox.deliver(mail, draft)
    except MailboxError as error:
        if error.permanent:
            _take_back(delivery, draft)
        raise


def _draft(delivery: Delivery, mail: Outgoing) -> str | None:
    """A draft whose id is committed before it can be sent; None where the mailbox has no such thing."""
    draft = delivery.office.mailbox.prepare(mail)
    if draft is not None:
        delivery.office.fault("draft_made")
        with delivery.office.database.begin(durable=True) as tx:
            kept = outbox.keep_draft(tx, delivery.email, draft)
        if not kept:
            _take_back(delivery, draft)
        _insist(kept)
    return draft


def _take_back(delivery: Delivery, draft: str | None) -> None:
    if draft is not None:
        delivery.office.mailbox.withdraw(draft)


def _check_again(delivery: Delivery) -> Decision | None:
    """None when it is still wanted; else what is now decided about it."""
    email, now = delivery.email, delivery.now
    with delivery.office.database.read() as tx:
        _insist(outbox.is_held(tx, email))
        if delivery.asked_for or email.kind in ANSWERS or email.key.startswith("confirm:reply:"):
            return None
        row = people.by_id(tx, email.leader_id)
        decisions = plan(load_desk(tx, delivery.office, row, now), now)
        keys = {one.key for one in emails.carried_by(tx, email.id)}
    mine = [decision for decision in decisions if decision.key in keys]
    if any(decision.planned and decision.due <= now for decision in mine):
        return None
    unplanned = Decision(email.kind, email.key, now, reason=None)
    return next((decision for decision in mine if decision.key == email.key), unplanned)


def _obey(delivery: Delivery, decision: Decision) -> EmailOutcome | None:
    """The plan has changed since the row was stored: not now, or not at all.

    In both cases the row is closed: the plan opens it again when its time has come (which
    may be sooner than it now looks), and what rode in it is free to leave without it.
    """
    later = decision.planned and decision.due > delivery.now
    reason = "moved" if later else decision.reason or "no_longer_wanted"
    outcome = delivery.end(Status.SKIPPED, reason)
    return replace(outcome, status="deferred") if outcome is not None and later else outcome


def _keep_receipt(delivery: Delivery, receipt: Receipt, subject: str | None) -> EmailOutcome | None:
    with delivery.office.database.begin() as tx:
        kept = outbox.mark_sent(
            tx,
            delivery.email,
            at=delivery.now,
            provider_id=receipt.provider_id,
            message_id=receipt.message_id,
            thread=receipt.thread,
        )
        delivery.look_again(tx)
    delivery.office.fault("receipt_kept")
    return delivery.outcome("sent", None, subject) if kept else None


def _insist(kept: bool) -> None:
    if not kept:
        raise LeaseLostError
