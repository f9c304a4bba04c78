"""The pieces a leader's six weeks are written in. Every time is local to the leader, and naive."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from service.demo.calendars import CalendarFile
from service.demo.people import Player, Star
from service.domain.letters import Kind

YEAR = 2026


class Style(StrEnum):
    """Where somebody puts an answer."""

    INLINE = "under each question"
    NUMBERED = "a numbered list on top"
    WORDS = "a few words on top"
    AUTOMATIC = "an automatic answer"
    BOOKS = "a click on a free time"


class Client(StrEnum):
    """How a mail program quotes."""

    GMAIL = "Gmail"
    OUTLOOK = "Outlook"
    APPLE = "Apple Mail"


@dataclass(frozen=True, slots=True)
class Scene:
    """Somebody edits a leader's calendar. `words` say it in one line for the page."""

    when: datetime
    words: str
    edit: Callable[[CalendarFile], None]


@dataclass(frozen=True, slots=True)
class Look:
    """A look back on one meeting, by the form's questions; "" is left unanswered.

    `signs` has a letter for each sign: y, n or u (unsure), a blank for no answer.
    """

    worked: str = ""
    surprised: str = ""
    better: str = ""
    signs: str = ""
    talked: str = ""
    promise: str = ""
    kept: str = ""
    happened: str = "yes"


@dataclass(frozen=True, slots=True)
class Turn:
    """What a leader does `after` a mail of a kind that was sent on a day.

    `about` is a word of its subject ("" for any). A form is answered by `looks`, by the
    members' first names; any other mail by `words`. `sender` is who really writes.
    """

    kind: Kind
    day: date
    about: str
    after: timedelta
    style: Style
    client: Client = Client.GMAIL
    looks: Mapping[str, Look] = field(default_factory=dict)
    words: str = ""
    sender: Player | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """One leader's six weeks."""

    star: Star
    open_calendar: Callable[[CalendarFile], None]
    scenes: tuple[Scene, ...]
    turns: tuple[Turn, ...]


def day(month: int, number: int) -> date:
    """A day of the demo's year."""
    return date(YEAR, month, number)


def at(month: int, number: int, hour: int, minute: int = 0) -> datetime:
    """A local time of the demo's year."""
    return datetime(YEAR, month, number, hour, minute)  # noqa: DTZ001 - the leader's zone is added where it is used


def minutes(number: int) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=number)
