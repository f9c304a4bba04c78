from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from service.domain.authorship import Sighting
from service.domain.meetings import SAID_MOVED, hold
from service.domain.outcomes import unsaid
from service.domain.records import By, Confidence, State, What
from service.domain.reflections import Outcome
from tests.fakes.oneonones import (
    BEFORE,
    DAY,
    HALF_HOUR,
    HOUR,
    MONDAY,
    meeting,
    record_of,
    single,
    whats,
)


class TestTimePasses:
    def test_a_meeting_is_presumed_held_from_its_end(self) -> None:
        record = record_of(single(MONDAY))
        assert record.let_pass(MONDAY + HALF_HOUR - timedelta(seconds=1)) == []
        record.let_pass(MONDAY + HALF_HOUR)
        assert (record.states(), whats(record)) == ([State.PRESUMED_HELD], [What.SEEN, What.ENDED])

    def test_only_what_was_live_ends(self) -> None:
        record = record_of(single(MONDAY))
        record.read([], BEFORE + HOUR)
        assert record.let_pass(MONDAY + DAY) == []


class TestTheLeadersWord:
    HELD = meeting(MONDAY, State.PRESUMED_HELD)
    AFTER = MONDAY + HOUR

    @pytest.mark.parametrize(
        ("outcome", "state", "by", "what"),
        [
            (Outcome.HELD, State.HELD, None, What.CONFIRMED),
            (Outcome.MOVED, State.EXCUSED, None, What.CORRECTED),
            (Outcome.LEADER_CANCELLED, State.CANCELLED, By.LEADER, What.CORRECTED),
            (Outcome.MEMBER_CANCELLED, State.CANCELLED, By.MEMBER, What.CORRECTED),
            (Outcome.NO_SHOW, State.NO_SHOW, None, What.CORRECTED),
        ],
    )
    def test_what_became_of_a_meeting_presumed_held(
        self, outcome: Outcome, state: State, by: By | None, what: What
    ) -> None:
        update = hold(self.HELD, outcome, self.AFTER)
        assert update.change is not None
        assert (update.meeting.state, update.meeting.by) == (state, by)
        assert (update.change.what, update.change.seen_by) == (what, self.AFTER)

    def test_saying_who_cancelled_what_vanished_confirms_it(self) -> None:
        vanished = replace(self.HELD, state=State.CANCELLED, by=By.UNKNOWN, confidence=Confidence.LOW)
        update = hold(vanished, Outcome.LEADER_CANCELLED, self.AFTER)
        assert update.change is not None
        assert (update.change.what, update.meeting.confidence) == (What.CONFIRMED, Confidence.HIGH)

    def test_saying_it_was_the_other_corrects_it(self) -> None:
        cancelled = replace(self.HELD, state=State.CANCELLED, by=By.LEADER)
        update = hold(cancelled, Outcome.MEMBER_CANCELLED, self.AFTER)
        assert update.change is not None
        assert update.change.what is What.CORRECTED

    def test_moved_is_neither_held_nor_cancelled_and_says_so(self) -> None:
        update = hold(self.HELD, Outcome.MOVED, self.AFTER)
        assert update.change is not None
        assert (update.meeting.state, update.change.evidence) == (State.EXCUSED, SAID_MOVED)

    def test_saying_moved_of_a_meeting_still_to_come_elsewhere_leaves_it_alive(self) -> None:
        moved = replace(self.HELD, state=State.MOVED, start=MONDAY + DAY, end=MONDAY + DAY + HALF_HOUR)
        assert hold(moved, Outcome.MOVED, self.AFTER).meeting.state is State.MOVED

    @pytest.mark.parametrize("outcome", Outcome)
    @pytest.mark.parametrize(
        "seen",
        [[single(MONDAY)], [single(MONDAY - DAY)], [], [replace(single(MONDAY), member="nobody")]],
        ids=["stands", "edited", "tidied away", "another guest list"],
    )
    def test_no_later_reading_overrules_it(self, outcome: Outcome, seen: Sequence[Sighting]) -> None:
        record = record_of(single(MONDAY))
        record.read([single(MONDAY)], self.AFTER)
        said = hold(record.meetings[1], outcome, self.AFTER).meeting
        record.meetings[1] = said
        record.read(seen, self.AFTER + HOUR)
        record.let_pass(self.AFTER + DAY)
        assert [one.state for one in record.in_order()] == [said.state]


class TestTakenBack:
    @pytest.mark.parametrize("outcome", list(Outcome))
    @pytest.mark.parametrize(("after", "state"), [(HALF_HOUR, State.PRESUMED_HELD), (-HOUR, State.PLANNED)])
    def test_what_was_said_counts_no_more(self, outcome: Outcome, after: timedelta, state: State) -> None:
        now = MONDAY + after
        told = hold(meeting(MONDAY), outcome, now).meeting
        update = unsaid(told, now)
        assert (update.meeting.state, update.meeting.by, update.meeting.confidence) == (state, None, None)
        assert update.change is not None
        assert update.change.what is What.CORRECTED
