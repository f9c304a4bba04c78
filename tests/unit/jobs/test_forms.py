"""A form on a page: it stores the same as a reply, and shows what is on record only to who may see it."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from service.domain.letters import Kind
from service.domain.people import LeaderState, Person
from service.domain.records import State
from service.domain.reflections import Answer3, Outcome, Question, Reflection, Talked
from service.jobs.forms import Browser, Entry, Sent, Sheet, look_at, send
from service.jobs.hints import newest_hint
from service.jobs.read_replies import read_replies
from service.languages import LANGUAGES
from service.storage import emails, meetings, outbox, people, reflections
from service.storage.emails import Email
from service.storage.outbox import NewEmail
from tests.fakes.desks import DAY, HOUR, MINUTE, at
from tests.fakes.offices import ANN, JOINED, LEA, WEEK, LittleHouse, one_on_one, series

FIRST = at("2026-11-03 14:00")
NOW = FIRST + HOUR
HELD, WORKED, SURPRISED, BETTER, OPEN, BACK, GENERATIVE, TALKED, PROMISE = range(1, 10)
KEPT = 9  # asked before the new promise, once there is an open one
EVERYTHING = {
    HELD: "yes",
    WORKED: "We walked along the river.",
    OPEN: "yes",
    BACK: "no",
    GENERATIVE: "unsure",
    TALKED: "even",
    PROMISE: "Find him a mentor",
}
STRANGER = Browser()


@dataclass
class Desk:
    """Lea's form, and browsers that send it."""

    house: LittleHouse
    form: Email
    now: datetime = NOW

    @property
    def lea(self) -> Browser:
        """She is signed in."""
        return Browser(self.house.row().leader.key)

    def look(self, browser: Browser = STRANGER) -> Sheet:
        sheet = look_at(self.house.office, self.form.token, browser)
        assert sheet is not None
        return sheet

    def send(
        self,
        answers: Mapping[int, str],
        browser: Browser = STRANGER,
        *,
        more: Mapping[str, str] | None = None,
        seen: str = "",
    ) -> Sent:
        self.now += MINUTE
        sent = send(self.house.office, self.form.token, Entry(answers, more or {}, seen), browser, self.now)
        assert sent is not None
        return sent

    def edit(self, answers: Mapping[int, str], **more: Any) -> Sent:
        """Lea sends the form that she sees, with these answers in it."""
        return self.send(answers, self.lea, seen=self.look(self.lea).state, **more)

    def reply(self, body: str) -> None:
        """Lea replies to the form."""
        self.now += MINUTE
        (asked,) = self.house.sent("reflection")[:1]
        mail = EmailMessage()
        mail["From"], mail["To"] = LEA, str(asked["Reply-To"])
        mail["Message-ID"] = f"<{self.now.timestamp()}@example.org>"
        mail["Subject"] = f"Re: {asked['Subject']}"
        mail.set_content(body)
        self.house.mailbox.receive(mail.as_bytes())
        (outcome,) = read_replies(self.house.office, self.now)
        assert outcome.status == "accepted"

    def kept(self) -> list[Reflection]:
        with self.house.database.read() as tx:
            return list(reflections.of_leader(tx, 1).values())

    def promises(self) -> list[tuple[str, Answer3 | None]]:
        with self.house.database.read() as tx:
            return [(one.text, one.kept) for one in reflections.promises_of(tx, 1)]

    def receipts(self) -> list[dict[str, Any]]:
        with self.house.database.read() as tx:
            return [emails.payload(tx, one.id) for one in self.house.rows("receipt")]

    def on_record(self) -> tuple[Any, ...]:
        """All that answers change."""
        first = self.house.meetings()[0]
        return self.kept(), self.promises(), first.state, first.by, first.confidence


def _promise(sheet: Sheet) -> str | None:
    promise = sheet.sections[0].open_promise
    return promise.text if promise else None


