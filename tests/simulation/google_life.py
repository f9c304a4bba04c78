"""The same weeks at Google: faults on, access that comes and goes, and calendars asked now and then."""

import random as chance
from collections import Counter
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from random import Random

from service.accounts.scopes import Mailing
from service.jobs.office import PassReport
from service.jobs.passes import UNFORESEEN
from service.storage import emails
from service.storage.people import LeaderRow
from tests.fakes.google.server import FakeGoogle
from tests.simulation.changes import Changes
from tests.simulation.google_post import GooglePost, message_id
from tests.simulation.google_program import GoogleProgram
from tests.simulation.google_trouble import Trouble
from tests.simulation.ledger import Ledger
from tests.simulation.life import DAY, MINUTE, Life
from tests.simulation.post import Letter
from tests.simulation.replies import Reply
from tests.simulation.rules import need
from tests.simulation.truth import Fate, Leader

AFTERMATH = 3 * DAY
LOOKS = 40  # by then a calendar that can be read was read, storms and all
LOOKS_TOO_MANY = 15  # by then it is known that access is lost, and no storm


class GoogleChanges(Changes):
    """Nothing vanishes at Google: what is deleted is cancelled, by whoever organises it.

    Now and then a change happens while the sync tokens expire, so that no token tells of it.
    """

    deleted = Fate.CANCELLED

    def __init__(self, random: Random, leader: Leader, google: FakeGoogle) -> None:
        super().__init__(random, leader)
        self._google = google

    def act(self, now: datetime) -> str:
        done = super().act(now)
        if self.random.random() < 0.25:
            self._google.calendar.expire_sync_tokens(self.leader.address)
        return done


