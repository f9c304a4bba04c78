"""Ask calendars and mailboxes to tell of changes by themselves, and again before that ends.

A calendar's channel cannot be renewed: a new one takes its place. The old one is stopped only
when a message of the new one has come in, so there is no gap between them; where none ever
does, the calendar counts as one that does not tell, and is asked as often as any other.
Nothing of this is needed: whatever fails costs freshness only, is a line in the log, and is
tried again hours later.
"""

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from service.errors import VisavisError
from service.jobs.office import Office
from service.jobs.polling import is_metered
from service.jobs.push import Push, Trial
from service.storage import channels, cursors
from service.storage.channels import Channel, Standing
from service.storage.people import LeaderRow

log = logging.getLogger(__name__)

RENEW_BEFORE, SPREAD = timedelta(days=1), timedelta(hours=12)
RENEW_WATCH_BEFORE = timedelta(days=6)  # of seven: daily, as Google advises
MOST_AT_ONCE = 36
"""In one pass, so that none takes long; ten thousand leaders are then asked within five hours."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(hours=1), timedelta(hours=12)
SUSPICIOUS = 3
"""Where so many are refused and none is accepted, it is hardly the calendars' fault."""

_ALL = ""
"""Among the trials: every calendar, after none of those that were asked could be."""


def keep_channels(office: Office, rows: Sequence[LeaderRow], now: datetime, pool: Executor) -> None:
    """Open what is missing or about to end, stop what is superfluous; `rows` are all leaders.

    Fills `office.channels`. Where there is nothing to do this is one query.
    """
    push = office.push
    if push is None:
        return
    if push.address:
        with office.database.read() as tx:
            standings = channels.standings(tx)
        _Calendars(office, push, standings, now).keep(rows, pool)
    for address in push.mailboxes:
        _keep_mailbox(office, push, address, now)


@dataclass(frozen=True, slots=True)
class _Calendars:
    """All calendars in one pass."""

    office: Office
    push: Push
    standings: Mapping[int, Standing]
    now: datetime

    def keep(self, rows: Sequence[LeaderRow], pool: Executor) -> None:
        wanted = [row for row in rows if can_tell(row)]
        self._remember(wanted)
        late = {row.leader.id: row for row in wanted if self._is_late(row)}
        for told in self.push.trials.keys() - late.keys() - {_ALL, *self.push.mailboxes}:
            del self.push.trials[told]
        self._open_all(self._most_urgent(late.values()), pool)
        crowded = [row for row in rows if row.leader.id not in late and self._is_crowded(row)]
        list(pool.map(lambda row: _trouble_in(lambda: self._thin_out(row)), crowded[:MOST_AT_ONCE]))

    def _remember(self, wanted: Iterable[LeaderRow]) -> None:
        """Until when which calendar tells. What was opened by an earlier grant may have died with it."""
        self.office.channels.clear()
        for row in wanted:
            standing = self.standings.get(row.leader.id)
            ends_at = standing.tells_until(row.connected_at) if standing else None
            if ends_at is not None:
                self.office.channels[row.leader.id] = ends_at

    def _is_late(self, row: LeaderRow) -> bool:
        """Whether it is time for a new channel: for each leader at another moment of the last day."""
        spread = timedelta(minutes=7 * row.leader.id) % SPREAD
        return self._told_until(row) - self.now <= RENEW_BEFORE - spread

    def _told_until(self, row: LeaderRow) -> datetime:
        return self.office.channels.get(row.leader.id, self.now)

    def _is_crowded(self, row: LeaderRow) -> bool:
        """Whether there are channels beside the one that is relied on."""
        standing = self.standings.get(row.leader.id)
        return standing is not None and standing.channels > (row.leader.id in self.office.channels)

    def _most_urgent(self, late: Iterable[LeaderRow]) -> list[LeaderRow]:
        """Those to be asked in this pass, first who would be told nothing soonest."""
        if _rests(self.push, _ALL, self.now):
            return []
        ready = [row for row in late if not _rests(self.push, row.leader.id, self.now)]
        return sorted(ready, key=self._told_until)[:MOST_AT_ONCE]

    def _open_all(self, rows: Sequence[LeaderRow], pool: Executor) -> None:
        """Open a channel for each, and say in a line or two what does not work."""
        if unheard := sum(self._is_unheard(row) for row in rows):
            log.warning(
                "%d calendars were asked to tell of their changes, and no message came in; "
                "check that [service] base_url can be reached from outside.",
                unheard,
                extra={"action": "channels_unheard"},
            )
        tried = list(pool.map(lambda row: _trouble_in(lambda: self._open(row)), rows))
        failed = [trouble for trouble in tried if trouble is not None]
        if failed:
            log.warning(
                "%d of %d calendars could not be asked to tell of their changes: %s",
                len(failed),
                len(rows),
                failed[0],
                extra={"action": "channels_failed"},
            )
        if SUSPICIOUS <= len(failed) == len(rows):
            self.push.trials[_ALL] = Trial(self.now)

    def _is_unheard(self, row: LeaderRow) -> bool:
        """Whether a channel was opened, and nothing has come in since."""
        trial, standing = self.push.trials.get(row.leader.id), self.standings.get(row.leader.id)
        heard_at = standing.heard_at if standing else None
        return trial is not None and trial.accepted and (heard_at is None or heard_at < trial.at)

    def _open(self, row: LeaderRow) -> None:
        """A new channel, and an end to those before it that were never heard.

        1. Commits its token, so that a message finds it that comes before Google's answer.
        2. Has it opened. 3. Commits what it takes to stop it. A crash in between leaves a row
        that counts as ended, and at Google a channel that ends by itself.
        """
        trial = _begin(self.push, row.leader.id, self.now)
        new, token = Channel(secrets.token_hex(16), row.leader.id, "", self.now), secrets.token_urlsafe(32)
        with self.office.database.begin() as tx:
            old = [one for one in channels.of_leader(tx, row.leader.id) if one.heard_at is None]
            channels.put(tx, new, token)
        try:
            resource_id, ends_at = self.push.channels_of(row).watch(new.id, token, self.push.address)
        except VisavisError:
            self._forget([new])
            raise
        with self.office.database.begin() as tx:
            channels.confirm(tx, new.id, resource_id, ends_at)
        self.push.trials[row.leader.id] = replace(trial, accepted=True)
        self._stop(row, old)

    def _thin_out(self, row: LeaderRow) -> None:
        """Stop all channels of a leader but the one that is relied on."""
        with self.office.database.read() as tx:
            known = channels.of_leader(tx, row.leader.id)
        self._stop(row, known[1:] if row.leader.id in self.office.channels else known)

    def _stop(self, row: LeaderRow, old: Sequence[Channel]) -> None:
        """Stop and forget; one that cannot be stopped speaks to nobody until it ends by itself."""
        for channel in old:
            if channel.resource_id and channel.ends_at > self.now:
                with suppress(VisavisError):
                    self.push.channels_of(row).stop(channel.id, channel.resource_id)
        self._forget(old)

    def _forget(self, gone: Iterable[Channel]) -> None:
        with self.office.database.begin() as tx:
            channels.forget(tx, [channel.id for channel in gone])


