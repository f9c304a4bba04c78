"""One mail on its way out, with everything that may come between: it leaves once, as it was kept."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage

import pytest

from service.domain.letters import Kind
from service.domain.people import LeaderState
from service.domain.ports import Incoming, Outgoing, Receipt
from service.domain.records import Update
from service.errors import DeliveryUnknownError, MailboxError, StorageError
from service.jobs.office import LEASE, EmailOutcome, Office
from service.jobs.record_due import record_due
from service.jobs.send_due import CAP_PAUSE, LONGEST_BACKOFF, plan_and_send, send
from service.storage import emails, meetings, outbox, people
from service.storage.emails import Email, Status
from service.storage.outbox import NewEmail
from tests.fakes.desks import DAY, HOUR, MINUTE, at
from tests.fakes.mailbox import Died, FakeMailbox
from tests.fakes.offices import JOINED, LittleHouse, OnlyUs, series

FIRST = at("2026-11-03 14:00")
PREP = at("2026-11-03 12:00")
POINTS = ["claimed", "written", "drafted", "checked", "delivered"]


class Next(OnlyUs):
    """The process after the one that died, or beside the one that sleeps."""

    name = "next"


@pytest.fixture(params=[False, True], ids=["no drafts", "drafts"])
def lea(house: LittleHouse, request: pytest.FixtureRequest) -> LittleHouse:
    """Lea, welcomed, on the morning of her first one-on-one; mailboxes with drafts and without."""
    mailbox = FakeMailbox(drafts=request.param)
    house.mailbox, house.office = mailbox, replace(house.office, mailbox=mailbox)
    house.add_leader().events = series(FIRST)
    house.run(JOINED)
    mailbox.sent.clear()
    return house


def due_prep(house: LittleHouse, now: datetime = PREP) -> Email:
    """Today's prep, planned and not yet claimed."""
    list(record_due(house.office, 1, now))
    return next(row for row in house.rows("prep") if row.status is Status.PLANNED)


def the_prep(house: LittleHouse) -> Email:
    (row,) = house.rows("prep")
    return row


def with_fault(house: LittleHouse, at_point: str, happens: Callable[[], object]) -> Office:
    """The office in which something happens, once, at a point of the delivery."""
    left = [at_point]

    def fault(point: str) -> None:
        if point in left:
            left.remove(point)
            happens()

    return replace(house.office, fault=fault)


def after(house: LittleHouse) -> Office:
    """The process that comes next; the one before is dead."""
    return replace(house.office, owners=Next())


def die() -> None:
    raise Died


def words_of(mail: EmailMessage) -> str:
    """What the text part says."""
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def kept_words(house: LittleHouse) -> str:
    """What is kept of the prep, to read a reply against."""
    with house.database.read() as tx:
        return " ".join(emails.thread_texts(tx, the_prep(house))[0].split())


def move(house: LittleHouse, by_hours: int) -> None:
    """The first meeting is now so many hours later."""
    first = house.meetings()[0]
    moved = replace(first, start=first.start + by_hours * HOUR, end=first.end + by_hours * HOUR)
    row = house.row()
    with house.database.begin() as tx:
        meetings.apply(tx, row.leader, people.pairs_of(tx, row.leader.id), [Update(moved, None)])


def pause(house: LittleHouse) -> None:
    with house.database.begin() as tx:
        people.set_state(tx, 1, LeaderState.PAUSED)


def test_a_due_mail_leaves_and_its_receipt_is_kept(lea: LittleHouse) -> None:
    outcome = send(lea.office, due_prep(lea), PREP)
    assert outcome is not None
    assert (outcome.status, outcome.at) == ("sent", PREP)
    row = the_prep(lea)
    assert (row.status, row.sent_at, row.draft) == (Status.SENT, PREP, None)
    (mail,) = lea.sent("prep")
    assert outcome.subject == row.subject == mail["Subject"]
    assert words_of(mail) in kept_words(lea)


