"""Open a mail that came in."""

from dataclasses import dataclass
from datetime import datetime

from service.domain.ports import Incoming
from service.errors import VisavisError
from service.mail.authenticity import vouched
from service.mail.reply import Received, read_message
from service.storage import replies


@dataclass(frozen=True, slots=True)
class Opened:
    """A mail and what could be read of it; `received` is None where nothing could. `vouched`:
    whether the receiving server authenticated the sender, None where nobody vouches."""

    raw: bytes
    digest: str
    message_id: str | None
    received: Received | None
    vouched: bool | None
    received_at: datetime | None


def open_mail(incoming: Incoming) -> Opened:
    """Parse it; what cannot be parsed is still told apart from every other mail."""
    try:
        received = read_message(incoming.raw)
    except VisavisError:
        received = None
    message_id = (received.message_id or None) if received else None
    return Opened(
        raw=incoming.raw,
        digest=replies.digest(incoming.raw, message_id),
        message_id=message_id,
        received=received,
        vouched=vouched(received.message, incoming.receiver) if received else None,
        received_at=incoming.received_at,
    )