class GoogleLife(Life):
    """One seed at the fake Google."""

    program: GoogleProgram

    def make_program(self, seed: int, folder: Path, blank: Path) -> GoogleProgram:
        chance.seed(seed)  # the caller's jitter
        self._stack = ExitStack()
        self.google = self._stack.enter_context(FakeGoogle(now=self.now))
        self._turn_knobs(Random(seed))  # noqa: S311 - a seeded run is the point
        mailing = Mailing.PLAIN if seed % 4 == 3 else Mailing.DRAFTS
        self.has_drafts = mailing is Mailing.DRAFTS
        program = GoogleProgram(folder, blank, self.google, self.random, mailing)
        self.google.faults.rate(errors=0.05, cut_before=0.01, cut_after=0.02, half=0.01, seed=seed)
        self.post = GooglePost(self.google, program.database)
        self.trouble = Trouble(self.random, program, self.at, self.story.tell)
        self._last_reply, self._put_in = 0, list[Reply]()
        self._rows: dict[str, LeaderRow] = {}
        self._failed: Counter[str] = Counter()
        self._changed = True
        for ledger in self.ledgers.values():
            ledger.bare = self.google.calendar.settings.bare_tombstones
        return program

    def _turn_knobs(self, random: Random) -> None:
        gmail, calendar = self.google.gmail.office, self.google.calendar.settings
        gmail.search_lag = random.choice((0, 2, 60)) * MINUTE
        gmail.sent_lag = random.choice((0, 1)) * MINUTE
        gmail.history_life = random.choice((7, 7, 3)) * DAY
        gmail.history_page = random.choice((500, 500, 5))
        calendar.bare_tombstones = random.random() < 0.3
        calendar.page_sizes = random.choice(((), (), (60,), (0, 100)))

    def changes_of(self, leader: Leader) -> Changes:
        return GoogleChanges(self.random, leader, self.google)

    def plan_blackouts(self, ledger: Ledger) -> None:
        for _ in range(self.random.choice((0, 1, 1, 2))):
            self.trouble.plan_loss(ledger.leader, self.some_time())

    def plan_trouble(self) -> None:
        for _ in range(self.random.randrange(2, 6)):
            self.trouble.plan_storm(self.some_time())
        if self.random.random() < 0.3:
            self.trouble.plan_mailbox_loss(self.some_time())

    def tell_time(self, moment: datetime) -> None:
        self.google.now = max(self.google.now, moment)
        self._changed = True

    def show(self) -> None:
        self.google.now = self.now
        for ledger in self.ledgers.values() if self._changed else ():
            self.program.show(ledger.leader)
        self._changed = False

    def new_letters(self) -> list[Letter]:
        self._rows = {address: self.program.row(address) for address in self.ledgers}
        return self.post.new_letters(self.ledgers)

    def put_in(self, reply: Reply) -> None:
        self.post.put_in(reply)
        self._put_in.append(reply)

    def taken(self, *, crashed: bool, sent: bool) -> list[Reply]:  # noqa: ARG002 - the database knows
        """What was stored, in that order, whether or not the pass came to its end."""
        new = self.program.replies_after(self._last_reply)
        self._last_reply = max((number for number, _ in new), default=self._last_reply)
        return [one for _, name in new for one in self.replies if message_id(one) == name]

    def has_read(self, ledger: Ledger, *, crashed: bool) -> bool:  # noqa: ARG002 - the row tells in any case
        return self._rows[ledger.leader.address].read_at == self.now

    def note(self, ledger: Ledger) -> None:
        since = self._rows[ledger.leader.address].reconnect_since
        if since == self.now:
            need(ledger.leader.address in self.trouble.lost, f"access said to be lost at {self.now}")
            self.story.counts["losses"] += 1
        ledger.lost_at = since

    def allow_for_trouble(self) -> None:
        for address, ledger in self.ledgers.items():
            until = self.program.trying_until(address)
            if until is not None:
                later = until + 2 * MINUTE
                ledger.lenient_until = max(ledger.lenient_until or later, later)
        self.post.check_receipts()

    def _deliver(self, letter: Letter) -> None:
        super()._deliver(letter)
        self.post.expect_receipt(self.ledgers[letter.to], letter)

    def check_report(self, report: PassReport) -> None:
        self.story.counts["deferred"] += sum(one.status == "deferred" for one in report.emails)
        self.story.counts["unread"] += len(report.failures)
        for address in self.ledgers:
            self._count_looks(address, failed=any(one.leader == address for one in report.failures))
        troubles = [*report.troubles, *(one.error for one in report.failures)]
        need(UNFORESEEN not in troubles, f"something unforeseen in a pass: {troubles}")
        bad = [
            one for one in report.emails if one.status in {"failed", "unknown"} or one.reason == "unforeseen"
        ]
        need(not bad, f"mails that could not be made: {bad}")
        need(all(one.reason for one in report.emails if one.status == "skipped"), "a skip without a reason")

    def _count_looks(self, address: str, *, failed: bool) -> None:
        """Looks that fail in a row come to an end, or to somebody's knowledge."""
        row, broken = self._rows[address], self.trouble.is_broken(address)
        state = f"{address} {broken}"
        self._failed[state] += failed
        for other in [name for name in self._failed if name.startswith(f"{address} ") and name != state]:
            del self._failed[other]
        if row.read_at == self.now:
            self._failed[state] = 0
        need(broken or self._failed[state] < LOOKS, f"{address} could be read, and is not")
        known = address not in self.trouble.lost or row.reconnect_since is not None
        need(known or self._failed[state] < LOOKS_TOO_MANY, f"access to {address} is lost, and nobody knows")

    def close(self) -> None:
        """With everything mended, three quiet days later nothing is open."""
        self.trouble.mend_all()
        self.program.faults.set("")
        self._agenda.clear()
        self.until += AFTERMATH
        while self.now < self.until:
            self._pass()
            self._agenda.clear()
            self.now = self._next()
        self._pass()  # the machine may just have been off
        receipts = self.story.counts["receipt"]
        need(
            receipts == self.story.counts["replies"],
            f"{self.story.counts['replies']} replies, {receipts} receipts",
        )
        lost = [one.raw for one in self.replies if one.read]
        need(not lost, f"replies that were never taken in: {lost}")
        for address, ledger in self.ledgers.items():
            fresh = ledger.last_read is not None and self.now - ledger.last_read < DAY
            need(fresh or ledger.stopped, f"{address} was not read any more")
        need(not self.post.leftovers(), f"left, but not known to have: {self.post.leftovers()}")
        with self.program.database.read() as tx:
            held = {draft.split()[0] for draft in emails.drafts(tx)}
        need(self.post.drafts() <= held, f"drafts that nobody holds: {self.post.drafts() - held}")
        if self.has_drafts:
            need(not self.post.unlabelled(self._put_in), "replies without our mark")

    def end(self) -> None:
        super().end()
        self._stack.close()
