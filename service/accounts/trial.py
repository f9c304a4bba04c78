"""Access tried for real, before it is relied on; and what to do where it does not work."""

from collections.abc import Collection
from dataclasses import dataclass

from service.accounts.doors import Doors
from service.accounts.hitches import Hitch
from service.accounts.keyring import PRIMARY, Access, Keyring
from service.accounts.scopes import GMAIL_SEND, OWN_EVENTS, may_read_mail
from service.domain.grants import Grant, Way
from service.errors import VisavisError
from service.google.apis import calendar_api, gmail_api
from service.google.refusals import AGAIN, PASSING, GoogleError, Trouble

_AGAIN = "nothing was stored, connect again"
_FREE_BUSY = "freeBusyReader"
_NOT_FOUND = 404
_OPERATORS = {"accessNotConfigured", "SERVICE_DISABLED", "domainPolicy"}
_UNSHARED = {Trouble.NOT_FOUND, Trouble.FORBIDDEN}
_NARROW = {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}


class NoAccessError(VisavisError):
    """Access that does not work, with what to do; nothing was stored. The line is an operator's."""

    permanent = False

    def __init__(self, message: str, hitch: Hitch = Hitch.OPERATOR) -> None:
        super().__init__(message)
        self.hitch = hitch


class OtherAccountError(NoAccessError):
    """The consent of another account than hoped for."""

    def __init__(self, account: str, hoped_for: str) -> None:
        super().__init__(
            f"The consent came from {account}, not from {hoped_for}: sign in as {hoped_for} and connect "
            f"again; if both are the same person's, add --account {account}.",
            Hitch.ACCOUNT,
        )
        self.account = account


@dataclass(frozen=True, slots=True)
class Seen:
    """What a calendar says of itself: its name, and whether it shows more than free and busy."""

    name: str
    has_details: bool

    @property
    def account(self) -> str | None:
        """The address of the account it belongs to, where its name is one: an own calendar's is, until
        its owner changes it."""
        return self.name.lower() if "@" in self.name and " " not in self.name else None


def check_calendar(doors: Doors, grant: Grant, email: str, calendar: str, names: Collection[str]) -> None:
    """Read next to nothing of a leader's calendar by a grant that is not stored yet.

    `names` are the addresses that the account may have. Raises `NoAccessError`.
    """
    access = doors.keyring.trial(grant, email)
    try:
        seen = look_at_calendar(doors, grant.holder, access, calendar)
    except GoogleError as error:
        told = advice(error, access, doors.keyring, email, f"visavis connect {email}")
        raise NoAccessError(told.replace(AGAIN, _AGAIN), _hitch(error, access.way)) from error
    if calendar == PRIMARY and seen.account is not None and seen.account not in names:
        raise OtherAccountError(seen.account, email if email in names else min(names))
    if not seen.has_details:
        how = _how_to_show(access, doors.keyring)
        raise NoAccessError(f"Only free and busy times can be seen: {how}.", Hitch.NO_DETAILS)


def _hitch(error: GoogleError, way: Way) -> Hitch:
    """Whether the leader can do something about it, or time alone; else the operator has to."""
    if error.trouble in PASSING:
        return Hitch.AGAIN
    if way is Way.OAUTH and error.reason in _NARROW:
        return Hitch.BOXES
    unshared = way is Way.SHARED and error.trouble in _UNSHARED and error.reason not in _OPERATORS
    return Hitch.NOT_SHARED if unshared else Hitch.OPERATOR


def check_mailbox(doors: Doors, grant: Grant, address: str) -> None:
    """Ask a mailbox whose it is, by a grant that is not stored yet. Raises `NoAccessError`."""
    access = doors.keyring.trial(grant, address)
    try:
        found = address_of_mailbox(doors, grant.holder, access)
    except GoogleError as error:
        told = advice(error, access, doors.keyring, address, f"visavis connect {address} --mailbox")
        raise NoAccessError(told.replace(AGAIN, _AGAIN)) from error
    if found not in {None, address}:
        raise NoAccessError(f"The consent came from {found}: sign in as {address} and connect again.")


