"""The sample leaders' mailbox: what lies in it, and what happens when one of them answers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from html import escape, unescape
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qs, quote

from service.assembly import House
from service.demo.clock import Clock
from service.demo.delivered import Delivered, read
from service.demo.people import Star
from service.demo.replies import drop, write_by_hand
from service.domain.letters import Kind
from service.jobs.office import PassReport
from service.jobs.passes import run_pass
from service.storage import emails, people
from service.storage.emails import Status
from service.web.gallery_look import in_new_tabs, preheader

LATELY = timedelta(days=7)
STEP, MOST_TIME = timedelta(minutes=15), timedelta(days=4)
_ASKING = frozenset({Kind.REFLECTION, Kind.REMINDER, Kind.CONFIRM})
_MAILTO = re.compile(r'href="mailto:[^"?]*(?:\?([^"]*))?"')


class Standing(StrEnum):
    """What a mailbox marks a mail with."""

    NEW = "new"  # it came while the visitor was here
    WAITS = "waits"  # for an answer, and not for long
    ANSWERED = "answered"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the mailbox; `when` is local to the leader, `preview` what stands behind the subject."""

    mail: Delivered
    when: datetime
    preview: str
    standing: Standing

    @property
    def asks(self) -> bool:
        """Whether it has questions."""
        return self.mail.kind in _ASKING


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a reply: `receipt` is the mail that it brought, if it did."""

    status: str
    reason: str | None
    receipt: str | None


class Letterbox:
    """`now` is the demo's clock, which has begun when the visitor came."""

    def __init__(self, house: House, stars: Sequence[Star], now: Clock) -> None:
        self._house, self._now, self._since = house, now, now.begins
        self.stars = {star.key: star for star in stars}
        self._one_at_a_time = Lock()

    def local_time(self, star: Star) -> datetime:
        """What a clock at the leader's shows."""
        return self._now().astimezone(star.zone)

    def entries(self, star: Star) -> list[Entry]:
        """The leader's mails, the newest first."""
        mails = [mail for mail in _outbox(self._house.settings.maildir) if mail.to == star.player.email]
        mails.sort(key=lambda mail: (mail.date, mail.key), reverse=True)
        answered = self._answered(star)
        found = [self._entry(star, mail, mail.key in answered) for mail in mails]
        # A reminder waits in its form's stead: one of the two is enough.
        open_ = {Standing.NEW, Standing.WAITS}
        reminded = {one.mail.references for one in found if one.asks and one.standing in open_}
        return [
            replace(one, standing=Standing.NOTHING)
            if one.standing is Standing.WAITS and one.mail.message_id in reminded
            else one
            for one in found
        ]

    def receipt_of(self, entry: Entry, among: Sequence[Entry]) -> Entry | None:
        """The receipt that the answer to a mail has brought, the first if there are several."""
        later = (one for one in reversed(among) if one.mail.kind is Kind.RECEIPT and one.when > entry.when)
        return next((one for one in later if entry.mail.message_id in one.mail.references), None)

    def send(self, star: Star, mail: Delivered, text: str) -> Became:
        """The leader answers a mail: it arrives in the inbox, and the program looks into it at once."""
        written = write_by_hand(mail, text, star.player, self.local_time(star))
        drop(self._house.settings.maildir, written)
        report = self.make_pass()
        outcome = next((one for one in report.replies if one.message_id == written.message_id), None)
        receipts = [one.key for one in report.emails if (one.kind, one.to) == (Kind.RECEIPT, mail.to)]
        found = [one for one in _outbox(self._house.settings.maildir) if one.key in receipts]
        status, reason = (outcome.status, outcome.reason) if outcome else ("ignored", None)
        return Became(status, reason, found[-1].ident if found else None)

    def let_time_pass(self, star: Star) -> str | None:
        """Go on to the next mail that comes to the leader, and name it; None if none does for days."""
        for _ in range(MOST_TIME // STEP):
            self._now.leap(STEP)
            came = [
                one.key
                for one in self.make_pass().emails
                if (one.status, one.to) == (Status.SENT, star.player.email)
            ]
            if came:
                return next(one.ident for one in _outbox(self._house.settings.maildir) if one.key == came[0])
        return None

    def make_pass(self) -> PassReport:
        """One pass of the real program at the demo's time."""
        with self._one_at_a_time:
            return run_pass(self._house.office, self._now(), self._house.pool)

    def _entry(self, star: Star, mail: Delivered, answered: bool) -> Entry:
        standing = Standing.NOTHING
        if answered:
            standing = Standing.ANSWERED
        elif mail.date > self._since:
            standing = Standing.NEW
        elif mail.kind in _ASKING and mail.date > self._since - LATELY:
            standing = Standing.WAITS
        return Entry(mail, mail.date.astimezone(star.zone), preheader(mail.html), standing)

    def _answered(self, star: Star) -> set[str]:
        """The keys of the asking mails that are answered, or whose thread is."""
        with self._house.database.read() as tx:
            row = people.by_email(tx, star.player.email)
            rows = emails.of_leader(tx, row.leader.id) if row else []
        threads = {row.thread_of or row.id for row in rows if row.answered_at}
        return {row.key for row in rows if row.kind in _ASKING and (row.thread_of or row.id) in threads}


def last_word(house: House, earliest: datetime) -> datetime:
    """When the last mail left, or `earliest`, if that is later: an hour that the demo can go on from."""
    return max([earliest, *(mail.date for mail in _outbox(house.settings.maildir))])


def shown(mail: Delivered) -> str:
    """The mail's HTML for a frame: links open beside it, and an address to write to opens the box
    for a reply, as it would in a mail program."""
    return in_new_tabs(_MAILTO.sub(lambda found: _to_the_box(mail, found[1] or ""), mail.html))


def _to_the_box(mail: Delivered, asked: str) -> str:
    wants = parse_qs(unescape(asked))
    said = (wants.get("body") or wants.get("subject") or [""])[0]
    return f'href="../{escape(mail.ident)}?say={quote(said)}#reply"'


def _outbox(maildir: Path) -> list[Delivered]:
    return [_mail_in(path) for sub in ("new", "cur") for path in (maildir / "outbox" / sub).glob("*")]


@cache
def _mail_in(path: Path) -> Delivered:
    """A delivered mail never changes."""
    return read(path)
