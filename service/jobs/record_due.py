"""What is due becomes rows under unique keys, before any mailbox is spoken to."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from service.domain.desk import Decision, Desk
from service.domain.meetings import settle
from service.domain.planning import next_moment, plan
from service.jobs.desks import load_desk
from service.jobs.office import EmailOutcome, Office
from service.jobs.polling import with_agenda
from service.storage import emails, meetings, outbox, people
from service.storage.database import Transaction
from service.storage.emails import Email, Status
from service.storage.outbox import NewEmail
from service.storage.people import LeaderRow

DAY = timedelta(days=1)


def record_due(office: Office, leader_id: int, now: datetime) -> list[EmailOutcome]:
    """Plan one leader, store every decision that is due, and note when to look again.

    Those newly skipped are returned; those planned wait to be delivered.
    """
    with office.database.begin() as tx:
        row = people.locked(tx, leader_id)
        desk = _settled_desk(tx, office, row, now)
        decisions = plan(desk, now)
        due = [decision for decision in decisions if decision.due <= now]
        rows = emails.by_keys(tx, {key for one in due for key in (one.key, one.carrier, one.thread) if key})
        skipped = _store(tx, desk, due, rows)
        people.change(tx, leader_id, next_due_at=next_moment(desk, decisions, now) or now + DAY)
    office.fault("recorded")
    _remember_agenda(office, row, desk, now)
    local = now.astimezone(desk.leader.zone)
    return [EmailOutcome(d.kind, desk.leader.email, d.key, None, "skipped", d.reason, local) for d in skipped]


def _remember_agenda(office: Office, row: LeaderRow, desk: Desk, now: datetime) -> None:
    """So that the calendar is looked into more often when a one-on-one is near."""
    look = office.looks.get(row.leader.id)
    if look is not None:
        told = office.is_told(row.leader.id, now)
        office.looks[row.leader.id] = with_agenda(row, look, desk.meetings, desk.work, told=told)


def _settled_desk(tx: Transaction, office: Office, row: LeaderRow, now: datetime) -> Desk:
    """The desk after time has passed over what is known: meetings that ended are presumed held."""
    desk = load_desk(tx, office, row, now)
    updates = settle(desk.meetings, desk.work, now)
    if not updates:
        return desk
    meetings.apply(tx, row.leader, list(desk.pairs.values()), updates)
    return load_desk(tx, office, row, now)


def _store(tx: Transaction, desk: Desk, due: Sequence[Decision], rows: dict[str, Email]) -> list[Decision]:
    """Write due decisions, carriers first; those newly skipped are returned."""
    skipped: list[Decision] = []
    for decision in sorted(due, key=lambda one: not one.planned):
        known = rows.get(decision.key)
        new = _new_email(desk, decision, rows)
        if known is None:
            stored = outbox.put(tx, new)
            if stored is not None:
                rows[decision.key] = stored
                skipped += [] if decision.planned else [decision]
        elif known.status is Status.SKIPPED and (decision.planned or decision.carrier):
            outbox.reopen(tx, known, new)
    return skipped


def _new_email(desk: Desk, decision: Decision, rows: dict[str, Email]) -> NewEmail:
    carrier = rows.get(decision.carrier or "")
    thread = rows.get(decision.thread or "")
    return NewEmail(
        key=decision.key,
        kind=decision.kind,
        leader_id=desk.leader.id,
        due_at=decision.due,
        pair_id=decision.pair_id,
        meeting_id=decision.meeting_id,
        carrier_id=carrier.id if carrier else None,
        thread_of=thread.id if thread else None,
        week=decision.week,
        reason=decision.reason,
    )
