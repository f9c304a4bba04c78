"""A machine that lets time pass, people change their minds and processes fail, in any order."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from service.domain.events import Event
from service.errors import CalendarError, MailboxError
from service.jobs.office import LEASE
from tests.fakes.mailbox import Died
from tests.fakes.offices import ANN, MAX
from tests.faults import changes, laws
from tests.faults.points import POINTS
from tests.faults.world import World

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STEPS = {"now": timedelta(0), "a minute": MINUTE, "a lease": LEASE, "hours": 5 * HOUR, "a day": DAY}
AROUND = ("due", "due", "due", "start", "end", "form")
WHEN = st.one_of(
    st.tuples(st.sampled_from(sorted(STEPS)), st.just(0)),
    st.tuples(st.sampled_from(AROUND), st.sampled_from([-11, -10, -9, -1, 0, 0, 0, 1])),
)
IN_TRANSACTION = {"sync_before_commit", "reply_before_commit"}
WELL_AGAIN = 12  # passes
LONGEST = 3 * DAY


class Faults(RuleBasedStateMachine):
    """`pattern` is a database file that is set up; each run works on a copy."""

    pattern: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="visavis-faults-"))
        self.events: list[Event] = []

    @initialize(drafts=st.booleans())
    def begin(self, drafts: bool) -> None:
        path = self.folder / "visavis.db"
        shutil.copy(self.pattern, path)
        self.world = World(path, drafts, laws.judge)
        self.world.run()

    @rule(when=WHEN)
    def a_pass(self, when: tuple[str, int]) -> None:
        self.move(when)
        self.world.run()

    @rule(when=WHEN, point=st.sampled_from(POINTS), known=st.booleans())
    def the_process_dies(self, when: tuple[str, int], point: str, known: bool) -> None:
        self.move(when)
        if self.world.run({point: lambda: self._die(point)}) is None:
            self.world.restart(known=known)

    @rule(when=WHEN, point=st.sampled_from(POINTS), over=st.sampled_from([MINUTE, LEASE, LEASE + MINUTE]))
    def the_process_sleeps(self, when: tuple[str, int], point: str, over: timedelta) -> None:
        self.move(when)
        self.world.run({point: lambda: self._sleep(point, over)})

    @rule(when=WHEN, point=st.sampled_from(sorted(set(POINTS) - IN_TRANSACTION)))
    def the_database_is_locked(self, when: tuple[str, int], point: str) -> None:
        self.move(when)
        unlocks: list[Callable[[], None]] = []
        self.world.run({point: lambda: unlocks.append(self._lock(point))})
        for unlock in unlocks:
            unlock()

    @rule(
        when=WHEN,
        how=st.sampled_from(["passing", "permanent", "before_deliver", "after_deliver", "no answer"]),
    )
    def the_mailbox_fails(self, when: tuple[str, int], how: str) -> None:
        self.move(when)
        mailbox = self.world.mailbox
        if how in {"passing", "permanent"}:
            mailbox.fail_with = MailboxError("The mailbox refused.", permanent=how == "permanent")
        elif how == "no answer":
            mailbox.lose_answer = True
        else:
            mailbox.die = how
        if self.world.run() is None:
            self.world.restart(known=True)
        mailbox.heal()

    @rule(what=st.sampled_from(sorted(changes.ONE)), which=st.integers(0, 3))
    def somebody_changes_a_meeting(self, what: str, which: int) -> None:
        changes.change_one(self.world, what, which)

    @rule(what=st.sampled_from(["shifted", "split"]), uid=st.sampled_from(["max", "ann"]))
    def somebody_changes_a_series(self, what: str, uid: str) -> None:
        changes.change_series(self.world, what, uid)

    @rule(soon=st.sampled_from([9, 11, 20, 130, 1500]), member=st.sampled_from([MAX, ANN]))
    def somebody_books_a_meeting(self, soon: int, member: str) -> None:
        changes.add_one(self.world, soon * MINUTE, member)

    @rule(how=st.sampled_from(["unreadable", "empty", "well"]))
    def the_calendar_fails_or_heals(self, how: str) -> None:
        self._heal_calendar()
        if how == "unreadable":
            self.world.calendar.error = CalendarError("The calendar did not answer.")
        elif how == "empty":
            self.events, self.world.calendar.events = self.world.calendar.events, []

    @rule(said=st.sampled_from(changes.SAID), which=st.integers(0, 2), when=WHEN)
    def a_reply_comes(self, said: str, which: int, when: tuple[str, int]) -> None:
        self.move(when)
        changes.drop_reply(self.world, said, which)

    @invariant()
    def the_record_is_sound(self) -> None:
        laws.after_each_step(self.world)

    def teardown(self) -> None:
        try:
            if hasattr(self, "world"):
                self._all_is_well_again()
                laws.in_the_end(self.world)
        finally:
            if hasattr(self, "world"):
                self.world.database.close()
            shutil.rmtree(self.folder)

    def move(self, when: tuple[str, int]) -> None:
        """Let time pass: a while, or until shortly before or after something is due."""
        what, minutes = when
        moment = self.world.now + STEPS[what] if what in STEPS else self._next(what) + minutes * MINUTE
        self.world.now = max(self.world.now, min(moment, self.world.now + LONGEST))

    def _next(self, what: str) -> datetime:
        """When the plan is due for a look, or a meeting near now begins, ends, or has its form due."""
        now = self.world.now
        if what == "due":
            return self.world.row().next_due_at or now
        events = [one for one in self.world.calendar.events if one.end + 20 * MINUTE > now]
        if not events:
            return now
        event = min(events, key=lambda one: one.start)
        return {"start": event.start, "end": event.end, "form": event.end + laws.AFTER_THE_END}[what]

    def _die(self, point: str) -> None:
        self._lose_draft(point)
        raise Died

    def _sleep(self, point: str, over: timedelta) -> None:
        world = self.world
        if point == "checked" and over >= LEASE:
            world.overslept |= {row.key for row in world.rows() if row.status == "sending"}
        world.sleep(over)

    def _lock(self, point: str) -> Callable[[], None]:
        self._lose_draft(point)
        return self.world.lock()

    def _lose_draft(self, point: str) -> None:
        """A draft whose id was never kept is lost: the mailbox's own sweeping finds it."""
        if point == "draft_made":
            self.world.lost_drafts.add(list(self.world.mailbox.drafts)[-1])

    def _heal_calendar(self) -> None:
        calendar = self.world.calendar
        calendar.error = None
        calendar.events += self.events
        self.events = []

    def _all_is_well_again(self) -> None:
        world = self.world
        self._heal_calendar()
        world.mailbox.heal()
        world.now += LEASE
        for _ in range(WELL_AGAIN):
            world.run()
            due = world.row().next_due_at or world.now
            world.now = max(world.now + HOUR, min(due, world.now + LONGEST))
        world.run()
