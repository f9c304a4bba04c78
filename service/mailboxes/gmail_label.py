"""The label on mails that are dealt with."""

from collections.abc import Collection

from service.google.refusals import GoogleError, Trouble
from service.mailboxes.gmail_calls import ME, GmailCalls

NAME = "Visavis"


class DoneLabel:
    """Labels mails, and knows them by it, as far as the grant lets us. Everything raises `GoogleError`."""

    def __init__(self, calls: GmailCalls, *, allowed: bool) -> None:
        self._calls = calls
        self._allowed = allowed
        self._id: str | None = None

    def put_on(self, message_id: str) -> None:
        """Label a mail; one that is gone is no error."""
        if not self._allowed:
            return
        try:
            self._id = self._id or self._existing() or self._new()
            body = {"addLabelIds": [self._id]}
            self._calls.ask(self._calls.users.messages().modify(userId=ME, id=message_id, body=body))
        except GoogleError as error:
            if error.trouble is Trouble.FORBIDDEN:
                self._allowed = False  # the grant lets us read and send, and no more
            elif error.trouble is not Trouble.NOT_FOUND:
                raise

    def is_among(self, labels: Collection[str]) -> bool:
        """Whether it is one of a mail's labels, by their ids.

        Its own id is asked for once a mail has a label that is not Gmail's own (those are in capitals).
        """
        if self._id is None and self._allowed and not all(each.isupper() for each in labels):
            self._id = self._existing()
        return self._id is not None and self._id in labels

    def bearers(self, q: str, *, most_pages: int) -> set[str]:
        """The ids of those found by a search that bear it; fewer where the search lags."""
        self._id = self._id or (self._existing() if self._allowed else None)
        if self._id is None:
            return set()
        return set(self._calls.message_ids(most_pages=most_pages, labelIds=[self._id], q=q))

    def _existing(self) -> str | None:
        listed = self._calls.ask(self._calls.users.labels().list(userId=ME, fields="labels(id,name)"))
        names = {each["name"].lower(): str(each["id"]) for each in listed.get("labels", ())}
        return names.get(NAME.lower())

    def _new(self) -> str:
        body = {"name": NAME, "labelListVisibility": "labelShow", "messageListVisibility": "show"}
        try:
            made = self._calls.ask(self._calls.users.labels().create(userId=ME, body=body, fields="id"))
        except GoogleError:
            label = self._existing()  # another process was quicker, or the first try whose answer was lost
            if label is None:
                raise
            return label
        return str(made["id"])