@pytest.mark.parametrize("point", [*POINTS, "receipt_kept"])
def test_who_dies_anywhere_is_followed_by_one_who_finishes_it(lea: LittleHouse, point: str) -> None:
    email = due_prep(lea)
    dying = with_fault(lea, point, die)
    with pytest.raises(Died):
        send(dying, email, PREP)
    outcomes = list(plan_and_send(after(lea), 1, PREP))
    assert [one.status for one in outcomes] == ([] if point == "receipt_kept" else ["sent"])
    assert len(lea.sent("prep")) == 1
    assert the_prep(lea).status is Status.SENT


def test_who_dies_right_after_the_receipt_leaves_word_to_look_again(lea: LittleHouse) -> None:
    """Else what follows a form, its reminder, would be thought of when it is too late."""
    dying = with_fault(lea, "receipt_kept", die)
    with pytest.raises(Died):
        list(plan_and_send(dying, 1, PREP))
    assert lea.row().next_due_at is None


@pytest.mark.parametrize("lea", [True], indirect=True)
def test_a_draft_whose_id_was_lost_with_its_maker_is_never_sent(lea: LittleHouse) -> None:
    with pytest.raises(Died):
        send(with_fault(lea, "draft_made", die), due_prep(lea), PREP)
    list(plan_and_send(after(lea), 1, PREP))
    assert len(lea.sent("prep")) == 1
    assert len(lea.mailbox.drafts) == 1  # the lost one, for the mailbox's own sweeping


@pytest.mark.parametrize("point", POINTS)
def test_who_sleeps_past_its_lease_wakes_to_find_it_done(lea: LittleHouse, point: str) -> None:
    later = PREP + LEASE
    others: list[EmailOutcome | None] = []

    def another_does_it() -> None:
        (orphan,) = (row for row in lea.rows("prep") if row.status is Status.SENDING)
        others.append(send(after_sleep, orphan, later))

    after_sleep = replace(lea.office, owners=Patient())
    sleeping = with_fault(lea, point, another_does_it)
    assert send(sleeping, due_prep(lea), PREP) is None
    assert [one.status if one else None for one in others] == ["sent"]
    assert len(lea.sent("prep")) == 1
    assert lea.mailbox.drafts == {}
    row = the_prep(lea)
    assert (row.status, row.sent_at) == (Status.SENT, later)


class Patient(OnlyUs):
    """It knows nobody to be dead, and waits for leases to run out."""

    name = "patient"

    def is_gone(self, owner: str) -> bool:  # noqa: ARG002 - whoever it is
        return False


def test_a_lease_that_still_runs_is_respected(lea: LittleHouse) -> None:
    email = due_prep(lea)
    with pytest.raises(Died):
        send(with_fault(lea, "claimed", die), email, PREP)
    patient = replace(lea.office, owners=Patient())
    assert send(patient, the_prep(lea), PREP + LEASE - MINUTE) is None
    assert lea.sent("prep") == []
    assert send(patient, the_prep(lea), PREP + LEASE) is not None


def test_what_left_is_kept_though_the_facts_have_changed_since(lea: LittleHouse) -> None:
    with pytest.raises(Died):
        send(with_fault(lea, "delivered", die), due_prep(lea), PREP)
    before = kept_words(lea)
    move(lea, 1)
    list(plan_and_send(after(lea), 1, PREP + MINUTE))
    assert len(lea.sent("prep")) == 1
    assert kept_words(lea) == before
    assert "14:00" in before


def test_what_left_counts_as_sent_though_it_is_not_wanted_any_more(lea: LittleHouse) -> None:
    with pytest.raises(Died):
        send(with_fault(lea, "delivered", die), due_prep(lea), PREP)
    pause(lea)
    (outcome,) = plan_and_send(after(lea), 1, PREP + MINUTE)
    assert (outcome.kind, outcome.status) == (Kind.PREP, "sent")
    assert the_prep(lea).status is Status.SENT


def test_what_did_not_leave_says_what_is_true_now(lea: LittleHouse) -> None:
    with pytest.raises(Died):
        send(with_fault(lea, "written", die), due_prep(lea), PREP)
    move(lea, 1)
    now = PREP + HOUR
    list(plan_and_send(after(lea), 1, now))
    assert "15:00" in kept_words(lea)
    assert "15:00" in str(lea.sent("prep")[0])


