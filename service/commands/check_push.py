"""What `check` finds of push: whether calendars really tell of their changes, and mailboxes of mails."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from service.assembly import House
from service.commands.check_google import Finding
from service.commands.words import count
from service.errors import VisavisError
from service.jobs.keep_channels import can_tell
from service.storage import channels
from service.storage.people import LeaderRow


def push(house: House, rows: Sequence[LeaderRow], now: datetime) -> Iterator[Finding]:
    """Nothing where nobody is asked to tell; a mailbox is asked anew, which changes nothing."""
    asked = house.office.push
    if asked is None:
        return
    if asked.address:
        yield _calendars(house, [row for row in rows if can_tell(row)], now)
    for address in asked.mailboxes:
        try:
            asked.watch_of(address).watch(asked.topic)
        except VisavisError as error:
            yield False, f"push: {address} does not tell of replies. {error}"
        else:
            yield True, f"push: {address} tells of replies by itself"


def _calendars(house: House, rows: Sequence[LeaderRow], now: datetime) -> Finding:
    with house.database.read() as tx:
        standings = channels.standings(tx)
    found = [(row, standings[row.leader.id]) for row in rows if row.leader.id in standings]
    ends = [standing.tells_until(row.connected_at) for row, standing in found]
    telling = sum(end is not None and end > now for end in ends)
    if found and not any(ends):
        told = f"asked {count(len(found), 'calendar')} to tell of changes, and no message came in"
        return False, f"push: {told}; check that Google can reach {house.settings.base_url}"
    return True, f"push: {telling} of {count(len(rows), 'calendar')} tell of changes by themselves"
