"""init, migrate, rekey: setting up and looking after the house."""

import argparse
from pathlib import Path

from service.assembly import open_database, open_house
from service.commands.common import say, settings_of
from service.commands.speech import N_, _
from service.errors import UsageError
from service.settings import FILE_NAME, new_settings_text, split_address
from service.storage import upkeep
from service.storage.migrate import upgrade

NEXT = N_(
    "Next: visavis leaders add EMAIL --name NAME --timezone TZ --calendar ics:PATH (or google), "
    "then visavis check."
)
NEXT_WHEN_THERE = N_("Next: visavis check says whether anything needs a look.")


def init(args: argparse.Namespace) -> int:
    """Write the settings where there are none, and set up the database."""
    path: Path = getattr(args, "config", None) or Path(FILE_NAME)
    there = path.exists()
    if there:
        say(_("{path} is there already and stays as it is.", path=path))
    else:
        _write_settings(path, args.sender)
        say(_("Wrote {path}. Keep a copy of its secret_key in a safe place.", path=path))
    migrate(args)
    say(_(NEXT_WHEN_THERE if there else NEXT))
    return 0


def migrate(args: argparse.Namespace) -> int:
    """Bring the database to this version."""
    database = open_database(settings_of(args))[0]
    try:
        upgrade(database.engine)
    finally:
        database.close()
    say(_("The database is ready."))
    return 0


def rekey(args: argparse.Namespace) -> int:
    """Seal every stored secret with the newest key, so that older keys can be taken out."""
    with open_house(settings_of(args)) as house, house.database.begin() as tx:
        count = 0
        for value in upkeep.sealed_values(tx):
            upkeep.replace_sealed(tx, value, house.vault.reseal(value.token, value.purpose))
            count += 1
    say(
        _(
            "{count} sealed values now use the newest key; older keys may be taken out of secret_key.",
            count=count,
        )
    )
    return 0


def _write_settings(path: Path, sender: str | None) -> None:
    if sender is not None:
        try:
            split_address(sender)
        except ValueError as error:
            raise UsageError(
                _(
                    "--from {sender}: {error}; write it like 'One-on-One Lab <lab@example.org>'.",
                    sender=sender,
                    error=error,
                )
            ) from None
    text = new_settings_text(sender) if sender else new_settings_text()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            path.chmod(0o600)
            file.write(text)
    except OSError as error:
        raise UsageError(
            _(
                "Cannot write {path} ({strerror}): choose a folder of your own.",
                path=path,
                strerror=error.strerror,
            )
        ) from error