def can_tell(row: LeaderRow) -> bool:
    """Whether this calendar is to tell: one that we may read, at a place that knows channels."""
    return row.wants_reading and row.reconnect_since is None and is_metered(row.calendar)


def _keep_mailbox(office: Office, push: Push, address: str, now: datetime) -> None:
    with office.database.read() as tx:
        until = cursors.watched_until(tx, address)
    if (until is not None and until - now > RENEW_WATCH_BEFORE) or _rests(push, address, now):
        return
    _begin(push, address, now)
    trouble = _trouble_in(lambda: _watch(office, push, address))
    if trouble is None:
        del push.trials[address]
    else:
        log.warning(
            "the mailbox could not be asked to tell of replies: %s", trouble, extra={"action": "watch_failed"}
        )


def _watch(office: Office, push: Push, address: str) -> None:
    until = push.watch_of(address).watch(push.topic)
    with office.database.begin() as tx:
        cursors.save_watched_until(tx, address, until)


def _begin(push: Push, who: int | str, now: datetime) -> Trial:
    """Note a trial before it is made, so that one that breaks is not made again at once."""
    before = push.trials.get(who)
    push.trials[who] = trial = Trial(now, before.times + 1 if before else 1)
    return trial


def _rests(push: Push, who: int | str, now: datetime) -> bool:
    trial = push.trials.get(who)
    return trial is not None and now < trial.at + min(
        FIRST_PAUSE * 2 ** min(trial.times - 1, 9), LONGEST_PAUSE
    )


def _trouble_in(work: Callable[[], None]) -> str | None:
    """What goes wrong in it, as one line; None if nothing does."""
    try:
        work()
    except VisavisError as error:
        return str(error)
    except Exception:
        log.exception("unforeseen", extra={"action": "channel_broke"})
        return "something unforeseen went wrong; its trace is in the log"
    return None
