"""Desks for the tests of planning, made by hand: local times in, decisions out.

November 2026: the 23rd is a Monday. The leader lives in Berlin unless told, and joined on
the 2nd; the calendar was read just now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from service.domain.cycle import CyclePlace, weeks_of
from service.domain.desk import Decision, Desk, Mail, OpenAsk
from service.domain.letters import Kind
from service.domain.people import Leader, LeaderState, Pair, Person, Preferences
from service.domain.planning import plan
from service.domain.records import By, Change, Meeting, State, What
from service.domain.workdays import WorkCalendar

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """`2026-11-23 10:00` on the leader's clock, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def clock(moment: datetime, zone: ZoneInfo = BERLIN) -> str:
    """An instant on the leader's clock, as `Mon 2026-11-23 10:00`."""
    return f"{moment.astimezone(zone):%a %Y-%m-%d %H:%M}"


JOINED = at("2026-11-02 12:00")


def leader(
    zone: ZoneInfo = BERLIN,
    *,
    joined_at: datetime | None = JOINED,
    state: LeaderState = LeaderState.ACTIVE,
    paused_until: datetime | None = None,
    preferences: Preferences | None = None,
) -> Leader:
    return Leader(
        1,
        "lea@example.org",
        "Lea",
        zone,
        state=state,
        paused_until=paused_until,
        joined_at=joined_at,
        key="lea",
        preferences=preferences or Preferences(),
    )


def pair(number: int = 1, *, muted: bool = False, shift: int = 0) -> Pair:
    return Pair(
        number,
        1,
        Person(f"m{number}@example.org", f"M{number}"),
        position=number,
        muted=muted,
        shift=shift,
    )


def one_on_one(
    start: datetime,
    *,
    number: int = 1,
    pair_id: int = 1,
    minutes: int = 30,
    state: State = State.PLANNED,
    by: By | None = None,
    recurring: bool = True,
    key: str = "",
) -> Meeting:
    seen = start - 20 * DAY
    return Meeting(
        number,
        pair_id,
        f"uid-{pair_id}",
        str(number),
        start,
        start + timedelta(minutes=minutes),
        state,
        seen,
        seen,
        recurring=recurring,
        by=by,
        key=key or f"m{number}",
    )


def change(what: What, seen_by: datetime, by: By | None = None) -> Change:
    return Change(what, seen_by - HOUR, seen_by, by)


def mail(
    kind: Kind,
    meeting: Meeting | None,
    due: datetime,
    *,
    key: str = "",
    status: str = "sent",
    week: int | None = None,
    answered_at: datetime | None = None,
    carried: bool = False,
    reason: str | None = None,
) -> Mail:
    """A row of the outbox; one that was sent left when it was due."""
    about = meeting.key if meeting else "lea"
    return Mail(
        key=key or f"{kind}:{about}",
        kind=kind,
        status=status,
        due_at=due,
        meeting_id=meeting.id if meeting else None,
        pair_id=meeting.pair_id if meeting else None,
        week=week,
        sent_at=due if status == "sent" else None,
        answered_at=answered_at,
        carried=carried,
        reason=reason,
    )


def desk(
    *meetings: Meeting,
    who: Leader | None = None,
    pairs: Sequence[Pair] = (),
    work: WorkCalendar | None = None,
    mails: Iterable[Mail] = (),
    history: Mapping[int, Sequence[Change]] | None = None,
    reflected: Iterable[int] = (),
    asks: Sequence[OpenAsk] = (),
    read_at: datetime | None = None,
    starts: Mapping[int, datetime] | None = None,
) -> Desk:
    """Everybody begins when the leader joined, unless `starts` says otherwise."""
    who = who or leader()
    known = sorted(meetings, key=lambda one: one.start)
    pairs = pairs or [pair(number) for number in sorted({one.pair_id for one in known} or {1})]
    begin = starts or {one.id: who.joined_at for one in pairs if who.joined_at}
    places: dict[int, CyclePlace] = {}
    for one in pairs:
        places |= weeks_of(known, one, 3, begin[one.id]) if one.id in begin else {}
    wants = who.preferences
    return Desk(
        leader=who,
        work=work
        or WorkCalendar(
            who.zone, weekend=wants.weekend, work_from=wants.work_from, work_until=wants.work_until
        ),
        pairs={one.id: one for one in pairs},
        starts=begin,
        meetings=known,
        history=history or {},
        places=places,
        mails={one.key: one for one in mails},
        reflected=frozenset(reflected),
        asks=asks,
        calendar_read_at=read_at or (known[-1].end if known else at("2026-11-23 08:00")) + 400 * DAY,
    )


def of_kind(of: Desk, now: datetime, kind: Kind) -> list[Decision]:
    return [decision for decision in plan(of, now) if decision.kind is kind]


def the(of: Desk, now: datetime, kind: Kind) -> Decision:
    """The only decision of a kind."""
    (found,) = of_kind(of, now, kind)
    return found


def why(of: Desk, now: datetime, kind: Kind) -> str | None:
    """The reason of the only decision of a kind; None where it is to be sent."""
    return the(of, now, kind).reason


def delivered(of: Desk, now: datetime) -> Desk:
    """The desk after everything due was recorded, and what is to be sent has left."""
    due = [decision for decision in plan(of, now) if decision.due <= now]
    rows = {decision.key: _row(decision, now) for decision in due}
    return replace(of, mails={**of.mails, **rows})


def _row(decision: Decision, now: datetime) -> Mail:
    return Mail(
        decision.key,
        decision.kind,
        "sent" if decision.planned else "skipped",
        decision.due,
        decision.meeting_id,
        decision.pair_id,
        decision.week,
        now if decision.planned else None,
        carried=decision.carrier is not None,
        reason=decision.reason,
    )
