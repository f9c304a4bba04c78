"""What `check` finds of push: whether calendars really tell of their changes, and mailboxes of mails."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from service.assembly import House
from service.commands.check_google import Finding
from service.commands.speech import _, ngettext
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
            yield False, _("push: {address} does not tell of replies. {error}", address=address, error=error)
        else:
            yield True, _("push: {address} tells of replies by itself", address=address)


def _calendars(house: House, rows: Sequence[LeaderRow], now: datetime) -> Finding:
    with house.database.read() as tx:
        standings = channels.standings(tx)
    found = [(row, standings[row.leader.id]) for row in rows if row.leader.id in standings]
    ends = [standing.tells_until(row.connected_at) for row, standing in found]
    telling = sum(end is not None and end > now for end in ends)
    if found and not any(ends):
        return False, ngettext(
            "push: asked {count} calendar to tell of changes, and no message came in; check that Google can "
            "reach {base_url}",
            "push: asked {count} calendars to tell of changes, and no message came in; check that Google can "
            "reach {base_url}",
            len(found),
            base_url=house.settings.base_url,
        )
    return True, ngettext(
        "push: {telling} of {count} calendar tell of changes by themselves",
        "push: {telling} of {count} calendars tell of changes by themselves",
        len(rows),
        telling=telling,
    )
