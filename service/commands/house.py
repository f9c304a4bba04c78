"""init, check, migrate, rekey: setting up and looking after the house."""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

from service.assembly import open_database, open_house
from service.clock import utc_now
from service.commands.common import say, settings_of, warn
from service.commands.words import count
from service.errors import UsageError, VisavisError
from service.jobs.office import Office
from service.jobs.sync_calendars import read_whole
from service.settings import FILE_NAME, new_settings_text, split_address
from service.storage import emails, people, upkeep
from service.storage.migrate import upgrade

Finding = tuple[bool, str]

NEXT = "Next: visavis leaders add EMAIL --name NAME --timezone TZ --calendar ics:PATH, then visavis check."
NEXT_WHEN_THERE = "Next: visavis check says whether anything needs a look."


def init(args: argparse.Namespace) -> int:
    """Write the settings where there are none, and set up the database."""
    path: Path = getattr(args, "config", None) or Path(FILE_NAME)
    there = path.exists()
    if there:
        say(f"{path} is there already and stays as it is.")
    else:
        _write_settings(path, args.sender)
        say(f"Wrote {path}. Keep a copy of its secret_key in a safe place.")
    migrate(args)
    say(NEXT_WHEN_THERE if there else NEXT)
    return 0


def migrate(args: argparse.Namespace) -> int:
    """Bring the database to this version."""
    database, _ = open_database(settings_of(args))
    try:
        upgrade(database.engine)
    finally:
        database.close()
    say("The database is ready.")
    return 0


def check(args: argparse.Namespace) -> int:
    """Try everything for real; each finding is one line, said as soon as it is known."""
    code = 0
    for good, text in _findings(args):
        (say if good else warn)(f"{'ok  ' if good else 'LOOK'}  {text}")
        code = code if good else 1
    return code


def rekey(args: argparse.Namespace) -> int:
    """Seal every stored secret with the newest key, so that older keys can be taken out."""
    with open_house(settings_of(args)) as house, house.database.begin() as tx:
        count = 0
        for value in upkeep.sealed_values(tx):
            upkeep.replace_sealed(tx, value, house.vault.reseal(value.token, value.purpose))
            count += 1
    say(f"{count} sealed values now use the newest key; older keys may be taken out of secret_key.")
    return 0


def _write_settings(path: Path, sender: str | None) -> None:
    if sender is not None:
        try:
            split_address(sender)
        except ValueError as error:
            raise UsageError(
                f"--from {sender}: {error}; write it like 'One-on-One Lab <lab@example.org>'."
            ) from None
    text = new_settings_text(sender) if sender else new_settings_text()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            path.chmod(0o600)
            file.write(text)
    except OSError as error:
        raise UsageError(f"Cannot write {path} ({error.strerror}): choose a folder of your own.") from error


def _findings(args: argparse.Namespace) -> Iterator[Finding]:
    settings = settings_of(args)
    yield True, "settings: complete"
    with open_house(settings) as house:
        yield True, "database and playbook: ready"
        yield _mailbox(settings.maildir)
        with house.database.read() as tx:
            rows, failed = people.everyone(tx), emails.failed(tx)
        if not rows:
            yield False, "leaders: none yet; add one with `visavis leaders add`"
        for row in rows:
            yield _calendar(house.office, row)
        for email in failed:
            yield False, f"a {email.kind} mail of {email.due_at:%d %B %Y} was not delivered: {email.reason}"


def _calendar(office: Office, row: people.LeaderRow) -> Finding:
    """Read as a pass would; one that a pass found suddenly empty stays named until it has events again."""
    who = row.leader.email
    if not row.wants_reading:
        return True, f"{who}: {row.leader.state}; the calendar is not read"
    try:
        events = len(read_whole(office, row, utc_now()).events)
    except VisavisError as error:
        return False, f"{who}: {error}"
    if row.error is not None and not events:
        since = f" (since {row.error_since:%d %B %Y %H:%M} UTC)" if row.error_since else ""
        return False, f"{who}: {row.error}{since}"
    return True, f"{who}: calendar read, {count(events, 'event')} around today; {row.leader.state}"


def _mailbox(folder: Path) -> Finding:
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if os.access(nearest, os.W_OK | os.X_OK):
        return (
            True,
            f"mailbox: mails leave into {folder / 'outbox'}, replies are read from {folder / 'inbox'}",
        )
    return False, f"mailbox: {folder} cannot be written; check its permissions"
