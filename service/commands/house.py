"""init, migrate, rekey: setting up and looking after the house."""

import argparse
from pathlib import Path

from service.assembly import open_database, open_house
from service.commands.common import say, settings_of
from service.errors import UsageError
from service.settings import FILE_NAME, new_settings_text, split_address
from service.storage import upkeep
from service.storage.migrate import upgrade

NEXT = (
    "Next: visavis leaders add EMAIL --name NAME --timezone TZ --calendar ics:PATH (or google), "
    "then visavis check."
)
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
