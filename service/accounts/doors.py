"""What all of a process that talks to Google shares: credentials, connections, limits."""

import threading
from collections.abc import Callable
from pathlib import Path

from service.accounts.keyring import Access, Keyring
from service.domain.grants import Grant
from service.google.calls import Account, Caller
from service.google.meter import Meter
from service.google.pace import Pace, RealPace
from service.google.transport import Transport


class Doors:
    """The keyring and the caller of a process; close it in the end.

    Nothing is opened, and none of Google's libraries loaded, before it is used: who keeps to
    calendar files and a Maildir pays nothing for it.
    """

    def __init__(
        self,
        *,
        load: Callable[[str], Grant | None],
        save: Callable[[Grant], None],
        service_account: Path | None = None,
        delegation: bool = False,
        queries_per_minute: int = 9000,
        endpoint: str = "",
        token_uri: str = "",
        pace: Pace | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.meter = Meter()
        self.keyring = Keyring(
            service_account=service_account,
            delegation=delegation,
            load=load,
            save=save,
            token_uri=token_uri,
        )
        self._queries_per_minute = queries_per_minute
        self._pace = pace or RealPace()
        self._caller: Caller | None = None
        self._lock = threading.Lock()

    @property
    def caller(self) -> Caller:
        """Makes the calls of this process; made once, for there is one limit to all of them."""
        with self._lock:
            if self._caller is None:
                per_minute = self._queries_per_minute
                self._caller = Caller(Transport(), self._pace, self.meter, calendar_per_minute=per_minute)
            return self._caller

    def account(self, holder: str, access: Access) -> Account:
        """A holder's access as calls are made with it."""
        http = self.caller.transport.http(access.credentials)
        return Account(name=holder, http=http, quota_user=access.quota_user)

    def close(self) -> None:
        """Close the connections."""
        if self._caller is not None:
            self._caller.transport.close()
