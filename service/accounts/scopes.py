"""The permissions that are asked for, the narrowest that will do, and what each one is good for."""

from collections.abc import Iterable
from enum import StrEnum

_AUTH = "https://www.googleapis.com/auth/"
OWN_EVENTS = f"{_AUTH}calendar.events.owned.readonly"
EVENTS = f"{_AUTH}calendar.events.readonly"
GMAIL_MODIFY = f"{_AUTH}gmail.modify"
GMAIL_READ = f"{_AUTH}gmail.readonly"
GMAIL_SEND = f"{_AUTH}gmail.send"
_GMAIL_COMPOSE = f"{_AUTH}gmail.compose"
_GMAIL_ALL = "https://mail.google.com/"


class Mailing(StrEnum):
    """How much of a mailbox is asked for."""

    DRAFTS = "drafts"  # drafts, so that a crash sends nothing twice; labels; reading
    PLAIN = "plain"  # sending and reading, changing nothing
    SEND_ONLY = "send-only"  # replies stay unread


_MAILBOX = {
    Mailing.DRAFTS: (GMAIL_MODIFY,),
    Mailing.PLAIN: (GMAIL_SEND, GMAIL_READ),
    Mailing.SEND_ONLY: (GMAIL_SEND,),
}


def calendar_scopes(*, wide: bool) -> tuple[str, ...]:
    """What reading a calendar takes: one's own, or (`wide`) also one that somebody shared."""
    return (EVENTS,) if wide else (OWN_EVENTS,)


def mailbox_scopes(mailing: Mailing = Mailing.DRAFTS) -> tuple[str, ...]:
    """What using a mailbox takes."""
    return _MAILBOX[mailing]


def may_draft(scopes: Iterable[str]) -> bool:
    """Whether drafts can be made and sent."""
    return not {GMAIL_MODIFY, _GMAIL_COMPOSE, _GMAIL_ALL}.isdisjoint(scopes)


def may_label(scopes: Iterable[str]) -> bool:
    """Whether mails can be marked as dealt with."""
    return not {GMAIL_MODIFY, _GMAIL_ALL}.isdisjoint(scopes)


def may_read_mail(scopes: Iterable[str]) -> bool:
    """Whether replies can be read."""
    return not {GMAIL_MODIFY, GMAIL_READ, _GMAIL_ALL}.isdisjoint(scopes)


def short(scopes: Iterable[str]) -> str:
    """Scopes for people, as Google's console shortens them."""
    return ", ".join(sorted(scope.removeprefix(_AUTH) for scope in scopes))
