"""What every job works with: the adapters, handed over by `service.assembly`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from service.accounts.signing import Signer
from service.domain.playbook import Playbook
from service.domain.ports import Calendar, Mailbox
from service.domain.workdays import WorkCalendar
from service.jobs.polling import Look
from service.jobs.push import Push
from service.storage.database import Database
from service.storage.people import LeaderRow
from service.storage.usage import Used

LEASE = timedelta(minutes=5)
WAITS_ON_PURPOSE = frozenset({"daily_cap", "moved"})


class Owners(Protocol):
    """Who holds a lease: this process, and whether another one still lives."""

    name: str

    def is_gone(self, owner: str) -> bool:
        """Whether the process behind a lease is known to be dead."""
        ...


def no_fault(point: str) -> None:
    """The hook that tests fill: called by name before and after each remote effect."""


def _nothing_to_keep(now: datetime) -> None:
    """Limits follow the real clock."""


@dataclass(frozen=True, slots=True)
class Office:
    """Everything a job needs beside `now`.

    `calendar_of` gives the (cached) calendar of a leader; `days_off` a country's public
    holidays around a year; `senders` who mails come from, by mailbox, where there are several
    to choose from; `daily_cap` holds for each mailbox; `looks` are the last look into each
    calendar, `channels` until when a calendar tells of its changes by itself, both by leader id
    and in memory only. `drain_usage` hands over the calls counted since it was last asked;
    `mailboxes` are those that leaders are spread over; `reconnect_link` is where a leader gives
    access again; `keep_pace` lets limits follow a virtual clock; `push` is what it takes to be told
    of changes, None where nobody is asked to; `signer` makes the links in mails, where the
    leaders' browsers reach the pages (`has_pages`).
    """

    database: Database
    mailbox: Mailbox
    calendar_of: Callable[[LeaderRow], Calendar]
    playbook_of: Callable[[str], Playbook]
    days_off: Callable[[str, int], frozenset[date]]
    owners: Owners
    sender: str
    service_name: str
    base_url: str
    daily_cap: int
    reconnect_link: Callable[[LeaderRow, datetime], str]
    signer: Signer
    has_pages: bool = True
    senders: Mapping[str, str] = field(default_factory=dict)
    fault: Callable[[str], None] = no_fault
    looks: dict[int, Look] = field(default_factory=dict)
    channels: dict[int, datetime] = field(default_factory=dict)
    drain_usage: Callable[[], Sequence[Used]] = tuple
    keep_pace: Callable[[datetime], None] = _nothing_to_keep
    mailboxes: Sequence[str] = ()
    leaders_per_mailbox: int = 600
    push: Push | None = None

    def sender_of(self, row: LeaderRow) -> str:
        """Who this leader's mails come from."""
        return self.senders.get(row.mailbox or "", self.sender)

    def is_told(self, leader_id: int, now: datetime) -> bool:
        """Whether this leader's calendar tells of its changes by itself."""
        return self.channels.get(leader_id, now) > now

    def work_calendar(self, row: LeaderRow, now: datetime) -> WorkCalendar:
        """When this leader works, as far as is known now."""
        leader = row.leader
        year = now.astimezone(leader.zone).year
        off = self.days_off(leader.country, year) if leader.country else frozenset()
        wants = leader.preferences
        return WorkCalendar(
            zone=leader.zone,
            weekend=wants.weekend,
            days_off=off,
            absences=row.absences,
            work_from=wants.work_from,
            work_until=wants.work_until,
        )


@dataclass(frozen=True, slots=True)
class CalendarFailure:
    """A calendar that could not be read."""

    leader: str
    error: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class EmailOutcome:
    """What became of an email in this pass. `at` is local to the leader."""

    kind: str
    to: str
    key: str
    subject: str | None
    status: str
    reason: str | None
    at: datetime

    @property
    def went_wrong(self) -> bool:
        """Whether it should have left and did not; what waits on purpose is fine."""
        waits = self.status == "deferred" and self.reason in WAITS_ON_PURPOSE
        return self.status in {"failed", "unknown", "deferred"} and not waits


@dataclass(frozen=True, slots=True)
class ReplyOutcome:
    """What became of a reply."""

    message_id: str | None
    status: str
    reason: str | None


@dataclass(slots=True)
class PassReport:
    """One pass, or several added up."""

    now: datetime
    passes: int = 1
    calendars_read: int = 0
    failures: list[CalendarFailure] = field(default_factory=list)
    emails: list[EmailOutcome] = field(default_factory=list)
    replies: list[ReplyOutcome] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether something went wrong; the rest was done."""
        return bool(self.failures or self.troubles) or any(email.went_wrong for email in self.emails)

    def add(self, later: "PassReport") -> None:
        """Take in a later pass; a calendar failing on and on is named once."""
        self.now = later.now
        self.passes += later.passes
        self.calendars_read += later.calendars_read
        self.failures += [one for one in later.failures if one not in self.failures]
        self.emails += later.emails
        self.replies += later.replies
        self.troubles += [one for one in later.troubles if one not in self.troubles]


def merged(reports: Sequence[PassReport], now: datetime) -> PassReport:
    """Leaders' reports of one pass as one."""
    whole = PassReport(now)
    for report in reports:
        whole.add(report)
    whole.passes = 1
    return whole
