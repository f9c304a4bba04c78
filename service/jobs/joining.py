"""Joining: which events are the newcomer's one-on-ones, their word on it, and the first prep."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from service.domain.desk import Decision
from service.domain.events import CalendarRead, Event, EventStatus
from service.domain.letters import Kind
from service.domain.people import Leader, LeaderState, Person
from service.domain.planning import plan
from service.domain.recognition import Outcome, Reason, Verdict
from service.jobs.desks import load_desk
from service.jobs.hints import pages_told
from service.jobs.letters.build import build
from service.jobs.letters.case import Case
from service.jobs.office import Office
from service.jobs.posting import frame_of
from service.jobs.sightings import decide_series, judge, kin_subject
from service.jobs.sync_calendars import read_window, sync_calendar
from service.mail.render import render
from service.storage import decisions, people
from service.storage.database import Transaction
from service.storage.emails import Email, Status
from service.storage.people import LeaderRow


@dataclass(frozen=True, slots=True)
class Candidate:
    """Meetings of one title with one person. `id` names them on a page; `start` is the next one
    (local), `reasons` are its, the strongest first; `uids` all events' of theirs."""

    id: str
    title: str
    member: Person | None
    start: datetime
    outcome: Outcome
    reasons: tuple[Reason, ...]
    uids: frozenset[str]

    @property
    def label(self) -> str:
        """Whom it is with, else what it is called."""
        return self.member.label if self.member and self.member.label else self.title


@dataclass(frozen=True, slots=True)
class FirstPrep:
    """The mail that comes first, as it would arrive; times are local."""

    due: datetime
    start: datetime
    member: str
    subject: str
    html: str


def candidates_of(office: Office, row: LeaderRow, now: datetime) -> list[Candidate]:
    """What may be a one-on-one, soonest first; reads the calendar, and raises `CalendarError`."""
    read = office.calendar_of(row).read(read_window(now))
    with office.database.read() as tx:
        roster = [pair.member for pair in people.pairs_of(tx, row.leader.id) if pair.on_roster]
        decided = decisions.of_leader(tx, row.leader.id)
    judged = ((event, judge(event, row.leader, roster, decided)) for event in _to_come(read, now))
    return _grouped(row.leader, ((event, verdict) for event, verdict in judged if _may_be(verdict)))


def settle(
    tx: Transaction, row: LeaderRow, shown: Iterable[Candidate], chosen: Collection[str], now: datetime
) -> None:
    """Keep the newcomer's word where the events alone would not say the same.

    A plain one-on-one that is left as it was found needs no word: it goes on being recognised,
    and stops being one when a third person comes along.
    """
    for one in shown:
        yes = one.id in chosen
        if one.outcome is Outcome.ASK or yes is not (one.outcome is Outcome.YES):
            decide_series(tx, row.leader.id, one.uids, one.title, one.member, yes, now)


def begin(office: Office, row: LeaderRow, now: datetime) -> None:
    """The first whole reading, with its pairs and meetings; then the mails may come.

    Raises `CalendarError`: then nothing has begun, and what was settled is kept.
    """
    sync_calendar(office, row, now)
    with office.database.begin() as tx:
        people.set_state(tx, row.leader.id, LeaderState.ACTIVE)
    pages_told(office.database, now)


def first_prep(office: Office, row: LeaderRow, now: datetime) -> FirstPrep | None:
    """The first prep that is planned, rendered; None where none is."""
    with office.database.read() as tx:
        desk = load_desk(tx, office, row, now)
        first = next((one for one in plan(desk, now) if one.kind is Kind.PREP and one.planned), None)
        if first is None:
            return None
        email = _not_stored(row, first)
        case = Case(tx, office, row, desk, email, (email,), now)
        content, meeting = build(case), case.meeting()
    if content is None or meeting is None:
        return None
    mail = render(Kind.PREP, content.letter, frame_of(case))
    due, start = case.local(first.due), case.local(meeting.start)
    return FirstPrep(due, start, case.member(meeting), mail.subject, mail.html)


def _to_come(read: CalendarRead, now: datetime) -> Sequence[Event]:
    coming = (one for one in read.events if one.start > now and one.status is not EventStatus.CANCELLED)
    return sorted(coming, key=lambda event: event.start)


def _may_be(verdict: Verdict) -> bool:
    """Recognised, doubtful, or at least with one person alone; what was ruled out is not shown."""
    ruled_out = any(reason.reason.startswith("ruled out") for reason in verdict.reasons)
    return verdict.outcome is not Outcome.NO or (verdict.member is not None and not ruled_out)


def _grouped(leader: Leader, found: Iterable[tuple[Event, Verdict]]) -> list[Candidate]:
    groups: dict[str, list[tuple[Event, Verdict]]] = {}
    for event, verdict in found:
        groups.setdefault(kin_subject(event.title, verdict.member), []).append((event, verdict))
    return [_candidate(leader, kin, group) for kin, group in groups.items()]


def _candidate(leader: Leader, kin: str, group: Sequence[tuple[Event, Verdict]]) -> Candidate:
    event, verdict = group[0]
    return Candidate(
        id=sha256(f"{leader.key}\x1f{kin}".encode("utf-8", "surrogatepass")).hexdigest()[:16],
        title=event.title,
        member=verdict.member,
        start=event.start.astimezone(leader.zone),
        outcome=verdict.outcome,
        reasons=tuple(sorted(verdict.reasons, key=lambda reason: -abs(reason.points))),
        uids=frozenset(one.uid for one, _ in group),
    )


def _not_stored(row: LeaderRow, prep: Decision) -> Email:
    """The outbox row that this prep will once be; nothing can be answered to it yet."""
    return Email(
        id=0,
        key=prep.key,
        kind=prep.kind,
        leader_id=row.leader.id,
        pair_id=prep.pair_id,
        meeting_id=prep.meeting_id,
        carrier_id=None,
        thread_of=None,
        status=Status.PLANNED,
        reason=None,
        week=prep.week,
        due_at=prep.due,
        available_at=prep.due,
        attempts=0,
        fence=0,
        lease_owner=None,
        lease_until=None,
        draft=None,
        token="0" * 32,
        subject=None,
        message_id=None,
        provider_thread=None,
        sent_at=None,
        answered_at=None,
    )
