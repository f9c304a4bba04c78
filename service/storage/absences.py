"""When leaders are out of office, as last read; sealed, for it is nobody else's business."""

import json
from datetime import datetime

from sqlalchemy import update

from service.storage.database import Transaction
from service.storage.schema import leaders

ABSENCES = "absences"

Absences = tuple[tuple[datetime, datetime], ...]


def put(tx: Transaction, leader_id: int, absences: Absences) -> None:
    """Keep the stretches [start, end) that were read, over those read before."""
    told = json.dumps([[start.isoformat(), end.isoformat()] for start, end in absences])
    sealed = tx.sealer.seal(told, ABSENCES) if absences else None
    tx.connection.execute(update(leaders).where(leaders.c.id == leader_id).values(absences_sealed=sealed))


def forget_unread(tx: Transaction, before: datetime) -> None:
    """Drop those of calendars that were last read before a moment: of leaders who stopped, say."""
    unread = (leaders.c.absences_sealed.is_not(None), leaders.c.calendar_read_at < before)
    tx.connection.execute(update(leaders).where(*unread).values(absences_sealed=None))


def opened(tx: Transaction, sealed: str | None) -> Absences:
    """What stands in a leader's row."""
    if sealed is None:
        return ()
    told = json.loads(tx.sealer.open(sealed, ABSENCES))
    return tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in told)
