"""Channels are opened, take each other's place in time, and cost nothing but freshness when they fail."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from service.domain.people import LeaderState
from service.errors import AccessLostError, CalendarError, MailboxError
from service.jobs.hints import SYNC, calendar_told
from service.jobs.keep_channels import FIRST_PAUSE, MOST_AT_ONCE, RENEW_BEFORE, SPREAD, keep_channels
from service.jobs.office import Office
from service.jobs.push import Push
from service.storage import channels, cursors, people
from service.storage.channels import Channel
from service.storage.people import LeaderRow
from tests.fakes.desks import DAY, HOUR, MINUTE, at
from tests.fakes.offices import Inline, LittleHouse

NOW = at("2026-11-24 08:00")
LIFE = 7 * DAY
ADDRESS = "https://lab.example.org/push/calendar"
TOPIC, LAB = "projects/one-on-one-lab/topics/visavis", "lab@example.org"


class Crash(BaseException):
    """The process ends here."""


@dataclass
class Provider:
    """Opens channels for a week. `reachable`: its first message comes in while it still answers."""

    house: LittleHouse
    now: datetime = NOW
    life: timedelta = LIFE
    reachable: bool = True
    refusal: Exception | Crash | None = None
    stop_refusal: Exception | None = None
    asked: list[tuple[int, str, str]] = field(default_factory=list)  # leader, channel, token
    stopped: list[str] = field(default_factory=list)
    unknown: set[int] = field(default_factory=set)  # leaders whose way in is not there
    watched: list[str] = field(default_factory=list)

    @property
    def opened(self) -> list[int]:
        return [leader for leader, _, _ in self.asked]

    def of(self, row: LeaderRow) -> "One":
        if row.leader.id in self.unknown:
            raise AccessLostError("Connect it first.")
        return One(self, row.leader.id)

    def mailbox(self, address: str) -> "Box":
        return Box(self, address)


@dataclass
class One:
    provider: Provider
    leader_id: int

    def watch(self, channel_id: str, token: str, address: str) -> tuple[str, datetime]:
        provider = self.provider
        assert address == ADDRESS
        provider.asked.append((self.leader_id, channel_id, token))
        if provider.refusal is not None:
            raise provider.refusal
        if provider.reachable:
            assert calendar_told(provider.house.database, channel_id, token, SYNC, provider.now)
        return f"resource of {channel_id}", provider.now + provider.life

    def stop(self, channel_id: str, resource_id: str) -> None:
        assert resource_id == f"resource of {channel_id}"
        if self.provider.stop_refusal is not None:
            raise self.provider.stop_refusal
        self.provider.stopped.append(channel_id)


@dataclass
class Box:
    provider: Provider
    address: str

    def watch(self, topic: str) -> datetime:
        assert topic == TOPIC
        self.provider.watched.append(self.address)
        if self.provider.refusal is not None:
            raise self.provider.refusal
        return self.provider.now + LIFE


@pytest.fixture
def provider(house: LittleHouse) -> Provider:
    return Provider(house)


@pytest.fixture
def office(house: LittleHouse, provider: Provider) -> Office:
    """With Lea, whose calendar is Google's, and push on."""
    house.add_leader(calendar="google")
    return replace(house.office, push=Push(ADDRESS, provider.of))


@pytest.fixture
def keep(house: LittleHouse, office: Office, provider: Provider) -> Callable[[datetime], None]:
    """One pass's part at a moment."""

    def at_(moment: datetime) -> None:
        provider.now = moment
        with house.database.read() as tx:
            rows = people.everyone(tx)
        keep_channels(office, rows, moment, Inline())

    return at_


Keep = Callable[[datetime], None]


def stored(house: LittleHouse, leader_id: int = 1) -> list[Channel]:
    with house.database.read() as tx:
        return channels.of_leader(tx, leader_id)


def change(house: LittleHouse, **values: Any) -> None:
    with house.database.begin() as tx:
        people.change(tx, 1, **values)


def add_leaders(house: LittleHouse, count: int) -> None:
    for number in range(count):
        house.add_leader(f"l{number}", calendar="google")


