"""Digest: each month once, on the first working day of the next."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from service.domain.desk import Desk
from service.domain.letters import Kind
from service.domain.people import Leader, LeaderState
from service.domain.records import By, Meeting, State, What
from service.domain.timing import out_of_quiet
from service.domain.workdays import WorkCalendar
from tests.fakes.desks import (
    BERLIN,
    DAY,
    MINUTE,
    at,
    change,
    clock,
    desk,
    leader,
    mail,
    of_kind,
    one_on_one,
    pair,
)

HELD = one_on_one(at("2026-11-24 14:00"), state=State.HELD)
NOW = at("2026-11-26 12:00")


def digest(of: Desk, now: datetime = NOW, month: str = "2026-11") -> tuple[str, str | None]:
    """When a month's digest is due, and why not."""
    (found,) = [one for one in of_kind(of, now, Kind.DIGEST) if one.key.endswith(month)]
    return clock(found.due, of.leader.zone), found.reason


def with_key(key: str) -> Leader:
    return replace(leader(), key=key)


def test_it_is_due_the_first_working_day_of_the_month_at_eight_and_some_minutes() -> None:
    due, reason = digest(desk(HELD))
    assert due.startswith("Tue 2026-12-01 08:")
    assert reason is None


def test_the_minutes_are_each_leaders_own_and_always_the_same() -> None:
    dues = {key: digest(desk(HELD, who=with_key(key)))[0] for key in ("ab", "cd", "xy", "42")}
    assert dues == {key: digest(desk(HELD, who=with_key(key)))[0] for key in dues}
    assert len(set(dues.values())) > 1
    assert all("08:00" <= due[-5:] <= "08:19" for due in dues.values())


@pytest.mark.parametrize(
    ("now", "month", "day"),
    [("2026-10-20 12:00", "2026-10", "Mon 2026-11-02"), ("2027-01-04 07:00", "2026-12", "Mon 2027-01-04")],
)
def test_weekends_and_holidays_are_no_working_days(now: str, month: str, day: str) -> None:
    work = WorkCalendar(BERLIN, days_off=frozenset({date(2027, 1, 1)}))
    held = replace(HELD, start=at(f"{month}-15 10:00"), end=at(f"{month}-15 11:00"))
    of = desk(held, who=leader(joined_at=at("2026-09-01 10:00")), work=work)
    assert digest(of, at(now), month)[0].startswith(day)


def test_a_leader_on_leave_gets_it_when_back() -> None:
    away = WorkCalendar(BERLIN, absences=((at("2026-12-01 00:00"), at("2026-12-08 13:00")),))
    assert digest(desk(HELD, work=away))[0] == "Tue 2026-12-08 13:00"


def test_missed_on_a_friday_evening_it_waits_for_monday() -> None:
    assert digest(desk(HELD), at("2026-12-04 21:00"))[0] == "Mon 2026-12-07 08:30"


def test_the_months_are_the_leaders() -> None:
    auckland = ZoneInfo("Pacific/Auckland")
    new_year = one_on_one(datetime(2026, 12, 31, 11, 30, tzinfo=ZoneInfo("UTC")), state=State.HELD)
    of = desk(new_year, who=leader(auckland))
    assert digest(of, new_year.end, "2027-01")[1] is None
    assert digest(of, new_year.end, "2026-12")[1] == "nothing_on_record"


def test_a_month_without_a_meeting_on_record_has_none() -> None:
    assert digest(desk())[1] == "nothing_on_record"


@pytest.mark.parametrize("state", [State.CANCELLED, State.EXCUSED, State.NO_SHOW, State.PLANNED])
def test_a_meeting_that_was_called_off_is_on_record_too(state: State) -> None:
    assert digest(desk(replace(HELD, state=state, by=By.LEADER)))[1] is None


def test_what_the_digest_leaves_out_makes_no_digest() -> None:
    muted = desk(HELD, pairs=[pair(muted=True)])
    ended = desk(replace(HELD, state=State.EXCUSED), history={1: (change(What.SERIES_ENDED, NOW),)})
    before = desk(HELD, who=leader(joined_at=HELD.end))
    assert [digest(of)[1] for of in (muted, ended, before)] == ["nothing_on_record"] * 3


def test_each_month_has_one() -> None:
    sent = replace(mail(Kind.DIGEST, None, at("2026-12-01 08:07")), key="digest:lea:2026-11")
    keys = [one.key for one in of_kind(desk(HELD, mails=[sent]), at("2026-12-02 12:00"), Kind.DIGEST)]
    assert keys == ["digest:lea:2026-12"]


def test_the_month_of_joining_has_one_even_if_it_was_the_last_day() -> None:
    last_day = at("2026-11-30 09:00")
    met: Meeting = one_on_one(at("2026-11-30 14:00"), state=State.HELD)
    assert digest(desk(met, who=leader(joined_at=last_day)), at("2026-11-30 16:00"))[1] is None


def test_the_month_before_joining_has_none() -> None:
    of = desk(HELD, who=leader(joined_at=at("2026-11-01 00:00")))
    assert [one.key for one in of_kind(of, NOW, Kind.DIGEST)] == ["digest:lea:2026-11"]


def test_before_the_first_reading_there_is_none() -> None:
    assert of_kind(desk(who=leader(joined_at=None)), NOW, Kind.DIGEST) == []


def test_two_weeks_late_it_is_let_go() -> None:
    due = next(one.due for one in of_kind(desk(HELD), NOW, Kind.DIGEST))
    assert digest(desk(HELD), due + 14 * DAY)[1] is None
    assert digest(desk(HELD), due + 14 * DAY + MINUTE)[1] == "too_late"


def test_a_pause_holds_it_back_and_it_leaves_when_that_is_over() -> None:
    paused = desk(HELD, who=leader(state=LeaderState.PAUSED))
    assert digest(paused)[1] == "paused"
    row = replace(mail(Kind.DIGEST, None, NOW, status="skipped", reason="paused"), key="digest:lea:2026-11")
    assert digest(desk(HELD, mails=[row]), at("2026-12-03 12:00"))[1] is None


def test_never_in_quiet_hours() -> None:
    of = desk(HELD)
    of = replace(
        of,
        leader=replace(
            of.leader,
            preferences=replace(
                of.leader.preferences, quiet_until=at("2026-12-01 09:00").astimezone(BERLIN).time()
            ),
        ),
    )
    (found,) = of_kind(of, NOW, Kind.DIGEST)
    assert clock(found.due) == "Tue 2026-12-01 09:00"
    assert out_of_quiet(found.due, of.leader.preferences, of.work) == found.due
