"""Digest: a month in figures and the leader's own words."""

from service.domain.plans.month import month_of_key
from service.jobs.letters.case import Case, Content
from service.jobs.months import record_of


def digest(case: Case) -> Content | None:
    """The month that the email's key names; None where nothing is on record."""
    record = record_of(case.tx, case.office, case.row)
    letter = record.letter(month_of_key(case.email.key), case.now)
    return Content(letter) if letter is not None else None
