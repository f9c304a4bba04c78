"""How often a calendar is looked into."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from service.domain.people import Leader, LeaderState
from service.jobs.office import Office
from service.jobs.sync_calendars import ASK_AGAIN, is_time_to_read
from service.storage.people import LeaderRow

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def row(calendar: str, state: LeaderState = LeaderState.ACTIVE) -> LeaderRow:
    leader = Leader(1, "ada@example.org", "Ada King", ZoneInfo("Europe/Berlin"), state=state)
    return LeaderRow(leader, calendar, "token", None, None, None, None, None)


def office(tried: datetime | None) -> Office:
    return cast(Office, SimpleNamespace(tried={1: tried} if tried else {}))


def test_a_file_is_looked_at_in_every_pass() -> None:
    assert is_time_to_read(office(NOW - MINUTE), row("ics:ada.ics"), NOW, due=False)


@pytest.mark.parametrize("address", ["ics:https://example.org/a.ics", "ics:webcal://example.org/a.ics"])
def test_an_address_on_the_web_is_asked_politely(address: str) -> None:
    assert is_time_to_read(office(None), row(address), NOW, due=False)
    assert not is_time_to_read(office(NOW - ASK_AGAIN + MINUTE), row(address), NOW, due=False)
    assert is_time_to_read(office(NOW - ASK_AGAIN), row(address), NOW, due=False)


def test_before_a_mail_leaves_the_calendar_is_always_looked_into() -> None:
    assert is_time_to_read(office(NOW - MINUTE), row("ics:https://example.org/a.ics"), NOW, due=True)


def test_the_calendar_of_one_who_stopped_is_not_read() -> None:
    stopped = row("ics:ada.ics", LeaderState.STOPPED)
    assert not is_time_to_read(office(None), stopped, NOW, due=True)
