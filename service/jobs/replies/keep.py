"""Keep what a leader said of a meeting: its state, the reflection, the promise, and whether one was kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.answers import says_nothing
from service.domain.filled import replaced
from service.domain.meetings import hold
from service.domain.outcomes import unsaid
from service.domain.records import Meeting, Update
from service.domain.reflections import Outcome, Question, Reflection, merge
from service.storage import meetings, people, reflections
from service.storage.database import Transaction
from service.storage.people import LeaderRow


@dataclass(frozen=True, slots=True)
class Keeping:
    """Whose words, and when; `replacing` where they stand for all that was said before, and do
    not only add to it."""

    tx: Transaction
    row: LeaderRow
    now: datetime
    replacing: bool = False


def keep_reflection(
    keeping: Keeping, meeting: Meeting, said: Reflection, questions: Sequence[Question]
) -> None:
    """Store what was said in answer to the meeting's questions, with all that follows from it."""
    if said == Reflection() and not keeping.replacing:
        return
    tx, meeting_id = keeping.tx, meeting.id or 0
    old = reflections.of_meeting(tx, meeting_id) or Reflection()
    whole = replaced(old, said, questions) if keeping.replacing else merge(old, said)
    if said.outcome is not None and not (keeping.replacing and said.outcome is old.outcome):
        keep_outcome(keeping, meeting, said.outcome)
    elif keeping.replacing and whole.outcome is None and old.outcome is not None:
        _change(keeping, unsaid(meeting, keeping.now))
    if whole != Reflection():
        reflections.put(tx, keeping.row.leader.id, meeting_id, whole, keeping.now)
    elif old != Reflection():
        reflections.forget(tx, meeting_id)
    _keep_answer(keeping, meeting, old, whole, said)
    _keep_promise(keeping, meeting, whole)


def keep_outcome(keeping: Keeping, meeting: Meeting, outcome: Outcome) -> None:
    """The meeting went as the leader says."""
    _change(keeping, hold(meeting, outcome, keeping.now))


def _change(keeping: Keeping, update: Update) -> None:
    leader = keeping.row.leader
    meetings.apply(keeping.tx, leader, people.pairs_of(keeping.tx, leader.id), [update])
    people.change(keeping.tx, leader.id, next_due_at=None)


def _keep_answer(
    keeping: Keeping, meeting: Meeting, old: Reflection, whole: Reflection, said: Reflection
) -> None:
    """Whether the promise was kept is about the pair's newest from an earlier meeting."""
    if whole.kept is old.kept and (keeping.replacing or said.kept is None):
        return
    (promise,) = reflections.promises_before(keeping.tx, [(meeting.pair_id, meeting.start)])
    if promise is not None:
        reflections.mark_kept(keeping.tx, promise.meeting_id, whole.kept, keeping.now)


def _keep_promise(keeping: Keeping, meeting: Meeting, whole: Reflection) -> None:
    meeting_id = meeting.id or 0
    if whole.promise and not says_nothing(whole.promise):
        leader_id = keeping.row.leader.id
        reflections.put_promise(
            keeping.tx, leader_id, meeting.pair_id, meeting_id, whole.promise, keeping.now
        )
    elif keeping.replacing:
        reflections.forget_promise(keeping.tx, meeting_id)
