"""Marks, retention, keys: what is kept is kept sealed, and no longer than needed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Text

from service.accounts.vault import Vault
from service.domain.cycle import CyclePlace, weeks_of
from service.domain.grants import Grant, Way
from service.domain.letters import Kind
from service.domain.records import Meeting, State
from service.domain.reflections import Question, Reflection
from service.errors import SecretError
from service.storage import (
    absences,
    decisions,
    emails,
    grants,
    meetings,
    outbox,
    people,
    reflections,
    replies,
    upkeep,
)
from service.storage.database import Database, Transaction
from service.storage.emails import Status
from service.storage.replies import ReplyStatus
from service.storage.schema import metadata
from tests.fakes.databases import KEY, NOW, add_email, add_leader, add_meeting

DAY = timedelta(days=1)
NEW_KEY = "the key of next year, long enough to be one"
SECRETS = {
    "calendar": "ics:https://calendar.example.org/secret-4711/basic.ics",
    "title": "Kaffee mit Ida, heikel",
    "worked": "she told me of her illness",
    "promise": "talk to finance about the raise",
    "reply": "what worked: silence, for once",
    "text": "Dear Lea, last time you wished for patience",
    "question": "Did you keep it: fewer interruptions?",
    "grant": "1//0-the-refresh-token-of-lea",
    "absence": "2031-05-04T10:11:12+00:00",
    "payload": "understood: the baby comes in May",
}


def _fill(tx: Transaction) -> Meeting:
    """Every secret in its place, in one leader's rows."""
    add_leader(tx, calendar=SECRETS["calendar"])
    meeting = add_meeting(tx)
    meeting_id = meeting.id or 0
    detail = {"member_email": "", "member_name": "", "uid": "u", "start": NOW.isoformat()}
    decisions.ask(tx, 1, "series", detail | {"title": SECRETS["title"]}, NOW)
    email = outbox.claim(tx, add_email(tx, payload={"free_text": SECRETS["payload"]}), "me", NOW + DAY)
    assert email is not None
    outbox.keep_content(
        tx,
        email,
        subject="For today",
        message_id="<1@example.org>",
        text=SECRETS["text"],
        questions=[Question(1, f"meeting:{meeting_id}", "kept", SECRETS["question"])],
        week=1,
    )
    _reply(tx, "d", SECRETS["reply"].encode())
    away = datetime.fromisoformat(SECRETS["absence"])
    absences.put(tx, 1, ((away, away + DAY),))
    grants.put(tx, Grant("leader:1", Way.OAUTH, SECRETS["grant"], (), NOW), 1)
    reflections.put(tx, 1, meeting_id, Reflection(worked=SECRETS["worked"]), NOW)
    reflections.put_promise(tx, 1, meeting.pair_id, meeting_id, SECRETS["promise"], NOW)
    return meeting


def _reply(tx: Transaction, digest: str, raw: bytes, at: timedelta = timedelta()) -> None:
    replies.put(
        tx,
        digest_=digest,
        message_id=None,
        leader_id=1,
        email_id=None,
        status=ReplyStatus.HELD,
        reason=None,
        raw=raw,
        at=NOW + at,
    )


def _opened(tx: Transaction) -> list[str]:
    """Every secret, by the ways the jobs take."""
    email = emails.by_key(tx, "prep:1")
    meeting = meetings.of_leader(tx, 1)[0]
    reflection = reflections.of_meeting(tx, meeting.id or 0)
    grant = grants.of(tx, "leader:1")
    assert reflection is not None
    assert grant is not None
    return [
        people.by_id(tx, 1).calendar,
        decisions.open_questions(tx, 1)[0].title,
        reflection.worked or "",
        reflections.promises_of(tx, 1)[0].text,
        replies.held(tx, 1)[0].raw.decode(),
        emails.thread_texts(tx, email)[0],
        emails.questions(tx, email)[0].ask,
        grant.secret or "",
        people.by_id(tx, 1).absences[0][0].isoformat(),
        emails.payload(tx, email.id)["free_text"],
    ]


def _bytes_on_disk(file: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))


def test_no_secret_can_be_read_from_the_file_or_its_log(sqlite_file: Path) -> None:
    database = Database(f"sqlite:///{sqlite_file}", Vault([KEY]))
    with database.begin() as tx:
        _fill(tx)
    assert Path(f"{sqlite_file}-wal").stat().st_size > 0
    content = _bytes_on_disk(sqlite_file)
    assert b"lea@example.org" in content  # we do look at the right bytes
    assert [name for name, secret in SECRETS.items() if secret.encode() in content] == []
    assert [name for name, secret in SECRETS.items() if secret[5:25].encode() in content] == []
    database.close()


def test_what_was_erased_cannot_be_read_from_the_file_any_more(sqlite_file: Path) -> None:
    database = Database(f"sqlite:///{sqlite_file}", Vault([KEY]))
    with database.begin() as tx:
        _fill(tx)
    with database.begin() as tx:
        people.erase(tx, 1)
    database.empty_log()
    content = _bytes_on_disk(sqlite_file)  # while the program is still at work
    assert b"lea@example.org" not in content
    assert b"Member 0" not in content
    database.close()


def test_every_sealed_column_takes_part_in_a_rotation() -> None:
    known = {(table.name, column.name) for table, column, _ in upkeep.SEALED}
    named = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_sealed")
    }
    assert known == named
    assert all(isinstance(column.type, Text) for _, column, _ in upkeep.SEALED)


