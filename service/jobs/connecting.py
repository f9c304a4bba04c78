"""Giving access: a grant is stored, and what stopped for want of it goes on."""

from datetime import datetime

from service.domain.grants import Grant
from service.storage import grants, outbox, people
from service.storage.database import Database


def connect_leader(database: Database, leader_id: int, grant: Grant, now: datetime) -> None:
    """Store a leader's grant; the calendar is read in the next pass."""
    with database.begin() as tx:
        grants.put(tx, grant, leader_id)
        people.note_connection(tx, leader_id, now)


def connect_mailbox(database: Database, grant: Grant) -> None:
    """Store a mailbox's grant; what waited for it leaves in the next pass."""
    with database.begin() as tx:
        grants.put(tx, grant)
        outbox.wait_no_longer(tx)
