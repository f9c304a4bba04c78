"""Giving access: a grant is stored, and its leader's calendar is read in the next pass."""

from datetime import datetime

from service.accounts.doors import Doors
from service.domain.grants import Grant
from service.settings import Settings
from service.storage import grants, people
from service.storage.database import Database
from service.storage.people import LeaderRow


def doors_to_google(settings: Settings, database: Database) -> Doors:
    """The way to Google as the settings say, with the grants of this database."""

    def load(holder: str) -> Grant | None:
        with database.read() as tx:
            return grants.of(tx, holder)

    def save(grant: Grant) -> None:
        with database.begin() as tx:
            if grants.of(tx, grant.holder) is not None:  # its leader may have been erased since
                grants.put(tx, grant, leader_id_of(grant.holder))

    return Doors(
        load=load,
        save=save,
        service_account=settings.google_service_account,
        delegation=settings.google_delegation,
        queries_per_minute=settings.google_queries_per_minute,
        endpoint=settings.google_endpoint,
        token_uri=settings.google_token_uri,
    )


def leader_id_of(holder: str) -> int | None:
    """Which leader a holder is; None for a mailbox."""
    kind, _, name = holder.partition(":")
    return int(name) if kind == "leader" else None


def connect_leader(database: Database, row: LeaderRow, grant: Grant, now: datetime) -> None:
    """Store a leader's grant; what stopped for want of it goes on."""
    with database.begin() as tx:
        grants.put(tx, grant, row.leader.id)
        people.note_connection(tx, row.leader.id, now)


def connect_mailbox(database: Database, grant: Grant) -> None:
    """Store a mailbox's grant."""
    with database.begin() as tx:
        grants.put(tx, grant)
