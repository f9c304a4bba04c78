"""A leader asks for the key to their own pages: it goes out by mail, to whom it belongs."""

from datetime import datetime, timedelta

from service.domain.letters import Kind
from service.jobs.hints import pages_told
from service.storage import emails, outbox, people
from service.storage.database import Database
from service.storage.outbox import NewEmail
from service.storage.people import LeaderRow

DAY = timedelta(days=1)
BETWEEN_KEYS = timedelta(minutes=2)
KEYS_A_DAY = 10  # whoever holds an old mail can ask, so that nobody is flooded


def mail_key(database: Database, row: LeaderRow, now: datetime) -> bool:
    """Plan the mail with a key; False where one was asked for just now, or too many in a day."""
    leader = row.leader
    with database.begin() as tx:
        people.locked(tx, leader.id)  # two who ask at once count each other
        asked = [one.due_at for one in emails.of_leader(tx, leader.id, now - DAY) if one.kind is Kind.ACCESS]
        if len(asked) >= KEYS_A_DAY or any(now - at < BETWEEN_KEYS for at in asked):
            return False
        key = f"access:{leader.key}-{now:%Y%m%dT%H%M%SZ}"
        planned = outbox.put(tx, NewEmail(key, Kind.ACCESS, leader.id, now))
    pages_told(database, now)
    return planned is not None


def masked(email: str) -> str:
    """An address as somebody recognises it who knows it already: "m…@example.org"."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"
