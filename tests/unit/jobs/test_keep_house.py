"""What has done its work is forgotten, once a day."""

from datetime import datetime, timedelta

from service.domain.letters import Kind
from service.domain.people import LeaderState
from service.jobs.keep_house import ABSENCES, EMAILS, MEETINGS, RAW_REPLIES, keep_house
from service.storage import absences, emails, people, replies
from service.storage.outbox import NewEmail, claim, keep_draft, put
from service.storage.replies import ReplyStatus
from tests.fakes.databases import add_meeting
from tests.fakes.desks import DAY, HOUR, MINUTE, at
from tests.fakes.offices import JOINED, LittleHouse

NOW = at("2026-11-24 03:00")


def add_email(house: LittleHouse, due: datetime, key: str) -> None:
    with house.database.begin() as tx:
        assert put(tx, NewEmail(key, Kind.PREP, 1, due)) is not None


def keys(house: LittleHouse) -> set[str]:
    with house.database.read() as tx:
        return {row.key for row in emails.of_leader(tx, 1)}


def test_old_mails_go_and_newer_ones_stay(house: LittleHouse) -> None:
    house.add_leader()
    add_email(house, NOW - EMAILS - MINUTE, "old")
    add_email(house, NOW - EMAILS, "kept")
    keep_house(house.office, NOW)
    assert keys(house) == {"kept"}


def test_leave_goes_once_its_calendar_is_read_no_more(house: LittleHouse) -> None:
    for number, name in enumerate(("lea", "bob"), 1):
        house.add_leader(name)
        with house.database.begin() as tx:
            absences.put(tx, number, ((NOW - 20 * DAY, NOW - 15 * DAY),))
            people.change(tx, number, calendar_read_at=NOW - ABSENCES - (number == 1) * MINUTE)
    keep_house(house.office, NOW)
    assert house.row("lea@example.org").absences == ()
    assert len(house.row("bob@example.org").absences) == 1


def test_meetings_are_kept_for_thirteen_months_and_their_place_in_the_cycle_for_good(
    house: LittleHouse,
) -> None:
    house.add_leader()
    with house.database.begin() as tx:
        people.change(tx, 1, joined_at=NOW - 2 * MEETINGS)
        for minutes in (-1, 0):
            start = NOW - MEETINGS + minutes * MINUTE
            add_meeting(tx, 1, start, uid=f"at {minutes}", state="held")
    keep_house(house.office, NOW)
    assert [one.start for one in house.meetings()] == [NOW - MEETINGS]
    with house.database.read() as tx:
        assert [pair.shift for pair in people.pairs_of(tx, 1)] == [1, 0]


def test_a_raw_reply_is_kept_for_thirty_days(house: LittleHouse) -> None:
    house.add_leader()
    with house.database.begin() as tx:
        for name, at_ in (("old", NOW - RAW_REPLIES - MINUTE), ("new", NOW - RAW_REPLIES + MINUTE)):
            replies.put(
                tx,
                digest_=name,
                message_id=name,
                leader_id=1,
                email_id=None,
                status=ReplyStatus.HELD,
                reason=None,
                raw=name.encode(),
                at=at_,
            )
    keep_house(house.office, NOW)
    with house.database.read() as tx:
        assert [one.raw for one in replies.held(tx, 1)] == [b"new"]
        assert replies.known(tx, "old")


def test_once_a_day_is_enough(house: LittleHouse) -> None:
    house.add_leader()
    keep_house(house.office, NOW)
    add_email(house, JOINED - 2 * EMAILS, "old")
    keep_house(house.office, NOW + 23 * HOUR)
    assert keys(house) == {"old"}
    keep_house(house.office, NOW + timedelta(days=1))
    assert keys(house) == set()


def test_drafts_that_no_mail_knows_are_swept_after_a_day(house: LittleHouse) -> None:
    asked: list[tuple[set[str], datetime]] = []
    house.mailbox.sweep_drafts = lambda kept, before: asked.append((set(kept), before)) or 0  # type: ignore[method-assign,func-returns-value] # drafts have no age in the fake
    house.add_leader()
    for draft in ("draft-1", None):
        with house.database.begin() as tx:
            email = put(tx, NewEmail(f"prep:{draft}", Kind.PREP, 1, NOW))
            assert email is not None
            claimed = claim(tx, email, "us", NOW + HOUR)
            assert claimed is not None
            keep_draft(tx, claimed, draft)
    keep_house(house.office, NOW)
    assert asked == [({"draft-1"}, NOW - timedelta(days=1))]


def test_mails_dealt_with_are_removed_from_the_mailbox_after_as_long(house: LittleHouse) -> None:
    asked: list[datetime] = []
    house.mailbox.purge_done = lambda before: asked.append(before) or 0  # type: ignore[method-assign,func-returns-value] # the fake keeps nothing to purge
    keep_house(house.office, NOW)
    keep_house(house.office, NOW + HOUR)
    assert asked == [NOW - RAW_REPLIES]


def test_who_never_came_to_the_end_of_joining_is_forgotten(house: LittleHouse) -> None:
    for name in ("lea", "late", "early"):
        house.add_leader(name)
    with house.database.begin() as tx:
        people.set_state(tx, 2, LeaderState.JOINING, NOW)
        people.set_state(tx, 3, LeaderState.JOINING, NOW + MINUTE)
        people.set_state(tx, 1, LeaderState.PAUSED, NOW)  # another until: theirs comes back by itself
    keep_house(house.office, NOW)
    with house.database.read() as tx:
        assert people.ids(tx) == {1, 3}
