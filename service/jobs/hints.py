"""Messages that say something has changed: noted, so that the next pass looks, and comes at once.

They are hints and no more. What has changed the pass reads for itself; a message that got
lost costs nothing but freshness.
"""

from datetime import datetime

from service.storage import channels, people, upkeep
from service.storage.database import Database, Transaction

SYNC = "sync"
"""The state in a channel's first message, which says only that it is open."""
_CALENDAR, _MAILBOX, _PAGES = "hint:calendar", "hint:mailbox", "hint:pages"


def calendar_told(database: Database, channel_id: str, token: str, state: str, now: datetime) -> bool:
    """A message came in over a channel; False where it is none of ours, or the token not its own."""
    with database.read() as tx:
        leader_id = channels.leader_of(tx, channel_id, token)
    if leader_id is None:
        return False
    with database.begin() as tx:
        channels.note_heard(tx, channel_id, now)
        if state != SYNC:
            people.note_hint(tx, leader_id, now)
            _wake(tx, _CALENDAR, now)
    return True


def mailbox_told(database: Database, now: datetime) -> None:
    """A service mailbox got mail."""
    with database.begin() as tx:
        _wake(tx, _MAILBOX, now)


def pages_told(database: Database, now: datetime) -> None:
    """Somebody at a page of ours waits for a mail."""
    with database.begin() as tx:
        _wake(tx, _PAGES, now)


def newest_hint(database: Database) -> datetime | None:
    """When the last hint of all came in: three rows are looked up, whatever there is in the database."""
    with database.read() as tx:
        known = [upkeep.mark(tx, name) for name in (_CALENDAR, _MAILBOX, _PAGES)]
    return max((hint for hint in known if hint is not None), default=None)


def _wake(tx: Transaction, name: str, now: datetime) -> None:
    tx.alone_with(name)  # two first ones at once would both insert it
    upkeep.set_mark(tx, name, now)
