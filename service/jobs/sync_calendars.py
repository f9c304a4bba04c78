"""Read a leader's calendar, recognise its one-on-ones, and write down what changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from service.domain.authorship import Sighting
from service.domain.events import CalendarRead, Event, EventKind, EventStatus, Window
from service.domain.meetings import track
from service.domain.records import LIVE, Meeting
from service.errors import AccessLostError, CalendarError
from service.jobs.desks import begin_times
from service.jobs.office import Office
from service.jobs.polling import is_at_hand, is_metered, looked, with_agenda
from service.jobs.sightings import sight
from service.storage import absences, meetings, people
from service.storage.absences import Absences
from service.storage.database import Transaction
from service.storage.people import LeaderRow

BACK = timedelta(days=14)
AHEAD = timedelta(days=60)
KNOWN_BACK = timedelta(days=30)  # a meeting moved into the window is still known


@dataclass(frozen=True, slots=True)
class Synced:
    """How a reading went. `changed`: something was written, so the plan may differ."""

    read: CalendarRead | None
    changed: bool


def read_window(now: datetime) -> Window:
    """What is read of a calendar: 14 days back, 60 ahead (design, "Meetings")."""
    return Window(now - BACK, now + AHEAD)


def sync_calendar(office: Office, row: LeaderRow, now: datetime) -> Synced:
    """Read the window whole and track it.

    Raises `CalendarError` when it cannot be read whole: then nothing of it is written, and
    the error is kept for `check`.
    """
    try:
        read = read_whole(office, row, now)
        same = read.fingerprint == row.fingerprint and not _zone_changed(row, read)
        read = read if same else _with_lost_ones(office, row, read, now)
    except CalendarError as error:
        _remember_look(office, row, now, failed=True)
        _note_failure(office, row, error, now)
        raise
    away = _absences(read.events)
    _remember_look(office, replace(row, absences=away), now, failed=False)
    if same and away == row.absences and row.error is None:
        return Synced(read, changed=False)
    _write(office, row, read, away, now)
    return Synced(read, changed=True)


def read_whole(office: Office, row: LeaderRow, now: datetime) -> CalendarRead:
    """The calendar around `now`; raises `CalendarError` also where it is suddenly empty."""
    window = read_window(now)
    read = office.calendar_of(row).read(window)
    office.fault("calendar_read")
    if not read.events:
        _refuse_sudden_emptiness(office, row, now)
    return read


def _refuse_sudden_emptiness(office: Office, row: LeaderRow, now: datetime) -> None:
    with office.database.read() as tx:
        coming = meetings.of_leader(tx, row.leader.id, now, now + AHEAD)
    standing = sum(meeting.state in LIVE for meeting in coming)
    if standing:
        raise CalendarError(
            f"The calendar is suddenly empty, though {standing} one-on-ones stand in it: nothing changed. "
            "Check that it is still shared and exported whole; it heals by itself when the events are back."
        )


def _with_lost_ones(office: Office, row: LeaderRow, read: CalendarRead, now: datetime) -> CalendarRead:
    """What is on record and was not shown is asked for by itself: absence is no cancellation."""
    window = read_window(now)
    shown = {(event.uid, event.occurrence) for event in read.events} | read.tombstones
    with office.database.read() as tx:
        known = meetings.of_leader(tx, row.leader.id, window.start)
    lost = [
        (one.uid, one.occurrence)
        for one in known
        if one.state in LIVE and window.touches(one.start, one.end) and (one.uid, one.occurrence) not in shown
    ]
    if not lost:
        return read
    found = office.calendar_of(row).look_up(lost)
    office.fault("looked_up")
    events = (*read.events, *found.events)
    return replace(read, events=events, tombstones=read.tombstones | found.cancelled)


def _remember_look(office: Office, row: LeaderRow, now: datetime, *, failed: bool) -> None:
    if is_at_hand(row.calendar):
        return
    leader_id, told = row.leader.id, office.is_told(row.leader.id, now)
    work, before = office.work_calendar(row, now), office.looks.get(leader_id)
    look = looked(row, before, now, work, told=told, failed=failed)
    if before is None and is_metered(row.calendar):
        with office.database.read() as tx:
            look = with_agenda(row, look, meetings.of_leader(tx, leader_id, now), work, told=told)
    office.looks[leader_id] = look


def _note_failure(office: Office, row: LeaderRow, error: CalendarError, now: datetime) -> None:
    """Kept for `check`; where a person has to act, the leader is to be told, so the plan is made anew."""
    lost = isinstance(error, AccessLostError) and row.reconnect_since is None
    if str(error) == row.error and not lost:
        return
    values = {"calendar_error": str(error), "calendar_error_since": row.error_since or now}
    if lost:
        values |= {"reconnect_since": now, "next_due_at": None}
    with office.database.begin() as tx:
        people.change(tx, row.leader.id, **values)


def _write(office: Office, row: LeaderRow, read: CalendarRead, away: Absences, now: datetime) -> None:
    """In one transaction: the meetings as they now stand, and the mark that they were read."""
    zone = ZoneInfo(read.zone) if read.zone and _has_travelled(row, read) else row.leader.zone
    work = office.work_calendar(replace(row, leader=replace(row.leader, zone=zone), absences=away), now)
    with office.database.begin() as tx:
        row = people.locked(tx, row.leader.id)
        known = meetings.of_leader(tx, row.leader.id, now - KNOWN_BACK)
        sightings = sight(tx, row.leader, read, known, now)
        known = _without_strangers(tx, known, sightings, read.events, now)
        updates = track(known, sightings, read_window(now), row.leader, work, row.read_at, now)
        meetings.apply(tx, row.leader, people.pairs_of(tx, row.leader.id), updates)
        people.change(
            tx,
            row.leader.id,
            joined_at=row.leader.joined_at or now,
            zone=zone.key,
            calendar_zone=read.zone or row.calendar_zone,
            calendar_fingerprint=read.fingerprint,
            calendar_read_at=now,
            calendar_error=None,
            calendar_error_since=None,
            reconnect_since=None,
            next_due_at=None,
        )
        absences.put(tx, row.leader.id, away)
        _fix_starts(tx, row.leader.id)
        office.fault("sync_before_commit")
    office.fault("sync_after_commit")


def _zone_changed(row: LeaderRow, read: CalendarRead) -> bool:
    return read.zone is not None and read.zone != row.calendar_zone


def _has_travelled(row: LeaderRow, read: CalendarRead) -> bool:
    """Only a change says so: a zone that the calendar always stated may be its makers' whim."""
    return row.calendar_zone is not None and _zone_changed(row, read)


