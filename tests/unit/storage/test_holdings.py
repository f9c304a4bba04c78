"""How much is kept of one leader, on each database."""

from datetime import timedelta

from service.domain.reflections import Reflection
from service.storage import holdings, reflections, replies
from service.storage.database import Database
from service.storage.holdings import Holdings
from service.storage.replies import ReplyStatus
from tests.fakes.databases import NOW, add_email, add_leader, add_meeting

DAY = timedelta(days=1)


def test_of_a_newcomer_there_is_nothing(database: Database) -> None:
    with database.begin() as tx:
        found = holdings.of_leader(tx, add_leader(tx))
    assert found == Holdings(0, None, 0, 0, 0, None, 0, None, 0, 0)


def test_the_counts_are_of_one_leader_and_the_moments_in_utc(database: Database) -> None:
    with database.begin() as tx:
        for number, name in enumerate(("lea", "bob"), 1):
            assert add_leader(tx, name) == number
            met = add_meeting(tx, number, NOW - DAY)
            add_meeting(tx, number, NOW, uid="later")
            reflections.put(tx, number, met.id or 0, Reflection(worked="It did."), NOW)
            reflections.put_promise(tx, number, met.pair_id, met.id or 0, "Ask.", NOW)
            add_email(tx, f"prep:{name}", leader_id=number)
        found = holdings.of_leader(tx, 1)
    assert found == Holdings(2, NOW - DAY, 1, 1, 1, NOW, 0, None, 0, 0)


def test_a_reply_counts_while_it_is_kept_whole(database: Database) -> None:
    with database.begin() as tx:
        leader_id = add_leader(tx)
        for name, raw in (("first", b"words"), ("second", b"words"), ("old", None)):
            replies.put(
                tx,
                digest_=name,
                message_id=None,
                leader_id=leader_id,
                email_id=None,
                status=ReplyStatus.ACCEPTED,
                reason=None,
                raw=raw,
                at=NOW if name != "first" else NOW - DAY,
            )
        found = holdings.of_leader(tx, leader_id)
    assert (found.raw_replies, found.last_raw_reply_at) == (2, NOW)


def test_what_was_written_or_changed_since_a_moment(database: Database) -> None:
    with database.begin() as tx:
        leader_id = add_leader(tx)
        first, second = (add_meeting(tx, leader_id, uid=uid) for uid in ("a", "b"))
        for meeting in (first, second):
            reflections.put(tx, leader_id, meeting.id or 0, Reflection(worked="It did."), NOW)
        reflections.put(tx, leader_id, second.id or 0, Reflection(worked="Or not."), NOW + DAY)
        assert holdings.reflected_since(tx, leader_id, NOW) == {second.id}
        assert holdings.reflected_since(tx, leader_id, NOW - DAY) == {first.id, second.id}
        assert holdings.reflected_since(tx, leader_id, NOW + DAY) == set()
