"""The plain world: calendars and a mailbox in memory, which fail when they are told to."""

import os
from collections import Counter
from pathlib import Path

from service.errors import CalendarError
from service.jobs.office import PassReport
from tests.simulation.ledger import Ledger
from tests.simulation.life import HOUR, MINUTE, Life
from tests.simulation.post import Letter, PostOffice
from tests.simulation.program import PlainProgram
from tests.simulation.replies import Reply
from tests.simulation.rules import need


class PlainLife(Life):
    """One seed over `FakeCalendar` and `FakeMailbox`."""

    program: PlainProgram

    def make_program(self, seed: int, folder: Path, blank: Path) -> PlainProgram:
        self.post = PostOffice(drafts=seed % 3 == 0)
        self._read_letters = self._refused = 0
        return PlainProgram(folder, blank, self.post, threads=int(os.environ.get("SIM_THREADS", "0")))

    def plan_blackouts(self, ledger: Ledger) -> None:
        leader = ledger.leader
        for name in ("readable", "emptied"):
            if self.random.random() < 0.4:
                begin, length = self.some_time(), self.random.choice((1, 9, 30, 90)) * HOUR
                self.at(begin, lambda name=name: setattr(leader, name, name == "emptied"))  # type: ignore[misc]  # a lambda's defaults have no types
                self.at(begin + length, lambda name=name: setattr(leader, name, name != "emptied"))  # type: ignore[misc]  # likewise

    def plan_trouble(self) -> None:
        for _ in range(self.random.randrange(3)):
            self.at(self.some_time(), lambda: setattr(self.post, "refusals", self.random.choice((1, 2))))

    def show(self) -> None:
        for address, ledger in self.ledgers.items():
            calendar = self.program.calendars[address]
            calendar.events = ledger.leader.events()
            calendar.error = None if ledger.leader.readable else CalendarError("The calendar is not there.")
        self.post.now = self.now
        self._refused = len(self.post.refused)

    def new_letters(self) -> list[Letter]:
        new = self.post.letters[self._read_letters :]
        self._read_letters += len(new)
        return new

    def put_in(self, reply: Reply) -> None:
        self.post.receive(reply.raw)

    def taken(self, *, crashed: bool, sent: bool) -> list[Reply]:
        """What is out of the inbox; of a pass that crashed only where it had come to its mails."""
        if crashed and not sent:
            return []
        waiting = {mail.raw for mail in self.post.inbox}
        return [one for one in self.replies if one.raw not in waiting]

    def allow_for_trouble(self) -> None:
        for letter in self.post.refused[self._refused :]:
            self.ledgers[letter.to].lenient_until = self.now + 8 * MINUTE

    def check_report(self, report: PassReport) -> None:
        need(not report.troubles, f"trouble in a pass: {report.troubles}")
        failed = {failure.leader for failure in report.failures}
        bad = {a for a, one in self.ledgers.items() if not one.leader.readable or one.leader.emptied}
        need(failed <= bad, f"calendars said to have failed: {failed - bad}")
        unmade = [one for one in report.emails if one.status == "failed" or one.reason == "unforeseen"]
        need(not unmade, f"mails that could not be made: {unmade}")
        need(all(one.reason for one in report.emails if one.status == "skipped"), "a skip without a reason")

    def close(self) -> None:
        receipts = self.story.counts["receipt"]
        need(
            receipts == self.story.counts["replies"],
            f"{self.story.counts['replies']} replies, {receipts} receipts",
        )
        twice = [key for key, n in Counter(self.post.deliveries).items() if n > 1]
        risk = self.story.counts["crashes"] + len(self.post.refused)
        need(len(twice) <= risk, f"delivered again without need: {twice}")
