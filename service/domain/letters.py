"""What each mail says, before it has words: one shape per kind.

Every datetime here is aware and already in the leader's zone. Templates add the words.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from service.domain.playbook import Trap, Week
from service.domain.reflections import Question


class Kind(StrEnum):
    """The kinds of mail."""

    WELCOME = "welcome"
    PREP = "prep"
    REFLECTION = "reflection"
    REMINDER = "reminder"
    REBOOK = "rebook"
    CONFIRM = "confirm"
    RECEIPT = "receipt"
    DIGEST = "digest"
    RECONNECT = "reconnect"
    EXPORT = "export"
    ACCESS = "access"


@dataclass(frozen=True, slots=True)
class Frame:
    """What every mail carries. `reference` is the reply token (32 hex digits), `reply_to` the
    address with it, `locale` how dates are written ("en_DE"). `form_url` is the page of this
    mail's questions, `month_url` that of its month, `pages_url` the door to the leader's own
    pages: "" where the mail has no such page, or where nobody elsewhere could reach it.
    """

    leader_first_name: str
    language: str
    reference: str
    unsubscribe_url: str
    service_name: str
    locale: str = "en_150"
    reply_to: str = ""
    form_url: str = ""
    month_url: str = ""
    pages_url: str = ""


@dataclass(frozen=True, slots=True)
class WelcomeLetter:
    """`members` are names found so far; `waiting` those that one by one brings in later.
    `purpose` is one sentence of the playbook, "" for none."""

    members: tuple[str, ...]
    waiting: tuple[str, ...]
    first_prep_at: datetime | None
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A promise of support; `made_on` is local."""

    text: str
    made_on: date


@dataclass(frozen=True, slots=True)
class PrepLetter:
    """`turn` (from 0) is how often this pair has had this week; it picks the wordings."""

    member: str
    start: datetime
    end: datetime
    week: Week
    turn: int
    last_better: str | None
    open_promise: PromiseLine | None
    trap: Trap


@dataclass(frozen=True, slots=True)
class FormSection:
    """One meeting's part of a form."""

    member: str
    start: datetime
    end: datetime
    questions: tuple[Question, ...]
    open_promise: PromiseLine | None


@dataclass(frozen=True, slots=True)
class ReflectionLetter:
    """The form; also the reminder's. Several sections where meetings stood back to back."""

    sections: tuple[FormSection, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A free time; `url` opens a ready event."""

    start: datetime
    end: datetime
    url: str


@dataclass(frozen=True, slots=True)
class RebookLetter:
    """`start` is when the cancelled meeting would have been."""

    member: str
    start: datetime
    slots: tuple[Slot, ...]


class Ask(StrEnum):
    """What a confirm mail can ask."""

    SERIES = "series"
    WHAT_HAPPENED = "what_happened"
    PAUSE = "pause"
    HELD_REPLY = "held_reply"


@dataclass(frozen=True, slots=True)
class ConfirmItem:
    """One thing to confirm. `title` is the event's own title (series), `member` who it is
    about, `start` when (None for pause); `sender` the address a held reply came from."""

    ask: Ask
    question: Question
    title: str = ""
    member: str = ""
    start: datetime | None = None
    sender: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmLetter:
    """One mail, one or more things to confirm."""

    items: tuple[ConfirmItem, ...]


@dataclass(frozen=True, slots=True)
class UnderstoodLine:
    """A question in a few words, and what was understood."""

    label: str
    answer: str


@dataclass(frozen=True, slots=True)
class UnderstoodSection:
    """What was understood about one subject (a member's name, a series' title)."""

    about: str
    lines: tuple[UnderstoodLine, ...]


class Done(StrEnum):
    """What a reply's command did."""

    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ReceiptLetter:
    """`unsure` are lines we could not place: asked back. `done` is set for a command;
    `paused_until` goes with PAUSED (None: until they write resume)."""

    sections: tuple[UnderstoodSection, ...]
    free_text: str | None = None
    unsure: tuple[str, ...] = ()
    done: Done | None = None
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """The leader's own words. `about` is the member's name, `on` the meeting's local day."""

    text: str
    about: str
    on: date


@dataclass(frozen=True, slots=True)
class SignLine:
    """A sign and how often it was noticed, of how many answers; with own words if any."""

    name: str
    means: str
    noticed: int
    asked: int
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class PairMonth:
    """One pair's month in counts. `days_since_last` None: never held on record."""

    member: str
    held: int
    moved: int
    cancelled_by_leader: int
    cancelled_by_member: int
    cancelled_by_unknown: int
    excused: int
    days_since_last: int | None
    no_show: int = 0


@dataclass(frozen=True, slots=True)
class DigestLetter:
    """A month. `percent_held` is None under five meetings. `weeks` maps a week's job to
    how often it was held. `quiet_pairs` have not met for 30 days or more."""

    month: date
    held: int
    moved: int
    cancelled_by_leader: int
    cancelled_by_member: int
    cancelled_by_unknown: int
    excused: int
    percent_held: int | None
    pairs: tuple[PairMonth, ...]
    weeks: tuple[tuple[str, int], ...]
    signs: tuple[SignLine, ...]
    worked: tuple[Quote, ...]
    better: tuple[Quote, ...]
    promises_kept: tuple[Quote, ...]
    promises_open: tuple[Quote, ...]
    traps_met: tuple[str, ...]
    quiet_pairs: tuple[str, ...]
    question: str
    experiment: str
    no_show: int = 0


@dataclass(frozen=True, slots=True)
class ReconnectLetter:
    """`calendar` names the calendar without its secret; `url` mends it."""

    calendar: str
    url: str


@dataclass(frozen=True, slots=True)
class ExportLetter:
    """The leader's own data goes along as an attachment."""

    meetings: int
    reflections: int


@dataclass(frozen=True, slots=True)
class AccessLetter:
    """`url` opens the leader's own pages."""

    url: str


type_of_letter = {
    Kind.WELCOME: WelcomeLetter,
    Kind.PREP: PrepLetter,
    Kind.REFLECTION: ReflectionLetter,
    Kind.REMINDER: ReflectionLetter,
    Kind.REBOOK: RebookLetter,
    Kind.CONFIRM: ConfirmLetter,
    Kind.RECEIPT: ReceiptLetter,
    Kind.DIGEST: DigestLetter,
    Kind.RECONNECT: ReconnectLetter,
    Kind.EXPORT: ExportLetter,
    Kind.ACCESS: AccessLetter,
}

Letter = (
    WelcomeLetter
    | PrepLetter
    | ReflectionLetter
    | RebookLetter
    | ConfirmLetter
    | ReceiptLetter
    | DigestLetter
    | ReconnectLetter
    | ExportLetter
    | AccessLetter
)
