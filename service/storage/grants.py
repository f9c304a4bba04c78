"""What leaders and mailboxes have allowed us; the secret of each is sealed."""

from typing import Any

from sqlalchemy import Row, delete, insert, select

from service.domain.grants import Grant, Way
from service.storage.database import Transaction
from service.storage.schema import grants

SECRET = "grant"  # noqa: S105 - the vault's name for the purpose


def put(tx: Transaction, grant: Grant, leader_id: int | None = None) -> None:
    """Store a grant, over an earlier one of the same holder; `leader_id` where the holder is a leader."""
    forget(tx, grant.holder)
    values = {
        "holder": grant.holder,
        "leader_id": leader_id,
        "way": grant.way,
        "secret_sealed": tx.sealer.seal(grant.secret, SECRET) if grant.secret is not None else None,
        "scopes": list(grant.scopes),
        "granted_at": grant.granted_at,
        "ends_at": grant.ends_at,
    }
    tx.connection.execute(insert(grants).values(values))


def of(tx: Transaction, holder: str) -> Grant | None:
    """The holder's grant."""
    row = tx.connection.execute(select(grants).where(grants.c.holder == holder)).one_or_none()
    return _grant(tx, row) if row is not None else None


def everyone(tx: Transaction) -> dict[str, Grant]:
    """All grants, by holder."""
    return {row.holder: _grant(tx, row) for row in tx.connection.execute(select(grants))}


def forget(tx: Transaction, holder: str) -> None:
    """Drop a holder's grant."""
    tx.connection.execute(delete(grants).where(grants.c.holder == holder))


def _grant(tx: Transaction, row: Row[Any]) -> Grant:
    return Grant(
        holder=row.holder,
        way=Way(row.way),
        secret=tx.sealer.open(row.secret_sealed, SECRET) if row.secret_sealed is not None else None,
        scopes=tuple(row.scopes),
        granted_at=row.granted_at,
        ends_at=row.ends_at,
    )
