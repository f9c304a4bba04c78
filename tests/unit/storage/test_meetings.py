"""Meetings and their history: what tracking found, as stored."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from service.domain.records import By, Change, Confidence, Meeting, State, Update, What
from service.storage import meetings, people
from service.storage.database import Database, Transaction
from tests.fakes.databases import NOW, a_meeting, add_leader, add_meeting

DAY = timedelta(days=1)


def _apply(tx: Transaction, *updates: Update) -> None:
    meetings.apply(tx, people.by_id(tx, 1).leader, people.pairs_of(tx, 1), updates)


def _all(tx: Transaction) -> list[Meeting]:
    return meetings.of_leader(tx, 1)


def test_a_new_meeting_comes_back_as_found_with_a_name_of_its_own(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        pair = people.pairs_of(tx, 1)[0]
        found = a_meeting(
            pair,
            state=State.CANCELLED,
            by=By.MEMBER,
            confidence=Confidence.MEDIUM,
            organized_by_leader=False,
            recurring=True,
            reasons=("one other guest", "größer"),
        )
        seen = Change(What.CANCELLED, NOW - DAY, NOW, By.MEMBER, Confidence.MEDIUM, "a word", None, late=True)
        _apply(tx, Update(found, seen))
        stored = _all(tx)[0]
        assert replace(stored, id=None, key="") == found
        assert stored.key
        assert meetings.one(tx, stored.id or 0) == stored
        assert meetings.history(tx, 1) == {stored.id: (seen,)}


def test_two_updates_of_one_meeting_are_applied_in_their_order(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        first = add_meeting(tx)
        moved = replace(first, start=first.start + DAY, end=first.end + DAY, state=State.MOVED)
        held = replace(moved, state=State.PRESUMED_HELD)
        _apply(
            tx,
            Update(moved, Change(What.MOVED, NOW, NOW, old_start=first.start)),
            Update(held, Change(What.ENDED, NOW, NOW)),
        )
        assert _all(tx) == [held]
        assert [line.what for line in meetings.history(tx, 1)[first.id or 0]] == [What.MOVED, What.ENDED]


def test_an_update_without_a_change_adds_no_line(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        first = add_meeting(tx)
        seen = replace(first, last_seen_at=NOW + DAY)
        _apply(tx, Update(seen, None))
        assert _all(tx) == [seen]
        assert meetings.history(tx, 1) == {}


def test_when_it_was_first_seen_never_changes(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        first = add_meeting(tx)
        _apply(tx, Update(replace(first, first_seen_at=NOW + DAY), None))
        assert _all(tx) == [first]


def test_a_meeting_keeps_its_name_when_its_ids_change(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        first = add_meeting(tx, uid="old")
        _apply(tx, Update(replace(first, uid="new", occurrence="20261130"), None))
        assert [(one.key, one.uid) for one in _all(tx)] == [(first.key, "new")]


def test_who_takes_given_up_ids_gets_another_name(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        first = add_meeting(tx, uid="old")
        _apply(tx, Update(replace(first, uid="new"), None))
        second = add_meeting(tx, start=NOW + DAY, uid="old")
        _apply(tx, Update(replace(second, uid="newer"), None))
        third = add_meeting(tx, start=NOW + 2 * DAY, uid="old")
        assert len({first.key, second.key, third.key}) == 3


def test_the_name_follows_from_facts_so_that_a_lost_database_gives_it_again(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        leader, pair = people.by_id(tx, 1).leader, people.pairs_of(tx, 1)[0]
        assert add_meeting(tx).key == people.meeting_key(leader.key, pair, "uid", "")


def test_the_name_is_the_same_whatever_was_seen_before(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        leader, pair = people.by_id(tx, 1).leader, people.pairs_of(tx, 1)[0]
        add_meeting(tx, occurrence="1")
        assert add_meeting(tx, occurrence="2").key == people.meeting_key(leader.key, pair, "uid", "2")


def test_a_new_meeting_may_take_what_a_known_one_gives_up_in_the_same_pass(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        first = add_meeting(tx, uid="old")
        newcomer = a_meeting(people.pairs_of(tx, 1)[0], NOW + DAY, "old")
        _apply(tx, Update(newcomer, None), Update(replace(first, uid="new"), None))
        assert [one.uid for one in _all(tx)] == ["new", "old"]


def test_two_meetings_may_swap_their_ids(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        first = add_meeting(tx, uid="series", occurrence="1")
        second = add_meeting(tx, start=NOW + DAY, uid="series", occurrence="2")
        _apply(
            tx,
            Update(replace(first, occurrence="2"), None),
            Update(replace(second, occurrence="1"), None),
        )
        assert [(one.id, one.occurrence) for one in _all(tx)] == [(first.id, "2"), (second.id, "1")]


def test_one_occurrence_is_one_meeting_of_a_pair(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        add_meeting(tx)
    with pytest.raises(IntegrityError), database.begin() as tx:
        add_meeting(tx, start=NOW + DAY)


def test_an_event_dragged_to_another_day_after_its_meeting_was_over_is_a_new_meeting(
    database: Database,
) -> None:
    with database.begin() as tx:
        add_leader(tx)
        over = add_meeting(tx, start=NOW - 40 * DAY, state=State.HELD)
        dragged = add_meeting(tx, start=NOW + DAY)
        assert dragged.id != over.id
        assert [(one.id, one.state) for one in _all(tx)] == [
            (over.id, State.HELD),
            (dragged.id, State.PLANNED),
        ]


def test_an_event_that_changed_its_guest_is_another_pairs_meeting(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx, members=2)
        first = add_meeting(tx)
        _apply(tx, Update(a_meeting(people.pairs_of(tx, 1)[1]), None))
        assert len({one.key for one in _all(tx)}) == 2
        assert meetings.one(tx, first.id or 0) == first


def test_a_stretch_takes_its_first_moment_and_leaves_its_last(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        for day in range(4):
            add_meeting(tx, start=NOW + day * DAY, uid=str(day))
        found = meetings.of_leader(tx, 1, NOW + DAY, NOW + 3 * DAY)
        assert [one.uid for one in found] == ["1", "2"]


def test_history_is_told_of_the_meetings_since_a_moment(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        early, late = add_meeting(tx, uid="a"), add_meeting(tx, start=NOW + DAY, uid="b")
        line = Change(What.SEEN, None, NOW)
        _apply(tx, Update(early, line), Update(late, line))
        assert set(meetings.history(tx, 1, NOW + DAY)) == {late.id}


def test_nothing_found_changes_nothing(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        first = add_meeting(tx)
        _apply(tx)
        assert _all(tx) == [first]


def test_what_turned_out_to_be_none_is_forgotten_with_its_history(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        gone, stays = add_meeting(tx, uid="a"), add_meeting(tx, start=NOW + DAY, uid="b")
        _apply(tx, Update(gone, Change(What.SEEN, None, NOW)))
        meetings.forget(tx, [gone.id or 0])
        assert (_all(tx), meetings.history(tx, 1)) == ([stays], {})


def test_many_new_meetings_are_stored_each_with_its_own_history(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx, members=2)
        row, pairs = people.by_id(tx, 1), people.pairs_of(tx, 1)
        new = [a_meeting(pairs[n % 2], NOW + n * DAY, f"uid {n}") for n in range(30)]
        change = Change(What.SEEN, None, NOW, evidence="first seen")
        updates = [
            Update(one, replace(change, evidence=one.uid) if n % 3 else None) for n, one in enumerate(new)
        ]
        meetings.apply(tx, row.leader, pairs, updates)
        found, history = meetings.of_leader(tx, 1), meetings.history(tx, 1)
    assert [(one.pair_id, one.uid, one.start) for one in found] == [
        (one.pair_id, one.uid, one.start) for one in new
    ]
    assert {one.uid: [line.evidence for line in history.get(one.id or 0, ())] for one in found} == {
        one.uid: [one.uid] if n % 3 else [] for n, one in enumerate(new)
    }


def test_of_two_new_ones_with_the_same_ids_the_one_that_is_over_gives_them_up(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        row, pairs = people.by_id(tx, 1), people.pairs_of(tx, 1)
        over, coming = a_meeting(pairs[0], NOW - DAY), a_meeting(pairs[0], NOW + DAY)
        meetings.apply(tx, row.leader, pairs, [Update(over, None), Update(coming, None)])
        first, second = meetings.of_leader(tx, 1)
    assert (second.uid, second.occurrence) == (coming.uid, coming.occurrence)
    assert first.occurrence != over.occurrence
    assert first.key != second.key


def test_some_meetings_come_at_once_those_that_are_there(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        found = add_meeting(tx)
        add_meeting(tx, start=NOW + DAY, uid="another")
        assert meetings.some(tx, [found.id or 0, 99]) == {found.id: found}
