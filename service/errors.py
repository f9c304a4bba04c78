"""The one family of errors that people may see.

Every error is one clear line that says what is wrong and what to do next.
`permanent` says whether trying again, unchanged, can help.
"""


class VisavisError(Exception):
    """Base of every error this program raises on purpose.

    `exit_code` is what the command line ends with: 1 something failed and the
    rest was done, 2 wrong use.
    """

    permanent = True
    exit_code = 1

    def __init__(self, message: str, *, permanent: bool | None = None) -> None:
        super().__init__(message)
        if permanent is not None:
            self.permanent = permanent


class UsageError(VisavisError):
    """A wrong setting, address, zone, playbook or flag: the operator can mend it."""

    exit_code = 2


class CalendarError(VisavisError):
    """A calendar could not be read whole; nothing of it was used."""

    permanent = False


class AccessLostError(CalendarError):
    """We may not read this calendar any more: it says nothing of its events. A person has to act."""

    permanent = True


class MailboxError(VisavisError):
    """The mailbox refused, or could not be reached."""

    permanent = False


class DeliveryUnknownError(MailboxError):
    """Whether a mail has left cannot be found out; sending it again might make it two."""

    permanent = True


class StorageError(VisavisError):
    """The database is missing, locked, full or of another version."""

    permanent = False


class SecretError(VisavisError):
    """A stored secret cannot be read with the keys at hand."""
