"""The letter of any email, by its kind."""

from collections.abc import Callable

from service.domain.letters import Kind
from service.jobs.letters import access, forms, month, notes
from service.jobs.letters.case import Case, Content

BUILDERS: dict[Kind, Callable[[Case], Content | None]] = {
    Kind.WELCOME: notes.welcome,
    Kind.PREP: forms.prep,
    Kind.REFLECTION: forms.reflection,
    Kind.REMINDER: forms.reminder,
    Kind.REBOOK: notes.rebook,
    Kind.CONFIRM: notes.confirm,
    Kind.RECEIPT: notes.receipt,
    Kind.DIGEST: month.digest,
    Kind.RECONNECT: notes.reconnect,
    Kind.EXPORT: notes.export,
    Kind.ACCESS: access.access,
}


def build(case: Case) -> Content | None:
    """The email's content from the facts as they stand; None where its subject is gone."""
    return BUILDERS[case.email.kind](case)
