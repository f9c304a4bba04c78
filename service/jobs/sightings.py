"""From a reading's events to sightings: whose one-on-one each is, and what must be asked."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from service.domain.authorship import Sighting
from service.domain.events import CalendarRead, Event, EventStatus, GuestKind
from service.domain.people import Leader, Pair, Person
from service.domain.recognition import Outcome, Overrides, Verdict, recognise
from service.domain.records import LIVE, Meeting
from service.storage import decisions, people
from service.storage.database import Transaction
from service.storage.decisions import Decided


def sight(
    tx: Transaction, leader: Leader, read: CalendarRead, known: Sequence[Meeting], now: datetime
) -> list[Sighting]:
    """Recognise every event; new pairs are stored, doubtful series become open questions.

    A one-on-one on record (`known`) that only became doubtful, by a vaguer title, say,
    stays one while nobody else is invited; and one that was cancelled is that, however
    little of it is still told.
    """
    pairs = {people.member_key(pair.member): pair for pair in people.pairs_of(tx, leader.id)}
    decided = decisions.of_leader(tx, leader.id)
    roster = [pair.member for pair in pairs.values() if pair.on_roster]
    found: list[Sighting] = []
    asked = _open_kin(tx, leader)
    on_record = {(meeting.uid, meeting.pair_id) for meeting in known if meeting.state in LIVE}
    for event in sorted(read.events, key=lambda one: one.start):
        verdict = judge(event, leader, roster, decided)
        if verdict.outcome is Outcome.YES or _still_one(event, leader, verdict, pairs, on_record):
            pair = _pair(tx, leader, pairs, verdict.member or Person("", event.title))
            reasons = tuple(reason.reason for reason in verdict.reasons)
            found.append(Sighting(event, pair.id, reasons, pair.member.email))
        elif verdict.outcome is Outcome.ASK and asked.isdisjoint(_subjects(event, verdict)):
            asked |= _ask(tx, leader, event, verdict, decided, now)
    return [*found, *_tombstones(leader, read, known, found)]


def _tombstones(
    leader: Leader, read: CalendarRead, known: Sequence[Meeting], found: Sequence[Sighting]
) -> list[Sighting]:
    """Meetings on record of which no more is told than that they were cancelled.

    Who organised them is remembered; the rest of what a cancelled event would say is not needed.
    """
    off = {
        (event.uid, event.occurrence) for event in read.events if event.status is EventStatus.CANCELLED
    } | read.tombstones
    seen = {(one.event.uid, one.event.occurrence) for one in found}
    return [
        Sighting(_cancelled(leader, one), one.pair_id, one.reasons)
        for one in known
        if one.state in LIVE and (one.uid, one.occurrence) in off - seen
    ]


def _cancelled(leader: Leader, meeting: Meeting) -> Event:
    return Event(
        uid=meeting.uid,
        occurrence=meeting.occurrence,
        start=meeting.start,
        end=meeting.end,
        status=EventStatus.CANCELLED,
        organizer=leader.email if meeting.organized_by_leader else "",
        recurring=meeting.recurring,
    )


def _still_one(
    event: Event,
    leader: Leader,
    verdict: Verdict,
    pairs: dict[str, Pair],
    on_record: set[tuple[str, int]],
) -> bool:
    if verdict.outcome is not Outcome.ASK or verdict.member is None:
        return False
    pair = pairs.get(people.member_key(verdict.member))
    humans = [guest for guest in event.guests if guest.kind is GuestKind.HUMAN]
    alone = sum(guest.email not in leader.addresses for guest in humans) <= 1
    return pair is not None and (event.uid, pair.id) in on_record and alone


def judge(event: Event, leader: Leader, roster: Sequence[Person], decided: Decided) -> Verdict:
    """Recognise one event, with what the leader decided before."""
    verdict = recognise(event, leader, roster)
    if not decided.answers:
        return verdict
    answer = _decision(decided, event, verdict)
    if answer is None:
        return verdict
    return recognise(event, leader, roster, Overrides({}, {event.uid: answer}, {}))


def decide_series(
    tx: Transaction,
    leader_id: int,
    uids: Iterable[str],
    title: str,
    member: Person | None,
    yes: bool,
    now: datetime,
) -> None:
    """Keep the leader's word on a series, which its title and person outlive; all is judged anew."""
    for uid in uids:
        decisions.decide(tx, leader_id, decisions.series_subject(uid), yes, now)
    decisions.decide(tx, leader_id, kin_subject(title, member), yes, now)
    people.change(tx, leader_id, calendar_fingerprint=None, next_due_at=None)


def kin_subject(title: str, member: Person | None) -> str:
    """What outlives a split: the same title with the same person is the same series to a leader."""
    who = people.member_key(member) if member and member.label else ""
    return f"kin\x1f{who}\x1f{' '.join(title.casefold().split())}"


def _subjects(event: Event, verdict: Verdict) -> tuple[str, str]:
    return decisions.series_subject(event.uid), kin_subject(event.title, verdict.member)


def _decision(decided: Decided, event: Event, verdict: Verdict) -> bool | None:
    answers = (decided.answer(subject) for subject in _subjects(event, verdict))
    return next((answer for answer in answers if answer is not None), None)


def _ask(
    tx: Transaction,
    leader: Leader,
    event: Event,
    verdict: Verdict,
    decided: Decided,
    now: datetime,
) -> set[str]:
    """Open a question about a series that is still to come, once; the subjects that are now asked about."""
    subject = decisions.series_subject(event.uid)
    over = event.start <= now or event.status is EventStatus.CANCELLED
    if over or decided.knows(subject):
        return set()
    member = verdict.member or Person("")
    detail = {
        "title": event.title,
        "member_email": member.email,
        "member_name": member.name,
        "uid": event.uid,
        "start": event.start.astimezone(UTC).isoformat(),
    }
    decisions.ask(tx, leader.id, subject, detail, now)
    return set(_subjects(event, verdict))


def _open_kin(tx: Transaction, leader: Leader) -> set[str]:
    """What is being asked: a split of the same series raises no second question."""
    questions = decisions.open_questions(tx, leader.id)
    return {kin_subject(one.title, Person(one.member_email, one.member_name)) for one in questions}


def _pair(tx: Transaction, leader: Leader, pairs: dict[str, Pair], member: Person) -> Pair:
    key = people.member_key(member)
    if key not in pairs:
        position = 1 + max((pair.position for pair in pairs.values()), default=-1)
        people.add_pair(tx, leader.id, member, on_roster=False, position=position)
        pairs |= {people.member_key(pair.member): pair for pair in people.pairs_of(tx, leader.id)}
    return pairs[key]
