"""What speaks to Google, wired: calendars by leader, mailboxes by address."""

from collections.abc import Callable, Sequence
from datetime import datetime

from service.accounts.doors import Doors
from service.accounts.keyring import calendar_id
from service.accounts.links import Whose, link_token
from service.accounts.scopes import may_draft, may_read_mail
from service.accounts.vault import Vault
from service.domain.grants import Grant, leader_holder, mailbox_holder
from service.domain.ports import Calendar, Mailbox
from service.google.calls import Account
from service.google.meter import Meter
from service.google.pace import Pace
from service.mailboxes.late import LateMailbox
from service.mailboxes.pool import MailboxPool
from service.settings import Settings
from service.storage import cursors, grants
from service.storage.database import Database
from service.storage.people import LeaderRow
from service.storage.usage import Used

_LEADER = leader_holder(0).removesuffix("0")


def open_doors(settings: Settings, database: Database, pace: Pace | None) -> Doors:
    """The keyring and the caller of this process, over the stored grants."""

    def load(holder: str) -> Grant | None:
        with database.read() as tx:
            return grants.of(tx, holder)

    def save(grant: Grant) -> None:
        with database.begin() as tx:
            grants.put(tx, grant, leader_id_of(grant.holder))

    return Doors(
        load=load,
        save=save,
        service_account=settings.google_service_account,
        delegation=settings.google_delegation,
        queries_per_minute=settings.google_queries_per_minute,
        endpoint=settings.google_endpoint,
        token_uri=settings.google_token_uri,
        pace=pace,
    )


def make_google_calendar(doors: Doors, row: LeaderRow, asked: str) -> Calendar:
    """A leader's calendar at Google; `asked` is the id given for it, "" for their own.

    Raises `AccessLostError` where a person has to connect it first.
    """
    from service.calendars.google import GoogleCalendar

    doors.keyring.forget(leader_holder(row.leader.id))  # it is made anew where the way in may be another
    account, where = way_in(doors, row, asked)
    return GoogleCalendar(doors.caller, account, where, owner=row.leader.email, endpoint=doors.endpoint)


def way_in(doors: Doors, row: LeaderRow, asked: str) -> tuple[Account, str]:
    """As whom a leader's calendar is asked, and under which id; raises `AccessLostError` likewise."""
    holder, email = leader_holder(row.leader.id), row.leader.email
    access = doors.keyring.calendar(holder, email, asked)
    return doors.account(holder, access), calendar_id(asked, access.way, email)


def make_mailboxes(settings: Settings, doors: Doors, database: Database) -> Mailbox:
    """The Gmail mailboxes as one, each opened when it is first used.

    Also where there is but one: its drafts stay its own when others come beside it, or go.
    """
    late = {address: LateMailbox(_maker(doors, database, address)) for address in settings.mailboxes}
    return MailboxPool(late)


def used_since(meter: Meter) -> Sequence[Used]:
    """What was called since this was last asked, by account."""
    return [Used(one.account, one.calls, one.units, leader_id_of(one.account)) for one in meter.drain()]


def leader_id_of(holder: str) -> int | None:
    """The leader that a holder is; None for a mailbox."""
    return int(holder.removeprefix(_LEADER)) if holder.startswith(_LEADER) else None


def reconnect_links(vault: Vault, base_url: str) -> Callable[[LeaderRow, datetime], str]:
    """Where a leader gives access again: a sealed link that is theirs alone, and ends."""

    def link(row: LeaderRow, now: datetime) -> str:
        return f"{base_url}/c/{link_token(vault, Whose(row.leader.email, row.leader.key), now)}"

    return link


def _maker(doors: Doors, database: Database, address: str) -> Callable[[], Mailbox]:
    def make() -> Mailbox:
        from service.mailboxes.gmail import GmailMailbox

        holder = mailbox_holder(address)
        access = doors.keyring.mailbox(holder, address)
        return GmailMailbox(
            doors.caller,
            doors.account(holder, access),
            address,
            _StoredCursor(database, address),
            drafts=may_draft(access.scopes),
            reads=may_read_mail(access.scopes),
            endpoint=doors.endpoint,
        )

    return make


class _StoredCursor:
    """How far a mailbox has been read, in the database."""

    def __init__(self, database: Database, address: str) -> None:
        self._database, self._address = database, address

    def load(self) -> str | None:
        with self._database.read() as tx:
            return cursors.history_id(tx, self._address)

    def save(self, history_id: str) -> None:
        with self._database.begin() as tx:
            cursors.save_history_id(tx, self._address, history_id)