def asked(desk: Desk, key: str, subject: str, what: str, payload: dict[str, Any]) -> Email:
    """A confirm mail that asked one thing."""
    with desk.house.database.begin() as tx:
        row = outbox.put(tx, NewEmail(key, Kind.CONFIRM, 1, NOW, payload=payload))
        assert row is not None
        claimed = outbox.claim(tx, row, "us", NOW + HOUR)
        assert claimed is not None
        question = Question(1, subject, what, "Would a break do you good?", ("yes", "no"))
        outbox.keep_content(
            tx, claimed, subject="", message_id="<x@y>", text="", questions=[question], week=None
        )
        return emails.one(tx, row.id)


@pytest.fixture
def desk(house: LittleHouse) -> Desk:
    """After Lea's first one-on-one with Max, the form just delivered."""
    house.add_leader().events = series(FIRST)
    house.run(JOINED, NOW)
    return Desk(house, house.rows("reflection")[0])


class TestTheSameAsAReply:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_choice_is_stored_as_the_same_words_in_a_reply_are(
        self, house: LittleHouse, language: str
    ) -> None:
        house.add_leader(language=language).events = series(FIRST)
        house.run(JOINED, NOW)
        desk = Desk(house, house.rows("reflection")[0])
        for question in desk.look().questions:
            for words in question.choices or ("A long walk",):
                sent = desk.edit({question.number: words})
                by_page = desk.on_record()
                assert (sent.note["unsure"], sent.note["free_text"]) == ([], None)
                desk.edit({})
                desk.reply(f"{question.number}. {words}")
                assert desk.on_record() == by_page, f"{question.ask} {words}"
                desk.edit({})

    def test_all_of_it_at_once(self, desk: Desk) -> None:
        desk.send(EVERYTHING, more={"meeting:1": "It rained."})
        (said,) = desk.kept()
        assert (said.outcome, said.talked, said.worked) == (
            Outcome.HELD,
            Talked.EVEN,
            EVERYTHING[WORKED],
        )
        assert [answer for _, answer in said.signs] == [Answer3.YES, Answer3.NO, Answer3.UNSURE]
        assert said.free_text == "It rained."
        assert desk.promises() == [("Find him a mentor", None)]
        assert desk.house.meetings()[0].state is State.HELD

    def test_the_mail_counts_as_answered_and_no_reminder_follows(self, desk: Desk) -> None:
        desk.send({WORKED: "Tea"})
        assert desk.house.rows("reflection")[0].answered_at == desk.now
        desk.house.run(desk.now + MINUTE, NOW + DAY)
        assert desk.house.sent("reminder") == []

    def test_words_that_would_be_a_command_in_a_reply_are_none_here(self, desk: Desk) -> None:
        desk.send({WORKED: "stop"}, more={"meeting:1": "pause"})
        assert desk.house.row().leader.state is LeaderState.ACTIVE
        assert [(one.worked, one.free_text) for one in desk.kept()] == [("stop", "pause")]

    def test_words_under_no_question_stay_there(self, desk: Desk) -> None:
        desk.send({}, more={"meeting:1": "She cancelled."})
        assert [(one.outcome, one.free_text) for one in desk.kept()] == [(None, "She cancelled.")]

    def test_who_has_left_can_still_answer(self, desk: Desk) -> None:
        with desk.house.database.begin() as tx:
            people.set_state(tx, 1, LeaderState.STOPPED)
        desk.send({WORKED: "Tea"})
        assert [one.worked for one in desk.kept()] == ["Tea"]

    def test_a_reminders_form_is_its_first_mails(self, desk: Desk) -> None:
        desk.house.run(NOW + DAY)
        (reminder,) = desk.house.rows("reminder")
        first = desk.look(desk.lea)
        desk.form = reminder
        again = desk.look(desk.lea)
        assert (again.questions, again.reference) == (first.questions, first.reference)
        desk.send({WORKED: "Tea"})
        assert desk.house.rows("reflection")[0].answered_at == desk.now


