"""How much is kept of one leader, in figures."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, func, select

from service.storage.database import Transaction
from service.storage.schema import decisions, emails, meetings, promises, reflections, replies, usage


@dataclass(frozen=True, slots=True)
class Holdings:
    """Counts of what is kept; the moments are None where there is none.

    `raw_replies` are those kept whole, `last_raw_reply_at` when the newest came; `decisions` count
    events asked about or decided, `days_counted` days with a count of calls to the provider.
    """

    meetings: int
    first_meeting_at: datetime | None
    reflections: int
    promises: int
    emails: int
    first_email_at: datetime | None
    raw_replies: int
    last_raw_reply_at: datetime | None
    decisions: int
    days_counted: int


def of_leader(tx: Transaction, leader_id: int) -> Holdings:
    """What is kept of this leader."""

    def count(table: Table) -> int:
        query = select(func.count()).select_from(table).where(table.c.leader_id == leader_id)
        return int(tx.connection.execute(query).scalar_one())

    raw = select(func.count(), func.max(replies.c.received_at)).where(
        replies.c.leader_id == leader_id, replies.c.raw_sealed.is_not(None)
    )
    raw_replies, last_raw_reply_at = tx.connection.execute(raw).one()
    first_meeting = select(func.min(meetings.c.start)).where(meetings.c.leader_id == leader_id)
    first_email = select(func.min(emails.c.due_at)).where(emails.c.leader_id == leader_id)
    return Holdings(
        meetings=count(meetings),
        first_meeting_at=tx.connection.execute(first_meeting).scalar_one(),
        reflections=count(reflections),
        promises=count(promises),
        emails=count(emails),
        first_email_at=tx.connection.execute(first_email).scalar_one(),
        raw_replies=int(raw_replies),
        last_raw_reply_at=last_raw_reply_at,
        decisions=count(decisions),
        days_counted=count(usage),
    )


def reflected_since(tx: Transaction, leader_id: int, moment: datetime) -> set[int]:
    """The meetings whose reflection was written or changed after a moment."""
    mine = (reflections.c.leader_id == leader_id, reflections.c.updated_at > moment)
    return set(tx.connection.execute(select(reflections.c.meeting_id).where(*mine)).scalars())
