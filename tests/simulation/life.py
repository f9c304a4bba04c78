"""Thirteen weeks of a world and of the program in it, from one due moment to the next."""

import heapq
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from service.errors import CalendarError
from service.jobs.office import PassReport
from tests.fakes.mailbox import Died
from tests.faults.points import POINTS
from tests.simulation.changes import Changes
from tests.simulation.duties import after_pass
from tests.simulation.ledger import Ledger
from tests.simulation.post import Letter, PostOffice
from tests.simulation.program import Program
from tests.simulation.replies import Correspondents, Reply
from tests.simulation.rules import BrokenPromiseError, judge, need
from tests.simulation.scenery import BEGINNINGS, WEEKS, make_leaders, wall

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Story:
    """What happened, for the line that a failing seed prints."""

    lines: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def tell(self, now: datetime, what: str) -> None:
        self.lines.append(f"{now:%a %d %b %H:%M} {what}")


class Life:
    """One seed."""

    def __init__(self, seed: int, folder: Path, blank: Path) -> None:
        self.random = Random(seed)  # noqa: S311 - a seeded run is the point
        begin = self.random.choice(BEGINNINGS)
        leaders = make_leaders(self.random, self.random.choice((1, 1, 1, 1, 1, 2)), begin)
        self.now = wall(begin, time(self.random.randrange(24), 7), ZoneInfo("UTC"))
        self.until = self.now + timedelta(weeks=WEEKS)
        self.post = PostOffice(drafts=seed % 3 == 0)
        self.program = Program(folder, blank, self.post, threads=int(os.environ.get("SIM_THREADS", "0")))
        self.ledgers = {leader.address: Ledger(leader) for leader in leaders}
        self.people = Correspondents(self.random)
        self.story = Story()
        self.replies: list[Reply] = []
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order, self._read_letters, self._dirty = count(), 0, False
        for leader in leaders:
            self.program.welcome(leader)
            self._plan_changes(Changes(self.random, leader), len(leader.pairs))
            self._plan_blackouts(self.ledgers[leader.address])
        self._plan_trouble()

    def run(self) -> Story:
        """Live through it; the first broken invariant ends it with the story so far."""
        try:
            while self.now < self.until:
                self._pass()
                self.now = self._next()
            self._close()
        except BrokenPromiseError as broken:
            broken.add_note("\n".join(self.story.lines[-25:]))
            raise
        finally:
            self.program.stop()
        return self.story

    def at(self, moment: datetime, deed: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (moment, next(self._order), deed))

    def _some_time(self) -> datetime:
        return self.now + self.random.random() * (self.until - self.now)

    def _plan_changes(self, changes: Changes, pairs: int) -> None:
        for _ in range(6 + 6 * pairs):
            moment = self._some_time()

            def change(moment: datetime = moment) -> None:
                done = changes.act(moment)
                if done:
                    self.story.tell(moment, f"{changes.leader.name}: {done}")

            self.at(moment, change)

    def _plan_blackouts(self, ledger: Ledger) -> None:
        leader = ledger.leader
        for name in ("readable", "emptied"):
            if self.random.random() < 0.4:
                begin, length = self._some_time(), self.random.choice((1, 9, 30, 90)) * HOUR
                self.at(begin, lambda name=name: setattr(leader, name, name == "emptied"))  # type: ignore[misc]  # a lambda's defaults have no types
                self.at(begin + length, lambda name=name: setattr(leader, name, name != "emptied"))  # type: ignore[misc]  # likewise

    def _plan_trouble(self) -> None:
        for _ in range(self.random.randrange(2, 7)):
            point, left = self.random.choice(POINTS), self.random.randrange(3)
            self.at(self._some_time(), lambda point=point, left=left: self.program.faults.set(point, left))  # type: ignore[misc]  # likewise
        for _ in range(self.random.randrange(3)):
            self.at(self._some_time(), self.program.restart)
        for _ in range(self.random.randrange(3)):
            self.at(self._some_time(), lambda: setattr(self.post, "refusals", self.random.choice((1, 2))))

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
            heapq.heappop(self._agenda)[2]()

    def _pass(self) -> None:
        for address, ledger in self.ledgers.items():
            calendar = self.program.calendars[address]
            calendar.events = ledger.leader.events()
            calendar.error = None if ledger.leader.readable else CalendarError("The calendar is not there.")
        self.post.now = self.now
        refused = len(self.post.refused)
        try:
            report = self.program.run_pass(self.now)
        except Died as died:
            self._died(str(died))
            return
        self._learn()
        self._check_report(report)
        for letter in self.post.refused[refused:]:
            self.ledgers[letter.to].lenient_until = self.now + 8 * MINUTE
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
        new = self.post.letters[self._read_letters :]
        self._read_letters += len(new)
        self._take_replies(crashed=crashed and not new)
        for ledger in self.ledgers.values():
            if not crashed or self.program.row(ledger.leader.address).read_at == self.now:
                ledger.read(self.now)
                ledger.settle(self.now)
        for letter in new:
            self._deliver(letter)

    def _take_replies(self, *, crashed: bool) -> None:
        waiting = {mail.raw for mail in self.post.inbox}
        for reply in [one for one in self.replies if one.raw not in waiting and not crashed]:
            self.replies.remove(reply)
            self.story.counts["replies"] += reply.read
            for effect in reply.effects:
                effect(self.now)

    def _deliver(self, letter: Letter) -> None:
        need(letter.to in self.ledgers, "mail to nobody we know", letter)
        ledger = self.ledgers[letter.to]
        judge(ledger, letter)
        self.story.tell(letter.at, f"-> {letter.to} {letter.kind} {letter.subject!r}")
        self.story.counts[letter.kind] += 1
        for reply in self.people.reply_to(ledger, letter):
            self.at(reply.at, lambda reply=reply: self._receive(reply))  # type: ignore[misc]  # likewise

    def _receive(self, reply: Reply) -> None:
        self.post.receive(reply.raw)
        self.replies.append(reply)
        self.story.tell(
            reply.at, f"<- {reply.ledger.leader.name}: {reply.raw.decode().split(chr(10) * 2)[1]!r}"
        )

    def _check_report(self, report: PassReport) -> None:
        need(not report.troubles, f"trouble in a pass: {report.troubles}")
        failed = {failure.leader for failure in report.failures}
        bad = {a for a, one in self.ledgers.items() if not one.leader.readable or one.leader.emptied}
        need(failed <= bad, f"calendars said to have failed: {failed - bad}")
        unmade = [one for one in report.emails if one.status == "failed" or one.reason == "unforeseen"]
        need(not unmade, f"mails that could not be made: {unmade}")
        need(all(one.reason for one in report.emails if one.status == "skipped"), "a skip without a reason")

    def _close(self) -> None:
        """What must hold of the whole at the end."""
        receipts = self.story.counts["receipt"]
        need(
            receipts == self.story.counts["replies"],
            f"{self.story.counts['replies']} replies, {receipts} receipts",
        )
        twice = [key for key, n in Counter(self.post.deliveries).items() if n > 1]
        risk = self.story.counts["crashes"] + len(self.post.refused)
        need(len(twice) <= risk, f"delivered again without need: {twice}")