def test_a_draft_of_before_the_crash_is_taken_back_and_what_leaves_is_true_now(lea: LittleHouse) -> None:
    with pytest.raises(Died):
        send(with_fault(lea, "checked", die), due_prep(lea), PREP)
    move(lea, 1)
    list(plan_and_send(after(lea), 1, PREP + HOUR))
    (mail,) = lea.sent("prep")
    assert words_of(mail) in kept_words(lea)
    assert "15:00" in words_of(mail)
    assert lea.mailbox.drafts == {}


@pytest.mark.parametrize("lea", [True], indirect=True)
def test_who_dies_after_taking_a_draft_back_is_followed_by_one_who_sends(lea: LittleHouse) -> None:
    with pytest.raises(Died):
        send(with_fault(lea, "checked", die), due_prep(lea), PREP)
    with pytest.raises(Died):
        list(plan_and_send(replace(with_fault(lea, "draft_taken_back", die), owners=Next()), 1, PREP))
    list(plan_and_send(replace(lea.office, owners=Third()), 1, PREP))
    assert len(lea.sent("prep")) == 1


class SendsMeanwhile(FakeMailbox):
    """While one looks for a mail, whoever drafted it wakes up and sends it."""

    def find(self, key: str, message_id: str, draft: str | None) -> Receipt | None:
        found = super().find(key, message_id, draft)
        if draft is not None and draft in self.drafts:
            self.deliver(self.drafts[draft], draft)
        return found


@pytest.mark.parametrize("lea", [True], indirect=True)
def test_a_draft_that_leaves_while_it_is_looked_for_does_not_leave_again(lea: LittleHouse) -> None:
    mailbox = SendsMeanwhile(drafts=True)
    lea.mailbox, lea.office = mailbox, replace(lea.office, mailbox=mailbox)
    with pytest.raises(Died):
        send(with_fault(lea, "checked", die), due_prep(lea), PREP)
    (outcome,) = plan_and_send(after(lea), 1, PREP)
    assert (outcome.status, the_prep(lea).message_id) == ("sent", "<provider-1@example.net>")
    assert len(lea.sent("prep")) == 1


class Third(OnlyUs):
    """The process after the next."""

    name = "third"


class Forgetful(FakeMailbox):
    """It took the mail, as far as anybody knows, and can prove nothing."""

    def deliver(self, mail: Outgoing, draft: str | None) -> Receipt:  # noqa: ARG002 - whatever it is
        raise MailboxError("The line was cut.")

    def find(self, key: str, message_id: str, draft: str | None) -> Receipt | None:  # noqa: ARG002 - nothing helps
        raise DeliveryUnknownError("Whether it has left cannot be found out.")


def test_a_mail_of_which_nobody_knows_whether_it_left_is_not_sent_again(lea: LittleHouse) -> None:
    lea.office = replace(lea.office, mailbox=Forgetful())
    first = send(lea.office, due_prep(lea), PREP)
    assert first is not None
    assert first.status == "deferred"
    (second,) = plan_and_send(lea.office, 1, PREP + HOUR)
    assert (second.status, second.reason) == ("unknown", "Whether it has left cannot be found out.")
    assert the_prep(lea).status is Status.UNKNOWN
    assert list(plan_and_send(lea.office, 1, PREP + HOUR + MINUTE)) == []


def test_what_is_not_wanted_any_more_is_taken_back(lea: LittleHouse) -> None:
    outcome = send(with_fault(lea, "drafted", lambda: pause(lea)), due_prep(lea), PREP)
    assert outcome is not None
    assert (outcome.status, outcome.reason) == ("skipped", "paused")
    assert (lea.sent("prep"), lea.mailbox.drafts) == ([], {})


def test_what_is_wanted_later_is_taken_back_and_leaves_then(lea: LittleHouse) -> None:
    outcome = send(with_fault(lea, "drafted", lambda: move(lea, 2)), due_prep(lea), PREP)
    assert outcome is not None
    assert (outcome.status, outcome.reason) == ("deferred", "moved")
    row = the_prep(lea)
    assert (row.status, row.draft) == (Status.SKIPPED, None)
    assert (lea.sent("prep"), lea.mailbox.drafts) == ([], {})
    list(plan_and_send(lea.office, 1, PREP + 2 * HOUR))
    assert len(lea.sent("prep")) == 1