class TestEditing:
    def test_what_is_sent_takes_the_place_of_what_was_shown(self, desk: Desk) -> None:
        desk.edit(EVERYTHING, more={"meeting:1": "It rained."})
        desk.edit({WORKED: "Tea"})
        assert desk.kept() == [Reflection(worked="Tea")]
        assert desk.promises() == []

    def test_the_form_shows_what_was_sent(self, desk: Desk) -> None:
        desk.edit(EVERYTHING, more={"meeting:1": "It rained."})
        sheet = desk.look(desk.lea)
        assert (sheet.answers, sheet.more) == (EVERYTHING, {"meeting:1": "It rained."})

    def test_an_outcome_that_is_cleared_counts_no_more(self, desk: Desk) -> None:
        desk.edit({HELD: "I cancelled"})
        assert desk.house.meetings()[0].state is State.CANCELLED
        desk.edit({WORKED: "Tea"})
        assert desk.house.meetings()[0].state is State.PRESUMED_HELD

    def test_an_outcome_that_stays_is_not_told_twice(self, desk: Desk) -> None:
        for worked in ("Tea", "Coffee"):
            desk.edit({HELD: "yes", WORKED: worked})
        with desk.house.database.read() as tx:
            lines = meetings.history(tx, 1)[1]
        assert [line.evidence for line in lines].count("the leader says so") == 1

    def test_all_cleared_is_all_gone(self, desk: Desk) -> None:
        desk.edit(EVERYTHING)
        sent = desk.edit({})
        assert (sent.note, desk.kept(), desk.promises()) == ({}, [], [])

    def test_a_promise_is_kept_not_kept_or_open_as_the_form_says_last(self, desk: Desk) -> None:
        desk.edit({PROMISE: "Find him a mentor"})
        desk.house.run(*(FIRST + DAY * day for day in range(1, 8)), FIRST + WEEK + HOUR)
        desk.form = desk.house.rows("reflection")[1]
        for words, kept in (("yes", Answer3.YES), ("no", Answer3.NO), (None, None)):
            desk.edit({KEPT: words} if words else {})
            assert desk.promises() == [("Find him a mentor", kept)]

    def test_what_came_in_meanwhile_is_added_to_and_nothing_is_lost(self, desk: Desk) -> None:
        desk.edit({WORKED: "Tea", BETTER: "More time"})
        shown = desk.look(desk.lea).state
        desk.reply(f"{WORKED}. And cake.\n{TALKED}. me")
        sent = desk.send({WORKED: "Coffee"}, desk.lea, seen=shown)
        (said,) = desk.kept()
        assert (said.worked, said.better, said.talked) == (
            "Tea\nAnd cake.\nCoffee",
            "More time",
            Talked.LEADER,
        )
        assert sent.added
        assert sent.sheet.answers[WORKED] == said.worked

    def test_the_same_sent_twice_changes_nothing(self, desk: Desk) -> None:
        for _ in range(2):
            sent = desk.send(EVERYTHING)
        assert not sent.added
        assert desk.look(desk.lea).answers == EVERYTHING
        assert len(desk.receipts()) == 1

    def test_the_worker_is_told_that_a_receipt_waits(self, desk: Desk) -> None:
        desk.send({})
        assert newest_hint(desk.house.database) is None
        desk.send(EVERYTHING)
        assert newest_hint(desk.house.database) == desk.now


