"""Reconnect: the calendar may not be read any more, and only a person can mend that. Told once."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from service.domain.desk import Decision, Desk, Reason
from service.domain.letters import Kind
from service.domain.timing import when_reachable

PERHAPS_A_HICCUP = timedelta(hours=1)  # access that comes back within it was never worth a mail
ONE_IN = timedelta(days=7)  # a grant that comes and goes is told of once a week at most


def reconnects(desk: Desk, now: datetime) -> Iterator[Decision]:
    """One decision while access is lost; its key is the loss, so that each is told of once."""
    since = desk.reconnect_since
    if since is None:
        return
    due = when_reachable(max(since + PERHAPS_A_HICCUP, now), desk.leader.preferences, desk.work)
    key = f"reconnect:{desk.leader.key}:{since:%Y%m%d%H%M%S}"
    yield Decision(Kind.RECONNECT, key, due, Reason.TOLD_LATELY if _told_lately(desk, key, now) else None)


def _told_lately(desk: Desk, key: str, now: datetime) -> bool:
    told = (mail.sent_at for mail in desk.mails_of(Kind.RECONNECT) if mail.key != key)
    return any(sent is not None and now - sent < ONE_IN for sent in told)
