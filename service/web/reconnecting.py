"""Giving access to a calendar at Google: again, by the link of the reconnect mail, or on joining."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from service.accounts.consent import ConsentError, begin, code_of, finish
from service.accounts.hitches import Hitch
from service.accounts.keyring import calendar_id, scopes_for
from service.accounts.keys import OAuthClient, read_client
from service.accounts.links import (
    Invitation,
    Whose,
    consent_cookie,
    consent_under_way,
    link_token,
    whose_link,
)
from service.accounts.trial import check_calendar
from service.assembly import House
from service.clock import utc_now
from service.domain.grants import Grant, Way, leader_holder
from service.domain.people import LeaderState
from service.errors import UsageError
from service.jobs.connecting import connect_leader
from service.storage import grants, people
from service.storage.people import LeaderRow

BACK = "/c/back"


class How(StrEnum):
    """What a leader can do about it."""

    WELL = "well"  # nothing: it can be read
    CONSENT = "consent"  # at Google, from here
    SHARE = "share"  # in the calendar's settings, with our address
    ASK = "ask"  # somebody else has to


@dataclass(frozen=True, slots=True)
class Case:
    """One leader's calendar. `since` (local) is when it could first not be read; `share_with` goes
    with SHARE; `other_account` is the Google account that was asked for, "" for the leader's own."""

    row: LeaderRow
    how: How
    asked: str
    scopes: tuple[str, ...]
    since: date | None = None
    share_with: str = ""
    other_account: str = ""

    @property
    def is_joining(self) -> bool:
        """Whether they are on their way in, and go on there."""
        return self.row.leader.state is LeaderState.JOINING

    @property
    def email(self) -> str:
        """The leader's address."""
        return self.row.leader.email

    @property
    def account(self) -> str:
        """The address of the Google account that is hoped for."""
        return self.other_account or self.email

    @property
    def names(self) -> set[str]:
        """The addresses that this account may have."""
        return {self.other_account} if self.other_account else {self.email, *self.row.leader.aliases}


@dataclass(frozen=True, slots=True)
class Ways:
    """How a calendar at Google may be read, as the operator set it up; `share_with` is "" where
    calendars are not shared with us."""

    consent: bool
    delegation: bool
    share_with: str


class Reconnecting:
    """The one door through which a leader's browser comes; `now` is the clock."""

    def __init__(self, house: House, now: Callable[[], datetime] = utc_now) -> None:
        self._house = house
        self._now = now

    @property
    def base_url(self) -> str:
        """Where the pages are reached."""
        return self._house.settings.base_url

    def case(self, token: str) -> Case | None:
        """What the link shows; None where it leads nowhere. Changes nothing."""
        whose = whose_link(self._house.vault, token, self._now())
        if whose is None:
            return None
        with self._house.database.read() as tx:
            row = people.by_email(tx, whose.email)
            if row is None or row.leader.key != whose.key:
                return None
            grant = grants.of(tx, leader_holder(row.leader.id))
        kind, _, asked = row.calendar.partition(":")
        if kind != "google":
            return None
        case = self._case(row, asked, grant)
        return self._invited(case, whose.invitation, grant) if whose.invitation else case

    def ways(self) -> Ways:
        """What a newcomer can choose from."""
        way = self._house.doors.keyring.way_without_grant()
        share_with = self._service_address() if way is Way.SHARED else ""
        return Ways(self._has_web_client(), way is Way.DELEGATION, share_with)

    def link_for(self, row: LeaderRow) -> str:
        """A link like the operator's, by which a newcomer is asked for consent; it is shown to nobody."""
        now = self._now()
        whose = Whose(row.leader.email, row.leader.key, Invitation(now.timestamp()))
        return link_token(self._house.vault, whose, now)

    def begin(self, token: str, case: Case) -> tuple[str, str]:
        """The address at Google that asks for consent, and the cookie to give to the browser."""
        asking = begin(self._client(), case.scopes, self.base_url + BACK, case.account)
        return asking.url, consent_cookie(self._house.vault, token, asking, self._now())

    def link_of(self, cookie: str) -> str | None:
        """The link that a browser came from which is back from Google; None where we do not know it."""
        found = consent_under_way(self._house.vault, cookie, self._now())
        return found[0] if found else None

    def finish(self, cookie: str, case: Case, answer: Mapping[str, str]) -> None:
        """Store the consent that the browser brought back; raises `ConsentError` or `NoAccessError`."""
        found = consent_under_way(self._house.vault, cookie, self._now())
        if found is None:
            raise ConsentError("The answer came too late; start again.", Hitch.LATE)
        code, holder = code_of(found[1].state, answer), leader_holder(case.row.leader.id)
        self._store(case, finish(self._client(), found[1], code, holder, self._now()))

    def try_again(self, case: Case) -> None:
        """See whether the calendar is shared by now; raises `NoAccessError`."""
        self._by_service(case, Way.SHARED)

    def by_service(self, row: LeaderRow, way: Way) -> None:
        """Read a newcomer's own calendar as the service account; raises `NoAccessError`."""
        scopes = scopes_for(way, "", row.leader.email)
        self._by_service(Case(row, How.SHARE, "", scopes), way)

    def _by_service(self, case: Case, way: Way) -> None:
        holder = leader_holder(case.row.leader.id)
        self._store(case, Grant(holder, way, None, case.scopes, granted_at=self._now()))

    def _store(self, case: Case, grant: Grant) -> None:
        doors, where = self._house.doors, calendar_id(case.asked, grant.way, case.email)
        check_calendar(doors, grant, case.email, where, case.names)
        connect_leader(self._house.database, case.row.leader.id, grant, self._now())
        doors.keyring.forget(grant.holder)

    def _case(self, row: LeaderRow, asked: str, grant: Grant | None) -> Case:
        given = grant.way if grant else self._house.doors.keyring.way_without_grant()
        way, since = given or Way.OAUTH, row.reconnect_since
        scopes = grant.scopes if grant else scopes_for(way, asked, row.leader.email)
        case = Case(row, How.ASK, asked, scopes, since.astimezone(row.leader.zone).date() if since else None)
        if since is None and (row.read_at or row.connected_at):
            return replace(case, how=How.WELL)
        if way is Way.OAUTH and self._has_web_client():
            return replace(case, how=How.CONSENT)
        address = self._service_address()
        if way is Way.SHARED and address:
            return replace(case, how=How.SHARE, share_with=address)
        return case

    def _invited(self, case: Case, invitation: Invitation, grant: Grant | None) -> Case:
        """The same where the operator asked for a consent; one that was given since is all that is needed."""
        given = grant is not None and grant.way is Way.OAUTH and grant.granted_at.timestamp() >= invitation.at
        if given and case.since is None:
            return case
        scopes = scopes_for(Way.OAUTH, case.asked, case.email, wide=invitation.wide)
        how = How.CONSENT if self._has_web_client() else How.ASK
        return replace(case, how=how, scopes=scopes, other_account=invitation.account)

    def _service_address(self) -> str:
        try:
            return self._house.doors.keyring.service_key.email
        except UsageError:  # `check` tells the operator; a leader cannot mend it
            return ""

    def _has_web_client(self) -> bool:
        try:
            return self._client().is_web
        except UsageError:  # likewise
            return False

    def _client(self) -> OAuthClient:
        return read_client(self._house.settings.google_client_file, self._house.settings.google_token_uri)
