"""What a leader will hear next, for pages that show it."""

from dataclasses import dataclass
from datetime import datetime

from service.domain.desk import Desk
from service.domain.letters import Kind
from service.domain.planning import plan
from service.jobs.desks import load_desk
from service.jobs.office import Office
from service.storage.database import Transaction
from service.storage.people import LeaderRow

MOST = 3


@dataclass(frozen=True, slots=True)
class Coming:
    """A mail to come: when (local), and about whom ("" for nobody)."""

    kind: Kind
    at: datetime
    member: str = ""


def coming(tx: Transaction, office: Office, row: LeaderRow, now: datetime, most: int = MOST) -> list[Coming]:
    """The next mails, soonest first; none while paused or stopped."""
    return coming_from(load_desk(tx, office, row, now), now, most)


def coming_from(desk: Desk, now: datetime, most: int = MOST) -> list[Coming]:
    """The same from a desk that is loaded."""
    planned = [decision for decision in plan(desk, now) if decision.planned]
    found = []
    for decision in planned[:most]:
        pair = desk.pairs.get(decision.pair_id or 0)
        at = max(decision.due, now).astimezone(desk.leader.zone)
        found.append(Coming(decision.kind, at, pair.member.first_name if pair else ""))
    return found
