"""What every letter is built from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.domain.desk import Desk
from service.domain.events import Event
from service.domain.letters import Letter, PromiseLine
from service.domain.people import Leader
from service.domain.playbook import Playbook
from service.domain.records import Meeting
from service.domain.reflections import Question
from service.jobs.office import Office
from service.storage import reflections
from service.storage.database import Transaction
from service.storage.emails import Email
from service.storage.people import LeaderRow


@dataclass(frozen=True, slots=True)
class Content:
    """A letter with the questions it asks, in order."""

    letter: Letter
    questions: tuple[Question, ...] = ()
    attachment: tuple[str, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One email to be written.

    `carried` is the row itself and those bundled into it; `events` the calendar's, where
    the kind needs them, read before the transaction began.
    """

    tx: Transaction
    office: Office
    row: LeaderRow
    desk: Desk
    email: Email
    carried: Sequence[Email]
    now: datetime
    events: Sequence[Event] = ()

    @property
    def leader(self) -> Leader:
        """Who it goes to."""
        return self.row.leader

    @property
    def playbook(self) -> Playbook:
        """In the leader's language."""
        return self.office.playbook_of(self.leader.language)

    def meeting(self, email: Email | None = None) -> Meeting | None:
        """The meeting that a row is about."""
        wanted = (email or self.email).meeting_id
        return next((one for one in self.desk.meetings if one.id == wanted), None)

    def member(self, meeting: Meeting) -> str:
        """What to call the person across."""
        return self.desk.pairs[meeting.pair_id].member.label

    def local(self, moment: datetime) -> datetime:
        """On the leader's clock."""
        return moment.astimezone(self.leader.zone)

    def day(self, moment: datetime) -> date:
        """The leader's local day."""
        return self.local(moment).date()

    def open_promise(self, meeting: Meeting) -> PromiseLine | None:
        """The pair's newest promise from an earlier meeting, unless it was kept."""
        earlier = {one.id for one in self.desk.meetings if one.start < meeting.start}
        mine = [
            promise
            for promise in reflections.promises_of_pair(self.tx, meeting.pair_id)
            if promise.meeting_id in earlier
        ]
        if not mine or mine[-1].kept == "yes":
            return None
        return PromiseLine(mine[-1].text, self.day(mine[-1].made_at))
