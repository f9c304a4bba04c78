"""Digest: a month in figures and the leader's own words."""

from datetime import date

from service.domain.digest import month_digest
from service.jobs.letters.case import Case, Content
from service.storage import reflections


def digest(case: Case) -> Content | None:
    """The month that the email's key names; None where nothing is on record."""
    month = date.fromisoformat(f"{case.email.key.rpartition(':')[2]}-01")
    meetings = case.desk.meetings
    letter = month_digest(
        month,
        case.leader,
        list(case.desk.pairs.values()),
        [(meeting, tuple(case.desk.history.get(meeting.id or 0, ()))) for meeting in meetings],
        reflections.of_leader(case.tx, case.leader.id),
        reflections.promises_of(case.tx, case.leader.id),
        case.playbook,
        case.desk.places,
        case.now,
    )
    return Content(letter) if letter is not None else None
