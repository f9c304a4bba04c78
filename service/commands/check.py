"""check: every setting, credential, calendar and mailbox is tried for real."""

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from service.assembly import House, open_house
from service.clock import utc_now
from service.commands.check_google import (
    Daily,
    Finding,
    calls_in_words,
    gmail_mailbox,
    google_keys,
    why_not_read,
)
from service.commands.check_push import push
from service.commands.common import say, settings_of, warn
from service.commands.speech import _, day_in_words, ngettext
from service.commands.words import end_of_grant, state_of_leader
from service.domain.grants import Grant, leader_holder, mailbox_holder
from service.errors import VisavisError
from service.jobs.count_calls import count_calls
from service.jobs.sync_calendars import read_whole
from service.storage import emails, grants, people, usage
from service.storage.people import LeaderRow

WEEK = timedelta(days=6)  # before today


def check(args: argparse.Namespace) -> int:
    """Try everything for real; each finding is one line, said as soon as it is known."""
    code, fine, look = 0, _("ok"), _("LOOK")
    for good, text in _findings(args):
        (say if good else warn)(f"{fine if good else look:4}  {text}")
        code = code if good else 1
    return code


def _findings(args: argparse.Namespace) -> Iterator[Finding]:
    settings = settings_of(args)
    yield True, _("settings: complete")
    with open_house(settings) as house:
        yield True, _("database and playbook: ready")
        yield from google_keys(house)
        today = utc_now().date()
        with house.database.read() as tx:
            rows, failed = people.everyone(tx), emails.failed(tx)
            given, used = grants.everyone(tx), usage.since(tx, today - WEEK)
        yield from _mailboxes(house, given, used)
        yield from _room(house, rows)
        yield from push(house, rows, utc_now())
        if not rows:
            yield False, _("leaders: none yet; add one with `visavis leaders add`")
        # Many at once, but told in order.
        for found in house.pool.map(partial(_leader, house, given, used), rows):
            yield from found
        for email in failed:
            day, reason = day_in_words(email.due_at), email.reason
            said = _(
                "a {kind} mail of {day} was not delivered: {reason}", kind=email.kind, day=day, reason=reason
            )
            yield False, said
        count_calls(house.office, utc_now())


def _mailboxes(house: House, given: Mapping[str, Grant], used: Mapping[str, Daily]) -> Iterator[Finding]:
    if not house.settings.mailboxes:
        yield _maildir(house.settings.maildir)

    def tried(address: str) -> list[Finding]:
        holder = mailbox_holder(address)
        return gmail_mailbox(house, address, given.get(holder), used.get(holder, {}), utc_now().date())

    for found in house.pool.map(tried, house.settings.mailboxes):
        yield from found


def _room(house: House, rows: Sequence[LeaderRow]) -> Iterator[Finding]:
    """Whether the Gmail mailboxes can carry everybody: beyond its limit Google locks one for a day."""
    boxes, each = len(house.settings.mailboxes), house.settings.leaders_per_mailbox
    writing = sum(row.wants_reading for row in rows)
    if boxes and writing > boxes * each:
        yield (
            False,
            ngettext(
                "mailboxes: {writing} leaders are more than {count} mailbox of {each} can carry; "
                "name another one in [mail] mailbox",
                "mailboxes: {writing} leaders are more than {count} mailboxes of {each} can carry; "
                "name another one in [mail] mailbox",
                boxes,
                writing=writing,
                each=each,
            ),
        )


def _leader(
    house: House, given: Mapping[str, Grant], used: Mapping[str, Daily], row: LeaderRow
) -> list[Finding]:
    """The calendar, and the end of its grant if that is in sight."""
    holder = leader_holder(row.leader.id)
    good, text = _calendar(house, row)
    calls = calls_in_words(used.get(holder, {}), utc_now().date())
    found = [(good, text.removesuffix(".") + calls if calls else text)]
    end = end_of_grant(given[holder], utc_now()) if holder in given else ""
    return [*found, (False, f"{row.leader.email}: {end}")] if end else found


def _calendar(house: House, row: LeaderRow) -> Finding:
    """Read as a pass would; one that a pass found suddenly empty stays named until it has events again."""
    who = row.leader.email
    if not row.wants_reading:
        state = state_of_leader(row.leader)
        return True, _("{who}: {state}; the calendar is not read", who=who, state=state)
    try:
        events = len(read_whole(house.office, row, utc_now()).events)
    except VisavisError as error:
        return False, f"{who}: {why_not_read(house, row, error)}"
    if row.error is not None and not events:
        if row.error_since is None:
            return False, f"{who}: {row.error}"
        since = f"{day_in_words(row.error_since)} {row.error_since:%H:%M}"
        return False, _("{who}: {error} (since {since} UTC)", who=who, error=row.error, since=since)
    return True, ngettext(
        "{who}: calendar read, {count} event around today; {state}",
        "{who}: calendar read, {count} events around today; {state}",
        events,
        who=who,
        state=state_of_leader(row.leader),
    )


def _maildir(folder: Path) -> Finding:
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if os.access(nearest, os.W_OK | os.X_OK):
        return (
            True,
            _(
                "mailbox: mails leave into {outbox}, replies are read from {inbox}",
                outbox=folder / "outbox",
                inbox=folder / "inbox",
            ),
        )
    return False, _("mailbox: {folder} cannot be written; check its permissions", folder=folder)
