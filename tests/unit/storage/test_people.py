"""Leaders and their pairs."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from service.domain.grants import Grant, Way, leader_holder
from service.domain.letters import Kind
from service.domain.people import LeaderState, Person, Preferences
from service.domain.reflections import Reflection
from service.storage import (
    channels,
    cursors,
    decisions,
    grants,
    outbox,
    people,
    reflections,
    replies,
    upkeep,
    usage,
)
from service.storage.database import Database, Transaction
from service.storage.people import NewLeader
from service.storage.replies import ReplyStatus
from service.storage.schema import metadata
from tests.fakes.databases import NOW, add_email, add_leader, add_meeting

DAY = timedelta(days=1)


def test_a_leader_comes_back_as_stored(database: Database) -> None:
    wants = Preferences(quiet_from=time(21, 30), weekend=frozenset({4, 5}), lead_minutes=45)
    new = NewLeader(
        email="lea@example.org",
        name="Lea Ørsted",
        zone="America/New_York",
        calendar="ics:https://example.org/secret.ics",
        one_by_one=True,
        aliases=("l@example.org",),
        country="US",
        preferences=wants,
    )
    with database.begin() as tx:
        people.add(tx, new, [Person("max@example.org", "Max"), Person("", "Ida")])
    with database.read() as tx:
        row = people.by_email(tx, "LEA@example.org")
        assert row is not None
        pairs = people.pairs_of(tx, row.leader.id)
    leader = row.leader
    assert (leader.name, leader.zone.key, leader.country) == ("Lea Ørsted", "America/New_York", "US")
    assert (leader.one_by_one, leader.preferences, leader.state) == (True, wants, LeaderState.ACTIVE)
    assert leader.addresses == {"lea@example.org", "l@example.org"}
    assert row.calendar == "ics:https://example.org/secret.ics"
    assert [(pair.member.label, pair.position, pair.on_roster) for pair in pairs] == [
        ("Max", 0, True),
        ("Ida", 1, True),
    ]


def test_an_address_is_one_leader(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
    with pytest.raises(IntegrityError), database.begin() as tx:
        add_leader(tx)


def test_a_member_is_one_pair_of_a_leader_and_may_be_another_leaders_too(database: Database) -> None:
    max_ = Person("max@example.org", "Max")
    with database.begin() as tx:
        lea, ida = add_leader(tx, "lea"), add_leader(tx, "ida")
        for leader_id in (lea, ida):
            people.add_pair(tx, leader_id, max_, on_roster=False, position=5)
    with pytest.raises(IntegrityError), database.begin() as tx:
        people.add_pair(tx, lea, replace(max_, name="Maximilian"), on_roster=True, position=6)


def test_a_long_name_is_no_reason_to_lose_a_meeting(database: Database) -> None:
    with database.begin() as tx:
        leader_id = add_leader(tx)
        people.add_pair(tx, leader_id, Person("", "M" * 2000), on_roster=False, position=5)
        assert people.pairs_of(tx, leader_id)[-1].member.name == "M" * 2000


def test_whoever_comes_back_after_erasing_starts_anew(database: Database) -> None:
    with database.begin() as tx:
        first = people.by_id(tx, add_leader(tx))
        people.erase(tx, first.leader.id)
        second = people.by_id(tx, add_leader(tx))
    assert first.leader.key != second.leader.key
    assert first.unsubscribe_token != second.unsubscribe_token


def test_an_unsubscribe_link_finds_its_leader_and_a_guess_finds_nobody(database: Database) -> None:
    with database.begin() as tx:
        token = people.by_id(tx, add_leader(tx)).unsubscribe_token
        found = people.by_unsubscribe_token(tx, token)
        assert found is not None
        assert found.leader.email == "lea@example.org"
        assert people.by_unsubscribe_token(tx, token[::-1]) is None


@pytest.mark.parametrize(("minutes", "due"), [(None, True), (-1, True), (0, True), (1, False)])
def test_a_leader_is_due_when_the_time_has_come_or_is_unknown(
    database: Database, minutes: int | None, due: bool
) -> None:
    moment = None if minutes is None else NOW + timedelta(minutes=minutes)
    with database.begin() as tx:
        people.change(tx, add_leader(tx), next_due_at=moment)
        assert people.due(tx, NOW) == ({1} if due else set())


def test_a_pause_wakes_on_its_day_and_the_plan_is_made_anew(database: Database) -> None:
    with database.begin() as tx:
        people.change(tx, add_leader(tx), next_due_at=NOW + 30 * DAY)
        people.set_state(tx, 1, LeaderState.PAUSED, NOW + DAY)
        assert people.resume_expired(tx, NOW + DAY - timedelta(seconds=1)) == 0
        assert people.by_id(tx, 1).leader.state is LeaderState.PAUSED
        people.change(tx, 1, next_due_at=NOW + 30 * DAY)
        assert people.resume_expired(tx, NOW + DAY) == 1
        row = people.by_id(tx, 1)
    assert (row.leader.state, row.leader.paused_until, row.next_due_at) == (LeaderState.ACTIVE, None, None)


def test_a_pause_without_an_end_and_a_stop_are_never_woken(database: Database) -> None:
    with database.begin() as tx:
        people.set_state(tx, add_leader(tx, "lea"), LeaderState.PAUSED)
        people.set_state(tx, add_leader(tx, "ida"), LeaderState.STOPPED, NOW)
        assert people.resume_expired(tx, NOW + 1000 * DAY) == 0


def test_a_reading_with_nothing_new_is_noted_for_many_at_once(database: Database) -> None:
    with database.begin() as tx:
        ids = [add_leader(tx, name) for name in ("lea", "ida", "kim")]
        people.note_readings(tx, ids[:2], NOW)
        assert [row.read_at for row in people.everyone(tx)] == [NOW, NOW, None]


def test_erasing_leaves_nothing_of_a_leader_in_any_table(database: Database) -> None:
    with database.begin() as tx:
        _fill(tx)
        assert set(_counts(tx)) == set(_TABLES)
        people.erase(tx, 1)
        assert _counts(tx) == {"marks": 1, "cursors": 1}


def test_erasing_one_leader_touches_no_other(database: Database) -> None:
    with database.begin() as tx:
        _fill(tx)
        before = _counts(tx)
        other = add_leader(tx, "ida")
        add_meeting(tx, other)
        people.erase(tx, other)
        assert _counts(tx) == before


_TABLES = {table.name: table for table in metadata.sorted_tables}


def _counts(tx: Transaction) -> dict[str, int]:
    """How many rows each table has, without the empty ones."""
    counts = {
        name: tx.connection.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in _TABLES.items()
    }
    return {name: count for name, count in counts.items() if count}


def _fill(tx: Transaction) -> None:
    """A row of leader 1 in every table; marks belong to nobody, cursors to the mailboxes."""
    from service.domain.records import Change, Update, What
    from service.storage import meetings

    lea = add_leader(tx)
    meeting = add_meeting(tx)
    assert meeting.id is not None
    change = Change(What.SEEN, None, NOW, evidence="first seen")
    leader, pairs = people.by_id(tx, lea).leader, people.pairs_of(tx, lea)
    meetings.apply(tx, leader, pairs, [Update(meeting, change)])
    decisions.decide(tx, lea, "series", True, NOW)
    email = add_email(tx, meeting_id=meeting.id, pair_id=pairs[0].id)
    add_email(tx, "receipt:1", kind=Kind.RECEIPT, thread_of=email.id, carrier_id=email.id)
    outbox.claim(tx, email, "me", NOW + DAY)
    replies.put(
        tx,
        digest_="d",
        message_id="<a@example.org>",
        leader_id=lea,
        email_id=email.id,
        status=ReplyStatus.ACCEPTED,
        reason=None,
        raw=b"x",
        at=NOW,
    )
    reflections.put(tx, lea, meeting.id, Reflection(), NOW)
    reflections.put_promise(tx, lea, pairs[0].id, meeting.id, "a promise", NOW)
    upkeep.set_mark(tx, "job", NOW)
    grants.put(tx, Grant(leader_holder(lea), Way.OAUTH, "secret", (), NOW), lea)
    channels.put(tx, channels.Channel("channel", lea, "resource", NOW), "token")
    usage.add(tx, NOW.date(), [usage.Used(leader_holder(lea), 1, 1, lea)])
    cursors.save_history_id(tx, "lab@example.org", "1")
