"""The words of each kind of mail."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from service.domain.letters import (
    ConfirmLetter,
    Done,
    Kind,
    PrepLetter,
    ReceiptLetter,
    ReflectionLetter,
    UnderstoodLine,
    UnderstoodSection,
)
from service.mail.render import render
from service.mail.samples import sample
from tests.fakes.pages import Page, rendered


class TestPrep:
    def test_the_subject_names_the_weeks_job_the_person_and_the_time_only(self) -> None:
        assert rendered(Kind.PREP).subject == "Week 2, clarity: Ana, Tuesday 14:00"

    def test_when_and_who_come_first(self) -> None:
        first, second, *_ = rendered(Kind.PREP).text.splitlines()

        assert first == "Tuesday 24 November, 14:00–14:30"
        assert second == "Your one-on-one with Ana Silva"

    def test_it_reads_in_a_minute(self) -> None:
        body, _, _ = rendered(Kind.PREP).text.partition("\n~\n")

        assert len(body.split()) <= 230  # an unhurried reader's minute

    def test_the_whole_structure_is_there_in_its_order(self) -> None:
        text = rendered(Kind.PREP).text
        core = ["Week 2: clarity (focus: alignment)", "Open with", "Then", "Close with", "Finish this plan"]
        more = ["Last time you noted: could be better", "Still open: what you promised", "One trap", "Why it"]

        places = [text.index(part) for part in core + more]
        assert places == sorted(places)

    def test_its_core_ends_with_a_plan_to_finish(self) -> None:
        assert (
            "\nFinish this plan before you go in\n  If they only nod, then I will …\n"
            in rendered(Kind.PREP).text
        )

    def test_a_long_past_does_not_take_the_whole_minute(self) -> None:
        assert len(rendered(Kind.PREP, last_better="a long story " * 500).text.split()) <= 330

    def test_without_a_past_it_says_nothing_of_it(self) -> None:
        text = rendered(Kind.PREP, last_better=None, open_promise=None).text

        assert "Last time" not in text
        assert "Still open" not in text

    def test_a_pair_that_comes_back_to_a_week_reads_other_words(self) -> None:
        letter, _ = sample(Kind.PREP)
        assert isinstance(letter, PrepLetter)
        first, second, fifth = (rendered(Kind.PREP, turn=turn).text for turn in (0, 1, 4))

        for wordings in (letter.week.opening, letter.week.closing, letter.week.if_then, letter.trap.advice):
            assert wordings[0] in first
            assert wordings[1] in second
            assert wordings[0] not in second
        for step in letter.week.steps:
            assert step.wordings[1] in second
        assert letter.week.opening[0] in fifth


class TestReflection:
    def test_the_subject_names_everybody_once(self) -> None:
        letter, _ = sample(Kind.REFLECTION)
        assert isinstance(letter, ReflectionLetter)

        assert rendered(Kind.REFLECTION).subject == "Five minutes on your one-on-ones with Ana and Ben"
        one = rendered(Kind.REFLECTION, sections=letter.sections[:1])
        assert one.subject == "Five minutes on your one-on-one with Ana"

    def test_each_meeting_has_its_heading(self) -> None:
        lines = rendered(Kind.REFLECTION).text.splitlines()

        assert lines[lines.index("Ana Silva") + 1] == "Tuesday 24 November, 14:00–14:30"
        assert lines[lines.index("Ben Okafor") + 1] == "Tuesday 24 November, 14:30–15:00"

    def test_every_question_leaves_room_to_answer(self) -> None:
        lines = rendered(Kind.REFLECTION).text.splitlines()
        asked = [at for at, line in enumerate(lines) if re.match(r"\d+\. ", line)]

        assert len(asked) == 19
        assert all(lines[at + 1] == "" for at in asked)

    def test_it_says_how_to_reply(self) -> None:
        text = rendered(Kind.REFLECTION).text

        for words in ("Five minutes", "above, below or right under", "One word is enough"):
            assert words in text

    def test_a_promise_stands_right_before_the_question_whether_it_was_kept(self) -> None:
        for part in (rendered(Kind.REFLECTION).text, Page(rendered(Kind.REFLECTION).html).text):
            flat = " ".join(part.split())
            assert re.search(
                r"Your promise of Tuesday 17 November:? Ask the platform team .{0,40}9\. Did you keep", flat
            )

    def test_the_reminder_is_gentle_whole_and_the_only_one(self) -> None:
        reminder, form = rendered(Kind.REMINDER), rendered(Kind.REFLECTION)

        assert "gentle nudge" in reminder.text
        assert "no further reminder" in reminder.text
        assert reminder.text.partition("Ana Silva")[2] == form.text.partition("Ana Silva")[2]


class TestRebook:
    def test_it_offers_times_with_their_links_and_blames_nobody(self) -> None:
        mail = rendered(Kind.REBOOK)

        assert (
            "- Wednesday 25 November, 14:30–15:00\n  https://lab.example.org/event/20261125T1430\n"
            in mail.text
        )
        assert "https://lab.example.org/event/20261125T1430" in Page(mail.html).attributes("href")
        assert "just ignore this note" in mail.text
        assert not re.search(r"you cancelled|fault|missed|should have", mail.text, re.IGNORECASE)

    def test_a_full_calendar_is_met_with_a_smaller_wish(self) -> None:
        text = rendered(Kind.REBOOK, slots=()).text

        assert "quarter of an hour" in text
        assert "These times are free" not in text

    def test_its_subject_names_the_person_only(self) -> None:
        assert rendered(Kind.REBOOK).subject == "A new time with Ana?"


class TestConfirm:
    def test_a_series_shows_its_own_title(self) -> None:
        assert (
            "“Marta / Ben catch-up” with Ben Okafor, Wednesday 25 November, 14:00"
            in rendered(Kind.CONFIRM).text
        )

    def test_a_held_reply_shows_where_it_came_from(self) -> None:
        assert "marta.private@example.com" in rendered(Kind.CONFIRM).text

    def test_what_is_private_stays_out_of_the_subject(self) -> None:
        assert rendered(Kind.CONFIRM).subject == "4 quick questions about your one-on-ones"

    @pytest.mark.parametrize("at", range(4))
    def test_each_item_stands_alone_too(self, at: int) -> None:
        letter, _ = sample(Kind.CONFIRM)
        assert isinstance(letter, ConfirmLetter)
        mail = rendered(Kind.CONFIRM, items=letter.items[at : at + 1])

        assert mail.subject == "One quick question about your one-on-ones"
        assert "right under the question." in mail.text


class TestReceipt:
    def test_it_says_what_was_understood_and_asks_back(self) -> None:
        mail = rendered(Kind.RECEIPT)

        assert mail.subject == "Noted, with a question back"
        assert "\nAna Silva\n  Did the one-on-one happen? yes\n" in mail.text
        assert "\n  She is moving house in January.\n  Ask how it went.\n" in mail.text
        assert "  3 – perhaps, let me think about it\n" in mail.text
        assert "Just reply again" in mail.text

    @pytest.mark.parametrize(
        ("done", "until", "subject", "words"),
        [
            (Done.PAUSED, date(2026, 12, 7), "Paused, as you wished", "until Monday 7 December"),
            (Done.PAUSED, None, "Paused, as you wished", "until you reply “resume”"),
            (Done.RESUMED, None, "Welcome back: your one-on-one mails go on", "Good to have you back"),
            (Done.STOPPED, None, "You have left, as you wished", "This is the last mail"),
        ],
    )
    def test_a_command_is_answered_in_a_sentence(
        self, done: Done, until: date | None, subject: str, words: str
    ) -> None:
        letter = ReceiptLetter(sections=(), done=done, paused_until=until)
        mail = render(Kind.RECEIPT, letter, sample(Kind.RECEIPT)[1])

        assert mail.subject == subject
        assert words in mail.text
        assert words in Page(mail.html).text
        assert "Just reply again" not in mail.text

    def test_no_answer_reaches_the_subject(self) -> None:
        sections = (UnderstoodSection("Ana Silva", (UnderstoodLine("Worked", "SECRET"),)),)

        assert "SECRET" not in rendered(Kind.RECEIPT, sections=sections, unsure=()).subject


class TestWelcome:
    def test_it_says_whom_it_found_and_who_waits(self) -> None:
        text = rendered(Kind.WELCOME).text

        assert "Your one-on-ones\n- Ana Silva\n" in text
        assert "- Ben Okafor\n- Chloé Martin\n" in text

    def test_nobody_found_yet_is_fine(self) -> None:
        text = rendered(Kind.WELCOME, members=(), waiting=(), first_prep_at=None).text

        assert "None found yet" in text
        assert "One by one" not in text
        assert "as soon as a one-on-one stands in your calendar" in text

    def test_it_is_honest_about_who_can_read_what(self) -> None:
        text = rendered(Kind.WELCOME).text

        for words in (
            "Descriptions, places and attachments are never used",
            "mailed to nobody else",
            "encrypted",
        ):
            assert words in text
        assert "could decrypt them" in text

    def test_it_says_how_to_pause_go_on_and_leave_with_one_word(self) -> None:
        words = rendered(Kind.WELCOME).text.partition("You decide\n")[2].splitlines()[0]

        assert [word in words for word in ("“pause”", "“resume”", "“stop”")] == [True] * 3


def test_reconnect_names_the_calendar_and_the_way_to_mend_it() -> None:
    text = rendered(Kind.RECONNECT).text

    assert "Your calendar cannot be read at present" in text
    assert "\nhttps://lab.example.org/c/8c1e\n" in text


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 meeting and 1 reflection."), (2, "2 meetings and 2 reflections.")]
)
def test_export_counts_what_goes_along(count: int, words: str) -> None:
    assert words in rendered(Kind.EXPORT, meetings=count, reflections=count).text


def test_times_are_printed_as_they_come_in_the_leaders_zone() -> None:
    start = datetime(2026, 3, 29, 9, 5, tzinfo=ZoneInfo("Asia/Tokyo"))

    assert "on Sunday 29 March, 09:05, had to give way" in rendered(Kind.REBOOK, start=start).text
