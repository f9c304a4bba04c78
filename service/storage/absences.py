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


def opened(tx: Transaction, sealed: str | None) -> Absences:
    """What stands in a leader's row."""
    if sealed is None:
        return ()
    told = json.loads(tx.sealer.open(sealed, ABSENCES))
    return tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in told)
