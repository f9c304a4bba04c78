"""What the pages of joining do: keep who agreed, connect their calendar, and see them in."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import available_timezones

from service.accounts.links import INVITATION_LASTS, Invited, invited_by
from service.assembly import House, usual_weekend
from service.calendars.ics_url import is_url
from service.domain.grants import Way
from service.domain.people import LeaderState, Person, Preferences
from service.errors import CalendarError
from service.jobs.joining import Candidate, FirstPrep, begin, candidates_of, first_prep, settle
from service.jobs.sync_calendars import read_window
from service.languages import LANGUAGES
from service.settings import split_address
from service.storage import people
from service.storage.people import LeaderRow, NewLeader
from service.web.reconnecting import Reconnecting

LONGEST_NAME = 100


class Step(StrEnum):
    """Where somebody with an invitation stands, in this browser."""

    AGREE = "agree"  # nothing is connected yet: here is what it is about
    GO_ON = "go_on"  # they were here before, in this browser
    ELSEWHERE = "elsewhere"  # they began in another browser
    OVER = "over"  # they are in


@dataclass(frozen=True, slots=True)
class Agreed:
    """What somebody typed; the problems are by field."""

    name: str
    zone: str
    language: str

    @property
    def problems(self) -> set[str]:
        """The fields that cannot be taken as they are."""
        wrong = {
            "name": not self.name or not self.name.isprintable() or len(self.name) > LONGEST_NAME,
            "zone": self.zone not in available_timezones(),
            "language": self.language not in LANGUAGES,
        }
        return {field for field, is_wrong in wrong.items() if is_wrong}


class NoAddressError(CalendarError):
    """What was typed leads to no calendar, whatever is there."""

    permanent = True


class Joining:
    """The door for newcomers; `now` is the clock."""

    def __init__(self, house: House, now: Callable[[], datetime]) -> None:
        self._house = house
        self._now = now
        self.google = Reconnecting(house, now)

    @property
    def inviter(self) -> str:
        """In whose name people are invited."""
        name, address = self._house.settings.sender
        return name or address

    def invited(self, token: str) -> Invited | None:
        """Who the invitation is for; None where it leads nowhere."""
        return invited_by(self._house.vault, token, self._now())

    def step(self, invited: Invited, row: LeaderRow | None, mark: str) -> Step:
        """What this browser, with its mark, may do with the invitation; `row` is who has its address.

        As long as nothing is connected, whoever has the invitation may begin anew. After that only
        the browser that began goes on, or whoever the operator invites once more.
        """
        if row is not None and row.leader.key == mark:
            return Step.AGREE if _is_open(row) else Step.GO_ON
        if row is None or _is_open(row):
            return Step.AGREE
        if row.leader.state is not LeaderState.JOINING:
            return Step.OVER
        anew = row.connected_at is not None and invited.at > row.connected_at.timestamp()
        return Step.AGREE if anew else Step.ELSEWHERE

    def with_address(self, email: str) -> LeaderRow | None:
        """Who has this address already."""
        with self._house.database.read() as tx:
            return people.by_email(tx, email)

    def with_key(self, key: str) -> LeaderRow | None:
        """Who joins, or has joined, in the browser with this mark."""
        with self._house.database.read() as tx:
            return people.by_key(tx, key)

    def agree(self, invited: Invited, row: LeaderRow | None, agreed: Agreed) -> str:
        """Store the newcomer, over an earlier beginning; the key of theirs. The step is AGREE."""
        new = NewLeader(
            email=invited.email,
            name=agreed.name,
            zone=agreed.zone,
            calendar="",
            language=agreed.language,
            one_by_one=invited.one_by_one,
            preferences=Preferences(weekend=usual_weekend(agreed.zone)),
        )
        members = [Person(address.lower(), name) for name, address in map(split_address, invited.members)]
        with self._house.database.begin() as tx:
            if row is not None:
                people.erase(tx, row.leader.id)
            leader_id = people.add(tx, new, members)
            until = datetime.fromtimestamp(invited.at, UTC) + INVITATION_LASTS
            people.set_state(tx, leader_id, LeaderState.JOINING, until)  # then they are forgotten
            return people.by_id(tx, leader_id).leader.key

    def choose_google(self, row: LeaderRow) -> LeaderRow:
        """Their own calendar at Google, to be connected next."""
        with self._house.database.begin() as tx:
            people.set_calendar(tx, row.leader.id, "google")
            people.change(tx, row.leader.id, connected_at=None)
            return people.by_id(tx, row.leader.id)

    def by_service(self, row: LeaderRow, way: Way) -> None:
        """Their calendar at Google by the service account; raises `NoAccessError`."""
        self.google.by_service(self.choose_google(row), way)

    def by_address(self, row: LeaderRow, address: str) -> None:
        """A calendar behind an address that was typed; raises `CalendarError`, and keeps nothing then."""
        if not is_url(address):
            raise NoAddressError("This is no web address.")
        # Where the pages are for this machine alone, so may its calendars be; else only what is public.
        calendar = f"{'ics' if self._house.settings.is_here else 'web'}:{address}"
        tried = self._house.office.calendar_of(replace(row, calendar=calendar))
        tried.read(read_window(self._now()))
        with self._house.database.begin() as tx:
            people.set_calendar(tx, row.leader.id, calendar)
            people.note_connection(tx, row.leader.id, self._now())

    def candidates(self, row: LeaderRow) -> list[Candidate]:
        """What may be their one-on-ones; raises `CalendarError`."""
        return candidates_of(self._house.office, row, self._now())

    def finish(self, row: LeaderRow, seen: set[str], chosen: set[str], *, one_by_one: bool | None) -> None:
        """Keep what they said of the events they saw, and begin; raises `CalendarError`."""
        now = self._now()
        shown = [one for one in self.candidates(row) if one.id in seen]
        with self._house.database.begin() as tx:
            settle(tx, row, shown, chosen, now)
            if one_by_one is not None:
                people.change(tx, row.leader.id, one_by_one=one_by_one)
            row = people.by_id(tx, row.leader.id)
        begin(self._house.office, row, now)

    def first_prep(self, row: LeaderRow) -> FirstPrep | None:
        """The mail that comes first."""
        return first_prep(self._house.office, row, self._now())


def _is_open(row: LeaderRow) -> bool:
    """Whether somebody has begun to join, and nothing is connected yet."""
    return row.leader.state is LeaderState.JOINING and row.connected_at is None
