"""What a refusal by Google means for a leader's calendar, and who has to do what."""

from collections.abc import Iterator
from contextlib import contextmanager

from service.errors import AccessLostError, CalendarError
from service.google.refusals import GoogleError, Trouble

_LOST = {
    Trouble.GRANT_DEAD: "Google no longer accepts the leader's consent; "
    "connect again with `visavis connect EMAIL`. Nothing changed.",
    Trouble.FORBIDDEN: "Google refuses to show this calendar; share it again with all event details, "
    "or connect again with `visavis connect EMAIL`. Nothing changed.",
    Trouble.NOT_FOUND: "Google knows no such calendar, or does not show it any more; "
    "share it again, or correct its ID. Nothing changed.",
}
_TOO_NARROW = (
    "The access that was granted does not reach this calendar, as when it is somebody else's, shared "
    "with the leader; connect again with `visavis connect EMAIL --wide`. Nothing changed."
)
_FREE_BUSY = (
    "Google shows of this calendar only when it is free and busy; "
    "share it again with all event details. Nothing changed."
)
_NARROW = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
_FOR_ALL = frozenset({"accessNotConfigured", "SERVICE_DISABLED", "domainPolicy"})
"""Refused to everybody alike: no leader could mend it by giving access again."""


def calendar_error(error: GoogleError) -> CalendarError:
    """What a reading ends with: `AccessLostError` where the leader has to give access again.

    What Google cannot do just now passes; so does a token that is too old, as the next
    reading starts from the whole.
    """
    if error.trouble not in _LOST or error.reason in _FOR_ALL:
        return CalendarError(str(error), permanent=error.permanent and error.trouble is not Trouble.GONE)
    return AccessLostError(_TOO_NARROW if error.reason in _NARROW else _LOST[error.trouble])


@contextmanager
def named_for_the_leader() -> Iterator[None]:
    """Turn what Google refuses into the calendar's own errors; no address of a call stays on them."""
    try:
        yield
    except GoogleError as error:
        raise calendar_error(error) from None


@contextmanager
def understood() -> Iterator[None]:
    """Turn the stumbling over a damaged entry into one error; what it says is in no text."""
    try:
        yield
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
        raise not_understood() from None


def only_free_busy() -> AccessLostError:
    """The error for a calendar that is shared without what its events say."""
    return AccessLostError(_FREE_BUSY)


def not_understood() -> CalendarError:
    """The error for an answer that is not what the API's own description promises."""
    return CalendarError(
        "Google's answer could not be understood; nothing of it was used, it is tried again."
    )


def too_many_pages() -> CalendarError:
    """The error for a list that does not come to its end."""
    return CalendarError("Google's list of events does not end; nothing of it was used, it is tried again.")
