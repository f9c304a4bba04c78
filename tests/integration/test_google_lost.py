"""Access to one leader's calendar is lost: they are told once how to mend it, and nobody else notices."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from service.domain.grants import Way
from service.domain.records import State
from service.storage import meetings, people
from tests.fakes.cli import Mail
from tests.fakes.desks import DAY, HOUR, at
from tests.fakes.google.server import FakeGoogle
from tests.fakes.google_lab import Lab, open_lab

BEGIN = at("2026-11-02 08:00")
FIRST = at("2026-11-04 14:00")
ADA, BEN, CLEO = EVERYBODY = ("ada@example.org", "ben@example.org", "cleo@example.org")


@dataclass
class Town:
    """Ada has consented, for Ben the admin has, and Cleo shares her calendar; each meets Max weekly."""

    lab: Lab

    def run(self, start: datetime, length: timedelta = 2 * DAY) -> None:
        self.lab.run(start, start + length, every=HOUR)

    def kinds(self, address: str) -> list[str]:
        return [mail.kind for mail in self.lab.mails(address)]

    def told(self, address: str) -> list[Mail]:
        return [mail for mail in self.lab.mails(address) if mail.kind == "reconnect"]

    def states(self, address: str) -> set[State]:
        with self.lab.house.database.read() as tx:
            row = people.by_email(tx, address)
            assert row is not None
            return {one.state for one in meetings.of_leader(tx, row.leader.id)}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with FakeGoogle(now=BEGIN) as google, open_lab(tmp_path, google, workers=1) as lab:
        for address in EVERYBODY:
            lab.add(address.partition("@")[0], ["Max <max@example.org>"], now=BEGIN)
            guests = [address, "max@example.org"]
            google.calendar.series(address, FIRST, rule="FREQ=WEEKLY", guests=guests, summary="Max 1:1")
        town = Town(lab)
        lab.run(BEGIN, BEGIN)
        yield town


def revoked(town: Town) -> None:
    town.lab.google.accounts.revoke(ADA)


def not_found(town: Town) -> None:
    town.lab.google.calendar.lose(ADA, ADA)


def forbidden(town: Town) -> None:
    town.lab.google.calendar.lose(ADA, ADA, 403, "forbidden")


@pytest.mark.parametrize("lose", [revoked, not_found, forbidden])
def test_she_is_told_once_and_nobody_else_notices(town: Town, lose: Callable[[Town], None]) -> None:
    lose(town)
    town.run(BEGIN + HOUR, 3 * DAY)
    (mail,) = town.told(ADA)
    assert f"{town.lab.house.settings.base_url}/c/" in mail.text
    assert State.CANCELLED not in town.states(ADA)
    assert town.kinds(BEN) == town.kinds(CLEO) == ["welcome", "prep", "reflection", "reminder"]


def test_once_it_is_given_again_all_goes_on(town: Town) -> None:
    revoked(town)
    town.run(BEGIN + HOUR, DAY)
    town.lab.connect(1, ADA, Way.OAUTH, BEGIN + 26 * HOUR)
    town.run(BEGIN + 26 * HOUR)
    assert town.kinds(ADA) == ["welcome", "reconnect", "prep", "reflection", "reminder"]


def test_a_shared_calendar_that_is_shared_no_more_is_told_to_whoever_shared_it(town: Town) -> None:
    (service,) = town.lab.google.accounts.services
    town.lab.google.calendar.unshare(CLEO, service)
    town.run(BEGIN + HOUR, DAY)
    assert [len(town.told(address)) for address in EVERYBODY] == [0, 0, 1]


@pytest.mark.parametrize("times", [3, 40])
def test_what_passes_is_told_to_nobody(town: Town, times: int) -> None:
    town.lab.google.faults.refuse("calendar.*", times=times)
    town.lab.google.faults.refuse("oauth.token", 500, "internal_failure", times=3)
    town.run(BEGIN + HOUR)
    assert [town.told(address) for address in EVERYBODY] == [[], [], []]


def test_a_delegation_that_ends_is_no_leaders_to_mend(town: Town) -> None:
    google = town.lab.google
    (service,) = google.accounts.services.values()
    google.accounts.delegate(service)
    google.accounts.forget_access_tokens()
    town.run(BEGIN + HOUR, DAY)
    assert town.told(BEN) == []
