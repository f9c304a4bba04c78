"""What each method of the Gmail API does, over the post office."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.fakes.google.errors import ApiError
from tests.fakes.google.gmail_format import Json, brief, labelled, shown
from tests.fakes.google.gmail_mailbox import SYSTEM_LABELS, Mailbox, Message, Record, invalid
from tests.fakes.google.gmail_mime import from_base64url
from tests.fakes.google.gmail_office import Office
from tests.fakes.google.gmail_search import places, search

_METADATA = "https://www.googleapis.com/auth/gmail.metadata"
_MOST = 500
_KINDS = {
    "messageAdded": "messagesAdded",
    "messageDeleted": "messagesDeleted",
    "labelAdded": "labelsAdded",
    "labelRemoved": "labelsRemoved",
}


@dataclass(frozen=True)
class Ask:
    """One call: whose mailbox, what is asked, and when."""

    box: Mailbox
    params: Mapping[str, Any]
    body: Json
    now: datetime


class Calls:
    """The methods by name, without "gmail.users." in front."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.handlers: dict[str, Callable[[Ask], Any]] = {
            "getProfile": self._profile,
            "watch": self._watch,
            "stop": self._stop,
            "messages.send": self._send,
            "messages.get": self._get,
            "messages.list": self._list,
            "messages.modify": self._modify,
            "messages.trash": self._trash,
            "drafts.create": self._create_draft,
            "drafts.get": self._get_draft,
            "drafts.list": self._list_drafts,
            "drafts.update": self._update_draft,
            "drafts.send": self._send_draft,
            "drafts.delete": self._delete_draft,
            "threads.get": self._thread,
            "labels.list": self._labels,
            "labels.create": self._create_label,
            "history.list": self._history,
        }

    def _profile(self, ask: Ask) -> Json:
        messages = ask.box.messages.values()
        return {
            "emailAddress": ask.box.address,
            "messagesTotal": len(messages),
            "threadsTotal": len({message.thread for message in messages}),
            "historyId": str(ask.box.history_id),
        }

    def _send(self, ask: Ask) -> Json:
        return labelled(self._office.send(ask.box, _raw(ask.body), ask.body.get("threadId")))

    def _get(self, ask: Ask) -> Json:
        return self._shown(ask.box.message(ask.params["id"]), ask)

    def _list(self, ask: Ask) -> Json:
        found = self._found(ask)
        page = _page(found, ask)
        return _listing("messages", [brief(message) for message in page], found, page)

    def _modify(self, ask: Ask) -> Json:
        message = ask.box.message(ask.params["id"])
        gained, lost = ask.body.get("addLabelIds", ()), ask.body.get("removeLabelIds", ())
        ask.box.relabel(message, gained, lost, ask.now)
        return labelled(message)

    def _trash(self, ask: Ask) -> Json:
        message = ask.box.message(ask.params["id"])
        ask.box.relabel(message, {"TRASH"}, {"INBOX"}, ask.now)
        return labelled(message)

    def _create_draft(self, ask: Ask) -> Json:
        return self._drafted(ask, ask.body, None)

    def _get_draft(self, ask: Ask) -> Json:
        draft = ask.params["id"]
        return {"id": draft, "message": self._shown(ask.box.draft(draft), ask)}

    def _list_drafts(self, ask: Ask) -> Json:
        ids = {message: draft for draft, message in ask.box.drafts.items()}
        found = [message for message in self._found(ask) if message.id in ids]
        page = _page(found, ask)
        listed = [{"id": ids[message.id], "message": brief(message)} for message in page]
        return _listing("drafts", listed, found, page)

    def _update_draft(self, ask: Ask) -> Json:
        return self._drafted(ask, ask.body, ask.params["id"])

    def _send_draft(self, ask: Ask) -> Json:
        draft = ask.body.get("id", "")
        if ask.body.get("message"):
            self._drafted(ask, ask.body, draft)
        return labelled(self._office.send_draft(ask.box, draft))

    def _delete_draft(self, ask: Ask) -> None:
        self._office.drop_draft(ask.box, ask.params["id"])

    def _thread(self, ask: Ask) -> Json:
        messages = ask.box.thread(ask.params["id"])
        latest = max(message.history for message in messages)
        listed = [self._shown(message, ask) for message in messages]
        return {"id": ask.params["id"], "historyId": str(latest), "messages": listed}

    def _labels(self, ask: Ask) -> Json:
        system = [{"id": name, "name": name, "type": "system"} for name in SYSTEM_LABELS]
        own = [{"id": label, "name": name, "type": "user"} for label, name in ask.box.labels.items()]
        return {"labels": [*system, *own]}

    def _create_label(self, ask: Ask) -> Json:
        name = ask.body.get("name")
        if not name:
            raise invalid("Invalid label name")
        return {**ask.body, "id": ask.box.new_label(name), "type": "user"}

    def _history(self, ask: Ask) -> Json:
        """A page is cut before it is filtered: it may be empty and still not the last."""
        start = _number(ask.params.get("startHistoryId", ""), "startHistoryId")
        after = _number(ask.params.get("pageToken") or str(start), "pageToken")
        records = [
            record for record in ask.box.since(start, ask.now, self._office.history_life) if record.id > after
        ]
        page = records[: min(_size(ask), self._office.history_page)]
        told = [_told(record) for record in page if _wanted(record, ask)]
        more = {"nextPageToken": str(page[-1].id)} if len(page) < len(records) else {}
        return {"historyId": str(ask.box.history_id), **({"history": told} if told else {}), **more}

    def _watch(self, ask: Ask) -> Json:
        topic = ask.body.get("topicName", "")
        if not re.fullmatch(r"projects/[^/]+/topics/[^/]+", topic):
            raise invalid("Invalid topicName does not match projects/<project>/topics/*")
        behaviour = ask.body.get("labelFilterBehavior") or ask.body.get("labelFilterAction") or "include"
        excluding, labels = behaviour.lower() == "exclude", ask.body.get("labelIds", ())
        watch = self._office.watches.begin(ask.box, topic, labels, ask.now, excluding=excluding)
        return {"historyId": str(ask.box.history_id), "expiration": str(int(watch.until.timestamp() * 1000))}

    def _stop(self, ask: Ask) -> None:
        self._office.watches.end(ask.box.address)

    def _drafted(self, ask: Ask, body: Json, draft: str | None) -> Json:
        """A new draft, or a new message under an old draft's id."""
        written = body.get("message") or {}
        message = self._office.write_draft(ask.box, _raw(written), written.get("threadId"), draft)
        return {"id": ask.box.keep_draft(draft, message), "message": labelled(message)}

    def _found(self, ask: Ask) -> list[Message]:
        """What a list shows, newest first; the index of `q` and of SENT may lag behind."""
        q, labels = ask.params.get("q") or "", set(ask.params.get("labelIds") or ())
        if q and self._only_metadata:
            raise ApiError(403, "forbidden", "Metadata scope does not support 'q' parameter")
        fits, asked = search(q, ask.now), labels | places(q)
        hidden = set() if ask.params.get("includeSpamTrash") else {"SPAM", "TRASH"} - asked
        known = ask.now - max(
            self._office.search_lag if q else timedelta(),
            self._office.sent_lag if "SENT" in asked else timedelta(),
        )
        return [
            message
            for message in reversed(ask.box.messages.values())
            if message.at <= known and labels <= message.labels
            if not hidden & message.labels and fits(message)
        ]

    def _shown(self, message: Message, ask: Ask) -> Json:
        form = ask.params.get("format", "metadata" if self._only_metadata else "full")
        if form in ("full", "raw") and self._only_metadata:
            raise ApiError(403, "forbidden", f"Metadata scope doesn't allow format {form.upper()}")
        return shown(message, form, ask.params.get("metadataHeaders") or ())

    @property
    def _only_metadata(self) -> bool:
        """Google's oddity: this scope takes away what a wider one beside it would give."""
        return _METADATA in self._office.world.asking.scopes