class TestWhoMaySee:
    def test_a_stranger_to_an_answered_form_sees_none_of_it_and_adds(self, desk: Desk) -> None:
        desk.reply(f"{WORKED}. Something private")
        assert not desk.look().may_see
        sent = desk.send({WORKED: "Tea"}, seen=desk.look(desk.lea).state)
        assert (sent.added, sent.sheet.may_see) == (True, False)
        assert [one.worked for one in desk.kept()] == ["Something private\nTea"]

    def test_another_leader_is_a_stranger(self, desk: Desk) -> None:
        desk.house.add_leader("ida")
        desk.reply(f"{WORKED}. Something private")
        assert not desk.look(Browser(desk.house.row("ida@example.org").leader.key)).may_see

    def test_the_browser_that_sent_it_sees_it_until_something_else_comes_in(self, desk: Desk) -> None:
        sent = desk.send({WORKED: "Tea"})
        assert sent.sheet.may_see
        here = Browser(left={sent.sheet.reference: sent.sheet.state})
        assert desk.look(here).may_see
        desk.reply(f"{WORKED}. Something private")
        assert not desk.look(here).may_see
        assert desk.look(desk.lea).may_see

    def test_a_promise_stands_in_the_form_as_in_the_mail_and_no_newer_one(self, desk: Desk) -> None:
        desk.edit({PROMISE: "Find him a mentor"})
        desk.house.run(*(FIRST + DAY * day for day in range(1, 8)), FIRST + WEEK + HOUR)
        first, desk.form = desk.form, desk.house.rows("reflection")[1]
        assert _promise(desk.look()) == "Find him a mentor"
        desk.form = first
        desk.edit({PROMISE: "Something private"})
        desk.form = desk.house.rows("reflection")[1]
        assert _promise(desk.look()) is None
        assert _promise(desk.look(desk.lea)) == "Something private"

    def test_one_who_adds_unseen_is_told_to_the_leader_each_time(self, desk: Desk) -> None:
        desk.send({WORKED: "Tea"}, desk.lea)
        for words in ("Coffee", "Cake", "Cake"):
            desk.send({WORKED: words})
        told = [lines for one in desk.receipts() for _, lines in one["sections"]]
        assert [line[1] for lines in told for line in lines] == ["Tea", "Coffee", "Cake"]

    def test_an_edit_is_told_once_only(self, desk: Desk) -> None:
        for words in ("Tea", "Coffee", "Cake"):
            desk.edit({WORKED: words})
        assert len(desk.receipts()) == 1
        desk.house.run(desk.now + MINUTE)
        assert len(desk.house.sent("receipt")) == 1


class TestSeveralMeetings:
    def test_each_has_its_own_words(self, house: LittleHouse) -> None:
        back_to_back = one_on_one(FIRST + timedelta(minutes=30), uid="ann", member=ANN, title="Ann / Lea 1:1")
        house.add_leader().events = [one_on_one(FIRST), back_to_back]
        house.run(JOINED, FIRST + 2 * HOUR)
        desk = Desk(house, next(one for one in house.rows("reflection") if not one.carrier_id))
        sheet = desk.look()
        assert [section.member for section in sheet.sections] == ["Max", "Ann"]
        second = sheet.sections[1].questions[0]
        desk.send({HELD: "yes", second.number: "moved"}, more={second.subject: "Tomorrow"})
        assert [(one.outcome, one.free_text) for one in desk.kept()] == [
            (Outcome.HELD, None),
            (Outcome.MOVED, "Tomorrow"),
        ]

    def test_more_of_them_take_no_more_statements(self, house: LittleHouse) -> None:
        names = [Person(f"m{n}@example.org", f"M{n}") for n in range(4)]
        counts = []
        for leader, some in (("lea", names[:1]), ("ida", names)):
            address = f"{leader}@example.org"
            house.add_leader(leader, *names).events = [
                one_on_one(
                    FIRST + n * timedelta(minutes=30), uid=one.email, member=one.email, leader=address,
                    title=f"{one.name} 1:1",
                )
                for n, one in enumerate(some)
            ]  # fmt: skip
            house.run(JOINED + MINUTE, FIRST + 3 * HOUR)
            token = next(one.token for one in house.rows("reflection", address) if not one.carrier_id)
            with house.counted() as statements:
                sheet = look_at(house.office, token, STRANGER)
            assert sheet is not None
            assert len(sheet.sections) == len(some)
            counts.append(len(statements))
        assert counts[0] == counts[1]


