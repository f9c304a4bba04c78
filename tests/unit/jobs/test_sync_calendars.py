"""A calendar is read whole or not at all, and what changed is written down once."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service.domain.events import Event, EventKind, EventStatus, Guest
from service.domain.people import LeaderState, Person
from service.domain.records import By, State
from service.errors import AccessLostError, CalendarError
from service.jobs.sightings import kin_subject
from service.jobs.sync_calendars import Synced, sync_calendar
from service.storage import absences, decisions, people
from tests.fakes.desks import DAY, HOUR, MINUTE, at
from tests.fakes.mailbox import Died
from tests.fakes.offices import ANN, JOINED, MAX, WEEK, LittleHouse, one_on_one, series

FIRST = at("2026-11-03 14:00")


def sync(house: LittleHouse, now: datetime) -> Synced:
    return sync_calendar(house.office, house.row(), now)


def states(house: LittleHouse) -> list[State]:
    return [meeting.state for meeting in house.meetings()]


def test_the_first_whole_reading_is_when_the_leader_joins(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST, 4)
    assert sync(house, JOINED).changed
    row = house.row()
    assert (row.leader.joined_at, row.read_at, row.error) == (JOINED, JOINED, None)
    assert states(house) == [State.PLANNED] * 4


def test_the_window_reaches_fourteen_days_back_and_sixty_ahead(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST - 4 * WEEK, 20)
    sync(house, JOINED)
    starts = [meeting.start for meeting in house.meetings()]
    assert JOINED - 14 * DAY <= starts[0] < JOINED - 7 * DAY
    assert JOINED + 53 * DAY < starts[-1] < JOINED + 60 * DAY


def test_a_reading_with_nothing_new_writes_nothing(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST, 4)
    sync(house, JOINED)
    with house.counted() as statements:
        assert not sync(house, JOINED + MINUTE).changed
    assert [one for one in statements if not one.startswith(("SELECT", "BEGIN", "PRAGMA"))] == []


def test_a_reading_that_fails_changes_nothing_is_kept_and_heals(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = series(FIRST, 4)
    sync(house, JOINED)
    calendar.events, calendar.error = [], CalendarError("Not there: look for it.")
    for minutes in (1, 2):
        with pytest.raises(CalendarError):
            sync(house, JOINED + minutes * MINUTE)
    row = house.row()
    assert (row.error, row.error_since) == ("Not there: look for it.", JOINED + MINUTE)
    assert (row.read_at, states(house)) == (JOINED, [State.PLANNED] * 4)
    calendar.events, calendar.error = series(FIRST, 4), None
    assert sync(house, JOINED + 3 * MINUTE).changed
    row = house.row()
    assert (row.error, row.error_since, row.read_at) == (None, None, JOINED + 3 * MINUTE)


def test_a_suddenly_empty_calendar_is_an_error_and_no_cancellation(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = series(FIRST, 4)
    sync(house, JOINED)
    calendar.events = []
    with pytest.raises(CalendarError, match="suddenly empty, though 4 one-on-ones"):
        sync(house, JOINED + DAY)
    assert states(house) == [State.PLANNED] * 4


def test_one_that_was_always_empty_or_has_nothing_standing_is_none(house: LittleHouse) -> None:
    calendar = house.add_leader()
    assert sync(house, JOINED).changed
    calendar.events = series(FIRST, 1)
    sync(house, JOINED + HOUR)
    calendar.events = []
    assert sync(house, FIRST + 20 * DAY).changed
    assert states(house) == [State.PRESUMED_HELD]


def test_a_crash_before_the_commit_leaves_everything_as_it_was(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST, 4)

    def die(point: str) -> None:
        if point == "sync_before_commit":
            raise Died(point)

    broken = replace(house.office, fault=die)
    with pytest.raises(Died):
        sync_calendar(broken, house.row(), JOINED)
    assert (states(house), house.row().leader.joined_at) == ([], None)
    sync(house, JOINED)
    assert states(house) == [State.PLANNED] * 4


def test_the_plan_is_made_anew_only_when_something_changed(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = series(FIRST, 4)
    sync(house, JOINED)
    later = JOINED + 5 * HOUR
    with house.database.begin() as tx:
        people.change(tx, house.row().leader.id, next_due_at=later)
    sync(house, JOINED + HOUR)
    assert house.row().next_due_at == later
    calendar.events = series(FIRST + HOUR, 4)
    sync(house, JOINED + 2 * HOUR)
    assert house.row().next_due_at is None


# --- whose it is ------------------------------------------------------------------------


def labels(house: LittleHouse) -> list[tuple[str, bool]]:
    with house.database.read() as tx:
        return [(pair.member.label, pair.on_roster) for pair in people.pairs_of(tx, 1)]


def test_people_beyond_the_roster_are_found_in_the_calendar(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = series(FIRST, 2, uid="eve", member="eve@example.org", title="Eve / Lea 1:1")
    sync(house, JOINED)
    assert labels(house) == [("Max", True), ("Ann", True), ("eve", False)]
    sync(house, JOINED + DAY)
    assert len(labels(house)) == 3


def test_an_event_without_guests_is_recognised_by_its_title(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = series(FIRST, 2, member="", title="1:1 Max")
    sync(house, JOINED)
    assert {meeting.pair_id for meeting in house.meetings()} == {1}


def test_each_pair_begins_when_the_leader_joined_unless_one_by_one(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST, 2)
    house.add_leader("tom", one_by_one=True).events = series(FIRST, 2, uid="tom")
    for address in ("lea@example.org", "tom@example.org"):
        sync_calendar(house.office, house.row(address), JOINED)
    with house.database.read() as tx:
        begins = [[pair.starts_at for pair in people.pairs_of(tx, leader)] for leader in (1, 2)]
    assert begins == [[JOINED, JOINED], [JOINED, at("2026-11-09 00:00")]]


def test_an_event_that_changes_its_guest_is_another_pairs_meeting(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = [one_on_one(FIRST + WEEK)]
    sync(house, JOINED)
    calendar.events = [one_on_one(FIRST + WEEK, member=ANN, title="Ann / Lea 1:1")]
    sync(house, JOINED + HOUR)
    assert [(one.pair_id, one.state) for one in house.meetings()] == [(2, State.PLANNED)]


def test_an_event_of_weeks_ago_that_is_moved_ahead_is_no_stumbling_block(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = [one_on_one(FIRST), one_on_one(FIRST + 8 * WEEK, uid="other")]
    sync(house, JOINED)
    late = FIRST + 6 * WEEK
    calendar.events = [one_on_one(late + DAY), one_on_one(FIRST + 8 * WEEK, uid="other")]
    sync(house, late)
    assert [one.start for one in house.meetings()] == [FIRST, late + DAY, FIRST + 8 * WEEK]


# --- asking -----------------------------------------------------------------------------

DOUBTFUL = {"title": "Biscuits", "member": "eve@example.org", "uid": "eve"}


def questions(house: LittleHouse) -> list[str]:
    with house.database.read() as tx:
        return [one.title for one in decisions.open_questions(tx, house.row().leader.id)]


def doubtful(first: datetime = FIRST, weeks: int = 4, **more: str) -> list[Event]:
    return series(first, weeks, **(DOUBTFUL | more))


def decide(house: LittleHouse, answer: bool) -> None:
    with house.database.begin() as tx:
        (asked,) = decisions.open_questions(tx, 1)
        who = Person(asked.member_email, asked.member_name)
        decisions.decide(tx, 1, decisions.series_subject(asked.uid), answer, JOINED)
        decisions.decide(tx, 1, kin_subject(asked.title, who), answer, JOINED)
        people.change(tx, 1, calendar_fingerprint=None)


def test_a_doubtful_series_is_asked_about_once_and_is_no_meeting_yet(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = doubtful()
    sync(house, JOINED)
    calendar.events = doubtful(FIRST + HOUR)
    sync(house, JOINED + DAY)
    assert questions(house) == ["Biscuits"]
    assert states(house) == []


def test_one_that_lies_behind_is_not(house: LittleHouse) -> None:
    house.add_leader().events = doubtful(FIRST - 2 * WEEK, 2)
    sync(house, JOINED)
    assert questions(house) == []


def test_nor_one_that_is_cancelled(house: LittleHouse) -> None:
    house.add_leader().events = [replace(one, status=EventStatus.CANCELLED) for one in doubtful()]
    sync(house, JOINED)
    assert questions(house) == []


def test_a_series_split_before_the_answer_is_still_one_question(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = doubtful(weeks=2) + doubtful(FIRST + 2 * WEEK, 2, uid="eve-split")
    sync(house, JOINED)
    calendar.events += doubtful(FIRST + 4 * WEEK, 2, uid="eve-split-again")
    sync(house, JOINED + HOUR)
    assert questions(house) == ["Biscuits"]


def test_an_occurrence_with_a_title_of_its_own_is_the_same_series(house: LittleHouse) -> None:
    house.add_leader().events = [*doubtful(weeks=2), replace(doubtful()[3], title="Biscuits and tea")]
    sync(house, JOINED)
    assert len(questions(house)) == 1


def test_yes_makes_it_a_one_on_one_also_after_a_split(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = doubtful()
    sync(house, JOINED)
    decide(house, answer=True)
    sync(house, JOINED + HOUR)
    assert states(house) == [State.PLANNED] * 4
    calendar.events = doubtful(weeks=2) + doubtful(FIRST + 2 * WEEK, 2, uid="eve-split")
    sync(house, JOINED + DAY)
    assert states(house) == [State.PLANNED] * 4
    assert questions(house) == []


def test_no_is_final_also_after_a_split(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = doubtful()
    sync(house, JOINED)
    decide(house, answer=False)
    calendar.events = doubtful(weeks=2) + doubtful(FIRST + 2 * WEEK, 2, uid="eve-split")
    sync(house, JOINED + DAY)
    assert (states(house), questions(house)) == ([], [])


def test_the_same_title_with_somebody_else_is_another_question(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = doubtful()
    sync(house, JOINED)
    decide(house, answer=False)
    calendar.events = doubtful() + doubtful(FIRST + HOUR, uid="kim", member="kim@example.org")
    sync(house, JOINED + DAY)
    assert questions(house) == ["Biscuits"]


def test_what_is_no_one_on_one_leaves_nothing_behind(house: LittleHouse) -> None:
    team = [Guest(name) for name in ("lea@example.org", MAX, ANN, "eve@example.org")]
    standup = Event("team", "", FIRST, FIRST + HOUR, "Stand-up of the whale project", guests=tuple(team))
    house.add_leader().events = [standup, *doubtful()]
    sync(house, JOINED)
    decide(house, answer=False)
    sync(house, JOINED + DAY)
    stored = b"".join(path.read_bytes() for path in _files(house))
    assert b"whale" not in stored
    assert b"Biscuits" not in stored


def _files(house: LittleHouse) -> list[Path]:
    """The database and what lies beside it: the newest is in its journal."""
    path = Path(house.database.engine.url.database or "")
    return [one for one in path.parent.iterdir() if one.name.startswith(path.name) and one.is_file()]


# --- the leader's time ------------------------------------------------------------------


def test_a_calendar_whose_zone_changes_takes_the_leader_along(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events, calendar.zone = series(FIRST, 4), "Europe/Berlin"
    sync(house, JOINED)
    calendar.zone = "America/New_York"
    assert sync(house, JOINED + DAY).changed
    assert house.row().leader.zone == ZoneInfo("America/New_York")
    assert not sync(house, JOINED + 2 * DAY).changed


def test_a_zone_that_the_calendar_always_stated_moves_nobody(house: LittleHouse) -> None:
    calendar = house.add_leader(zone="Asia/Tokyo")
    calendar.events, calendar.zone = series(FIRST, 4), "UTC"
    for days in range(3):
        sync(house, JOINED + days * DAY)
    calendar.zone = None
    sync(house, JOINED + 4 * DAY)
    assert house.row().leader.zone == ZoneInfo("Asia/Tokyo")


def test_leave_excuses_what_is_called_off_in_it(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = series(FIRST, 3)
    sync(house, JOINED)
    leave = Event("leave", "", FIRST - HOUR, FIRST + 4 * HOUR, kind=EventKind.OUT_OF_OFFICE)
    calendar.events = [leave, *series(FIRST, 3)[1:]]
    sync(house, JOINED + HOUR)
    assert house.row().absences == ((leave.start, leave.end),)
    first = house.meetings()[0]
    assert (first.state, first.by) == (State.EXCUSED, None)


def leave(of: str = "leave", days: int = 0) -> Event:
    """A day out of office, from the day before the first meeting on."""
    start = FIRST + (days - 1) * DAY
    return Event(of, "", start, start + DAY, kind=EventKind.OUT_OF_OFFICE)


def test_leave_is_remembered_while_the_calendar_cannot_be_read(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = [leave(), *series(FIRST, 3)]
    sync(house, JOINED)
    calendar.error = CalendarError("Not there: look for it.")
    with pytest.raises(CalendarError):
        sync(house, JOINED + HOUR)
    assert house.row().absences == ((leave().start, leave().end),)


def test_leave_that_is_taken_back_is_forgotten(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = [leave(), *series(FIRST, 3)]
    sync(house, JOINED)
    calendar.events = [replace(leave(), status=EventStatus.CANCELLED), *series(FIRST, 3)]
    sync(house, JOINED + HOUR)
    assert house.row().absences == ()


def test_leave_in_another_order_is_the_same(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = [leave("b", days=9), leave("a"), *series(FIRST, 3)]
    sync(house, JOINED)
    assert [start for start, _ in house.row().absences] == [leave("a").start, leave("b", days=9).start]


def test_leave_that_an_older_version_did_not_keep_is_kept_with_the_next_reading(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = [leave(), *series(FIRST, 3)]
    sync(house, JOINED)
    with house.database.begin() as tx:
        absences.put(tx, 1, ())
    assert sync(house, JOINED + HOUR).changed
    assert house.row().absences == ((leave().start, leave().end),)


def test_a_cancellation_is_put_down_with_whose_doing_it_was(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = series(FIRST, 3)
    sync(house, JOINED)
    calendar.events[0] = replace(calendar.events[0], status=EventStatus.CANCELLED)
    sync(house, JOINED + HOUR)
    assert [(one.state, one.by) for one in house.meetings()][:2] == [
        (State.CANCELLED, By.LEADER),
        (State.PLANNED, None),
    ]


def test_the_calendar_of_one_who_stopped_is_left_alone(house: LittleHouse) -> None:
    calendar = house.add_leader()
    with house.database.begin() as tx:
        people.set_state(tx, 1, LeaderState.STOPPED)
    house.run(JOINED, JOINED + timedelta(days=1))
    assert calendar.reads == 0


def test_a_meeting_that_is_no_longer_shown_is_asked_for_by_itself(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = series(FIRST, 3)
    sync(house, JOINED)
    calendar.events = series(FIRST, 2)
    sync(house, JOINED + HOUR)
    assert calendar.looked_up == [("max", "2")]


def test_one_that_moved_out_of_the_window_is_no_cancellation(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = [one_on_one(FIRST), one_on_one(FIRST + WEEK, uid="far")]
    sync(house, JOINED)
    far = FIRST + 90 * DAY
    calendar.events = [one_on_one(FIRST), one_on_one(far, uid="far")]
    sync(house, JOINED + HOUR)
    assert [(one.state, one.start) for one in house.meetings()] == [
        (State.PLANNED, FIRST),
        (State.MOVED, far),
    ]
    sync(house, JOINED + 2 * HOUR)
    calendar.events = [one_on_one(FIRST, title="Max / Lea 1:1 (new)"), one_on_one(far, uid="far")]
    sync(house, JOINED + 3 * HOUR)
    assert len(calendar.looked_up) == 1  # where it is now, no window shows it


def test_one_that_is_found_cancelled_is_cancelled_by_whoever_organised_it(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = [one_on_one(FIRST), one_on_one(FIRST + WEEK, uid="b")]
    sync(house, JOINED)
    calendar.events, calendar.tombstones = [one_on_one(FIRST)], set()
    gone_but_told = replace(one_on_one(FIRST + 80 * DAY, uid="b"), status=EventStatus.CANCELLED)
    calendar.events.append(gone_but_told)  # out of the window, so only a question finds it
    sync(house, JOINED + HOUR)
    second = house.meetings()[1]
    assert (second.state, second.by) == (State.CANCELLED, By.LEADER)


def test_a_tombstone_speaks_of_the_meeting_on_record(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = series(FIRST, 3)
    sync(house, JOINED)
    calendar.events, calendar.tombstones = [calendar.events[0], calendar.events[2]], {("max", "1")}
    sync(house, JOINED + HOUR)
    second = house.meetings()[1]
    assert (second.state, second.by) == (State.CANCELLED, By.LEADER)
    assert calendar.looked_up == []


def test_a_tombstone_of_what_another_organised_is_asked_about(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = series(FIRST, 3, organizer=MAX)
    sync(house, JOINED)
    calendar.events, calendar.tombstones = [calendar.events[0], calendar.events[2]], {("max", "1")}
    sync(house, JOINED + HOUR)
    second = house.meetings()[1]
    assert (second.state, second.by) == (State.CANCELLED, By.UNKNOWN)


def test_a_tombstone_of_something_else_says_nothing(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events, calendar.tombstones = series(FIRST, 2), {("elsewhere", "")}
    sync(house, JOINED)
    assert states(house) == [State.PLANNED] * 2


def test_where_a_question_fails_nothing_of_the_reading_is_used(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = series(FIRST, 3)
    sync(house, JOINED)

    def fail(_ids: object) -> None:
        raise CalendarError("Google did not answer.")

    calendar.look_up = fail  # type: ignore[method-assign, assignment]  # one call that fails
    calendar.events = [one_on_one(FIRST + HOUR, occurrence="0", recurring=True)]
    with pytest.raises(CalendarError):
        sync(house, JOINED + HOUR)
    assert [one.start for one in house.meetings()] == [FIRST, FIRST + WEEK, FIRST + 2 * WEEK]


def test_lost_access_calls_nothing_off_and_the_leader_is_to_be_told(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = series(FIRST, 3)
    house.run(JOINED)
    calendar.error = AccessLostError("We may not read it any more.")
    for hours in (1, 2):
        with pytest.raises(AccessLostError):
            sync(house, JOINED + hours * HOUR)
    row = house.row()
    assert (row.reconnect_since, row.next_due_at) == (JOINED + HOUR, None)
    assert states(house) == [State.PLANNED] * 3


def test_access_that_came_back_heals_everything(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = series(FIRST, 3)
    house.run(JOINED)
    calendar.error = AccessLostError("We may not read it any more.")
    house.run(JOINED + HOUR, JOINED + 2 * HOUR, JOINED + 3 * HOUR)
    assert len(house.sent("reconnect")) == 1
    calendar.error = None
    house.run(JOINED + 4 * HOUR)
    assert (house.row().reconnect_since, house.row().error) == (None, None)


def test_a_loss_that_was_mended_before_the_mail_left_is_not_told_of(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = series(FIRST, 3)
    house.run(JOINED)
    calendar.error = AccessLostError("We may not read it any more.")
    house.run(JOINED + HOUR)
    calendar.error = None
    house.run(JOINED + HOUR + 30 * MINUTE, JOINED + 3 * HOUR)
    assert house.sent("reconnect") == []


def test_forty_new_meetings_are_written_in_as_few_statements_as_four(house: LittleHouse) -> None:
    counts = []
    for name, weeks in (("few", 4), ("many", 40)):
        calendar = house.add_leader(name)
        calendar.events = series(FIRST - 2 * WEEK, weeks, organizer=f"{name}@example.org", uid=name)
        calendar.events = [
            replace(one, start=FIRST + n * HOUR, end=FIRST + n * HOUR + 30 * MINUTE)
            for n, one in enumerate(calendar.events)
        ]
        calendar.events = [replace(one, guests=()) for one in calendar.events]
        with house.counted() as statements:
            assert sync_calendar(house.office, house.row(f"{name}@example.org"), JOINED).changed
        assert len(house.meetings(f"{name}@example.org")) == weeks
        counts.append(len(statements))
    assert counts[0] == counts[1]
