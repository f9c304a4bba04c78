"""Digest: a month in figures and the leader's own words."""

from datetime import date

from service.jobs.letters.case import Case, Content
from service.jobs.months import record_of


def digest(case: Case) -> Content | None:
    """The month that the email's key names; None where nothing is on record."""
    month = date.fromisoformat(f"{case.email.key.rpartition(':')[2]}-01")
    letter = record_of(case.tx, case.office, case.row).letter(month, case.now)
    return Content(letter) if letter is not None else None
