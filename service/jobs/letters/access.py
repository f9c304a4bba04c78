"""Access: the key to a leader's own pages, mailed to whom it belongs."""

from service.accounts.signing import LASTS, Purpose
from service.domain.letters import AccessLetter
from service.jobs.letters.case import Case, Content


def access(case: Case) -> Content | None:
    """A link that is good for half an hour since it was asked for; nothing to say once that is over."""
    asked_at = case.email.due_at
    if case.now - asked_at >= LASTS[Purpose.KEY]:
        return None
    path = case.office.signer.path(Purpose.KEY, case.leader.key, asked_at)
    return Content(AccessLetter(case.office.base_url + path))
