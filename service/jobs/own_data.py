"""A leader's own data: what is kept, as a file to take along, and how all of it is forgotten."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from service.domain.grants import Grant, leader_holder
from service.domain.records import Change
from service.domain.timing import local
from service.jobs.desks import places
from service.jobs.keep_house import EMAILS, MEETINGS, RAW_REPLIES, USAGE
from service.jobs.office import Office
from service.storage import emails, grants, holdings, meetings, people, reflections
from service.storage.database import Transaction
from service.storage.holdings import Holdings
from service.storage.people import LeaderRow

FILE_NAME = "vis-a-vis.json"


def as_file(data: dict[str, Any]) -> bytes:
    """The export as people get it, by mail or in the browser."""
    return json.dumps(data, indent=2, ensure_ascii=False).encode()


def everything_of(tx: Transaction, office: Office, row: LeaderRow) -> dict[str, Any]:
    """The whole export; for the leader's own eyes only."""
    return kept_of(tx, office, row) | own_words_of(tx, row)


def kept_of(tx: Transaction, office: Office, row: LeaderRow) -> dict[str, Any]:
    """What may also be shown to whoever runs the machine."""
    leader = row.leader
    return {
        "leader": {
            "email": leader.email,
            "name": leader.name,
            "timezone": leader.zone.key,
            "state": leader.state,
        },
        "access": _access(tx, row),
        "out_of_office": [
            {"start": local(start, leader.zone), "end": local(end, leader.zone)}
            for start, end in row.absences
        ],
        "members": [
            {"name": pair.member.name, "email": pair.member.email} for pair in people.pairs_of(tx, leader.id)
        ],
        "meetings": meetings_of(tx, office, row),
        "emails": [
            {
                "kind": one.kind,
                "status": one.status,
                "subject": one.subject,
                "sent": local(one.sent_at, leader.zone),
            }
            for one in emails.of_leader(tx, leader.id)
        ],
    }


def own_words_of(tx: Transaction, row: LeaderRow) -> dict[str, Any]:
    """What the leader wrote: for themselves only."""
    return {
        "reflections": [
            {"meeting": meeting_id} | asdict(one)
            for meeting_id, one in reflections.of_leader(tx, row.leader.id).items()
        ],
        "promises": [
            {"meeting": one.meeting_id, "text": one.text, "kept": one.kept}
            for one in reflections.promises_of(tx, row.leader.id)
        ],
    }


def meetings_of(tx: Transaction, office: Office, row: LeaderRow) -> list[dict[str, Any]]:
    """A leader's meetings as the contract shows them."""
    known = meetings.of_leader(tx, row.leader.id)
    pairs = people.pairs_of(tx, row.leader.id)
    weeks = places(office, row.leader, pairs, known)
    history = meetings.history(tx, row.leader.id)
    members = {pair.id: pair.member for pair in pairs}
    return [
        {
            "leader": row.leader.email,
            "member": members[one.pair_id].email or members[one.pair_id].name,
            "uid": one.uid,
            "start": local(one.start, row.leader.zone),
            "end": local(one.end, row.leader.zone),
            "state": one.state,
            "week": weeks[one.id].week if one.id in weeks else None,
            "by": one.by,
            "confidence": one.confidence,
            "reasons": list(one.reasons),
            "changes": [_change(row, line) for line in history.get(one.id or 0, ())],
        }
        for one in known
    ]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a leader, in figures. `raw_replies_until` is when the last reply that is
    kept whole goes; `months`, `mail_days` and `count_days` are how long things are kept."""

    row: LeaderRow
    members: tuple[str, ...]
    counts: Holdings
    grant: Grant | None
    raw_replies_until: datetime | None
    months: int = round(MEETINGS / timedelta(days=365) * 12)
    mail_days: int = EMAILS.days
    reply_days: int = RAW_REPLIES.days
    count_days: int = USAGE.days


def in_figures(tx: Transaction, row: LeaderRow) -> Kept:
    """How much is kept, and until when."""
    counts = holdings.of_leader(tx, row.leader.id)
    last = counts.last_raw_reply_at
    return Kept(
        row=row,
        members=tuple(pair.member.label for pair in people.pairs_of(tx, row.leader.id)),
        counts=counts,
        grant=grants.of(tx, leader_holder(row.leader.id)),
        raw_replies_until=last + RAW_REPLIES if last is not None else None,
    )


def erase(office: Office, leader_id: int) -> None:
    """Forget a leader, their members, meetings, reflections, promises, mails and replies."""
    with office.database.begin() as tx:
        people.erase(tx, leader_id)
    office.database.empty_log()
    office.looks.pop(leader_id, None)  # the number may be given again


def _access(tx: Transaction, row: LeaderRow) -> dict[str, Any] | None:
    """What the leader allowed us at their calendar's provider, without its secret."""
    grant = grants.of(tx, leader_holder(row.leader.id))
    if grant is None:
        return None
    since = local(grant.granted_at, row.leader.zone)
    return {"way": grant.way, "scopes": list(grant.scopes), "since": since}


def _change(row: LeaderRow, line: Change) -> dict[str, Any]:
    zone = row.leader.zone
    return {
        "what": line.what,
        "seen_after": local(line.seen_after, zone),
        "seen_by": local(line.seen_by, zone),
        "by": line.by,
        "confidence": line.confidence,
        "evidence": line.evidence,
        "old_start": local(line.old_start, zone),
        "late": line.late,
    }
