"""Replies: each once, its bytes sealed and unharmed."""

from concurrent.futures import ThreadPoolExecutor

from service.storage import replies
from service.storage.database import Database, Transaction
from service.storage.replies import ReplyStatus
from tests.fakes.databases import NOW, add_leader

RAW = b"From: lea@example.org\r\n\r\nyes \xff\x00 no\r\n"


def _put(
    tx: Transaction,
    digest: str = "d",
    status: ReplyStatus = ReplyStatus.HELD,
    raw: bytes | None = RAW,
    message_id: str | None = "<a@example.org>",
) -> int | None:
    return replies.put(
        tx,
        digest_=digest,
        message_id=message_id,
        leader_id=1,
        email_id=None,
        status=status,
        reason="sender_differs",
        raw=raw,
        at=NOW,
    )


def test_a_reply_is_known_once_it_is_stored(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        assert not replies.known(tx, "d")
        assert _put(tx) is not None
        assert replies.known(tx, "d")
        assert not replies.known(tx, "e")


def test_a_reply_is_stored_once(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        assert _put(tx) is not None
        assert _put(tx) is None
        assert len(replies.held(tx, 1)) == 1


def test_of_two_who_read_the_same_mail_one_acts_on_it(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)

    def read(_: int) -> bool:
        with database.begin() as tx:
            if replies.known(tx, "d"):
                return False
            _put(tx)
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(read, range(4))) == [False, False, False, True]


def test_a_held_reply_comes_back_byte_for_byte_until_it_is_settled(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        _put(tx, "accepted", ReplyStatus.ACCEPTED)
        reply_id = _put(tx, "held")
        (held,) = replies.held(tx, 1)
        assert (held.id, held.raw, held.received_at) == (reply_id, RAW, NOW)
        replies.settle(tx, held.id, ReplyStatus.ACCEPTED, "confirmed")
        assert replies.held(tx, 1) == []


def test_a_held_reply_whose_bytes_were_forgotten_is_not_offered(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        _put(tx, raw=None)
        assert replies.held(tx, 1) == []


def test_a_message_id_may_be_missing_endless_or_broken(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        for number, message_id in enumerate((None, "x" * 5000, "half \ud83d", "a\0b")):
            assert _put(tx, str(number), message_id=message_id) is not None


def test_replies_are_told_apart_by_their_id_else_by_their_bytes() -> None:
    assert replies.digest(b"one", "<a@example.org>") != replies.digest(b"one", "<b@example.org>")
    assert replies.digest(b"one", None) != replies.digest(b"two", None)
    assert replies.digest(b"one", "<a@example.org>") == replies.digest(b"one more hop", "<a@example.org>")
