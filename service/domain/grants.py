"""What somebody has allowed us: to read a calendar, or to use a mailbox."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Way(StrEnum):
    """How access was given."""

    OAUTH = "oauth"  # the holder consented; a refresh token is kept
    DELEGATION = "delegation"  # the domain's admin lets the service account act for its people
    SHARED = "shared"  # the calendar is shared with the service account itself


@dataclass(frozen=True, slots=True)
class Grant:
    """One access. `holder` is whose it is (see `leader_holder` and `mailbox_holder`).

    `secret` is what the way needs beside the service's own settings: for OAuth the client's
    and the refresh token as JSON, else None. `ends_at` (UTC) is when the provider said it ends by itself.
    """

    holder: str
    way: Way
    secret: str | None
    scopes: tuple[str, ...]
    granted_at: datetime
    ends_at: datetime | None = None


def leader_holder(leader_id: int) -> str:
    """The holder that a leader is."""
    return f"leader:{leader_id}"


def mailbox_holder(address: str) -> str:
    """The holder that a service mailbox is."""
    return f"mailbox:{address.lower()}"
