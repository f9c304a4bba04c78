"""A message says that something has changed; it is noted, and nothing else is taken from it."""

from datetime import datetime

import pytest

from service.jobs.hints import SYNC, calendar_told, mailbox_told, newest_hint, pages_told
from service.storage import channels, people
from service.storage.channels import Channel
from service.storage.database import Database
from tests.fakes.databases import NOW, add_leader
from tests.fakes.desks import DAY, MINUTE

CHANNEL = Channel("channel-1", 1, "resource-1", NOW + 7 * DAY)


@pytest.fixture
def told(database: Database) -> Database:
    """With one leader's channel."""
    with database.begin() as tx:
        add_leader(tx)
        channels.put(tx, CHANNEL, "token-1")
    return database


def hinted_at(database: Database) -> datetime | None:
    with database.read() as tx:
        return people.by_id(tx, 1).hinted_at


def heard_at(database: Database) -> datetime | None:
    with database.read() as tx:
        return channels.of_leader(tx, 1)[0].heard_at


@pytest.mark.parametrize("state", ["exists", "not_exists"])
def test_a_change_is_noted_for_its_leader_and_for_the_worker(told: Database, state: str) -> None:
    assert newest_hint(told) is None
    assert calendar_told(told, "channel-1", "token-1", state, NOW)
    assert hinted_at(told) == heard_at(told) == newest_hint(told) == NOW
    assert calendar_told(told, "channel-1", "token-1", state, NOW + MINUTE)
    assert hinted_at(told) == newest_hint(told) == NOW + MINUTE
    assert heard_at(told) == NOW


def test_the_first_message_says_only_that_the_channel_works(told: Database) -> None:
    assert calendar_told(told, "channel-1", "token-1", SYNC, NOW)
    assert (hinted_at(told), newest_hint(told), heard_at(told)) == (None, None, NOW)


@pytest.mark.parametrize(("channel", "token"), [("channel-2", "token-1"), ("channel-1", "token-2")])
@pytest.mark.parametrize("state", ["exists", SYNC])
def test_what_is_not_of_our_channels_changes_nothing(
    told: Database, channel: str, token: str, state: str
) -> None:
    assert not calendar_told(told, channel, token, state, NOW)
    assert (hinted_at(told), newest_hint(told), heard_at(told)) == (None, None, None)


def test_a_leader_who_was_erased_is_not_told_of(told: Database) -> None:
    with told.begin() as tx:
        people.erase(tx, 1)
    assert not calendar_told(told, "channel-1", "token-1", "exists", NOW)


def test_mail_is_noted_for_the_worker(told: Database) -> None:
    mailbox_told(told, NOW)
    assert newest_hint(told) == NOW
    assert calendar_told(told, "channel-1", "token-1", "exists", NOW + MINUTE)
    assert newest_hint(told) == NOW + MINUTE
    mailbox_told(told, NOW + 2 * MINUTE)
    assert newest_hint(told) == NOW + 2 * MINUTE


def test_who_waits_at_a_page_is_noted_for_the_worker(told: Database) -> None:
    pages_told(told, NOW)
    assert newest_hint(told) == NOW
    assert hinted_at(told) is None  # no calendar has said anything