def test_after_a_rotation_everything_opens_without_the_old_key(database_url: str) -> None:
    old = Database(database_url, Vault([KEY]))
    with old.begin() as tx:
        _fill(tx)
    old.close()
    both = Vault([NEW_KEY, KEY])
    turning = Database(database_url, both)
    with turning.begin() as tx:
        count = 0
        for value in upkeep.sealed_values(tx):
            upkeep.replace_sealed(tx, value, both.reseal(value.token, value.purpose))
            count += 1
    assert count == len(SECRETS) + 1  # and the leader's hash key
    turning.close()
    new = Database(database_url, Vault([NEW_KEY]))
    with new.read() as tx:
        assert sorted(_opened(tx)) == sorted(SECRETS.values())
    new.close()


def test_without_the_rotation_the_old_key_is_missed_by_name(database_url: str) -> None:
    old = Database(database_url, Vault([KEY]))
    with old.begin() as tx:
        _fill(tx)
    old.close()
    new = Database(database_url, Vault([NEW_KEY]))
    with new.read() as tx, pytest.raises(SecretError, match="put the key it was sealed with back"):
        _opened(tx)
    new.close()


def test_a_mark_is_when_a_job_last_ran(database: Database) -> None:
    with database.begin() as tx:
        assert upkeep.mark(tx, "job") is None
        upkeep.set_mark(tx, "job", NOW)
        upkeep.set_mark(tx, "job", NOW + DAY)
        upkeep.set_mark(tx, "another", NOW)
        assert upkeep.mark(tx, "job") == NOW + DAY


def test_the_raw_mail_of_old_replies_goes_and_they_stay_known(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        _reply(tx, "old", b"old", -DAY)
        _reply(tx, "new", b"new")
        assert upkeep.forget_raw_replies(tx, NOW) == 1
        assert upkeep.forget_raw_replies(tx, NOW) == 0
        assert [held.raw for held in replies.held(tx, 1)] == [b"new"]
        assert replies.known(tx, "old")


def test_old_emails_go_and_what_refers_to_them_stays(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        form = add_email(tx, "form", due_at=NOW - DAY)
        add_email(tx, "reminder", kind=Kind.REMINDER, thread_of=form.id, carrier_id=form.id)
        assert upkeep.forget_emails(tx, NOW) == 1
        (left,) = emails.of_leader(tx, 1)
        assert (left.key, left.thread_of, left.carrier_id) == ("reminder", None, None)


def test_an_old_meeting_takes_its_history_and_reflection_along_but_not_its_mails(database: Database) -> None:
    with database.begin() as tx:
        meeting = _fill(tx)
        late = add_meeting(tx, start=NOW + DAY, uid="late")
        mine = emails.by_key(tx, "prep:1")
        receipt = add_email(tx, "receipt:1", meeting_id=meeting.id)
        assert upkeep.forget_meetings(tx, NOW + DAY) == 1
        assert meetings.of_leader(tx, 1) == [late]
        assert reflections.of_leader(tx, 1) == {}
        assert reflections.promises_of(tx, 1) == []
        assert emails.one(tx, receipt.id).meeting_id is None
        assert emails.one(tx, mine.id).status is Status.SENDING


def _weeks(tx: Transaction, starts_at: timedelta) -> Iterator[tuple[str, CyclePlace]]:
    pair = people.pairs_of(tx, 1)[0]
    known = meetings.of_leader(tx, 1)
    places = weeks_of(known, pair, 3, NOW + starts_at)
    return ((one.uid, places[one.id]) for one in known if one.id in places)


@pytest.mark.parametrize(
    ("joined", "starts"),
    [(timedelta(), None), (timedelta(), 2 * DAY), (3 * DAY, None)],
    ids=["everyone at once", "one by one", "joined later"],
)
def test_a_pairs_place_in_the_cycle_outlives_its_meetings(
    database: Database, joined: timedelta, starts: timedelta | None
) -> None:
    states = [State.HELD, State.PRESUMED_HELD, State.CANCELLED, State.HELD, State.MOVED, State.NO_SHOW]
    states += [State.HELD, State.PLANNED]
    with database.begin() as tx:
        people.change(tx, add_leader(tx), joined_at=NOW + joined)
        pair = people.pairs_of(tx, 1)[0]
        people.change_pair(tx, pair.id, starts_at=NOW + starts if starts is not None else None)
        for day, state in enumerate(states):
            add_meeting(tx, start=NOW + day * DAY, uid=str(day), state=state)
        begins = starts if starts is not None else joined
        before = dict(_weeks(tx, begins))
        for day in (1, 4, 6):
            upkeep.forget_meetings(tx, NOW + day * DAY)
            left = dict(_weeks(tx, begins))
            assert left == {uid: place for uid, place in before.items() if int(uid) >= day}
            assert left


def test_forgetting_one_leaders_meetings_moves_no_other_pair(database: Database) -> None:
    with database.begin() as tx:
        people.change(tx, add_leader(tx, "lea", members=2), joined_at=NOW)
        people.change(tx, add_leader(tx, "ida"), joined_at=NOW)
        add_meeting(tx, 1, state=State.HELD)
        upkeep.forget_meetings(tx, NOW + DAY)
        shifts = [pair.shift for leader_id in (1, 2) for pair in people.pairs_of(tx, leader_id)]
        assert shifts == [1, 0, 0]
