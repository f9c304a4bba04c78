"""What was allowed is kept sealed, one grant a holder; how far mailboxes are read; calls counted."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from service.domain.grants import Grant, Way, leader_holder, mailbox_holder
from service.storage import channels, cursors, grants, people, usage
from service.storage.channels import Channel, Standing
from service.storage.database import Database
from service.storage.schema import channels as channel_table
from service.storage.schema import grants as grant_table
from service.storage.usage import Used
from tests.fakes.databases import NOW, add_leader

DAY = timedelta(days=1)
GRANT = Grant(
    leader_holder(1), Way.OAUTH, '{"refresh_token": "1//0"}', ("calendar.events.readonly",), NOW, NOW + DAY
)
LAB = "lab@example.org"
TODAY = date(2026, 11, 26)


class TestGrants:
    def test_a_grant_comes_back_as_it_was(self, database: Database) -> None:
        with database.begin() as tx:
            add_leader(tx)
            grants.put(tx, GRANT, 1)
        with database.read() as tx:
            assert grants.of(tx, GRANT.holder) == GRANT
            assert grants.everyone(tx) == {GRANT.holder: GRANT}

    def test_its_secret_is_sealed_in_the_table(self, database: Database) -> None:
        with database.begin() as tx:
            add_leader(tx)
            grants.put(tx, GRANT, 1)
            (sealed,) = tx.connection.execute(select(grant_table.c.secret_sealed)).scalars()
        assert "1//0" not in sealed

    def test_a_new_grant_takes_the_place_of_the_old(self, database: Database) -> None:
        shared = replace(GRANT, way=Way.SHARED, secret=None, ends_at=None)
        with database.begin() as tx:
            add_leader(tx)
            grants.put(tx, GRANT, 1)
            grants.put(tx, shared, 1)
            assert grants.of(tx, GRANT.holder) == shared

    def test_a_mailboxs_grant_belongs_to_no_leader(self, database: Database) -> None:
        with database.begin() as tx:
            add_leader(tx)
            grants.put(tx, replace(GRANT, holder=mailbox_holder("Lab@Example.org")))
            people.erase(tx, 1)
            assert set(grants.everyone(tx)) == {"mailbox:lab@example.org"}


class TestCursors:
    def test_nothing_was_read_at_first(self, database: Database) -> None:
        with database.read() as tx:
            assert cursors.history_id(tx, LAB) is None
            assert cursors.watched_until(tx, LAB) is None

    def test_a_cursor_moves_on_and_a_watch_beside_it_stays(self, database: Database) -> None:
        with database.begin() as tx:
            cursors.save_history_id(tx, LAB, "41")
            cursors.save_watched_until(tx, LAB, NOW + DAY)
            cursors.save_history_id(tx, LAB, "42")
            assert (cursors.history_id(tx, LAB), cursors.watched_until(tx, LAB)) == ("42", NOW + DAY)
            assert cursors.history_id(tx, "other@example.org") is None


class TestChannels:
    CHANNEL = Channel("c-1", 1, "r-1", NOW + 7 * DAY)

    def test_only_its_own_token_speaks_for_a_channel(self, database: Database) -> None:
        with database.begin() as tx:
            add_leader(tx)
            channels.put(tx, self.CHANNEL, "token")
            assert channels.leader_of(tx, "c-1", "token") == 1
            assert channels.leader_of(tx, "c-1", "nekot") is None
            assert channels.leader_of(tx, "c-2", "token") is None

    def test_the_token_itself_is_not_kept(self, database: Database) -> None:
        with database.begin() as tx:
            add_leader(tx)
            channels.put(tx, self.CHANNEL, "token")
            (row,) = tx.connection.execute(select(channel_table))
        assert "token" not in tuple(row)

    def test_one_counts_from_its_first_message_on(self, database: Database) -> None:
        with database.begin() as tx:
            add_leader(tx)
            channels.put(tx, self.CHANNEL, "token")
            assert channels.standings(tx) == {1: Standing(1, None, None)}
            channels.note_heard(tx, "c-1", NOW)
            channels.note_heard(tx, "c-1", NOW + DAY)
            assert channels.standings(tx) == {1: Standing(1, NOW + 7 * DAY, NOW)}
            assert channels.of_leader(tx, 1) == [replace(self.CHANNEL, heard_at=NOW)]

    def test_its_end_is_known_once_it_is_open(self, database: Database) -> None:
        with database.begin() as tx:
            add_leader(tx)
            channels.put(tx, replace(self.CHANNEL, resource_id="", ends_at=NOW), "token")
            channels.note_heard(tx, "c-1", NOW)
            channels.confirm(tx, "c-1", "r-1", NOW + 7 * DAY)
            assert channels.of_leader(tx, 1) == [replace(self.CHANNEL, heard_at=NOW)]
            assert channels.leader_of(tx, "c-1", "token") == 1

    def test_the_last_to_end_of_those_that_were_heard_is_relied_on(self, database: Database) -> None:
        heard = [Channel(f"h-{days}", 1, "r", NOW + days * DAY, NOW) for days in (7, 5)]
        unheard = [Channel(f"u-{days}", 1, "r", NOW + days * DAY) for days in (9, 8)]
        with database.begin() as tx:
            add_leader(tx)
            for channel in (*unheard, *reversed(heard)):
                channels.put(tx, channel, "token")
            assert channels.standings(tx) == {1: Standing(4, NOW + 7 * DAY, NOW)}
            assert channels.of_leader(tx, 1) == [*heard, *unheard]
            channels.forget(tx, ["h-7", "u-8", "of nobody"])
            assert channels.of_leader(tx, 1) == [heard[1], unheard[0]]

    @pytest.mark.parametrize(("connected", "tells"), [(None, True), (0, True), (-1, True), (1, False)])
    def test_what_an_earlier_grant_opened_is_not_relied_on(self, connected: int | None, tells: bool) -> None:
        since = None if connected is None else NOW + connected * DAY
        assert Standing(1, NOW + 7 * DAY, NOW).tells_until(since) == (NOW + 7 * DAY if tells else None)
        assert Standing(1, None, None).tells_until(since) is None

    def test_what_has_ended_is_forgotten(self, database: Database) -> None:
        with database.begin() as tx:
            add_leader(tx)
            channels.put(tx, self.CHANNEL, "a")
            assert channels.forget_ended(tx, self.CHANNEL.ends_at - DAY) == 0
            assert channels.forget_ended(tx, self.CHANNEL.ends_at) == 1
            assert channels.standings(tx) == {}


class TestUsage:
    def test_a_days_counts_add_up(self, database: Database) -> None:
        with database.begin() as tx:
            add_leader(tx)
            usage.add(tx, TODAY, [Used("leader:1", 2, 2, 1), Used("mailbox:lab", 1, 100)])
            usage.add(tx, TODAY, [Used("leader:1", 3, 4, 1)])
            usage.add(tx, TODAY, [])
        with database.read() as tx:
            found = usage.since(tx, TODAY)
        assert found == {
            "leader:1": {TODAY: Used("leader:1", 5, 6, 1)},
            "mailbox:lab": {TODAY: Used("mailbox:lab", 1, 100)},
        }

    def test_old_counts_are_forgotten(self, database: Database) -> None:
        with database.begin() as tx:
            add_leader(tx)
            for days in (0, 1, 2):
                usage.add(tx, TODAY - days * DAY, [Used("leader:1", 1, 1, 1)])
            assert usage.forget(tx, TODAY - DAY) == 1
            assert set(usage.since(tx, TODAY - 9 * DAY)["leader:1"]) == {TODAY, TODAY - DAY}

    def test_who_was_erased_meanwhile_is_not_counted(self) -> None:
        mine, gone, mailbox = Used("leader:1", 1, 1, 1), Used("leader:2", 1, 1, 2), Used("mailbox:lab", 1, 1)
        assert usage.of_leaders([mine, gone, mailbox], [1]) == [mine, mailbox]
