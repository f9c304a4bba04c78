"""Thirteen weeks of a world and of the program in it, from one due moment to the next."""

import heapq
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from service.jobs.office import PassReport
from tests.fakes.mailbox import Died
from tests.faults.points import POINTS
from tests.simulation.changes import Changes
from tests.simulation.duties import after_pass
from tests.simulation.ledger import Ledger
from tests.simulation.post import Letter
from tests.simulation.program import Program
from tests.simulation.replies import Correspondents, Reply
from tests.simulation.rules import BrokenPromiseError, judge, need
from tests.simulation.scenery import BEGINNINGS, WEEKS, make_leaders, wall
from tests.simulation.truth import Leader

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Story:
    """What happened, for the line that a failing seed prints."""

    lines: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def tell(self, now: datetime, what: str) -> None:
        self.lines.append(f"{now:%a %d %b %H:%M} {what}")


class Life(ABC):
    """One seed, whatever calendars and post are the world's (see what is abstract)."""

    def __init__(self, seed: int, folder: Path, blank: Path) -> None:
        self.random = Random(seed)  # noqa: S311 - a seeded run is the point
        begin = self.random.choice(BEGINNINGS)
        leaders = make_leaders(self.random, self.random.choice((1, 1, 1, 1, 1, 2)), begin)
        self.now = wall(begin, time(self.random.randrange(24), 7), ZoneInfo("UTC"))
        self.until = self.now + timedelta(weeks=WEEKS)
        self.ledgers = {leader.address: Ledger(leader) for leader in leaders}
        self.people = Correspondents(self.random)
        self.story = Story()
        self.replies: list[Reply] = []
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()
        self.program = self.make_program(seed, folder, blank)
        for leader in leaders:
            self.program.welcome(leader)
            self._plan_changes(self.changes_of(leader), len(leader.pairs))
            self.plan_blackouts(self.ledgers[leader.address])
        self._plan_crashes()
        self.plan_trouble()

    @abstractmethod
    def make_program(self, seed: int, folder: Path, blank: Path) -> Program:
        """The program, and the world that it is to live in."""

    def changes_of(self, leader: Leader) -> Changes:
        """What happens to a leader's calendar."""
        return Changes(self.random, leader)

    @abstractmethod
    def plan_blackouts(self, ledger: Ledger) -> None:
        """When a leader's calendar cannot be read."""

    @abstractmethod
    def plan_trouble(self) -> None:
        """What else goes wrong, beside crashes."""

    @abstractmethod
    def show(self) -> None:
        """Let the program's world stand as it does now."""

    @abstractmethod
    def new_letters(self) -> list[Letter]:
        """What people got since this was last asked."""

    @abstractmethod
    def put_in(self, reply: Reply) -> None:
        """Let a reply arrive."""

    @abstractmethod
    def taken(self, *, crashed: bool, sent: bool) -> list[Reply]:
        """The replies that the program has taken in since. `sent`: a mail left in this pass."""

    def has_read(self, ledger: Ledger, *, crashed: bool) -> bool:
        """Whether the program has read this leader's calendar in this pass."""
        return not crashed or self.program.row(ledger.leader.address).read_at == self.now

    def note(self, ledger: Ledger) -> None:  # noqa: B027 - a plain world has nothing more
        """What else the program knows of this leader after a pass."""

    @abstractmethod
    def allow_for_trouble(self) -> None:
        """Be lenient where something that went wrong in this pass holds mails up for a while."""

    @abstractmethod
    def check_report(self, report: PassReport) -> None:
        """What a pass may say of itself."""

    @abstractmethod
    def close(self) -> None:
        """What must hold of the whole at the end."""

    def tell_time(self, moment: datetime) -> None:  # noqa: B027 - a plain world has no clock
        """Something happens in the world at this moment."""

    def run(self) -> Story:
        """Live through it; the first broken invariant ends it with the story so far."""
        try:
            while self.now < self.until:
                self._pass()
                self.now = self._next()
            self.close()
        except BrokenPromiseError as broken:
            broken.add_note("\n".join(self.story.lines[-25:]))
            raise
        finally:
            self.end()
        return self.story

    def end(self) -> None:
        """Let go of everything."""
        self.program.stop()

    def at(self, moment: datetime, deed: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (moment, next(self._order), deed))

    def some_time(self) -> datetime:
        return self.now + self.random.random() * (self.until - self.now)

    def _plan_changes(self, changes: Changes, pairs: int) -> None:
        for _ in range(6 + 6 * pairs):
            moment = self.some_time()

            def change(moment: datetime = moment) -> None:
                done = changes.act(moment)
                if done:
                    self.story.tell(moment, f"{changes.leader.name}: {done}")

            self.at(moment, change)

    def _plan_crashes(self) -> None:
        for _ in range(self.random.randrange(2, 7)):
            point, left = self.random.choice(POINTS), self.random.randrange(3)
            self.at(self.some_time(), lambda point=point, left=left: self.program.faults.set(point, left))  # type: ignore[misc]  # likewise
        for _ in range(self.random.randrange(3)):
            self.at(self.some_time(), self.program.restart)

    def _next(self) -> datetime:
        """When the next pass is: at a due moment, or some minutes later, or when a change is noticed."""
        late = self.random.choice((0, 0, 0, 20, 60, 170)) * timedelta(seconds=1)
        due = self.program.next_moment() or self.until
        heartbeat = self.now + self.random.choice((20, 33, 50)) * HOUR
        moments = [max(due + late, self.now + MINUTE), heartbeat]
        if self._agenda:
            poll = self.random.randrange(5, 61) * MINUTE
            moments.append(max(self._agenda[0][0] + poll, self.now + MINUTE))
        if self.random.random() < 0.004:
            moments = [self.now + self.random.choice((3, 20, 60)) * HOUR]  # the machine was off
        moment = min(moments).replace(microsecond=0)
        self._happen(moment)
        return moment

    def _happen(self, until: datetime) -> None:
        """Everything on the agenda up to then."""
        while self._agenda and self._agenda[0][0] <= until:
            moment, _, deed = heapq.heappop(self._agenda)
            self.tell_time(moment)
            deed()

    def _pass(self) -> None:
        self.show()
        try:
            report = self.program.run_pass(self.now)
        except Died as died:
            self._died(str(died))
            return
        self._learn()
        self.check_report(report)
        self.allow_for_trouble()
        for ledger in self.ledgers.values():
            for letter in ledger.letters:
                if letter.at == ledger.crashed_at:
                    ledger.sure_at.setdefault(letter.key, self.now)
            after_pass(ledger, self.now)
        self.story.counts["passes"] += 1

    def _died(self, point: str) -> None:
        self.story.counts["crashes"] += 1
        self.story.tell(self.now, f"crash at {point}")
        known_dead = self.random.random() < 0.8
        self._learn(crashed=True)
        self.program.restart(known_dead=known_dead)
        for ledger in self.ledgers.values():
            ledger.lenient_until = self.now + (MINUTE if known_dead else 6 * MINUTE)
            ledger.crashed_at = self.now

    def _learn(self, *, crashed: bool = False) -> None:
        """What this pass could know, and what it did with it."""
        new = self.new_letters()
        for reply in self.taken(crashed=crashed, sent=bool(new)):
            self.replies.remove(reply)
            self.story.counts["replies"] += reply.read
            for effect in reply.effects:
                effect(self.now)
        for ledger in self.ledgers.values():
            if self.has_read(ledger, crashed=crashed):
                ledger.read(self.now)
            if not crashed or ledger.last_read == self.now:
                ledger.settle(self.now)
            self.note(ledger)
        for letter in new:
            self._deliver(letter)

    def _deliver(self, letter: Letter) -> None:
        need(letter.to in self.ledgers, "mail to nobody we know", letter)
        ledger = self.ledgers[letter.to]
        judge(ledger, letter)
        self.story.tell(letter.at, f"-> {letter.to} {letter.kind} {letter.subject!r}")
        self.story.counts[letter.kind] += 1
        for reply in self.people.reply_to(ledger, letter):
            self.at(reply.at, lambda reply=reply: self._receive(reply))  # type: ignore[misc]  # likewise

    def _receive(self, reply: Reply) -> None:
        self.put_in(reply)
        self.replies.append(reply)
        self.story.tell(
            reply.at, f"<- {reply.ledger.leader.name}: {reply.raw.decode().split(chr(10) * 2)[1]!r}"
        )
