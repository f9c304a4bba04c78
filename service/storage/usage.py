"""Calls to a provider, counted by account and UTC day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Insert, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from service.storage.database import Transaction
from service.storage.schema import usage


@dataclass(frozen=True, slots=True)
class Used:
    """What an account used: `calls` made, and the provider's quota `units` they cost.

    `leader_id` where the account is a leader's, so that it goes with the leader.
    """

    account: str
    calls: int
    units: int
    leader_id: int | None = None


def add(tx: Transaction, day: date, used: Sequence[Used]) -> None:
    """Add to the day's counts, in one statement."""
    rows = [
        {"account": u.account, "day": day, "leader_id": u.leader_id, "calls": u.calls, "units": u.units}
        for u in used
    ]
    if rows:
        tx.connection.execute(_upsert(tx), rows)


def since(tx: Transaction, day: date) -> dict[str, dict[date, Used]]:
    """Each account's counts from a day on."""
    found: dict[str, dict[date, Used]] = {}
    for row in tx.connection.execute(select(usage).where(usage.c.day >= day).order_by(usage.c.day)):
        found.setdefault(row.account, {})[row.day] = Used(row.account, row.calls, row.units, row.leader_id)
    return found


def forget(tx: Transaction, before: date) -> int:
    """Drop old counts; how many rows."""
    return tx.connection.execute(delete(usage).where(usage.c.day < before)).rowcount


def of_leaders(used: Iterable[Used], known: Iterable[int]) -> list[Used]:
    """Those whose leader is still there: one may have been erased since the call was made."""
    ids = set(known)
    return [one for one in used if one.leader_id is None or one.leader_id in ids]


def _upsert(tx: Transaction) -> Insert:
    dialect: Any = postgresql if tx.connection.dialect.name == "postgresql" else sqlite
    stored = dialect.insert(usage)
    added = {name: usage.c[name] + stored.excluded[name] for name in ("calls", "units")}
    upsert: Insert = stored.on_conflict_do_update(index_elements=["account", "day"], set_=added)
    return upsert