def _raw(written: Json) -> bytes:
    """The mail in a body."""
    if not written.get("raw"):
        raise invalid("'raw' RFC822 payload message string or uploading message via /upload/* URL required")
    try:
        return from_base64url(written["raw"])
    except ValueError as error:
        raise invalid("Invalid value at 'raw' (TYPE_BYTES), Base64 decoding failed") from error


def _size(ask: Ask) -> int:
    return min(int(ask.params.get("maxResults") or 100), _MOST)


def _number(text: str, name: str) -> int:
    if not str(text).isdigit():
        raise ApiError(400, "invalidArgument", f"Invalid {name}", location=name)
    return int(text)


def _page(found: Sequence[Message], ask: Ask) -> list[Message]:
    token = ask.params.get("pageToken")
    if token:
        found = [message for message in found if message.number < _number(token, "pageToken")]
    return list(found[: _size(ask)])


def _listing(name: str, listed: list[Json], found: Sequence[Message], page: Sequence[Message]) -> Json:
    """A page as it is told: an empty one has no list at all."""
    answer: Json = {"resultSizeEstimate": len(found)}
    if listed:
        answer[name] = listed
    if page and page[-1] is not found[-1]:
        answer["nextPageToken"] = str(page[-1].number)
    return answer


def _wanted(record: Record, ask: Ask) -> bool:
    kinds, label = ask.params.get("historyTypes") or (), ask.params.get("labelId")
    return (not kinds or record.kind in kinds) and (not label or label in record.labels | record.changed)


def _told(record: Record) -> Json:
    ids = {"id": record.message, "threadId": record.thread}
    change: Json = {"message": {**ids, "labelIds": sorted(record.labels)}}
    if record.changed:
        change["labelIds"] = sorted(record.changed)
    return {"id": str(record.id), "messages": [ids], _KINDS[record.kind]: [change]}
