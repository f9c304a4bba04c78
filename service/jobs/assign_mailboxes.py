"""Which mailbox each leader hears from: always the same one, the first that has room."""

from collections.abc import Mapping, Sequence

from service.jobs.office import Office
from service.storage import people


def assign_mailboxes(office: Office) -> None:
    """Give a mailbox to every leader who has none, or whose mailbox is ours no more."""
    if not office.mailboxes:
        return
    with office.database.read() as tx:
        counts = people.by_mailbox(tx)
    if set(counts) <= set(office.mailboxes):
        return
    with office.database.begin() as tx:
        load = {address: counts.get(address, 0) for address in office.mailboxes}
        for leader_id in people.without_mailbox(tx, office.mailboxes):
            address = with_room(load, office.mailboxes, office.leaders_per_mailbox)
            load[address] += 1
            people.change(tx, leader_id, mailbox=address)


def with_room(load: Mapping[str, int], mailboxes: Sequence[str], most: int) -> str:
    """The first mailbox with room; where all are full, the one with the fewest leaders."""
    free = (address for address in mailboxes if load[address] < most)
    return next(free, None) or min(mailboxes, key=lambda address: load[address])
