"""Being told of changes instead of asking for them: what it takes, and where the messages come in."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn

from service.domain.ports import WatchableCalendar, WatchableMailbox
from service.storage.people import LeaderRow

CALENDAR_PATH = "/push/calendar"
GMAIL_PATH = "/push/gmail"
_PURPOSE = b"visavis/1/push/gmail"


@dataclass(frozen=True, slots=True)
class Trial:
    """When a calendar or a mailbox was last asked to tell of its changes, how often in a row this
    came to nothing, and whether it was at least accepted."""

    at: datetime
    times: int = 1
    accepted: bool = False


def _nobody(whose: object) -> NoReturn:
    raise LookupError(f"nobody is asked to tell of changes: {type(whose).__name__}")


@dataclass(frozen=True, slots=True)
class Push:
    """What `keep_channels` works with.

    `channels_of` opens and ends the channels of a leader's calendar, whose messages are posted to
    `address`; "" where calendars are not asked to tell. `watch_of` asks each of `mailboxes` to
    tell of its mails by `topic`. `trials` are by leader id and by mailbox, in memory only.
    """

    address: str = ""
    channels_of: Callable[[LeaderRow], WatchableCalendar] = _nobody
    topic: str = ""
    mailboxes: Sequence[str] = ()
    watch_of: Callable[[str], WatchableMailbox] = _nobody
    trials: dict[int | str, Trial] = field(default_factory=dict)


def calendar_address(base_url: str) -> str:
    """Where calendars' messages are posted."""
    return f"{base_url}{CALENDAR_PATH}"


def gmail_address(base_url: str, secret_keys: Sequence[str]) -> str:
    """Where the Pub/Sub subscription has to push to: whoever knows it may post there."""
    return f"{base_url}{GMAIL_PATH}/{gmail_secrets(secret_keys)[0]}"


def gmail_secrets(secret_keys: Sequence[str]) -> tuple[str, ...]:
    """What ends that address, for each of the service's keys: those before the newest still count."""
    return tuple(hmac.new(key.encode(), _PURPOSE, hashlib.sha256).hexdigest()[:40] for key in secret_keys)
