"""What happened in the demo, line by line, as the page and the tables tell it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from service.assembly import House
from service.demo.delivered import Delivered
from service.demo.people import Star
from service.demo.replies import Written
from service.demo.script.parts import Turn
from service.domain.letters import Kind
from service.domain.records import COUNTS_AS_HELD, By, Change, Meeting, State, What
from service.storage import meetings, people

Understood = Sequence[tuple[str, Sequence[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail left. Every `at` is local to the leader."""

    at: datetime
    mail: Delivered


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """A reply came in, and what became of it; `understood` as the receipt says it."""

    at: datetime
    answered: Delivered
    turn: Turn
    written: Written
    status: str
    reason: str | None
    understood: Understood = ()


@dataclass(frozen=True, slots=True)
class EditLine:
    """Somebody edited the calendar."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class SkipLine:
    """A mail that was not sent, and why; `member` and `start` are the meeting's, if it is about one."""

    at: datetime
    kind: Kind
    key: str
    reason: str | None
    member: str = ""
    start: datetime | None = None


Line = MailLine | ReplyLine | EditLine | SkipLine


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of a leader's one-on-ones, in counts; one that moved and was held is in both."""

    held: int
    moved: int
    by_leader: int
    by_member: int
    no_show: int
    excused: int


@dataclass(slots=True)
class Chronicle:
    """One leader's six weeks."""

    star: Star
    lines: list[Line] = field(default_factory=list)
    unused: list[Turn] = field(default_factory=list)
    outcomes: Outcomes | None = None

    @property
    def sent(self) -> Counter[Kind]:
        """How many mails of each kind left."""
        return Counter(line.mail.kind for line in self.lines if isinstance(line, MailLine))

    @property
    def troubles(self) -> list[str]:
        """Where the program did not do what the story counts on."""
        name = self.star.player.first_name
        return [f"{name} waited for a {one.kind} mail on {one.day:%d %B}; none came." for one in self.unused]


def outcomes_of(house: House, star: Star, until: datetime) -> Outcomes:
    """The counts of the meetings that were to begin after the leader joined, and before `until`."""
    with house.database.read() as tx:
        row = people.by_email(tx, star.player.email)
        if row is None or row.leader.joined_at is None:
            return Outcomes(0, 0, 0, 0, 0, 0)
        known = meetings.of_leader(tx, row.leader.id, row.leader.joined_at, until)
        history = meetings.history(tx, row.leader.id)
    return Outcomes(
        held=sum(one.state in COUNTS_AS_HELD for one in known),
        moved=sum(_moved(one, history.get(one.id or 0, ())) for one in known),
        by_leader=sum(one.state is State.CANCELLED and one.by is By.LEADER for one in known),
        by_member=sum(one.state is State.CANCELLED and one.by is not By.LEADER for one in known),
        no_show=sum(one.state is State.NO_SHOW for one in known),
        excused=sum(one.state is State.EXCUSED for one in known),
    )


def _moved(meeting: Meeting, changes: Sequence[Change]) -> bool:
    """Moved for good: not one that came back to where it was first seen."""
    moves = [one for one in changes if one.what in {What.MOVED, What.RESCHEDULED}]
    return bool(moves) and moves[0].old_start != meeting.start