def test_a_draft_that_nobody_wants_after_a_restart_is_taken_back(lea: LittleHouse) -> None:
    with pytest.raises(Died):
        send(with_fault(lea, "checked", die), due_prep(lea), PREP)
    pause(lea)
    list(plan_and_send(after(lea), 1, PREP))
    assert (lea.sent("prep"), lea.mailbox.drafts) == ([], {})
    assert the_prep(lea).status is Status.SKIPPED


def test_a_mail_whose_subject_is_gone_is_not_sent(lea: LittleHouse) -> None:
    with lea.database.begin() as tx:
        email = outbox.put(tx, NewEmail("prep:nothing", Kind.PREP, 1, PREP))
    assert email is not None
    outcome = send(lea.office, email, PREP)
    assert outcome is not None
    assert (outcome.status, outcome.reason) == ("skipped", "nothing_to_say")


def test_a_refusal_that_passes_is_tried_again_ever_later(lea: LittleHouse) -> None:
    email, now, waits = due_prep(lea, PREP), PREP, []
    with lea.database.begin() as tx:
        people.set_state(tx, 1, LeaderState.ACTIVE)
    for _ in range(8):
        lea.mailbox.fail_with = MailboxError("The server is busy.")
        outcome = send(lea.office, email, now, asked_for=True)
        assert outcome is not None
        assert (outcome.status, outcome.reason) == ("deferred", "The server is busy.")
        email = the_prep(lea)
        waits.append(email.available_at - now)
        now = email.available_at
    assert waits == sorted(waits)
    assert 2 * MINUTE <= waits[0] < 3 * MINUTE
    assert LONGEST_BACKOFF <= waits[-1] < LONGEST_BACKOFF + MINUTE
    assert email.attempts == 8
    send(lea.office, email, now, asked_for=True)
    assert len(lea.sent("prep")) == 1


def test_a_refusal_for_good_ends_it_by_name(lea: LittleHouse) -> None:
    email = due_prep(lea)
    lea.mailbox.fail_with = MailboxError("No such address.", permanent=True)
    outcome = send(lea.office, email, PREP)
    assert outcome is not None
    assert (outcome.status, outcome.reason) == ("failed", "No such address.")
    assert list(plan_and_send(lea.office, 1, PREP)) == []


class LosesTheAnswer(FakeMailbox):
    """What it takes leaves, but the connection breaks before it can say so, once."""

    def deliver(self, mail: Outgoing, draft: str | None) -> Receipt:
        receipt = super().deliver(mail, draft)
        if len(self.sent) == 1:
            raise MailboxError("The connection broke.")
        return receipt


@pytest.mark.parametrize("drafts", [False, True])
def test_what_left_though_its_answer_was_lost_does_not_leave_again(lea: LittleHouse, drafts: bool) -> None:
    mailbox = LosesTheAnswer(drafts=drafts)
    lea.mailbox, lea.office = mailbox, replace(lea.office, mailbox=mailbox)
    email = due_prep(lea)
    outcome = send(lea.office, email, PREP)
    assert outcome is not None
    assert outcome.status == "deferred"
    list(plan_and_send(lea.office, 1, the_prep(lea).available_at))
    assert len(lea.sent("prep")) == 1
    assert the_prep(lea).status is Status.SENT


def test_a_refusal_leaves_no_draft_lying_about(lea: LittleHouse) -> None:
    email = due_prep(lea)
    lea.mailbox.fail_with = MailboxError("The server is busy.")
    send(lea.office, email, PREP)
    list(plan_and_send(lea.office, 1, the_prep(lea).available_at))
    assert (len(lea.sent("prep")), lea.mailbox.drafts) == (1, {})


