"""The demo's folder: settings, database, leaders and calendars, as an operator would set them up."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from service.assembly import House, open_database, open_house
from service.commands.newcomer import Newcomer, checked
from service.demo.people import Star
from service.errors import UsageError
from service.settings import FILE_NAME, Settings, load_settings, new_settings_text
from service.storage import people
from service.storage.migrate import upgrade

MARKER = ".visavis-demo"
SENDER = "One-on-One Lab <lab@example.org>"
INDEX = "index.html"
# All that a demo leaves behind; nothing else in the folder is ever touched.
_OURS = (FILE_NAME, "visavis.db*", "calendars", "mail", INDEX, "style.css", "pages", MARKER)


def clear(folder: Path) -> None:
    """An empty stage: a folder that is new, empty, or an earlier demo's; else a UsageError."""
    try:
        if folder.exists() and not (folder / MARKER).is_file() and any(folder.iterdir()):
            raise UsageError(
                f"{folder} is there already and is no earlier demo: choose another with --folder, or move it."
            )
        for pattern in _OURS:
            for path in folder.glob(pattern):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARKER).touch()
    except OSError as error:
        raise UsageError(f"Cannot write {folder} ({error.strerror}): choose a folder of your own.") from error


@contextmanager
def set_up(folder: Path, stars: Sequence[Star]) -> Iterator[House]:
    """The house in `folder`, with its leaders added; their calendar files come by themselves."""
    settings = _settings(folder)
    database, _ = open_database(settings)
    try:
        upgrade(database.engine)
    finally:
        database.close()
    with open_house(settings) as house:
        with house.database.begin() as tx:
            for star in stars:
                people.add(tx, *checked(_newcomer(star)))
        yield house


def _settings(folder: Path) -> Settings:
    """Written as `visavis init` does, and read without the environment: it may name a real database."""
    path = folder / FILE_NAME
    path.touch(mode=0o600)
    path.write_text(new_settings_text(SENDER), encoding="utf-8")
    return load_settings(path, {})


def _newcomer(star: Star) -> Newcomer:
    return Newcomer(
        email=star.player.email,
        name=star.player.name,
        zone=star.zone.key,
        calendar=f"ics:{star.calendar}",
        members=tuple(member.mailbox for member in star.members),
        one_by_one=star.one_by_one,
        country=star.country,
    )