class TestConfirm:
    @pytest.fixture
    def puzzled(self, house: LittleHouse) -> Desk:
        """Two meetings are gone from the calendar, and it cannot say why."""
        calendar = house.add_leader()
        anns = series(FIRST + HOUR, 3, uid="ann", member=ANN, title="Ann / Lea 1:1")
        calendar.events = series(FIRST, 3) + anns
        house.run(JOINED)
        calendar.events = calendar.events[1:3] + calendar.events[4:]
        house.run(FIRST - 4 * HOUR, FIRST + DAY)
        return Desk(house, next(one for one in house.rows("confirm") if one.sent_at), FIRST + DAY)

    def test_one_tap_says_what_happened_and_the_rest_waits(self, puzzled: Desk) -> None:
        sent = puzzled.send({1: "they cancelled"})
        assert puzzled.house.meetings()[0].state is State.CANCELLED
        assert puzzled.kept() == []
        assert sent.sheet.settled == {1}
        puzzled.send({2: "yes"})
        assert [one.state for one in puzzled.house.meetings()[:2]] == [State.CANCELLED, State.HELD]

    def test_another_tap_takes_the_place_of_the_first(self, puzzled: Desk) -> None:
        for words, state in (("yes", State.HELD), ("nobody came", State.NO_SHOW)):
            puzzled.send({1: words})
            assert puzzled.house.meetings()[0].state is state

    def test_one_receipt_comes_for_all_of_them(self, puzzled: Desk) -> None:
        for number in (1, 2):
            puzzled.send({number: "yes"})
        assert len(puzzled.receipts()) == 1

    @pytest.mark.parametrize(("words", "one_on_one"), [("yes", True), ("no", False)])
    def test_a_series_is_decided_and_not_asked_about_again(
        self, house: LittleHouse, words: str, one_on_one: bool
    ) -> None:
        calendar = house.add_leader()
        calendar.events = series(FIRST, 3, uid="eve", member="eve@example.org", title="Biscuits")
        house.run(JOINED, JOINED + 3 * HOUR)
        desk = Desk(house, house.rows("confirm")[0])
        (item,) = desk.look().items
        assert (item.title, item.member) == ("Biscuits", "eve@example.org")
        desk.send({1: words})
        assert desk.look().items == ()
        house.run(desk.now + MINUTE)
        assert (house.meetings() != []) is one_on_one

    @pytest.mark.parametrize(("words", "state"), [("yes", LeaderState.PAUSED), ("no", LeaderState.ACTIVE)])
    def test_a_pause_is_taken_at_a_word(self, desk: Desk, words: str, state: LeaderState) -> None:
        desk.form = asked(desk, "confirm:pause:lea-1", "pause", "pause", {})
        desk.send({1: words})
        assert desk.house.row().leader.state is state
        assert (desk.look().items == ()) is (state is LeaderState.PAUSED)

    @pytest.mark.parametrize(("words", "kept"), [("yes", ["Tea"]), ("no", [])])
    def test_a_held_reply_is_read_or_left_as_the_leader_says(
        self, desk: Desk, words: str, kept: list[str]
    ) -> None:
        (mailed,) = desk.house.sent("reflection")
        mail = EmailMessage()
        mail["From"], mail["To"] = "lea@elsewhere.example", str(mailed["Reply-To"])
        mail["Message-ID"], mail["Subject"] = "<held@elsewhere.example>", "Re: it"
        mail.set_content(f"{WORKED}. Tea")
        desk.house.mailbox.receive(mail.as_bytes())
        assert [one.status for one in read_replies(desk.house.office, NOW)] == ["held"]
        desk.house.run(NOW + MINUTE)
        desk.form = desk.house.rows("confirm")[0]
        assert desk.look().items[0].sender == "lea@elsewhere.example"
        desk.send({1: words})
        assert [one.worked for one in desk.kept()] == kept
        assert desk.look().items == ()
        desk.send({1: "no" if words == "yes" else "yes"})
        assert [one.worked for one in desk.kept()] == kept


def test_two_at_once_are_taken_one_after_the_other(desk: Desk) -> None:
    def answer(number: int) -> None:
        send(desk.house.office, desk.form.token, Entry({WORKED: f"Words {number}."}), STRANGER, NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(answer, range(8)))
    (said,) = desk.kept()
    assert sorted((said.worked or "").split("\n")) == [f"Words {number}." for number in range(8)]


def test_there_is_no_form_for_a_mail_that_asks_nothing(desk: Desk) -> None:
    for token in (desk.house.rows("welcome")[0].token, "0" * 32):
        assert look_at(desk.house.office, token, STRANGER) is None
        assert send(desk.house.office, token, Entry({1: "yes"}), STRANGER, NOW) is None


def test_a_meeting_that_is_off_the_record_is_not_asked_about(desk: Desk) -> None:
    with desk.house.database.begin() as tx:
        meetings.forget(tx, [1])
    assert desk.look().questions == ()
    assert desk.send({WORKED: "Tea"}).note == {}
