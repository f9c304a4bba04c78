"""One pass: everything that is due, and nobody's failure is another's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from service.domain.letters import Kind
from service.domain.meetings import hold
from service.domain.people import LeaderState
from service.domain.reflections import Outcome
from service.errors import CalendarError, MailboxError, StorageError
from service.jobs.office import PassReport
from service.jobs.passes import UNFORESEEN, run_pass
from service.storage import meetings, people
from tests.fakes.desks import DAY, HOUR, MINUTE, at
from tests.fakes.offices import JOINED, WEEK, Inline, LittleHouse, series

FIRST = at("2026-11-03 14:00")
PREP = at("2026-11-03 12:00")


@pytest.fixture
def two(house: LittleHouse) -> LittleHouse:
    """Lea and Tom, each with a weekly one-on-one."""
    for name in ("lea", "tom"):
        house.add_leader(name).events = series(FIRST, 4, uid=name, leader=f"{name}@example.org")
    return house


def sent(report: PassReport) -> list[tuple[str, str]]:
    return [(one.kind, one.to) for one in report.emails if one.status == "sent"]


def test_the_first_pass_reads_and_welcomes(two: LittleHouse) -> None:
    report = two.run(JOINED)
    assert (report.passes, report.calendars_read, report.failed) == (1, 2, False)
    assert sent(report) == [("welcome", "lea@example.org"), ("welcome", "tom@example.org")]


def test_the_next_ones_send_what_is_due_and_nothing_twice(two: LittleHouse) -> None:
    report = two.run(JOINED, JOINED + MINUTE, PREP - MINUTE, PREP, PREP + MINUTE, FIRST + HOUR, FIRST + HOUR)
    kinds = [kind for kind, to in sent(report) if to == "lea@example.org"]
    assert kinds == ["welcome", "prep", "reflection"]
    assert report.passes == 7
    keys = [mail.key for mail in two.mailbox.sent]
    assert len(keys) == len(set(keys))


def test_the_same_pair_is_prepared_and_asked_anew_every_week(two: LittleHouse) -> None:
    two.run(JOINED, PREP, FIRST + HOUR, PREP + WEEK, FIRST + HOUR + WEEK)
    preps = [mail["Subject"] for mail in two.sent("prep") if "lea@example.org" in mail["To"]]
    forms = [mail for mail in two.sent("reflection") if "lea@example.org" in mail["To"]]
    assert (len(set(preps)), len(preps), len(forms)) == (2, 2, 2)


def test_one_leaders_unreadable_calendar_is_not_anothers(two: LittleHouse) -> None:
    two.run(JOINED)
    two.calendars["lea@example.org"].error = CalendarError("The file is not there.", permanent=False)
    report = two.run(PREP)
    (failure,) = report.failures
    assert (failure.leader, failure.error, failure.permanent) == (
        "lea@example.org",
        "The file is not there.",
        False,
    )
    assert report.calendars_read == 1
    assert ("prep", "tom@example.org") in sent(report)
    assert report.failed


def test_with_a_calendar_that_fails_what_is_known_is_still_sent(two: LittleHouse) -> None:
    two.run(JOINED)
    two.calendars["lea@example.org"].error = CalendarError("The file is not there.")
    assert ("prep", "lea@example.org") in sent(two.run(PREP))


def test_even_a_fault_that_nobody_foresaw_is_one_line(two: LittleHouse) -> None:
    def calendar_of(row: people.LeaderRow) -> Any:
        if row.leader.email == "lea@example.org":
            raise ZeroDivisionError
        return two.calendars[row.leader.email]

    report = run_pass(replace(two.office, calendar_of=calendar_of), JOINED, Inline())
    assert [(one.leader, one.error) for one in report.failures] == [("lea@example.org", UNFORESEEN)]
    assert ("welcome", "tom@example.org") in sent(report)


def failing(at_point: str, error: Exception) -> Callable[[str], None]:
    def fault(point: str) -> None:
        if point == at_point:
            raise error

    return fault


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (StorageError("The disk is full: free some."), "The disk is full: free some."),
        (KeyError("x"), UNFORESEEN),
    ],
)
def test_a_plan_that_fails_is_a_line_and_the_others_go_on(
    two: LittleHouse, error: Exception, line: str
) -> None:
    report = run_pass(replace(two.office, fault=failing("recorded", error)), JOINED, Inline())
    assert report.troubles == [line]
    assert report.calendars_read == 2
    assert sent(two.run(JOINED + MINUTE)) == [("welcome", "lea@example.org"), ("welcome", "tom@example.org")]


def test_a_mail_that_is_refused_for_now_holds_up_no_other(two: LittleHouse) -> None:
    two.mailbox.fail_with = MailboxError("Too busy.", permanent=False)
    report = two.run(JOINED)
    assert [(one.to, one.status) for one in report.emails] == [
        ("lea@example.org", "deferred"),
        ("tom@example.org", "sent"),
    ]
    later = two.run(*(JOINED + minutes * MINUTE for minutes in range(1, 7)))
    assert sent(later) == [("welcome", "lea@example.org")]


def test_a_mailbox_that_cannot_be_read_is_a_line_and_mail_still_leaves(two: LittleHouse) -> None:
    def broken() -> Any:
        raise MailboxError("The inbox cannot be read.", permanent=False)

    two.mailbox.fetch = broken  # type: ignore[method-assign] # the fake has no such switch
    report = two.run(JOINED)
    assert report.troubles == ["The inbox cannot be read."]
    assert len(sent(report)) == 2


def test_reports_of_several_passes_name_a_lasting_failure_once(two: LittleHouse) -> None:
    two.calendars["lea@example.org"].error = CalendarError("The file is not there.")
    report = two.run(JOINED, JOINED + MINUTE, JOINED + 2 * MINUTE)
    assert (report.passes, len(report.failures), report.calendars_read) == (3, 1, 3)


# --- when nobody looked -----------------------------------------------------------------


def test_a_pass_that_was_missed_is_made_up(two: LittleHouse) -> None:
    two.run(JOINED, JOINED + MINUTE)
    report = two.run(FIRST - 20 * MINUTE)
    assert sent(report) == [("prep", "lea@example.org"), ("prep", "tom@example.org")]


def test_after_days_of_standstill_an_unchanged_calendar_is_trusted_at_once(two: LittleHouse) -> None:
    two.run(JOINED, FIRST + HOUR)
    report = two.run(FIRST + WEEK - HOUR)
    assert ("prep", "lea@example.org") in sent(report)
    assert not [one for one in report.emails if one.reason == "calendar_unread"]


def test_a_pause_that_has_run_out_ends_by_itself(two: LittleHouse) -> None:
    two.run(JOINED)
    with two.database.begin() as tx:
        people.set_state(tx, 1, LeaderState.PAUSED, PREP + HOUR)
    paused = two.run(PREP)
    assert [(one.kind, one.reason) for one in paused.emails if one.to == "lea@example.org"] == [
        ("prep", "paused")
    ]
    assert ("prep", "lea@example.org") in sent(two.run(PREP + HOUR))


def test_a_prep_whose_meeting_moves_away_and_back_still_leaves_in_time(two: LittleHouse) -> None:
    """Two moves between the record and the sending: the later one counts."""
    calendar = two.calendars["lea@example.org"]
    two.run(JOINED)
    usual = calendar.events[0]
    two.mailbox.fail_with = MailboxError("Too busy.", permanent=False)
    two.run(PREP)
    calendar.events[0] = replace(usual, start=usual.start + 2 * DAY, end=usual.end + 2 * DAY)
    two.run(PREP + 10 * MINUTE)
    calendar.events[0] = replace(usual, start=usual.start + HOUR, end=usual.end + HOUR)
    report = two.run(PREP + HOUR)
    assert sent(report)[0] == ("prep", "lea@example.org")


def test_when_what_carries_the_form_was_never_held_the_other_is_still_asked_about(house: LittleHouse) -> None:
    house.add_leader().events = [
        *series(FIRST, 2),
        *series(FIRST + 30 * MINUTE, 2, uid="ann", member="ann@example.org", title="Ann / Lea 1:1"),
    ]
    house.run(JOINED, FIRST, FIRST + 30 * MINUTE)
    house.mailbox.fail_with = MailboxError("Too busy.", permanent=False)
    house.run(FIRST + 75 * MINUTE)
    ann = house.meetings()[1]
    with house.database.begin() as tx:
        said = hold(ann, Outcome.MEMBER_CANCELLED, FIRST + 76 * MINUTE)
        meetings.apply(tx, people.by_id(tx, 1).leader, people.pairs_of(tx, 1), [said])
    report = house.run(FIRST + 90 * MINUTE, FIRST + 91 * MINUTE)
    found = [(one.status, one.reason) for one in report.emails if one.kind == "reflection"]
    assert found == [("skipped", "cancelled"), ("sent", None)]
    (mail,) = house.sent("reflection")
    assert "Max" in mail["Subject"]


# --- waking -----------------------------------------------------------------------------


def wake(house: LittleHouse) -> datetime | None:
    return house.row().next_due_at


def test_after_a_quiet_pass_the_next_look_is_when_something_falls_due(two: LittleHouse) -> None:
    two.run(JOINED, JOINED + MINUTE)
    assert wake(two) == PREP
    two.run(PREP, PREP + MINUTE)
    assert wake(two) == FIRST + 30 * MINUTE
    two.run(FIRST + 30 * MINUTE)
    assert wake(two) == FIRST + 45 * MINUTE
    two.run(FIRST + 45 * MINUTE, FIRST + 46 * MINUTE)
    assert wake(two) == at("2026-11-04 08:30")


def test_between_two_looks_nobody_plans(two: LittleHouse) -> None:
    two.run(JOINED, JOINED + MINUTE)
    with two.counted() as statements:
        two.run(JOINED + 2 * MINUTE)
    assert not [one for one in statements if "FROM emails" in one and "token" in one]


def test_with_a_look_only_when_told_the_same_mails_leave_at_the_same_times(two: LittleHouse) -> None:
    """Due times live in the database: passes between them change nothing."""
    two.run(JOINED, JOINED + MINUTE)
    now, times = JOINED + MINUTE, []
    while now < FIRST + WEEK:
        now = min(
            filter(None, (two.row(f"{name}@example.org").next_due_at for name in ("lea", "tom"))), default=now
        )
        report = two.run(now, now + MINUTE)
        times += [
            (one.kind, one.at) for one in report.emails if one.status == "sent" and one.to.startswith("lea")
        ]
    kinds = [kind for kind, _ in times]
    assert kinds == ["prep", "reflection", "reminder", "prep", "reflection"][: len(kinds)]
    assert [moment for kind, moment in times if kind == Kind.PREP] == [PREP, PREP + WEEK]


# --- queries ----------------------------------------------------------------------------


def queries(house: LittleHouse, now: datetime) -> int:
    with house.counted() as statements:
        house.run(now)
    return len(statements)


def test_a_pass_with_nothing_due_asks_as_little_for_many_leaders_as_for_few(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST, 8)
    house.run(JOINED, JOINED + MINUTE)
    few = queries(house, JOINED + 2 * MINUTE)
    for n in range(10):
        house.add_leader(f"l{n}").events = series(FIRST + 30 * DAY, 1, leader=f"l{n}@example.org")
    house.run(JOINED + 3 * MINUTE, JOINED + 4 * MINUTE)
    assert queries(house, JOINED + 5 * MINUTE) == few


def test_planning_asks_no_question_per_meeting(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = series(FIRST, 1)
    house.run(JOINED, JOINED + MINUTE)
    with house.database.begin() as tx:
        people.change(tx, 1, next_due_at=None)
    one = queries(house, JOINED + 2 * MINUTE)
    for n in range(50):
        calendar.events += series(FIRST + n * 15 * MINUTE, 1, uid=f"u{n}")
    house.run(JOINED + 3 * MINUTE, JOINED + 4 * MINUTE)
    assert len(house.meetings()) > 50
    with house.database.begin() as tx:
        people.change(tx, 1, next_due_at=None)
    assert queries(house, JOINED + 5 * MINUTE) == one
