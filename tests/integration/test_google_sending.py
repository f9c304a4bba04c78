"""A mail by Gmail leaves once, whatever becomes of the process that sends it.

Each case is a column of the table that this way of sending was chosen by: killed before the
send, killed after it, the answer lost, after it while search lags, paused past the lease.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from service.accounts.scopes import GMAIL_MODIFY, GMAIL_READ, GMAIL_SEND
from service.assembly import open_house
from service.jobs.office import LEASE, EmailOutcome
from service.settings import Settings, load_settings
from service.storage import emails
from service.storage.emails import Email, Status
from service.worker import tick
from tests.fakes.desks import HOUR, MINUTE, at
from tests.fakes.google.server import FakeGoogle
from tests.fakes.google_lab import LAB, Lab, open_lab
from tests.fakes.mailbox import Died

NOW = at("2026-11-02 08:00")
ADA = "ada@example.org"
SEND = "gmail.users.*.send"


def die() -> None:
    raise Died


@dataclass
class Desk:
    """A service that is about to welcome Ada, through its mailbox at Gmail."""

    google: FakeGoogle
    lab: Lab
    settings: Settings
    _happened: list[str] = field(default_factory=list)

    def run(
        self, now: datetime, at_point: str = "", happens: Callable[[], object] = die
    ) -> list[EmailOutcome]:
        """A process makes one pass; once, something happens to it at a point of the delivery."""

        def fault(point: str) -> None:
            if point == at_point and not self._happened:
                self._happened.append(point)
                happens()

        self.google.now = now
        with open_house(self.settings, fault, virtual=True) as house:
            return tick(house.office, house.pool, iter([now])).emails

    def killed(self, at_point: str) -> None:
        with pytest.raises(Died):
            self.run(NOW, at_point)

    def copies(self) -> list[str]:
        """What reached Ada: the Message-ID of each copy."""
        return [str(mail.message["Message-ID"]) for mail in self.lab.mails(ADA)]

    def row(self) -> Email:
        with self.lab.house.database.read() as tx:
            (email,) = emails.of_leader(tx, 1)
        return email


@contextmanager
def a_desk(folder: Path, *scopes: str) -> Iterator[Desk]:
    """The mailbox's grant has these scopes."""
    with FakeGoogle(now=NOW) as google, open_lab(folder, google, workers=1) as lab:
        lab.connect_mailbox(NOW, scopes)
        lab.add("ada", now=NOW)
        yield Desk(google, lab, load_settings(lab.house.settings.folder / "visavis.toml", {}))


@pytest.fixture(params=[(GMAIL_MODIFY,), (GMAIL_SEND, GMAIL_READ)], ids=["drafts", "plain"])
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    with a_desk(tmp_path, *request.param) as desk:
        yield desk


def left_once(desk: Desk) -> bool:
    """One copy, known by the id that Gmail gave it, and nothing is left over."""
    row = desk.row()
    assert (row.status, desk.copies(), desk.google.gmail.drafts(LAB)) == (Status.SENT, [row.message_id], {})
    return True


def test_nothing_happens_to_it(desk: Desk) -> None:
    assert [one.status for one in desk.run(NOW)] == ["sent"]
    assert left_once(desk)


@pytest.mark.parametrize("point", ["claimed", "written", "draft_made", "drafted", "checked"])
def test_killed_before_the_send(desk: Desk, point: str) -> None:
    desk.killed(point)
    assert desk.copies() == []
    assert [one.status for one in desk.run(NOW + MINUTE)] == ["sent"]
    assert len(desk.copies()) == 1
    desk.run(NOW + 49 * HOUR)  # a draft whose id was lost with its maker is swept
    assert left_once(desk)


@pytest.mark.parametrize("lag", [0, 1], ids=["", "search lags"])
def test_killed_after_the_send(desk: Desk, lag: int) -> None:
    desk.google.gmail.office.search_lag = desk.google.gmail.office.sent_lag = lag * HOUR
    desk.killed("delivered")
    assert len(desk.copies()) == 1
    assert [one.status for one in desk.run(NOW + MINUTE)] == ["sent"]
    assert left_once(desk)


@pytest.mark.parametrize("lag", [0, 1], ids=["", "search lags"])
def test_the_answer_is_lost(desk: Desk, lag: int) -> None:
    desk.google.gmail.office.search_lag = desk.google.gmail.office.sent_lag = lag * HOUR
    desk.google.faults.cut_after(SEND)
    assert [one.status for one in desk.run(NOW)] == ["deferred"]
    assert [one.status for one in desk.run(NOW + HOUR / 2)] == ["sent"]
    assert left_once(desk)


@pytest.mark.parametrize("point", ["claimed", "drafted", "checked", "delivered"])
def test_paused_past_its_lease_and_resumed(desk: Desk, point: str) -> None:
    desk.run(NOW, point, partial(desk.run, NOW + LEASE))
    assert left_once(desk)


class TestGrantThatOnlySends:
    """Nobody can look whether a mail has left: so it is never sent twice, and a person is told."""

    @pytest.fixture
    def blind(self, tmp_path: Path) -> Iterator[Desk]:
        with a_desk(tmp_path, GMAIL_SEND) as desk:
            yield desk

    @pytest.mark.parametrize(("point", "copies"), [("checked", 0), ("delivered", 1)])
    def test_killed(self, blind: Desk, point: str, copies: int) -> None:
        blind.killed(point)
        (outcome,) = blind.run(NOW + MINUTE)
        assert (outcome.status, len(blind.copies())) == ("unknown", copies)
        assert "look into the mailbox's Sent folder" in (outcome.reason or "")

    def test_the_answer_is_lost(self, blind: Desk) -> None:
        blind.google.faults.cut_after(SEND)
        blind.run(NOW)
        (outcome,) = blind.run(NOW + HOUR)
        assert (outcome.status, len(blind.copies())) == ("unknown", 1)
