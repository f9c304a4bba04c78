"""What holds whatever fails: for each mail as it leaves, and for the record once all is well again."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from service.domain.events import Event, EventStatus, Response
from service.domain.people import LeaderState
from service.domain.records import COUNTS_AS_HELD, LIVE, Meeting
from service.storage import reflections
from service.storage.emails import Email, Status
from service.storage.schema import replies
from tests.fakes.cli import Mail
from tests.faults.world import Pass, World

AFTER_THE_END = timedelta(minutes=15)
DAY = timedelta(days=1)


def judge(world: World, running: Pass, mail: Mail) -> None:
    """A mail leaves: once, to one who wants it, about what stands."""
    sight = running.checked
    assert sight is not None, "it left without a last look"
    assert all(mail.key != earlier.key for earlier in world.letters), f"twice: {mail.key}"
    if mail.kind == "receipt" or mail.key.startswith("confirm:reply:"):
        return
    assert sight.state is LeaderState.ACTIVE, f"mail to one who is {sight.state}: {mail.key}"
    meeting = sight.meetings.get(mail.key.split(":")[1])
    if mail.kind == "prep":
        assert meeting is not None
        assert meeting.start > running.now, "a prep after its meeting began"
        _stands(world, meeting)
        week = world.drafted[str(mail.message["Message-ID"])][meeting.key]
        assert mail.week == week, f"week {mail.week} where {week} is next"
    if mail.kind == "reflection":
        assert meeting is not None
        assert meeting.state in LIVE | COUNTS_AS_HELD, f"a form for one that is {meeting.state}"
        assert meeting.end + AFTER_THE_END <= running.now, "a form before a quarter of an hour has passed"


def _stands(world: World, meeting: Meeting) -> None:
    standing = {(one.uid, one.occurrence, one.start) for one in world.seen if stands(one)}
    assert (meeting.uid, meeting.occurrence, meeting.start) in standing, "a prep for one that is off"


def stands(event: Event) -> bool:
    """Neither cancelled nor declined by either of the two."""
    declined = any(guest.response is Response.DECLINED for guest in event.guests)
    return event.status is not EventStatus.CANCELLED and not declined


def after_each_step(world: World) -> None:
    """What can be said at any time."""
    for error in world.broken:
        raise error
    for row in world.rows():
        if row.status in {Status.SKIPPED, Status.FAILED}:
            assert row.reason, f"{row.key} is {row.status} without a reason"
        if row.status is Status.SENDING:
            assert row.lease_owner
        if row.status is Status.SENT:
            assert sum(mail.key == row.key for mail in world.letters) == 1, f"{row.key} never left"


def in_the_end(world: World) -> None:
    """Everything is well again, and time enough has passed."""
    after_each_step(world)
    rows = {row.key: row for row in world.rows()}
    _nothing_hangs(world, list(rows.values()))
    _what_left_is_known(world, rows)
    _each_meeting_has_its_mails(world, rows)
    _the_calendar_is_on_record(world)
    _each_reply_is_dealt_with(world, rows)


def _nothing_hangs(world: World, rows: list[Email]) -> None:
    for row in rows:
        assert row.status is not Status.SENDING, f"{row.key} hangs in sending"
        assert row.status is not Status.PLANNED or row.available_at > world.now, f"{row.key} was left lying"
    assert world.mailbox.inbox == [], "a reply was left lying"


def _what_left_is_known(world: World, rows: dict[str, Email]) -> None:
    for mail in world.letters:
        row = rows[mail.key]
        assert row.status is Status.SENT or mail.key in world.overslept, (
            f"{mail.key} left, but is {row.status}"
        )
    kept = {row.draft for row in rows.values() if row.draft}
    assert set(world.mailbox.drafts) <= kept | world.lost_drafts, "a draft was left lying"


def _each_meeting_has_its_mails(world: World, rows: dict[str, Email]) -> None:
    joined = world.row().leader.joined_at
    assert joined is not None
    for meeting in world.meetings():
        if meeting.start < joined or meeting.end > world.now - DAY:
            continue
        for kind in ("prep", "reflection"):
            row = rows.get(f"{kind}:{meeting.key}")
            assert row is not None, f"no {kind} for a meeting, and no reason"
            assert row.status is not Status.PLANNED
    formed: Counter[int] = Counter()
    for row in rows.values():
        carrier = next((one for one in rows.values() if one.id == row.carrier_id), row)
        if row.kind == "reflection" and row.meeting_id and carrier.status is Status.SENT:
            formed[row.meeting_id] += 1
    assert all(count == 1 for count in formed.values()), "two forms for one meeting"


def _the_calendar_is_on_record(world: World) -> None:
    """What still stands in the calendar is a meeting on record; what is off is none that was held."""
    if not world.row().wants_reading:
        return
    known = {(one.uid, one.occurrence): one for one in world.meetings()}
    with world.database.read() as tx:
        said = reflections.reflected(tx, world.leader_id)
    for event in world.calendar.events:
        one = known.get((event.uid, event.occurrence))
        if stands(event) and event.start > world.now - 10 * DAY:
            assert one is not None, "a one-on-one that stands is not on record"
            if one.id not in said:
                assert one.state in LIVE | COUNTS_AS_HELD, f"it stands in the calendar, but is {one.state}"
                if event.start > world.now:  # a move seen only when its old time was over changes no history
                    assert (one.start, one.end) == (event.start, event.end)


def _each_reply_is_dealt_with(world: World, rows: dict[str, Email]) -> None:
    with world.database.read() as tx:
        kept = {row.message_id: row for row in tx.connection.execute(select(replies))}
    for message_id, expected in world.replied.items():
        row = kept.get(message_id)
        assert row is not None, f"{message_id} was lost"
        assert row.status in expected, f"{message_id} is {row.status}, not {expected}"
        receipt = rows.get(f"receipt:{world.row().leader.key}-{row.digest[:20]}")
        wanted = row.status == "accepted" and row.reason != "confirmed"
        assert (receipt is not None) is wanted, (
            f"{message_id} was {row.status}: a receipt is wrong or missing"
        )
        if receipt is not None:
            assert receipt.status in {Status.SENT, Status.FAILED}
