"""Leaders and their pairs."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, and_, delete, func, insert, or_, select, update

from service.domain.people import Leader, LeaderState, Pair, Person, Preferences
from service.storage.absences import Absences, opened
from service.storage.database import Transaction
from service.storage.preferences import preferences_from_json
from service.storage.preferences import preferences_to_json as preferences_to_json
from service.storage.schema import leaders, pairs

CALENDAR, HASH_KEY = "calendar", "hash_key"


@dataclass(frozen=True, slots=True)
class LeaderRow:
    """A leader with what the jobs need beside: where the calendar is, how its last
    reading went, and the zone that the calendar itself stated.

    `mailbox` is the address the leader always hears from, None before the first mail; `connected_at` when
    access to the calendar was last given, `reconnect_since` when it was lost, so that a person has to act;
    `hinted_at` when the calendar last told of a change; `absences` when it says the leader is away.
    """

    leader: Leader
    calendar: str
    unsubscribe_token: str
    fingerprint: str | None
    read_at: datetime | None
    error: str | None
    error_since: datetime | None
    next_due_at: datetime | None
    calendar_zone: str | None = None
    mailbox: str | None = None
    connected_at: datetime | None = None
    reconnect_since: datetime | None = None
    hinted_at: datetime | None = None
    absences: Absences = ()

    @property
    def wants_reading(self) -> bool:
        """Whether the calendar is read at all: not for one who stopped, or is still joining."""
        return self.leader.state not in {LeaderState.STOPPED, LeaderState.JOINING}


@dataclass(frozen=True, slots=True)
class NewLeader:
    """What `leaders add` gives, or who joins; `calendar` is "" as long as none was chosen."""

    email: str
    name: str
    zone: str
    calendar: str
    language: str = "en"
    one_by_one: bool = False
    aliases: tuple[str, ...] = ()
    country: str | None = None
    preferences: Preferences = field(default_factory=Preferences)


def add(tx: Transaction, new: NewLeader, members: Sequence[Person]) -> int:
    """Store a leader and the roster; the id. The address must be new."""
    row = {
        "key": secrets.token_hex(8),
        "email": new.email,
        "name": new.name,
        "zone": new.zone,
        "calendar_sealed": tx.sealer.seal(new.calendar, CALENDAR),
        "hash_key_sealed": tx.sealer.seal(secrets.token_hex(32), HASH_KEY),
        "language": new.language,
        "one_by_one": new.one_by_one,
        "state": LeaderState.ACTIVE,
        "aliases": sorted(new.aliases),
        "country": new.country,
        "preferences": preferences_to_json(new.preferences),
        "unsubscribe_token": secrets.token_hex(16),
    }
    leader_id = int(tx.connection.execute(insert(leaders).values(row).returning(leaders.c.id)).scalar_one())
    for position, member in enumerate(members):
        add_pair(tx, leader_id, member, on_roster=True, position=position)
    return leader_id


def by_email(tx: Transaction, email: str) -> LeaderRow | None:
    """The leader with this address or alias."""
    found = tx.connection.execute(select(leaders).where(leaders.c.email == email.lower())).one_or_none()
    return _row(tx, found) if found else None


def by_id(tx: Transaction, leader_id: int) -> LeaderRow:
    """The leader with this id, who must exist."""
    return _row(tx, tx.connection.execute(select(leaders).where(leaders.c.id == leader_id)).one())


def by_key(tx: Transaction, key: str) -> LeaderRow | None:
    """The leader with this stable, random key."""
    found = tx.connection.execute(select(leaders).where(leaders.c.key == key)).one_or_none()
    return _row(tx, found) if found else None


def locked(tx: Transaction, leader_id: int) -> LeaderRow:
    """The same, with no other writer on this leader until the end: for what is read, then written."""
    query = select(leaders).where(leaders.c.id == leader_id).with_for_update(key_share=True)
    return _row(tx, tx.connection.execute(query).one())


def by_unsubscribe_token(tx: Transaction, token: str) -> LeaderRow | None:
    """Whose unsubscribe link this is."""
    found = tx.connection.execute(select(leaders).where(leaders.c.unsubscribe_token == token)).one_or_none()
    return _row(tx, found) if found else None


def everyone(tx: Transaction) -> list[LeaderRow]:
    """All leaders, in the order they came."""
    return [_row(tx, row) for row in tx.connection.execute(select(leaders).order_by(leaders.c.id))]


def due(tx: Transaction, now: datetime) -> set[int]:
    """The leaders who have something to plan or send by `now`."""
    query = select(leaders.c.id).where(or_(leaders.c.next_due_at.is_(None), leaders.c.next_due_at <= now))
    return set(tx.connection.execute(query).scalars())


def change(tx: Transaction, leader_id: int, **values: Any) -> None:
    """Set columns of a leader."""
    tx.connection.execute(update(leaders).where(leaders.c.id == leader_id).values(**values))


def set_calendar(tx: Transaction, leader_id: int, calendar: str) -> None:
    """Where the calendar is from now on."""
    change(tx, leader_id, calendar_sealed=tx.sealer.seal(calendar, CALENDAR))


def note_readings(tx: Transaction, leader_ids: Sequence[int], now: datetime) -> None:
    """These calendars were read whole and had nothing new."""
    chosen = leaders.c.id.in_(leader_ids)
    tx.connection.execute(update(leaders).where(chosen).values(calendar_read_at=now))


def note_connection(tx: Transaction, leader_id: int, now: datetime) -> None:
    """Access to the calendar was given (again): it is read in the next pass."""
    change(
        tx,
        leader_id,
        connected_at=now,
        reconnect_since=None,
        calendar_error=None,
        calendar_error_since=None,
        next_due_at=None,
    )


def note_hint(tx: Transaction, leader_id: int, now: datetime) -> None:
    """The calendar said of itself that it has changed."""
    change(tx, leader_id, hinted_at=now)


def by_mailbox(tx: Transaction) -> dict[str | None, int]:
    """How many leaders hear from each mailbox; None counts those without one."""
    query = select(leaders.c.mailbox, func.count().label("leaders")).group_by(leaders.c.mailbox)
    return {row.mailbox: row.leaders for row in tx.connection.execute(query)}


def without_mailbox(tx: Transaction, mailboxes: Sequence[str]) -> list[int]:
    """The leaders who hear from none of these mailboxes, in the order they came."""
    none = or_(leaders.c.mailbox.is_(None), leaders.c.mailbox.not_in(mailboxes))
    return list(tx.connection.execute(select(leaders.c.id).where(none).order_by(leaders.c.id)).scalars())


def ids(tx: Transaction) -> set[int]:
    """Every leader's id."""
    return set(tx.connection.execute(select(leaders.c.id)).scalars())