class TestOpening:
    def test_a_calendar_without_a_channel_gets_one(
        self, house: LittleHouse, office: Office, provider: Provider, keep: Keep
    ) -> None:
        keep(NOW)
        ((leader_id, channel_id, token),) = provider.asked
        (channel,) = stored(house)
        assert leader_id == 1
        assert channel == Channel(channel_id, 1, f"resource of {channel_id}", NOW + LIFE, NOW)
        with house.database.read() as tx:
            assert channels.leader_of(tx, channel_id, token) == 1
        keep(NOW + MINUTE)
        assert office.channels == {1: NOW + LIFE}
        assert office.is_told(1, NOW + MINUTE)
        assert provider.opened == [1]

    def test_each_has_an_id_and_a_token_of_its_own(
        self, house: LittleHouse, provider: Provider, keep: Keep
    ) -> None:
        add_leaders(house, 3)
        keep(NOW)
        assert len({part for _, *secrets in provider.asked for part in secrets}) == 8
        assert all(len(token) >= 32 for _, _, token in provider.asked)

    @pytest.mark.parametrize(
        "values", [{"state": LeaderState.STOPPED}, {"reconnect_since": NOW - DAY}], ids=["stopped", "lost"]
    )
    def test_whoever_is_not_read_is_not_asked_to_tell(
        self, house: LittleHouse, provider: Provider, keep: Keep, values: dict[str, object]
    ) -> None:
        change(house, **values)
        keep(NOW)
        assert provider.asked == []

    def test_nor_is_a_calendar_that_is_a_file(
        self, house: LittleHouse, provider: Provider, keep: Keep
    ) -> None:
        house.add_leader("tom", calendar="ics:tom.ics")
        keep(NOW)
        assert provider.opened == [1]

    def test_one_pass_asks_for_some_dozens_and_the_next_goes_on(
        self, house: LittleHouse, provider: Provider, keep: Keep
    ) -> None:
        add_leaders(house, MOST_AT_ONCE + 1)
        keep(NOW)
        assert len(provider.asked) == MOST_AT_ONCE
        keep(NOW + MINUTE)
        assert sorted(provider.opened) == list(range(1, MOST_AT_ONCE + 3))

    def test_where_there_is_nothing_to_do_it_is_one_query(self, house: LittleHouse, office: Office) -> None:
        with house.database.read() as tx:
            rows = people.everyone(tx)
        keep_channels(office, rows, NOW, Inline())
        with house.counted() as statements:
            keep_channels(office, rows, NOW + MINUTE, Inline())
        assert len([each for each in statements if "SELECT" in each]) == 1
        with house.counted() as statements:
            keep_channels(house.office, rows, NOW + MINUTE, Inline())  # push is off
        assert statements == []


