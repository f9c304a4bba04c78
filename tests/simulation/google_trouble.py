"""What goes wrong at Google: access that is lost and given again, storms, quotas, old tokens."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from service.accounts.scopes import EVENTS, OWN_EVENTS
from service.domain.grants import Way
from tests.simulation.google_program import LAB, GoogleProgram
from tests.simulation.truth import Leader

HOUR = timedelta(hours=1)
OUTAGES = (0.4, 2, 7, 30, 220)
At = Callable[[datetime, Callable[[], None]], None]


class Trouble:
    """Breaks things at moments that it draws, and mends them. `lost` are the leaders whose calendar
    may not be read just now, `tell` is told what happens."""

    def __init__(
        self, random: Random, program: GoogleProgram, at: At, tell: Callable[[datetime, str], None]
    ) -> None:
        self.random, self.program, self.at = random, program, at
        self.google = program.google
        self.lost: set[str] = set()
        self._tell = tell
        self._mending: dict[str, Callable[[], None]] = {}

    def plan_loss(self, leader: Leader, moment: datetime) -> None:
        """Access to a calendar ends, and is given again some time later."""
        length = self.random.choice(OUTAGES) * HOUR
        self.at(moment, lambda: self._lose(leader))
        self.at(moment + length, lambda: self.mend(leader.address))

    def plan_mailbox_loss(self, moment: datetime) -> None:
        """Somebody changes the password of our mailbox: its grant dies."""
        self.at(moment, self._lose_mailbox)
        self.at(moment + self.random.choice(OUTAGES[:4]) * HOUR, lambda: self.mend(LAB))

    def plan_storm(self, moment: datetime) -> None:
        """Something at Google fails more often than by chance."""
        self.at(moment, self.random.choice(self._storms()))

    def is_broken(self, address: str) -> bool:
        """Whether a leader's calendar cannot be read just now, whoever has to mend that."""
        return address in self._mending or "delegation" in self._mending

    def mend(self, what: str) -> None:
        mending = self._mending.pop(what, None)
        if mending is not None:
            self._say(f"{what} is connected again")
            mending()
            self.lost.discard(what)

    def mend_all(self) -> None:
        for what in list(self._mending):
            self.mend(what)
        self.google.faults.clear()

    def _lose(self, leader: Leader) -> None:
        if leader.address in self._mending:
            return
        break_it, mending = self.random.choice(self._ways_to_lose(leader))
        self._say(f"access to {leader.address} is lost: {break_it.__name__}")
        break_it()
        self._mending[leader.address] = mending
        self.lost.add(leader.address)

    def _ways_to_lose(self, leader: Leader) -> list[tuple[Callable[[], None], Callable[[], None]]]:
        """How it can be lost, and what brings it back."""
        calendar, reader = self.google.calendar, self.program.reader_of(leader)

        def not_found() -> None:
            calendar.lose(leader.address, reader)

        def forbidden() -> None:
            calendar.lose(leader.address, reader, 403, "forbidden")

        def found_again() -> None:
            calendar.find_again(leader.address, reader)
            if self.random.random() < 0.5:  # the leader follows the link, too
                self.program.connect(leader)

        ways = [(not_found, found_again), (forbidden, found_again)]
        return [*ways, *self._by_the_way(leader)]

    def _by_the_way(self, leader: Leader) -> list[tuple[Callable[[], None], Callable[[], None]]]:
        calendar, service = self.google.calendar, self.program.service.email

        def revoked() -> None:
            self.google.accounts.revoke(leader.address)

        def consented() -> None:
            self.program.connect(leader)

        def unshared() -> None:
            calendar.unshare(leader.address, service)

        def shared() -> None:
            calendar.share(leader.address, service)

        if self.program.ways[leader.address] is Way.OAUTH:
            return [(revoked, consented), (revoked, consented)]
        return [(unshared, shared)] if self.program.ways[leader.address] is Way.SHARED else []

    def _lose_mailbox(self) -> None:
        if LAB not in self._mending:
            self._say("the mailbox's password changes")
            self.google.accounts.change_password(LAB)
            self._mending[LAB] = self.program.connect_mailbox

    def _storms(self) -> list[Callable[[], None]]:
        faults = self.google.faults
        times = self.random.choice((4, 10, 40))

        return [
            self.google.accounts.forget_access_tokens,
            lambda: faults.refuse("calendar.*", times=times),
            lambda: faults.refuse("gmail.*", times=times),
            lambda: faults.refuse("oauth.token", 500, "internal_failure", times=times),
            lambda: faults.refuse("calendar.events.*", 403, "quotaExceeded", domain="usageLimits"),
            lambda: faults.refuse("gmail.users.*.send", 429, "rateLimitExceeded", retry_after=1800),
            lambda: faults.html("*", times=times),
            lambda: faults.cut_after("gmail.users.*.send", times=2),
            lambda: faults.half("gmail.users.*.send", times=2),
            self._end_delegation,
        ]

    def _end_delegation(self) -> None:
        """The admin takes the delegation back: nothing that a leader could mend."""
        accounts = self.google.accounts
        accounts.delegate(self.program.service)
        accounts.forget_access_tokens()
        self._mending["delegation"] = lambda: accounts.delegate(self.program.service, OWN_EVENTS, EVENTS)
        self.at(self.google.now + self.random.choice(OUTAGES) * HOUR, lambda: self.mend("delegation"))

    def _say(self, what: str) -> None:
        self._tell(self.google.now, what)
