"""A message as the API shows it, in the four formats."""

from collections.abc import Collection
from email.header import decode_header, make_header
from email.message import Message as Part
from typing import Any

from tests.fakes.google.gmail_mailbox import Message
from tests.fakes.google.gmail_mime import to_base64url

Json = dict[str, Any]


def brief(message: Message) -> Json:
    """What lists and histories tell of a message."""
    return {"id": message.id, "threadId": message.thread}


def labelled(message: Message) -> Json:
    """What a change answers with."""
    return {**brief(message), "labelIds": sorted(message.labels)}


def shown(message: Message, form: str = "full", headers: Collection[str] = ()) -> Json:
    """The message in a format; `headers` picks headers, in the format "metadata" only."""
    mail = message.mail
    answer = {
        **labelled(message),
        "snippet": message.snippet,
        "historyId": str(message.history),
        "internalDate": str(int(message.at.timestamp() * 1000)),
        "sizeEstimate": len(message.raw),
    }
    if form == "raw":
        answer["raw"] = to_base64url(message.raw)
    elif form == "metadata":
        answer["payload"] = {"mimeType": mail.get_content_type(), "headers": _headers(mail, headers)}
    elif form == "full":
        answer["payload"] = _part(mail, "")
    return answer


def _headers(part: Part, wanted: Collection[str]) -> list[Json]:
    names = {name.lower() for name in wanted}
    return [
        {"name": name, "value": _decoded(str(value))}
        for name, value in part.items()
        if not names or name.lower() in names
    ]


def _decoded(value: str) -> str:
    """A header's value on one line, in the letters it stands for."""
    line = "".join(value.splitlines())
    return str(make_header(decode_header(line))) if "=?" in line else line


def _part(part: Part, place: str) -> Json:
    answer: Json = {
        "partId": place,
        "mimeType": part.get_content_type(),
        "filename": part.get_filename() or "",
        "headers": _headers(part, ()),
    }
    inner = [each for each in part.get_payload() if isinstance(each, Part)] if part.is_multipart() else []
    if inner:
        prefix = f"{place}." if place else ""
        parts = [_part(each, f"{prefix}{count}") for count, each in enumerate(inner)]
        return {**answer, "body": {"size": 0}, "parts": parts}
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    return {**answer, "body": {"size": len(data), "data": to_base64url(data)}}
