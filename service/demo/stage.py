"""The demo's folder: settings, database, leaders and calendars, as an operator would set them up."""

import shutil
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
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
PORT = 8025  # or the next one that is free
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


def free_port(wanted: int | None = None) -> int:
    """A port of this machine for the pages: the mails lead to it, so it is chosen before they are written.

    Raises `UsageError` where the one that is `wanted` is none, or taken.
    """
    if wanted is not None and not is_free(wanted):
        raise UsageError(f"--port {wanted} cannot be had here: leave it out, or choose another from 1024 on.")
    return wanted or next(port for port in count(PORT) if is_free(port))


def is_free(port: int) -> bool:
    """Whether it is a port, and nobody listens there."""
    if not 0 < port < 65536:
        return False
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def is_played(folder: Path) -> bool:
    """Whether the six weeks lie in the folder, to the end."""
    return (folder / MARKER).is_file() and (folder / INDEX).is_file()


@contextmanager
def reopen(folder: Path) -> Iterator[House]:
    """The house that an earlier demo left in `folder`."""
    with open_house(load_settings(folder / FILE_NAME, {})) as house:
        yield _with_pages(house)


@contextmanager
def set_up(folder: Path, stars: Sequence[Star], port: int = PORT) -> Iterator[House]:
    """The house in `folder`, with its leaders added; their calendar files come by themselves.
    Its mails lead to pages on `port` of this machine."""
    settings = _settings(folder, port)
    database, _ = open_database(settings)
    try:
        upgrade(database.engine)
    finally:
        database.close()
    with open_house(settings) as house:
        with house.database.begin() as tx:
            for star in stars:
                people.add(tx, *checked(_newcomer(star)))
        yield _with_pages(house)


def _with_pages(house: House) -> House:
    """Who reads these mails sits at this machine, so their links may lead to it."""
    return replace(house, office=replace(house.office, has_pages=True))


def _settings(folder: Path, port: int) -> Settings:
    """Written as `visavis init` does, and read without the environment: it may name a real database."""
    path = folder / FILE_NAME
    path.touch(mode=0o600)
    path.write_text(new_settings_text(SENDER, base_url=f"http://127.0.0.1:{port}"), encoding="utf-8")
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
