"""What a pass has called is added to the day's counts, for `check`."""

from datetime import UTC, datetime

from service.jobs.office import Office
from service.storage import people, usage


def count_calls(office: Office, now: datetime) -> None:
    """One statement for all that was called since the last time."""
    used = office.drain_usage()
    if not used:
        return
    with office.database.begin() as tx:
        known = people.ids(tx)
        usage.add(tx, now.astimezone(UTC).date(), usage.of_leaders(used, known))
