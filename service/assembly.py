"""The only place where adapters are built and wired."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from service.accounts.vault import Vault
from service.calendars.ics import IcsCalendar
from service.domain.ports import Calendar, Mailbox
from service.errors import UsageError
from service.jobs.office import Office, Owners, no_fault
from service.mailboxes.maildir import MaildirMailbox
from service.playbooks import load_playbook
from service.settings import Settings
from service.storage.database import Database, lock_folder
from service.storage.migrate import require_current
from service.storage.owners import AdvisoryOwners, FileOwners
from service.storage.people import LeaderRow


@dataclass(frozen=True, slots=True)
class House:
    """The wired program: what the commands work with."""

    settings: Settings
    database: Database
    vault: Vault
    office: Office
    pool: Executor


def open_database(settings: Settings) -> tuple[Database, Vault]:
    """The database and the keys to its sealed columns; its tables are not looked at."""
    vault = Vault(settings.secret_keys)
    return Database(settings.database_url, vault, settings.workers), vault


@contextmanager
def open_house(settings: Settings, fault: Callable[[str], None] = no_fault) -> Iterator[House]:
    """Build everything, hand it over, and close it in the end.

    Raises `StorageError` when the database is not this version's, `UsageError` when the
    operator's playbook is broken.
    """
    load_playbook("en", settings.playbook)
    database, vault = open_database(settings)
    require_current(database.engine)
    owners = _owners(settings, database)
    pool = ThreadPoolExecutor(settings.workers, thread_name_prefix="leader")
    try:
        office = make_office(settings, database, MaildirMailbox(settings.maildir), owners, fault)
        yield House(settings, database, vault, office, pool)
    finally:
        pool.shutdown()
        owners.close()
        database.close()


def make_office(
    settings: Settings,
    database: Database,
    mailbox: Mailbox,
    owners: Owners,
    fault: Callable[[str], None] = no_fault,
) -> Office:
    """The office with real calendars and playbooks."""
    name, address = settings.sender
    return Office(
        database=database,
        mailbox=mailbox,
        calendar_of=calendars_in(settings.folder),
        playbook_of=lambda language: load_playbook(language, settings.playbook),
        days_off=public_holidays,
        owners=owners,
        sender=f"{name} <{address}>" if name else address,
        service_name=settings.name,
        base_url=settings.base_url,
        daily_cap=settings.daily_cap,
        fault=fault,
    )


def calendars_in(folder: Path) -> Callable[[LeaderRow], Calendar]:
    """Leaders' calendars, each built once: an adapter keeps what it has read."""
    built: dict[tuple[int, str], Calendar] = {}

    def calendar_of(row: LeaderRow) -> Calendar:
        key = (row.leader.id, row.calendar)
        if key not in built:
            built[key] = make_calendar(row.calendar, folder, row)
        return built[key]

    return calendar_of


def make_calendar(spec: str, folder: Path, row: LeaderRow) -> Calendar:
    """The adapter for a calendar's address."""
    scheme, _, source = spec.partition(":")
    if scheme != "ics":
        raise UsageError(
            f"A calendar of the kind {scheme}: is not built into this version; use ics:PATH or ics:URL."
        )
    return IcsCalendar(source, folder, default_zone=row.leader.zone)


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """A country's public holidays, from the year before to the year after."""
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, years=range(year - 1, year + 2)))
    except NotImplementedError as error:
        raise UsageError(
            f"No public holidays are known for the country {country}: use a code like DE."
        ) from error


@cache
def weekend_of(country: str) -> frozenset[int]:
    """The weekend's weekdays in a country (Monday 0)."""
    import holidays

    return frozenset(holidays.country_holidays(country).weekend)


def _owners(settings: Settings, database: Database) -> FileOwners | AdvisoryOwners:
    folder = lock_folder(settings.database_url)
    return FileOwners(folder) if folder is not None else AdvisoryOwners(database.engine)
