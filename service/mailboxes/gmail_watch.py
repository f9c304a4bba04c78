"""Asking Gmail to tell of replies by itself, through Cloud Pub/Sub."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from service.errors import MailboxError
from service.google.calls import Account, Caller
from service.google.refusals import GoogleError
from service.mailboxes.gmail_calls import ME, GmailCalls
from service.mailboxes.gmail_errors import named_for_the_mailbox

_UNITS_PER_MINUTE = 6000
_OF_THE_TOPIC = frozenset({"forbidden", "notFound", "invalidArgument", "invalid", "badRequest"})
"""Gmail tries the topic at once, and refuses what it may not publish to."""


class GmailWatch:
    """Implements `WatchableMailbox` for the mailbox `address`. A watch ends within seven days;
    asking anew replaces it, and Google advises to do so daily."""

    def __init__(self, caller: Caller, account: Account, address: str, *, endpoint: str = "") -> None:
        self._address = address
        self._calls = GmailCalls(
            caller, account, address, endpoint=endpoint, units_per_minute=_UNITS_PER_MINUTE
        )

    def watch(self, topic: str) -> datetime:
        """Ask for it (anew), `topic` being projects/…/topics/…; when it ends (UTC). Or `MailboxError`."""
        body = {"topicName": topic, "labelIds": ["INBOX"], "labelFilterBehavior": "include"}
        request = self._calls.users.watch(userId=ME, body=body, fields="expiration")
        with named_for_the_mailbox(self._address), _named_for_the_topic():
            answer = self._calls.ask(request)
        try:
            return datetime.fromtimestamp(int(answer["expiration"]) / 1000, UTC)
        except (KeyError, TypeError, ValueError, OverflowError):
            raise MailboxError("Google's answer could not be understood; it is asked again.") from None


@contextmanager
def _named_for_the_topic() -> Iterator[None]:
    try:
        yield
    except GoogleError as error:
        if error.reason not in _OF_THE_TOPIC:
            raise
        raise MailboxError(
            f"Gmail cannot publish to the topic (HTTP {error.status}, {error.reason}); check [google] "
            "pubsub_topic, which has to be in the project of the OAuth client or service account, and that "
            "gmail-api-push@system.gserviceaccount.com has the role Pub/Sub Publisher there."
        ) from None
