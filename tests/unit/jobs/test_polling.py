"""How often a calendar is looked into."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from service.domain.people import Leader, LeaderState
from service.domain.polling import AT_WORK_EVERY, NEAR_BEFORE, SELDOM
from service.domain.records import Meeting, State
from service.domain.workdays import WorkCalendar
from service.jobs.polling import ASK_AGAIN, Look, is_time_to_read, looked, with_agenda
from service.storage.people import LeaderRow

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WORK = WorkCalendar(ZoneInfo("Europe/Berlin"))
REMOTE = ["ics:https://example.org/a.ics", "ics:webcal://example.org/a.ics"]


def row(calendar: str, state: LeaderState = LeaderState.ACTIVE) -> LeaderRow:
    leader = Leader(1, "ada@example.org", "Ada King", ZoneInfo("Europe/Berlin"), state=state)
    return LeaderRow(leader, calendar, "token", None, None, None, None, None)


def after(calendar: str, ago: timedelta, before: Look | None = None, *, failed: bool = False) -> Look:
    return looked(row(calendar), before, NOW - ago, WORK, told=False, failed=failed)


def meeting(start: datetime, state: State = State.PLANNED) -> Meeting:
    return Meeting(1, 1, "uid", "", start, start + HOUR / 2, state, NOW, NOW)


def test_a_file_is_looked_at_in_every_pass() -> None:
    assert is_time_to_read(row("ics:ada.ics"), Look(NOW - MINUTE, NOW + HOUR), NOW, due=False)


@pytest.mark.parametrize("address", REMOTE)
def test_an_address_on_the_web_is_asked_politely(address: str) -> None:
    assert is_time_to_read(row(address), None, NOW, due=False)
    assert not is_time_to_read(row(address), after(address, ASK_AGAIN - MINUTE), NOW, due=False)
    assert is_time_to_read(row(address), after(address, ASK_AGAIN), NOW, due=False)


@pytest.mark.parametrize("calendar", ["google", "google:team@example.org"])
def test_googles_is_asked_as_seldom_as_will_do(calendar: str) -> None:
    assert not is_time_to_read(row(calendar), after(calendar, AT_WORK_EVERY - MINUTE), NOW, due=False)
    assert is_time_to_read(row(calendar), after(calendar, AT_WORK_EVERY), NOW, due=False)


@pytest.mark.parametrize("calendar", [*REMOTE, "google"])
def test_before_a_mail_leaves_the_calendar_is_always_looked_into(calendar: str) -> None:
    assert is_time_to_read(row(calendar), after(calendar, MINUTE), NOW, due=True)


@pytest.mark.parametrize("calendar", [*REMOTE, "google"])
def test_one_that_fails_is_asked_ever_later_even_before_a_mail_leaves(calendar: str) -> None:
    look, waits = None, []
    for _ in range(8):
        look = after(calendar, timedelta(), look, failed=True)
        waits.append((look.again - NOW) // MINUTE)
        assert not is_time_to_read(row(calendar), look, look.again - MINUTE / 60, due=True)
        assert is_time_to_read(row(calendar), look, look.again, due=False)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_once_it_can_be_read_again_the_failures_are_forgotten() -> None:
    failed = after("google", HOUR, after("google", 2 * HOUR, failed=True), failed=True)
    assert after("google", timedelta(), failed).failures == 0


@pytest.mark.parametrize("news", ["hinted_at", "connected_at"])
@pytest.mark.parametrize("failed", [False, True])
def test_a_hint_or_a_new_connection_is_followed_at_once(news: str, failed: bool) -> None:
    look = after("google", MINUTE, failed=failed)
    assert not is_time_to_read(_told(news, look.at), look, look.at, due=False)
    assert is_time_to_read(_told(news, NOW), look, look.at, due=False)


def _told(news: str, at: datetime) -> LeaderRow:
    hinted = news == "hinted_at"
    return replace(row("google"), hinted_at=at if hinted else None, connected_at=None if hinted else at)


def test_near_a_one_on_one_that_stands_it_is_asked_more_often() -> None:
    look = after("google", timedelta())
    near = with_agenda(row("google"), look, [meeting(NOW + HOUR / 2)], WORK, told=False)
    assert near.again == NOW + HOUR / 2 - NEAR_BEFORE
    off = with_agenda(row("google"), look, [meeting(NOW + HOUR / 2, State.CANCELLED)], WORK, told=False)
    assert off.again == look.again == NOW + AT_WORK_EVERY


@pytest.mark.parametrize("address", REMOTE)
def test_an_address_on_the_web_is_asked_no_more_often_for_it(address: str) -> None:
    look = after(address, timedelta())
    near = with_agenda(row(address), look, [meeting(NOW + MINUTE)], WORK, told=False)
    assert near.again == look.again == NOW + ASK_AGAIN


def test_what_stands_is_remembered_through_the_next_looks() -> None:
    near = with_agenda(row("google"), after("google", timedelta()), [meeting(NOW + HOUR)], WORK, told=False)
    assert looked(row("google"), near, NOW + MINUTE, WORK, told=False, failed=False).agenda == near.agenda


def test_a_calendar_that_tells_of_changes_is_asked_for_safety_only() -> None:
    look = looked(row("google"), None, NOW, WORK, told=True, failed=False)
    assert with_agenda(row("google"), look, [meeting(NOW + HOUR)], WORK, told=True).again == NOW + SELDOM


def test_knowing_what_stands_shortens_no_setback() -> None:
    look = after("google", timedelta(), after("google", timedelta(), failed=True), failed=True)
    assert with_agenda(row("google"), look, [meeting(NOW + MINUTE)], WORK, told=False).again == look.again


def test_the_calendar_of_one_who_stopped_is_not_read() -> None:
    stopped = row("ics:ada.ics", LeaderState.STOPPED)
    assert not is_time_to_read(stopped, None, NOW, due=True)
