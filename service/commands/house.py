"""init, check, migrate, rekey: setting up and looking after the house."""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

from service.assembly import open_database, open_house
from service.clock import utc_now
from service.commands.common import say, settings_of, warn
from service.errors import UsageError, VisavisError
from service.jobs.sync_calendars import read_window
from service.settings import FILE_NAME, new_settings_text, split_address
from service.storage import emails, people, upkeep
from service.storage.migrate import upgrade

Finding = tuple[bool, str]


def init(args: argparse.Namespace) -> int:
    """Write the settings where there are none, and set up the database."""
    path: Path = getattr(args, "config", None) or Path(FILE_NAME)
    if path.exists():
        say(f"{path} is there already and stays as it is.")
    else:
        _write_settings(path, args.sender)
        say(f"Wrote {path}. Keep a copy of its secret_key in a safe place.")
    migrate(args)
    say("Next: visavis leaders add EMAIL --name NAME --timezone TZ --calendar ics:PATH, then visavis check.")
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
    """Try everything for real; each finding is one line."""
    findings = list(_findings(args))
    for good, text in findings:
        (say if good else warn)(f"{'ok ' if good else 'LOOK'}  {text}")
    return 0 if all(good for good, _ in findings) else 1


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
            try:
                read = house.office.calendar_of(row).read(read_window(utc_now()))
                yield _calendar(row, len(read.events))
            except VisavisError as error:
                yield False, f"{row.leader.email}: {error}"
        for email in failed:
            yield False, f"a {email.kind} mail of {email.due_at:%d %B %Y} was not delivered: {email.reason}"


def _calendar(row: people.LeaderRow, events: int) -> Finding:
    if row.error is not None and events == 0:
        since = f" (since {row.error_since:%d %B %Y %H:%M} UTC)" if row.error_since else ""
        return False, f"{row.leader.email}: {row.error}{since}"
    return True, f"{row.leader.email}: calendar read, {events} events around today; {row.leader.state}"


def _mailbox(folder: Path) -> Finding:
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if os.access(nearest, os.W_OK | os.X_OK):
        return (
            True,
            f"mailbox: mails leave into {folder / 'outbox'}, replies are read from {folder / 'inbox'}",
        )
    return False, f"mailbox: {folder} cannot be written; check its permissions"