def set_state(tx: Transaction, leader_id: int, state: LeaderState, until: datetime | None = None) -> None:
    """Pause (perhaps until a moment), resume, stop, or be joining until then; the plan is made anew."""
    change(tx, leader_id, state=state, paused_until=until, next_due_at=None)


def resume_expired(tx: Transaction, now: datetime) -> int:
    """Wake those whose pause has run out; how many."""
    over = and_(leaders.c.state == LeaderState.PAUSED, leaders.c.paused_until <= now)
    done = tx.connection.execute(
        update(leaders).where(over).values(state=LeaderState.ACTIVE, paused_until=None, next_due_at=None)
    )
    return done.rowcount


def erase(tx: Transaction, leader_id: int) -> None:
    """Forget a leader and everything kept about them and their members."""
    tx.connection.execute(delete(leaders).where(leaders.c.id == leader_id))


def pairs_of(tx: Transaction, leader_id: int) -> list[Pair]:
    """A leader's pairs, in the roster's order."""
    query = select(pairs).where(pairs.c.leader_id == leader_id).order_by(pairs.c.position, pairs.c.id)
    return [_pair(row) for row in tx.connection.execute(query)]


def add_pair(tx: Transaction, leader_id: int, member: Person, *, on_roster: bool, position: int) -> int:
    """Store a pair; its id."""
    values = {
        "leader_id": leader_id,
        "member_key": member_key(member),
        "member_email": member.email,
        "member_name": member.name,
        "on_roster": on_roster,
        "position": position,
        "muted": False,
        "shift": 0,
    }
    return int(tx.connection.execute(insert(pairs).values(values).returning(pairs.c.id)).scalar_one())


def change_pair(tx: Transaction, pair_id: int, **values: Any) -> None:
    """Set columns of a pair."""
    tx.connection.execute(update(pairs).where(pairs.c.id == pair_id).values(**values))


def member_key(member: Person) -> str:
    """What tells members of one leader apart: the address, else the name."""
    return member.email or f"name:{member.name.casefold()}"


def meeting_key(leader_key: str, pair: Pair, uid: str, occurrence: str) -> str:
    """A meeting's stable name, from its first identity."""
    facts = "\x1f".join((leader_key, member_key(pair.member), uid, occurrence))
    return hashlib.sha256(facts.encode()).hexdigest()[:20]


def _row(tx: Transaction, row: Row[Any]) -> LeaderRow:
    return LeaderRow(
        leader=_leader(row),
        calendar=tx.sealer.open(row.calendar_sealed, CALENDAR),
        unsubscribe_token=row.unsubscribe_token,
        fingerprint=row.calendar_fingerprint,
        read_at=row.calendar_read_at,
        error=row.calendar_error,
        error_since=row.calendar_error_since,
        next_due_at=row.next_due_at,
        calendar_zone=row.calendar_zone,
        mailbox=row.mailbox,
        connected_at=row.connected_at,
        reconnect_since=row.reconnect_since,
        hinted_at=row.hinted_at,
        absences=opened(tx, row.absences_sealed),
    )


def _leader(row: Row[Any]) -> Leader:
    return Leader(
        id=row.id,
        email=row.email,
        name=row.name,
        zone=ZoneInfo(row.zone),
        language=row.language,
        state=LeaderState(row.state),
        paused_until=row.paused_until,
        one_by_one=row.one_by_one,
        joined_at=row.joined_at,
        aliases=frozenset(row.aliases),
        country=row.country,
        key=row.key,
        preferences=preferences_from_json(row.preferences),
    )


def _pair(row: Row[Any]) -> Pair:
    return Pair(
        id=row.id,
        leader_id=row.leader_id,
        member=Person(row.member_email, row.member_name),
        on_roster=row.on_roster,
        position=row.position,
        muted=row.muted,
        shift=row.shift,
        pinned_week=row.pinned_week,
        starts_at=row.starts_at,
    )
