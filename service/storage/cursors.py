"""How far each service mailbox has been read, and until when it is watched."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from service.storage.database import Transaction
from service.storage.schema import cursors


def history_id(tx: Transaction, mailbox: str) -> str | None:
    """The provider's mark up to which everything was dealt with; None where nothing was read yet."""
    query = select(cursors.c.history_id).where(cursors.c.mailbox == mailbox)
    return tx.connection.execute(query).scalar_one_or_none()


def save_history_id(tx: Transaction, mailbox: str, mark: str) -> None:
    """Everything up to this mark is dealt with."""
    _put(tx, mailbox, history_id=mark)


def watched_until(tx: Transaction, mailbox: str) -> datetime | None:
    """When the mailbox stops telling of news by itself; None where it never did."""
    query = select(cursors.c.watched_until).where(cursors.c.mailbox == mailbox)
    return tx.connection.execute(query).scalar_one_or_none()


def save_watched_until(tx: Transaction, mailbox: str, until: datetime) -> None:
    """The mailbox tells of news by itself until then."""
    _put(tx, mailbox, watched_until=until)


def _put(tx: Transaction, mailbox: str, **values: Any) -> None:
    changed = tx.connection.execute(update(cursors).where(cursors.c.mailbox == mailbox).values(**values))
    if changed.rowcount == 0:
        tx.connection.execute(insert(cursors).values(mailbox=mailbox, **values))