class TestRenewal:
    def test_a_new_channel_comes_before_the_old_one_ends(
        self, house: LittleHouse, provider: Provider, keep: Keep
    ) -> None:
        keep(NOW)
        (old,) = stored(house)
        keep(NOW + LIFE - RENEW_BEFORE)
        assert len(provider.asked) == 1
        keep(NOW + LIFE - SPREAD)
        new, kept = stored(house)
        assert (kept.id, provider.stopped) == (old.id, [])
        keep(NOW + LIFE - SPREAD + MINUTE)
        assert provider.stopped == [old.id]
        assert stored(house) == [new]

    def test_the_old_one_stays_until_the_new_one_was_heard(
        self, house: LittleHouse, office: Office, provider: Provider, keep: Keep
    ) -> None:
        keep(NOW)
        provider.reachable = False
        keep(NOW + LIFE - SPREAD)
        keep(NOW + LIFE - SPREAD + MINUTE)
        assert (len(stored(house)), provider.stopped) == (2, [])
        assert office.channels == {1: NOW + LIFE}
        _, channel_id, token = provider.asked[-1]
        calendar_told(house.database, channel_id, token, "exists", NOW)
        keep(NOW + LIFE - SPREAD + 2 * MINUTE)
        assert [each.id for each in stored(house)] == [channel_id]
        assert len(provider.stopped) == 1

    def test_not_all_are_due_at_once(self, house: LittleHouse, provider: Provider, keep: Keep) -> None:
        add_leaders(house, 30)
        keep(NOW)
        provider.asked.clear()
        moments = [NOW + LIFE - RENEW_BEFORE + timedelta(minutes=n) for n in range(0, 721, 5)]
        most = 0
        for moment in moments:
            before = len(provider.asked)
            keep(moment)
            most = max(most, len(provider.asked) - before)
        assert sorted(provider.opened) == list(range(1, 32))
        assert most == 1

    def test_who_would_be_told_nothing_soonest_comes_first(
        self, house: LittleHouse, provider: Provider, keep: Keep
    ) -> None:
        keep(NOW)
        add_leaders(house, MOST_AT_ONCE)
        keep(NOW + LIFE - SPREAD)
        assert 1 not in provider.opened[1:]

    def test_an_old_one_that_cannot_be_stopped_is_no_error(
        self, house: LittleHouse, provider: Provider, keep: Keep, caplog: pytest.LogCaptureFixture
    ) -> None:
        keep(NOW)
        provider.stop_refusal = CalendarError("Google has trouble of its own.")
        for minutes in range(2):
            keep(NOW + LIFE - SPREAD + minutes * MINUTE)
        assert len(stored(house)) == 1
        assert caplog.records == []

    def test_what_has_ended_is_forgotten_without_a_call(
        self, house: LittleHouse, provider: Provider, keep: Keep
    ) -> None:
        keep(NOW)
        keep(NOW + LIFE + HOUR)
        keep(NOW + LIFE + 2 * HOUR)
        assert (len(stored(house)), provider.stopped) == (1, [])

    def test_after_a_new_connection_there_is_a_new_channel(
        self, house: LittleHouse, office: Office, provider: Provider, keep: Keep
    ) -> None:
        keep(NOW)
        change(house, connected_at=NOW + HOUR)
        keep(NOW + HOUR)
        assert (provider.opened, office.channels) == ([1, 1], {})
        keep(NOW + HOUR + MINUTE)
        assert office.channels == {1: NOW + HOUR + LIFE}
        assert len(stored(house)) == 1

    @pytest.mark.parametrize("values", [{"state": LeaderState.STOPPED}, {"calendar": "ics:lea.ics"}])
    def test_the_channel_of_one_who_is_not_to_tell_any_more_is_stopped(
        self, house: LittleHouse, office: Office, provider: Provider, keep: Keep, values: dict[str, str]
    ) -> None:
        keep(NOW)
        (channel,) = stored(house)
        if "calendar" in values:
            with house.database.begin() as tx:
                values = {"calendar_sealed": tx.sealer.seal(values["calendar"], people.CALENDAR)}
        change(house, **values)
        keep(NOW + HOUR)
        assert (provider.stopped, stored(house), office.channels) == ([channel.id], [], {})

    def test_with_lost_access_it_is_only_forgotten(
        self, house: LittleHouse, office: Office, provider: Provider, keep: Keep
    ) -> None:
        keep(NOW)
        provider.unknown.add(1)
        change(house, reconnect_since=NOW + HOUR)
        keep(NOW + HOUR)
        assert (provider.stopped, stored(house), office.channels) == ([], [], {})