def look_at_calendar(doors: Doors, holder: str, access: Access, calendar: str) -> Seen:
    """Read next to nothing of a calendar; raises `GoogleError`."""
    events = calendar_api(doors.endpoint).events()
    request = events.list(calendarId=calendar, maxResults=1, fields="summary,accessRole")
    answer = doors.caller.read(doors.account(holder, access), request)
    return Seen(str(answer.get("summary", "")), answer.get("accessRole") != _FREE_BUSY)


def address_of_mailbox(doors: Doors, holder: str, access: Access) -> str | None:
    """Whose mailbox it is; None where the permission does not reach that far. Raises `GoogleError`."""
    request = gmail_api(doors.endpoint).users().getProfile(userId="me", fields="emailAddress")
    try:
        answer = doors.caller.read(doors.account(holder, access), request)
    except GoogleError as error:
        if error.reason in _NARROW and not may_read_mail(access.scopes):
            return None  # Google knows who asks, and that is all that can be tried here
        if error.status == _NOT_FOUND and doors.endpoint:
            return None  # an emulator that does not know this call
        raise
    return str(answer.get("emailAddress", "")).lower()


def advice(error: GoogleError, access: Access, keyring: Keyring, address: str, connect: str) -> str:
    """What a refusal means for this way in, and what to do; else the error's own line.

    `connect` is the command that connects `address`. Raises `UsageError` where the service account's
    key cannot be read.
    """
    if error.reason in _OPERATORS:
        return str(error)
    match access.way:
        case Way.OAUTH:
            told = _for_consent(error, access.scopes, connect)
        case Way.DELEGATION:
            told = _for_delegation(error, access.scopes, keyring, address)
        case Way.SHARED if error.trouble in _UNSHARED:
            told = f"The calendar is not shared with the service account yet: {to_share(keyring)}."
        case _:
            told = ""
    return told or str(error)


def _for_consent(error: GoogleError, scopes: tuple[str, ...], connect: str) -> str:
    match error.trouble:
        case Trouble.GRANT_DEAD:
            return f"Google accepts the permission no more: run `{connect}`."
        case Trouble.NOT_FOUND:
            return "Google shows no such calendar to the account that consented: check which account it was."
        case Trouble.FORBIDDEN if error.reason in _NARROW:
            run = f"run `{connect}{' --wide' if OWN_EVENTS in scopes else ''}`"
            return f"The permission does not reach that far: {run}, and leave every box ticked."
    return ""


def _for_delegation(error: GoogleError, scopes: tuple[str, ...], keyring: Keyring, address: str) -> str:
    if error.reason == "unauthorized_client":
        return f"The service account may not act for {address} yet: {to_delegate(keyring, scopes)}."
    match error.trouble:
        case Trouble.GRANT_DEAD:
            share = "" if may_read_mail(scopes) or GMAIL_SEND in scopes else ", or share the calendar"
            return f"Google knows no account {address} in the domain: check the address{share}."
        case Trouble.NOT_FOUND:
            return f"Google shows no such calendar to {address}: check its ID, or share it with that address."
    return ""


def _how_to_show(access: Access, keyring: Keyring) -> str:
    if access.way is Way.SHARED:
        return to_share(keyring)
    return "ask its owner to share it with all event details"


def to_share(keyring: Keyring) -> str:
    """How a calendar is shared with us, as an instruction; raises `UsageError`."""
    return f"share it with {keyring.service_key.email} and choose “See all event details”"


def to_delegate(keyring: Keyring, scopes: tuple[str, ...]) -> str:
    """How an admin lets the service account act for the domain's people; raises `UsageError`."""
    return (
        "in the Admin console, under Security → Access and data control → API controls → Domain-wide "
        f"delegation, add the client ID {keyring.service_key.client_id} with the scope {','.join(scopes)} "
        "(if it stands there, edit it, and keep its other scopes)"
    )
