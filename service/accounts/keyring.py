"""Who may read which calendar and use which mailbox: stored grants as credentials."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from service.accounts.keys import ServiceKey, read_service_key
from service.accounts.scopes import EVENTS, calendar_scopes, mailbox_scopes
from service.domain.grants import Grant, Way
from service.errors import AccessLostError, CalendarError, MailboxError, SecretError, UsageError

if TYPE_CHECKING:
    from google.auth.credentials import Credentials
    from google.oauth2.service_account import Credentials as ServiceCredentials

PRIMARY = "primary"


@dataclass(frozen=True, slots=True)
class Access:
    """What calls are made with. `scopes` is what they may do; `quota_user` whose share of the quota
    they count against where a service account acts for many: opaque, and the same every time."""

    credentials: "Credentials"
    way: Way
    scopes: tuple[str, ...]
    quota_user: str | None = None


def calendar_id(asked: str, way: Way, leader_email: str) -> str:
    """Which calendar is meant by `google` (`asked` is "") or `google:ID`.

    A service account's own primary calendar is nobody's, so there the leader's address names it.
    """
    return asked or (PRIMARY if way is Way.OAUTH else leader_email)


def is_own(asked: str, leader_email: str) -> bool:
    """Whether that calendar is the leader's own, for which the narrowest permission does."""
    return asked.lower() in {"", PRIMARY, leader_email.lower()}


def scopes_for(way: Way, asked: str, leader_email: str, *, wide: bool = False) -> tuple[str, ...]:
    """The narrowest permission that reads this calendar; one that is shared with us is never our own."""
    if way is Way.SHARED:
        return (EVENTS,)
    return calendar_scopes(wide=wide or not is_own(asked, leader_email))


class Keyring:
    """The credentials of a process, one for each holder, shared by its threads.

    `load` and `save` are the store of grants. Nothing is asked of Google here. Errors are a
    calendar's or a mailbox's own, so that one holder's trouble stays their own.
    """

    def __init__(
        self,
        *,
        service_account: Path | None,
        delegation: bool,
        load: Callable[[str], Grant | None],
        save: Callable[[Grant], None],
        token_uri: str = "",
    ) -> None:
        self._file = service_account
        self._delegation = delegation
        self._load = load
        self._save = save
        self._token_uri = token_uri
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], Access] = {}
        self._shared: dict[tuple[str, ...], Credentials] = {}

    def calendar(self, holder: str, leader_email: str, asked: str = "") -> Access:
        """How a leader's calendar is read: by their own consent, else by the service account.

        `asked` is the calendar's id as given for the leader, "" for their own. Raises
        `AccessLostError` where a person has to act first, `CalendarError` for a setting.
        """
        found = self._known.get((holder, asked))
        return found or self._remember(holder, asked, self._calendar(holder, leader_email, asked))

    def mailbox(self, holder: str, address: str) -> Access:
        """How a service mailbox is used: by its own consent, else by delegation. Raises `MailboxError`."""
        found = self._known.get((holder, ""))
        return found or self._remember(holder, "", self._mailbox(holder, address))

    def forget(self, holder: str) -> None:
        """Look into the store at the next call: after a new consent, or a refusal."""
        with self._lock:
            for key in [key for key in self._known if key[0] == holder]:
                del self._known[key]

    @cached_property
    def service_key(self) -> ServiceKey:
        """The service account's key; raises `UsageError`."""
        return read_service_key(self._file, self._token_uri)

    def way_without_grant(self) -> Way | None:
        """How a leader is read who has not consented; None where nothing is set up for that."""
        if self._file is None:
            return None
        return Way.DELEGATION if self._delegation else Way.SHARED

    def trial(self, grant: Grant, address: str) -> Access:
        """Access by a grant that is not stored yet, to try it with; raises `UsageError`."""
        if grant.way is Way.OAUTH:
            return self._by_consent(grant)
        return self._by_service(grant.way, grant.scopes, address)

    def _calendar(self, holder: str, leader_email: str, asked: str) -> Access:
        try:
            grant = self._load(holder)
            if grant is not None:
                return self.trial(grant, leader_email)
            way = self.way_without_grant()
            if way is not None:
                return self._by_service(way, scopes_for(way, asked, leader_email), leader_email)
        except (UsageError, SecretError) as error:
            raise CalendarError(str(error)) from error
        raise AccessLostError(f"The calendar is not connected yet; run `visavis connect {leader_email}`.")

    def _mailbox(self, holder: str, address: str) -> Access:
        try:
            grant = self._load(holder)
            if grant is not None:
                return self.trial(grant, address)
            if self.way_without_grant() is Way.DELEGATION:
                return self._by_service(Way.DELEGATION, mailbox_scopes(), address)
        except (UsageError, SecretError) as error:
            raise MailboxError(str(error)) from error
        raise MailboxError(f"The mailbox is not connected yet; run `visavis connect {address} --mailbox`.")

    def _by_consent(self, grant: Grant) -> Access:
        from service.accounts.credentials import GrantCredentials

        made = GrantCredentials(grant, self._load, self._save, token_uri=self._token_uri)
        return Access(made, grant.way, grant.scopes)

    def _by_service(self, way: Way, scopes: tuple[str, ...], address: str) -> Access:
        from service.accounts.credentials import acting

        service = self._service
        if way is Way.DELEGATION:
            made = acting(service, scopes, address)
        else:
            with self._lock:  # it speaks for itself alone, so one token does for everybody
                made = self._shared.get(scopes) or self._shared.setdefault(
                    scopes, acting(service, scopes, None)
                )
        # To Google a service account is one user, with one user's quota, unless it is told for whom.
        return Access(made, way, scopes, quota_user=_opaque(address))

    @cached_property
    def _service(self) -> "ServiceCredentials":
        from service.accounts.credentials import service_credentials

        return service_credentials(self.service_key)

    def _remember(self, holder: str, asked: str, access: Access) -> Access:
        """The first of two threads wins: credentials must not be doubled, nor their refreshing."""
        with self._lock:
            return self._known.setdefault((holder, asked), access)


def _opaque(address: str) -> str:
    """At most 40 characters, as `quotaUser` wants it."""
    return hashlib.sha256(f"visavis/quota/{address.lower()}".encode()).hexdigest()[:32]
