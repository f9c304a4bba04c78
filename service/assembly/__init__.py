"""The only place where adapters are built and wired."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

from service.accounts.doors import Doors
from service.accounts.signing import Signer
from service.accounts.vault import Vault
from service.assembly.google import (
    make_google_calendar,
    make_mailboxes,
    open_doors,
    reconnect_links,
    used_since,
)
from service.assembly.push import make_push
from service.calendars.ics import IcsCalendar
from service.domain.ports import Calendar, Mailbox
from service.errors import UsageError
from service.google.pace import VirtualPace
from service.jobs.office import Office, Owners, no_fault
from service.languages import country_of_zone
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
    doors: Doors
    office: Office
    pool: Executor


def open_database(settings: Settings) -> tuple[Database, Vault]:
    """The database and the keys to its sealed columns; its tables are not looked at."""
    vault = Vault(settings.secret_keys)
    return Database(settings.database_url, vault, settings.workers), vault


@contextmanager
def open_house(
    settings: Settings, fault: Callable[[str], None] = no_fault, *, virtual: bool = False
) -> Iterator[House]:
    """Build everything, hand it over, and close it in the end. In `virtual` time nobody waits for
    a quota: it flows with the passes' own clock.

    Raises `StorageError` when the database is not this version's, `UsageError` when the
    operator's playbook is broken.
    """
    load_playbook("en", settings.playbook)
    database, vault = open_database(settings)
    require_current(database.engine)
    owners = _owners(settings, database)
    pace = VirtualPace() if virtual else None
    doors = open_doors(settings, database, pace)
    pool = ThreadPoolExecutor(settings.workers, thread_name_prefix="leader")
    try:
        office = make_office(settings, database, doors, vault, owners, fault)
        office = replace(office, keep_pace=_follower(pace)) if pace else office
        yield House(settings, database, vault, doors, office, pool)
    finally:
        pool.shutdown()
        doors.close()
        owners.close()
        database.close()


def make_office(
    settings: Settings,
    database: Database,
    doors: Doors,
    vault: Vault,
    owners: Owners,
    fault: Callable[[str], None] = no_fault,
) -> Office:
    """The office with real calendars, mailboxes and playbooks."""
    several = settings.mailboxes if len(settings.mailboxes) > 1 else ()
    return Office(
        database=database,
        mailbox=make_mailbox(settings, doors, database),
        calendar_of=calendars_in(settings.folder, doors),
        playbook_of=lambda language: load_playbook(language, settings.playbook),
        days_off=public_holidays,
        owners=owners,
        sender=_from(settings.sender),
        senders={address: _from(settings.sender_of(address)) for address in several},
        mailboxes=several,
        leaders_per_mailbox=settings.leaders_per_mailbox,
        service_name=settings.name,
        base_url=settings.base_url,
        daily_cap=settings.daily_cap,
        fault=fault,
        drain_usage=lambda: used_since(doors.meter),
        reconnect_link=reconnect_links(vault, settings.base_url),
        push=make_push(settings, doors),
        signer=Signer(settings.secret_keys),
        has_pages=not settings.is_here,
    )


def make_mailbox(settings: Settings, doors: Doors, database: Database) -> Mailbox:
    """Where mails leave and replies arrive."""
    if settings.mailboxes:
        return make_mailboxes(settings, doors, database)
    return MaildirMailbox(settings.maildir)


def calendars_in(folder: Path, doors: Doors) -> Callable[[LeaderRow], Calendar]:
    """Leaders' calendars, each built once: an adapter keeps what it has read. A new connection is
    a new adapter, since it may be another way in."""
    built: dict[int, tuple[tuple[object, ...], Calendar]] = {}

    def calendar_of(row: LeaderRow) -> Calendar:
        made_for = (row.calendar, row.connected_at, row.leader.addresses, row.leader.zone.key)
        known = built.get(row.leader.id)
        if known is None or known[0] != made_for:
            known = built[row.leader.id] = made_for, make_calendar(row.calendar, folder, row, doors)
        return known[1]

    return calendar_of


def make_calendar(spec: str, folder: Path, row: LeaderRow, doors: Doors) -> Calendar:
    """The adapter for a calendar's address."""
    scheme, _, source = spec.partition(":")
    if scheme == "google":
        return make_google_calendar(doors, row, source)
    if scheme == "web":  # what a visitor typed
        return IcsCalendar(source, folder, default_zone=row.leader.zone, public_only=True)
    if scheme != "ics":
        raise UsageError(
            f"A calendar of the kind {scheme}: is not built into this version; "
            "use ics:PATH, ics:URL or google."
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


def usual_weekend(zone: str, country: str | None = None) -> frozenset[int]:
    """The weekend of a country, else of the one that the time zone lies in; Saturday and Sunday where
    that is not known."""
    try:
        return weekend_of((country or country_of_zone(zone) or "").upper())
    except NotImplementedError:
        return frozenset({5, 6})


def _from(sender: tuple[str, str]) -> str:
    name, address = sender
    return f"{name} <{address}>" if name else address


def _follower(pace: VirtualPace) -> Callable[[datetime], None]:
    return lambda now: pace.move_to(now.timestamp())


def _owners(settings: Settings, database: Database) -> FileOwners | AdvisoryOwners:
    folder = lock_folder(settings.database_url)
    return FileOwners(folder) if folder is not None else AdvisoryOwners(database.engine)
