"""Gmail's search, the part of its language that a program needs; of the rest it says so."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.fakes.google.errors import ApiError
from tests.fakes.google.gmail_mailbox import Message

Test = Callable[[Message], bool]
_PLACES = {
    "inbox": "INBOX",
    "sent": "SENT",
    "draft": "DRAFT",
    "drafts": "DRAFT",
    "trash": "TRASH",
    "spam": "SPAM",
}
_SPANS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(days=30), "y": timedelta(days=365)}
_TERM = re.compile(r'(-?)([a-z0-9_]+):("[^"]*"|\S+)')
_PACIFIC = ZoneInfo("America/Los_Angeles")  # a bare date begins at midnight there


def search(q: str, now: datetime) -> Test:
    """Whether a message is found by `q`; 501 for what this fake cannot search for."""
    rest = _TERM.sub("", q).strip()
    if rest:
        raise _unknown(rest)
    tests = [_term(sign == "-", name, value.strip('"'), now) for sign, name, value in _TERM.findall(q)]
    return lambda message: all(test(message) for test in tests)


def places(q: str) -> set[str]:
    """The labels that `q` asks for by `in:`."""
    return {_PLACES[value] for sign, name, value in _TERM.findall(q) if name == "in" and value in _PLACES}


def _term(negated: bool, name: str, value: str, now: datetime) -> Test:
    test = _test(name, value, now)
    return (lambda message: not test(message)) if negated else test


def _test(name: str, value: str, now: datetime) -> Test:
    if name in ("from", "to", "subject"):
        return lambda message: value.lower() in message.mime.get(name).lower()
    if name == "rfc822msgid":
        wanted = value.strip("<>")
        return lambda message: message.message_id.strip("<>") == wanted
    if name in ("after", "before", "newer_than", "older_than"):
        return _time(name, value, now)
    return _label(name, value)


def _label(name: str, value: str) -> Test:
    if (name, value) == ("in", "anywhere"):
        return lambda _: True
    if name == "in" and value in _PLACES:
        return lambda message: _PLACES[value] in message.labels
    if name == "is" and value in ("unread", "starred"):
        return lambda message: value.upper() in message.labels
    raise _unknown(f"{name}:{value}")


def _time(name: str, value: str, now: datetime) -> Test:
    moment = _moment(value) if name in ("after", "before") else now - _span(value)
    if name in ("after", "newer_than"):
        return lambda message: message.at >= moment
    return lambda message: message.at < moment


def _moment(value: str) -> datetime:
    if value.isdigit():
        return datetime.fromtimestamp(int(value), UTC)
    try:
        return datetime.strptime(value.replace("-", "/"), "%Y/%m/%d").replace(tzinfo=_PACIFIC)
    except ValueError as error:
        raise _unknown(value) from error


def _span(value: str) -> timedelta:
    if re.fullmatch(r"\d+[dhmy]", value) is None:
        raise _unknown(value)
    return int(value[:-1]) * _SPANS[value[-1]]


def _unknown(what: str) -> ApiError:
    return ApiError(
        501, "notImplemented", f"The fake cannot search for {what!r}: teach it in gmail_search.py."
    )