def _without_strangers(
    tx: Transaction,
    known: Sequence[Meeting],
    sightings: Sequence[Sighting],
    events: Sequence[Event],
    now: datetime,
) -> list[Meeting]:
    """Forget meetings to come whose event still stands but is a one-on-one no more.

    A third guest, another person or `#not1on1` calls nothing off: nobody cancelled.
    """
    there = {(event.uid, event.occurrence) for event in events if event.status is not EventStatus.CANCELLED}
    sighted = {(one.pair_id, one.event.uid, one.event.occurrence) for one in sightings}
    strangers = {
        one.id
        for one in known
        if one.state in LIVE
        and one.start > now
        and (one.uid, one.occurrence) in there
        and (one.pair_id, one.uid, one.occurrence) not in sighted
    }
    meetings.forget(tx, [meeting_id for meeting_id in strangers if meeting_id is not None])
    return [one for one in known if one.id not in strangers]


def _fix_starts(tx: Transaction, leader_id: int) -> None:
    """A pair's beginning is written down once, so that a later change of the roster moves nobody's."""
    leader = people.by_id(tx, leader_id).leader
    pairs = people.pairs_of(tx, leader_id)
    begins = begin_times(leader, pairs)
    for pair in pairs:
        if pair.starts_at is None and pair.id in begins:
            people.change_pair(tx, pair.id, starts_at=begins[pair.id])


def _absences(events: Sequence[Event]) -> Absences:
    """When the leader is out of office; in order, so that they are the same however they were read."""
    found = (one for one in events if one.kind is EventKind.OUT_OF_OFFICE)
    return tuple(sorted((one.start, one.end) for one in found if one.status is not EventStatus.CANCELLED))
