"""What a refusal by Google means for a mailbox and its mails, and who has to do what."""

from collections.abc import Iterator
from contextlib import contextmanager

from service.errors import DeliveryUnknownError, MailboxError
from service.google.refusals import GoogleError, Trouble

_CONNECT = "run `visavis connect --mailbox {0}`. Its mails wait until then."
_LINES = {
    Trouble.RATE_LIMITED: "Gmail takes no more from {0} just now; what waits leaves later.",
    Trouble.GRANT_DEAD: "Google no longer accepts the grant of {0}; " + _CONNECT,
    Trouble.FORBIDDEN: "Google does not let us use the mailbox {0}; " + _CONNECT,
}
_REASONS = {
    "ownLimit": "{0} has used up its calls of this minute; what waits leaves a little later.",
    "failedPrecondition": "Gmail is not in use for {0}; ask the domain's administrator to switch it on, "
    "or name another mailbox.",
}
_FOR_ALL = frozenset({"accessNotConfigured", "SERVICE_DISABLED", "domainPolicy"})
"""Refused to every account alike: no new grant would mend it."""
_OF_THE_MAIL = frozenset({"invalidArgument", "INVALID_ARGUMENT", "invalid", "badRequest", "uploadTooLarge"})


def mailbox_error(error: GoogleError, address: str, *, of_mail: bool = False) -> MailboxError:
    """The error for a call; `of_mail`: it was about one mail, which alone may be what is wrong.

    Everything else passes, also what somebody has to mend first: the mails wait for it.
    """
    if of_mail and error.trouble is Trouble.REFUSED and error.reason in _OF_THE_MAIL:
        return MailboxError("Gmail does not accept this mail; check the recipient's address.", permanent=True)
    line = _REASONS.get(error.reason)
    if line is None and error.reason not in _FOR_ALL:
        line = _LINES.get(error.trouble)
    return MailboxError(line.format(address) if line else str(error), permanent=False)


@contextmanager
def named_for_the_mailbox(address: str, *, of_mail: bool = False) -> Iterator[None]:
    """Turn what Google refuses into the mailbox's own errors; no address of a call stays on them."""
    try:
        yield
    except GoogleError as error:
        raise mailbox_error(error, address, of_mail=of_mail) from None


def nobody_can_tell(address: str) -> DeliveryUnknownError:
    """The error for a mail whose fate Gmail does not show."""
    return DeliveryUnknownError(
        f"Whether a mail has left {address} cannot be found out, so it is not sent again: "
        "look into the mailbox's Sent folder."
    )


def draft_is_gone() -> MailboxError:
    """The error for a draft that can no longer be sent."""
    return MailboxError(
        "A mail's draft is gone: another process sent it or took it back. It is looked for before it is "
        "written anew."
    )


def not_read_back() -> MailboxError:
    """The error for a mail of which Gmail did not say as what it left."""
    return MailboxError("A mail has left, but Gmail did not say under which ID; it is looked up next time.")
