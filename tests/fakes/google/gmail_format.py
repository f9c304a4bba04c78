"""A message as the API shows it, in the four formats."""

from collections.abc import Collection
from email.message import EmailMessage
from email.message import Message as AnyMessage
from typing import Any

from tests.fakes.google.gmail_mailbox import Message
from tests.fakes.google.gmail_mime import parsed, to_base64url

Json = dict[str, Any]


def brief(message: Message) -> Json:
    """What lists and histories tell of a message."""
    return {"id": message.id, "threadId": message.thread}


def labelled(message: Message) -> Json:
    """What a change answers with."""
    return {**brief(message), "labelIds": sorted(message.labels)}


def shown(message: Message, form: str = "full", headers: Collection[str] = ()) -> Json:
    """The message in a format; `headers` picks headers, in the format "metadata" only."""
    mail = parsed(message.raw)
    answer = {
        **labelled(message),
        "snippet": _snippet(mail),
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


def _headers(part: AnyMessage, wanted: Collection[str]) -> list[Json]:
    names = {name.lower() for name in wanted}
    return [
        {"name": name, "value": str(value)}
        for name, value in part.items()
        if not names or name.lower() in names
    ]


def _part(part: AnyMessage, place: str) -> Json:
    answer: Json = {
        "partId": place,
        "mimeType": part.get_content_type(),
        "filename": part.get_filename() or "",
        "headers": _headers(part, ()),
    }
    if part.is_multipart():
        prefix = f"{place}." if place else ""
        inner = [each for each in part.get_payload() if isinstance(each, AnyMessage)]
        answer["body"] = {"size": 0}
        answer["parts"] = [_part(each, f"{prefix}{count}") for count, each in enumerate(inner)]
    else:
        content = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else b""
        answer["body"] = {"size": len(data), "data": to_base64url(data)}
    return answer


def _snippet(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    content = body.get_payload(decode=True) if body is not None else b""
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
    return " ".join(text.split())[:200]