def test_a_refusal_for_good_takes_its_draft_back(lea: LittleHouse) -> None:
    lea.mailbox.fail_with = MailboxError("No such address.", permanent=True)
    send(lea.office, due_prep(lea), PREP)
    assert lea.mailbox.drafts == {}


def test_a_mail_that_cannot_be_made_does_not_hold_up_the_others(lea: LittleHouse) -> None:
    with lea.database.begin() as tx:
        broken = outbox.put(tx, NewEmail("receipt:broken", Kind.RECEIPT, 1, PREP - HOUR, payload={"a": 1}))
        tx.connection.exec_driver_sql("UPDATE emails SET payload_sealed = 'gone' WHERE key LIKE 'receipt:%'")
    assert broken is not None
    due_prep(lea)
    outcomes = list(plan_and_send(lea.office, 1, PREP))
    assert [(one.kind, one.status) for one in outcomes] == [("receipt", "deferred"), ("prep", "sent")]
    assert "put the key it was sealed with back" in (outcomes[0].reason or "")


def test_the_unforeseen_puts_a_mail_off_and_goes_to_the_log(
    lea: LittleHouse, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble() -> None:
        raise RuntimeError("stumbled")

    outcome = send(with_fault(lea, "written", stumble), due_prep(lea), PREP)
    assert outcome is not None
    assert (outcome.status, outcome.reason) == ("deferred", "unforeseen")
    assert "stumbled" in caplog.text
    assert the_prep(lea).attempts == 1


def test_who_stumbles_after_its_lease_is_lost_touches_nothing(lea: LittleHouse) -> None:
    def stumble() -> None:
        with lea.database.begin() as tx:
            outbox.claim(tx, the_prep(lea), "another", PREP + DAY)
        raise RuntimeError

    assert send(with_fault(lea, "written", stumble), due_prep(lea), PREP) is None
    row = the_prep(lea)
    assert (row.status, row.lease_owner, row.attempts) == (Status.SENDING, "another", 0)


def test_without_the_database_nothing_goes_on_and_nothing_is_lost(lea: LittleHouse) -> None:
    def away() -> None:
        raise StorageError("The database is away.")

    with pytest.raises(StorageError):
        send(with_fault(lea, "delivered", away), due_prep(lea), PREP)
    list(plan_and_send(after(lea), 1, PREP))
    assert len(lea.sent("prep")) == 1
    assert the_prep(lea).status is Status.SENT


def test_what_was_done_before_the_database_went_is_reported(lea: LittleHouse) -> None:
    calls = iter([False, True])

    def fault(point: str) -> None:
        if point == "claimed" and next(calls):
            raise StorageError("The database is away.")

    with lea.database.begin() as tx:
        outbox.put(tx, NewEmail("receipt:1", Kind.RECEIPT, 1, PREP - HOUR, payload={}))
    lea.office = replace(lea.office, fault=fault)
    report = lea.run(PREP)
    assert [(one.kind, one.status) for one in report.emails] == [("receipt", "sent")]
    assert report.troubles == ["The database is away."]


@pytest.mark.parametrize(
    ("kind", "cap", "leaves"),
    [("digest", 5, False), ("digest", 6, True), ("receipt", 4, False), ("receipt", 5, True)],
)
def test_the_days_cap_holds_back_what_can_wait(lea: LittleHouse, kind: str, cap: int, leaves: bool) -> None:
    lea.office = replace(lea.office, daily_cap=cap)
    with lea.database.begin() as tx:
        for number in range(4):
            outbox.put(tx, NewEmail(f"receipt:{number}", Kind.RECEIPT, 1, PREP, payload={}))
        email = outbox.put(tx, NewEmail(f"{kind}:x:2026-10", Kind(kind), 1, PREP, payload={}))
    assert email is not None
    for key in range(4):
        with lea.database.read() as tx:
            receipt = emails.by_key(tx, f"receipt:{key}")
        send(lea.office, receipt, PREP)
    outcome = send(lea.office, email, PREP, asked_for=True)
    assert outcome is not None
    assert (outcome.reason == "daily_cap") is not leaves
    with lea.database.read() as tx:
        row = emails.one(tx, email.id)
    if not leaves:
        assert (row.available_at, row.attempts) == (PREP + CAP_PAUSE, 0)


def test_what_left_before_the_cap_was_reached_is_not_held_back(lea: LittleHouse) -> None:
    with pytest.raises(Died):
        send(with_fault(lea, "delivered", die), due_prep(lea), PREP)
    capped = replace(after(lea), daily_cap=1)
    (outcome,) = plan_and_send(capped, 1, PREP)
    assert outcome.status == "sent"


def test_who_asks_by_name_gets_it_whatever_the_plan_says(lea: LittleHouse) -> None:
    email = due_prep(lea)
    pause(lea)
    outcome = send(lea.office, email, PREP, asked_for=True)
    assert outcome is not None
    assert outcome.status == "sent"


class Watchful(FakeMailbox):
    """It refuses to work while a transaction is open."""

    def __init__(self, house: LittleHouse) -> None:
        super().__init__(drafts=True)
        self.house = house
        self.calls: set[str] = set()

    def _look(self, call: str) -> None:
        self.calls.add(call)
        assert self.house.database.engine.pool.checkedout() == 0, call  # type: ignore[attr-defined]

    def prepare(self, mail: Outgoing) -> str | None:
        self._look("prepare")
        return super().prepare(mail)

    def withdraw(self, draft: str) -> bool:
        self._look("withdraw")
        return super().withdraw(draft)

    def deliver(self, mail: Outgoing, draft: str | None) -> Receipt:
        self._look("deliver")
        return super().deliver(mail, draft)

    def find(self, key: str, message_id: str, draft: str | None) -> Receipt | None:
        self._look("find")
        return super().find(key, message_id, draft)

    def fetch(self) -> list[Incoming]:
        self._look("fetch")
        return list(super().fetch())

    def done(self, handle: str) -> None:
        self._look("done")
        super().done(handle)

    def purge_done(self, before: datetime) -> int:
        self._look("purge_done")
        return super().purge_done(before)

    def sweep_drafts(self, kept: Collection[str], before: datetime) -> int:
        self._look("sweep_drafts")
        return super().sweep_drafts(kept, before)


def test_no_transaction_is_open_while_a_calendar_or_mailbox_is_spoken_to(house: LittleHouse) -> None:
    mailbox = Watchful(house)
    house.mailbox, house.office = mailbox, replace(house.office, mailbox=mailbox)
    calendar = house.add_leader()
    calendar.events = series(FIRST)
    watched = house.office.calendar_of

    def calendar_of(row: people.LeaderRow) -> object:
        assert house.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        mailbox.calls.add("calendar")
        return watched(row)

    house.office = replace(house.office, calendar_of=calendar_of)  # type: ignore[arg-type]  # it hands on the real one
    mailbox.receive(b"From: somebody@example.com\r\n\r\nhello\r\n")
    house.run(JOINED)
    mailbox.fail_with = MailboxError("The server is busy.")
    house.run(PREP)
    house.office = with_fault(house, "drafted", lambda: pause(house))
    house.run(PREP + 5 * MINUTE)
    assert house.rows("prep")[0].status is Status.SKIPPED
    assert mailbox.calls == {
        "calendar", "fetch", "done", "find", "prepare", "deliver", "withdraw", "purge_done", "sweep_drafts"
    }  # fmt: skip


@pytest.mark.parametrize("moment", [PREP - HOUR, PREP], ids=["nothing due", "a prep due"])
def test_a_pass_asks_as_little_of_the_database_for_forty_meetings_as_for_four(
    house: LittleHouse, moment: datetime
) -> None:
    counts = []
    for name, weeks in (("few", 4), ("many", 40)):
        calendar = house.add_leader(name)
        calendar.events = series(FIRST - 2 * DAY * 7, weeks, organizer=f"{name}@example.org", uid=name)
        calendar.events = [replace(one, guests=()) for one in calendar.events]
        house.run(JOINED)
    for name in ("few", "many"):
        with house.counted() as statements:
            list(plan_and_send(house.office, house.row(f"{name}@example.org").leader.id, moment))
        counts.append(len(statements))
    assert counts[0] == counts[1]