class TestFailure:
    def test_it_is_one_line_and_tried_again_hours_later(
        self, house: LittleHouse, provider: Provider, keep: Keep, caplog: pytest.LogCaptureFixture
    ) -> None:
        provider.refusal = CalendarError("Google has trouble of its own.")
        tried = []
        for minutes in range(0, 36 * 60, 10):
            before = len(provider.asked)
            keep(NOW + minutes * MINUTE)
            tried += [minutes / 60] * (len(provider.asked) - before)
        assert tried == [0, 1, 3, 7, 15, 27]
        assert stored(house) == []
        assert [each.__dict__["action"] for each in caplog.records] == ["channels_failed"] * 6
        assert caplog.records[0].message == (
            "1 of 1 calendars could not be asked to tell of their changes: Google has trouble of its own."
        )

    def test_years_of_it_break_nothing(self, provider: Provider, keep: Keep) -> None:
        provider.refusal = CalendarError("no")
        for days in range(60):
            keep(NOW + days * DAY)
        assert len(provider.asked) == 60

    def test_what_went_well_in_the_end_starts_from_nothing(self, provider: Provider, keep: Keep) -> None:
        provider.refusal = CalendarError("no")
        keep(NOW)
        provider.refusal = None
        keep(NOW + FIRST_PAUSE)
        keep(NOW + FIRST_PAUSE + MINUTE)
        provider.refusal = CalendarError("no")
        later = NOW + FIRST_PAUSE + LIFE
        for hours in (0, 1):
            keep(later + hours * HOUR)
        assert len(provider.asked) == 4

    def test_a_way_in_that_is_missing_holds_up_nobody(
        self, house: LittleHouse, provider: Provider, keep: Keep
    ) -> None:
        add_leaders(house, 1)
        provider.unknown.add(1)
        keep(NOW)
        assert provider.opened == [2]
        assert stored(house) == []

    def test_even_a_fault_that_nobody_foresaw_is_one_calendars_alone(
        self, house: LittleHouse, provider: Provider, keep: Keep, caplog: pytest.LogCaptureFixture
    ) -> None:
        provider.refusal = RuntimeError("a bad day")
        with caplog.at_level(logging.WARNING):
            keep(NOW)
        assert {each.__dict__["action"] for each in caplog.records} == {"channel_broke", "channels_failed"}
        assert not any(each.ends_at > NOW for each in stored(house))

    def test_where_none_is_accepted_all_are_left_alone_for_an_hour(
        self, house: LittleHouse, provider: Provider, keep: Keep
    ) -> None:
        add_leaders(house, 2 * MOST_AT_ONCE)
        provider.refusal = CalendarError("Google does not accept this call.", permanent=True)
        for minutes in (0, 1, 59):
            keep(NOW + minutes * MINUTE)
        assert len(provider.asked) == MOST_AT_ONCE
        provider.refusal = None
        for minutes in (60, 61, 62):
            keep(NOW + minutes * MINUTE)
        assert set(provider.opened[MOST_AT_ONCE:]) == set(range(1, 2 * MOST_AT_ONCE + 2))

    def test_while_no_message_comes_in_the_calendar_does_not_count_as_telling(
        self,
        house: LittleHouse,
        office: Office,
        provider: Provider,
        keep: Keep,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        provider.reachable = False
        keep(NOW)
        keep(NOW + MINUTE)
        assert office.channels == {}
        assert caplog.records == []
        keep(NOW + FIRST_PAUSE)
        assert [each.__dict__["action"] for each in caplog.records] == ["channels_unheard"]
        assert "base_url can be reached" in caplog.records[0].message
        first, second = (channel_id for _, channel_id, _ in provider.asked)
        assert provider.stopped == [first]
        assert [each.id for each in stored(house)] == [second]

    def test_a_crash_before_the_answer_leaves_nothing_that_counts(
        self, house: LittleHouse, office: Office, provider: Provider, keep: Keep
    ) -> None:
        provider.refusal = Crash()
        with pytest.raises(Crash):
            keep(NOW)
        provider.refusal = None
        office.push.trials.clear()  # type: ignore[union-attr]  # a new process
        keep(NOW + MINUTE)
        keep(NOW + 2 * MINUTE)
        assert office.channels == {1: NOW + MINUTE + LIFE}
        assert len(stored(house)) == 1


class TestMailbox:
    @pytest.fixture
    def office(self, house: LittleHouse, provider: Provider) -> Office:
        push = Push(topic=TOPIC, mailboxes=(LAB,), watch_of=provider.mailbox)
        return replace(house.office, push=push)

    def test_it_is_asked_to_tell_and_again_daily(
        self, house: LittleHouse, provider: Provider, keep: Keep
    ) -> None:
        for hours in range(48):
            keep(NOW + hours * HOUR)
        assert len(provider.watched) == 2
        with house.database.read() as tx:
            assert cursors.watched_until(tx, LAB) == NOW + 24 * HOUR + LIFE

    def test_no_calendar_is_asked(self, house: LittleHouse, provider: Provider, keep: Keep) -> None:
        house.add_leader(calendar="google")
        keep(NOW)
        assert provider.asked == []

    def test_a_failure_is_one_line_and_tried_again_hours_later(
        self, provider: Provider, keep: Keep, caplog: pytest.LogCaptureFixture
    ) -> None:
        provider.refusal = MailboxError("Google does not accept this call.")
        for minutes in range(0, 180, 10):
            keep(NOW + minutes * MINUTE)
        assert len(provider.watched) == 2
        assert [each.__dict__["action"] for each in caplog.records] == ["watch_failed"] * 2
        provider.refusal = None
        keep(NOW + 3 * HOUR)
        keep(NOW + 9 * HOUR)
        assert len(provider.watched) == 3


def test_a_pass_with_push_never_fails_for_it(
    house: LittleHouse, provider: Provider, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "office", office)
    provider.refusal = CalendarError("Google has trouble of its own.")
    report = house.run(NOW)
    assert (report.failed, report.passes, report.calendars_read) == (False, 1, 1)
