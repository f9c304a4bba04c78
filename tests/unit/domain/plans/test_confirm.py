"""Confirm: what only the leader knows, asked once, in working hours, in one mail."""

from dataclasses import replace

import pytest

from service.domain.desk import Desk, OpenAsk
from service.domain.letters import Kind
from service.domain.records import By, Change, Meeting, State, What
from service.domain.workdays import WorkCalendar
from tests.fakes.desks import (
    BERLIN,
    DAY,
    HOUR,
    MINUTE,
    at,
    change,
    clock,
    delivered,
    desk,
    mail,
    of_kind,
    one_on_one,
    pair,
    the,
    why,
)

SEEN = at("2026-11-24 11:00")
MORNING = at("2026-11-25 09:00")
GONE = one_on_one(at("2026-11-25 14:00"), state=State.CANCELLED, by=By.UNKNOWN)
VANISHED = change(What.VANISHED, SEEN, By.UNKNOWN)
ASK = OpenAsk("7", SEEN)


def gone(meeting: Meeting = GONE, line: Change = VANISHED, **more: object) -> Desk:
    return desk(meeting, history={meeting.id or 0: (line,)}, **more)  # type: ignore[arg-type] # passed on as they are


# --- what happened? ---------------------------------------------------------------------


def test_a_meeting_that_vanished_is_asked_about_the_next_working_morning() -> None:
    found = the(gone(), SEEN, Kind.CONFIRM)
    assert (found.due, found.reason, found.key) == (MORNING, None, "confirm:happened:m1")
    assert (found.meeting_id, found.pair_id) == (1, 1)


def test_also_one_that_lies_weeks_ahead_while_the_leader_still_knows() -> None:
    far = replace(GONE, start=SEEN + 50 * DAY, end=SEEN + 50 * DAY + HOUR)
    assert the(gone(far), SEEN, Kind.CONFIRM).due == MORNING


@pytest.mark.parametrize("by", [By.LEADER, By.MEMBER])
def test_where_it_is_plain_who_cancelled_nothing_is_asked(by: By) -> None:
    known = gone(replace(GONE, by=by), change(What.CANCELLED, SEEN, by))
    assert of_kind(known, SEEN, Kind.CONFIRM) == []


def test_what_had_vanished_before_we_first_looked_is_not_asked_about() -> None:
    assert of_kind(gone(line=Change(What.VANISHED, None, SEEN, By.UNKNOWN)), SEEN, Kind.CONFIRM) == []


def test_five_days_later_the_question_is_stale() -> None:
    assert why(gone(), MORNING + 5 * DAY, Kind.CONFIRM) is None
    assert why(gone(), MORNING + 5 * DAY + MINUTE, Kind.CONFIRM) == "too_late"


def test_one_on_its_way_is_answered_when_the_meeting_comes_back() -> None:
    row = mail(Kind.CONFIRM, GONE, MORNING, key="confirm:happened:m1", status="sending")
    back = replace(GONE, state=State.PLANNED, by=None)
    assert why(gone(back, mails=[row]), MORNING, Kind.CONFIRM) == "answered"


def test_not_asked_while_the_leader_is_out_of_office() -> None:
    away = WorkCalendar(BERLIN, absences=((at("2026-11-25 00:00"), at("2026-11-26 10:00")),))
    assert clock(the(gone(work=away), SEEN, Kind.CONFIRM).due) == "Thu 2026-11-26 10:00"


# --- is this a one-on-one? --------------------------------------------------------------


def test_a_doubtful_series_is_asked_about_in_working_hours() -> None:
    assert the(desk(asks=[ASK]), SEEN, Kind.CONFIRM).due == SEEN
    evening = OpenAsk("7", at("2026-11-20 18:00"))
    found = the(desk(asks=[evening]), at("2026-11-20 18:00"), Kind.CONFIRM)
    assert (clock(found.due), found.key) == ("Mon 2026-11-23 09:00", "confirm:series:7")


def test_once_asked_it_is_never_asked_again() -> None:
    sent = mail(Kind.CONFIRM, None, SEEN, key="confirm:series:7")
    assert of_kind(desk(asks=[ASK], mails=[sent]), SEEN + 30 * DAY, Kind.CONFIRM) == []


def test_not_even_when_the_mail_that_asked_is_forgotten() -> None:
    assert why(desk(asks=[ASK]), SEEN + 90 * DAY, Kind.CONFIRM) is None
    assert why(desk(asks=[ASK]), SEEN + 90 * DAY + MINUTE, Kind.CONFIRM) == "too_late"


# --- all in one mail --------------------------------------------------------------------


def questions(of: Desk) -> dict[str, tuple[str | None, str | None]]:
    found = of_kind(of, MORNING, Kind.CONFIRM)
    return {one.key: (one.reason, one.carrier) for one in found}


def test_what_is_due_together_is_one_mail() -> None:
    second = replace(GONE, id=2, pair_id=2, key="m2")
    of = desk(GONE, second, history={1: (VANISHED,), 2: (VANISHED,)}, asks=[ASK])
    assert questions(of) == {
        "confirm:happened:m1": (None, None),
        "confirm:happened:m2": ("bundled", "confirm:happened:m1"),
        "confirm:series:7": ("bundled", "confirm:happened:m1"),
    }


def test_what_is_due_later_is_not_hurried() -> None:
    later = OpenAsk("8", MORNING + DAY)
    assert questions(gone(asks=[later])) == {
        "confirm:happened:m1": (None, None),
        "confirm:series:8": (None, None),
    }
    assert of_kind(gone(asks=[later]), MORNING, Kind.CONFIRM)[-1].due == MORNING + DAY


def test_a_mail_on_its_way_takes_nothing_more_on_board() -> None:
    row = mail(Kind.CONFIRM, GONE, MORNING, key="confirm:happened:m1", status="sending")
    assert questions(gone(asks=[ASK], mails=[row])) == {
        "confirm:happened:m1": (None, None),
        "confirm:series:7": (None, None),
    }


def test_a_question_about_a_muted_pair_carries_no_other() -> None:
    assert questions(gone(asks=[ASK], pairs=[pair(muted=True)])) == {
        "confirm:happened:m1": ("muted", None),
        "confirm:series:7": (None, None),
    }


def test_when_the_mail_was_not_sent_what_rode_in_it_is_asked_on_its_own() -> None:
    rows = [
        mail(Kind.CONFIRM, GONE, MORNING, key="confirm:happened:m1", status="skipped", reason="answered"),
        mail(Kind.CONFIRM, None, MORNING, key="confirm:series:7", status="skipped", reason="bundled"),
    ]
    back = replace(GONE, state=State.PLANNED, by=None)
    assert questions(gone(back, asks=[ASK], mails=rows)) == {"confirm:series:7": (None, None)}


def test_after_one_pass_nothing_due_is_left() -> None:
    of = delivered(gone(asks=[ASK]), MORNING)
    assert of_kind(of, MORNING, Kind.CONFIRM) == []
