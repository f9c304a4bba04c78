"""digest, export, erase: a leader's own data."""

import argparse
from datetime import date, datetime

from service.assembly import House, open_house
from service.commands.common import day, leader_named, moment, print_json, say, settings_of
from service.commands.speech import _, month_in_words
from service.commands.words import reason_in_words
from service.domain.letters import Kind
from service.domain.plans.month import digest_key
from service.domain.timing import month_of, previous_month
from service.errors import UsageError
from service.jobs import own_data
from service.jobs.own_data import kept_of, own_words_of
from service.jobs.send_due import send
from service.storage import emails, outbox
from service.storage.emails import Status
from service.storage.outbox import NewEmail
from service.storage.people import LeaderRow


def digest(args: argparse.Namespace) -> int:
    """Mail the digest now, unless it has left before; nobody but the leader sees it."""
    now = moment(args.now)
    with open_house(settings_of(args)) as house:
        with house.database.read() as tx:
            row = leader_named(tx, args.email)
        month = _month(args.month, now, row)
        key = digest_key(row.leader.key, month)
        new = NewEmail(key=key, kind=Kind.DIGEST, leader_id=row.leader.id, due_at=now)
        return _mail(house, row, new, month, now)


def export(args: argparse.Namespace) -> int:
    """Show what is kept; what only the leader may read is mailed to them instead."""
    now = moment(args.now)
    with open_house(settings_of(args)) as house:
        with house.database.read() as tx:
            row = leader_named(tx, args.email)
            kept = kept_of(tx, house.office, row)
            own = own_words_of(tx, row)
        key = f"export:{row.leader.key}:{now:%Y%m%dT%H%M%SZ}"
        new = NewEmail(key=key, kind=Kind.EXPORT, leader_id=row.leader.id, due_at=now, payload=kept | own)
        with house.database.begin() as tx:
            email = outbox.put(tx, new)
        sent = send(house.office, email, now) if email else None
        went = sent is not None and sent.status == "sent"
        print_json(kept | {"reflections": "only the leader may read these", "mailed_to_leader": went})
    return 0 if went else 1


def erase(args: argparse.Namespace) -> int:
    """Forget a leader, their members, meetings, reflections, promises, mails and replies."""
    with open_house(settings_of(args)) as house:
        with house.database.read() as tx:
            row = leader_named(tx, args.email)
        own_data.erase(house.office, row.leader.id)
    say(
        _(
            "{email} is forgotten here. Mails that were delivered are in their mailbox still.",
            email=row.leader.email,
        )
    )
    return 0


def _month(text: str | None, now: datetime, row: LeaderRow) -> date:
    if text is None:
        return previous_month(now.astimezone(row.leader.zone).date())
    try:
        return month_of(day(f"{text}-01", "--month"))
    except UsageError:
        raise UsageError(_("--month {text}: write a month like 2026-10.", text=text)) from None


def _mail(house: House, row: LeaderRow, new: NewEmail, month: date, now: datetime) -> int:
    with house.database.begin() as tx:
        email = outbox.put(tx, new) or emails.by_key(tx, new.key)
        if email.status is Status.SKIPPED:
            outbox.reopen(tx, email, new)
            email = emails.one(tx, email.id)
    who, of = row.leader.email, month_in_words(month)
    if email.status is Status.SENT:
        say(_("{who} has had the digest of {month} already; nothing was sent twice.", who=who, month=of))
        return 0
    outcome = send(house.office, email, now, asked_for=True)
    if outcome is not None and outcome.status == "sent":
        say(_("Mailed the digest of {month} to {who}.", month=of, who=who))
        return 0
    why = reason_in_words(outcome.reason) if outcome else _("it is being sent at this moment")
    why = why.rstrip(".")
    say(_("Did not mail the digest of {month} to {who}: {why}.", month=of, who=who, why=why))
    return 1
