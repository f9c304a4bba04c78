"""Reconnect: told once that the calendar may not be read any more, and only while it is so."""

from dataclasses import replace
from datetime import datetime

from service.domain.desk import Desk, Mail, Reason
from service.domain.letters import Kind
from service.domain.people import LeaderState
from tests.fakes.desks import DAY, HOUR, MINUTE, at, clock, delivered, desk, leader, of_kind, the, why

LOST = at("2026-11-24 10:00")


def lost(since: datetime | None = LOST, *mails: Mail) -> Desk:
    return replace(desk(mails=mails), reconnect_since=since)


def told(sent_at: datetime) -> Mail:
    key = "reconnect:lea:20261101000000"
    return Mail(key, Kind.RECONNECT, "sent", sent_at, sent_at=sent_at)


def test_there_is_nothing_to_tell_while_the_calendar_can_be_read() -> None:
    assert of_kind(lost(None), LOST, Kind.RECONNECT) == []


def test_the_leader_is_told_an_hour_after_access_was_lost() -> None:
    assert clock(the(lost(), LOST + MINUTE, Kind.RECONNECT).due) == "Tue 2026-11-24 11:00"


def test_at_night_it_waits_for_the_working_day() -> None:
    found = the(lost(at("2026-11-27 22:00")), at("2026-11-27 22:01"), Kind.RECONNECT)
    assert clock(found.due) == "Mon 2026-11-30 08:30"


def test_each_loss_is_told_of_once() -> None:
    after = delivered(lost(), LOST + HOUR)
    assert of_kind(after, LOST + 30 * DAY, Kind.RECONNECT) == []


def test_another_loss_is_another_mail() -> None:
    first = the(lost(), LOST, Kind.RECONNECT)
    second = the(lost(LOST + 30 * DAY), LOST + 30 * DAY, Kind.RECONNECT)
    assert first.key != second.key


def test_access_that_comes_and_goes_is_told_of_once_a_week() -> None:
    assert why(lost(LOST, told(LOST - 6 * DAY)), LOST + HOUR, Kind.RECONNECT) is Reason.TOLD_LATELY
    assert why(lost(LOST, told(LOST - 8 * DAY)), LOST + HOUR, Kind.RECONNECT) is None


def test_what_was_never_sent_is_no_reason_to_keep_quiet() -> None:
    given_up = replace(told(LOST - DAY), status="skipped", sent_at=None)
    assert why(lost(LOST, given_up), LOST + HOUR, Kind.RECONNECT) is None


def test_one_who_stopped_is_not_told() -> None:
    stopped = replace(desk(who=leader(state=LeaderState.STOPPED)), reconnect_since=LOST)
    assert why(stopped, LOST + HOUR, Kind.RECONNECT) is Reason.STOPPED
