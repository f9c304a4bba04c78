from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from service.domain.cycle import CyclePlace
from service.domain.digest import PromiseRecord, Story, month_digest
from service.domain.letters import DigestLetter, Quote
from service.domain.outcomes import hold
from service.domain.people import Leader, Pair
from service.domain.records import By, Change, Confidence, State, What
from service.domain.reflections import Answer3, Outcome, Reflection, Talked
from tests.fakes.oneonones import DAY, HOUR, leader, meeting, pair, utc
from tests.fakes.small_playbook import small_playbook

OCTOBER = date(2026, 10, 1)
JOINED = utc("2026-08-01 00:00")
NOW = utc("2026-11-02 08:00")
FIRST = utc("2026-10-05 09:00")


def story(
    start: datetime, state: State = State.HELD, *whats: What, by: By | None = None, pair_id: int = 1
) -> Story:
    one = replace(
        meeting(start, state, number=int((start - JOINED) / HOUR) * 10 + pair_id, pair_id=pair_id),
        by=by,
        confidence=Confidence.HIGH if by else None,
    )
    changes = tuple(Change(what, None, start) for what in (What.SEEN, *whats))
    return one, changes


def october(*states: State) -> list[Story]:
    return [story(FIRST + DAY * count, state) for count, state in enumerate(states)]


def number_of(told: Story) -> int:
    assert told[0].id is not None
    return told[0].id


def digest(
    stories: Sequence[Story],
    *,
    month: date = OCTOBER,
    of: Leader | None = None,
    pairs: Sequence[Pair] = (pair(1),),
    reflections: Mapping[int, Reflection] | None = None,
    promises: Sequence[PromiseRecord] = (),
    places: Mapping[int, CyclePlace] | None = None,
    now: datetime = NOW,
) -> DigestLetter | None:
    return month_digest(
        month,
        of or leader(joined_at=JOINED),
        pairs,
        stories,
        reflections or {},
        promises,
        small_playbook(),
        places or {},
        now,
    )


def letter(stories: Sequence[Story], **more: object) -> DigestLetter:
    made = digest(stories, **more)  # type: ignore[arg-type]  # passes the keywords on
    assert made is not None
    return made


class TestWhichMeetings:
    def test_a_month_without_a_meeting_on_record_has_no_digest(self) -> None:
        assert digest([]) is None
        assert digest([story(FIRST - 30 * DAY)]) is None

    @pytest.mark.parametrize(
        ("zone", "start", "month"),
        [
            ("America/Los_Angeles", "2026-11-01 05:00", 10),
            ("Europe/Berlin", "2026-10-31 23:30", 11),
            ("Asia/Tokyo", "2026-09-30 16:00", 10),
        ],
    )
    def test_a_month_is_the_leaders_own(self, zone: str, start: str, month: int) -> None:
        told = [story(utc(start))]
        of = leader(ZoneInfo(zone), JOINED)
        have = [number for number in (9, 10, 11) if digest(told, month=date(2026, number, 1), of=of)]
        assert have == [month]

    def test_midnight_begins_the_month(self) -> None:
        midnight = utc("2026-09-30 22:00")
        assert digest([story(midnight)]) is not None
        assert digest([story(midnight)], month=date(2026, 9, 1)) is None

    def test_any_day_of_the_month_names_it(self) -> None:
        assert letter([story(FIRST)], month=date(2026, 10, 17)).month == OCTOBER

    def test_what_was_before_the_leader_joined_does_not_count(self) -> None:
        told = [story(FIRST), story(FIRST + 10 * DAY)]
        assert letter(told, of=leader(joined_at=FIRST + DAY)).held == 1

    def test_what_is_still_to_come_does_not_count(self) -> None:
        assert letter([story(FIRST), story(FIRST + DAY, State.PLANNED)]).held == 1
        assert digest([story(FIRST, State.PLANNED)]) is None

    def test_a_series_that_ended_is_one_event(self) -> None:
        first = story(FIRST, State.CANCELLED, What.SERIES_ENDED, by=By.UNKNOWN)
        later = story(FIRST + 7 * DAY, State.EXCUSED, What.SERIES_ENDED)
        made = letter([first, later])
        assert (made.cancelled_by_unknown, made.excused) == (1, 0)
        assert digest([later]) is None

    def test_a_muted_pair_is_left_out(self) -> None:
        assert digest([story(FIRST)], pairs=[pair(1, muted=True)]) is None


class TestFigures:
    def test_counts_by_what_became_of_each(self) -> None:
        made = letter(
            [
                story(FIRST, State.HELD),
                story(FIRST + DAY, State.PRESUMED_HELD),
                story(FIRST + 2 * DAY, State.CANCELLED, by=By.LEADER),
                story(FIRST + 3 * DAY, State.CANCELLED, by=By.MEMBER),
                story(FIRST + 4 * DAY, State.CANCELLED, by=By.UNKNOWN),
                story(FIRST + 5 * DAY, State.EXCUSED),
                story(FIRST + 6 * DAY, State.NO_SHOW),
            ]
        )
        assert (made.held, made.excused, made.no_show) == (2, 1, 1)
        assert (made.cancelled_by_leader, made.cancelled_by_member, made.cancelled_by_unknown) == (1, 1, 1)

    @pytest.mark.parametrize("what", [What.MOVED, What.RESCHEDULED])
    def test_moved_and_then_held_counts_in_both(self, what: What) -> None:
        made = letter([story(FIRST, State.HELD, what, What.MOVED, What.ENDED)])
        assert (made.held, made.moved) == (1, 1)

    def test_moved_as_the_leader_says_is_moved_and_not_excused(self) -> None:
        one, changes = story(FIRST, State.PRESUMED_HELD)
        said = hold(one, Outcome.MOVED, FIRST + HOUR)
        assert said.change is not None
        made = letter([(said.meeting, (*changes, said.change))])
        assert (made.held, made.moved, made.excused) == (0, 1, 0)

    def test_a_percentage_only_from_five_meetings_on(self) -> None:
        four = october(State.HELD, State.HELD, State.HELD, State.CANCELLED)
        assert letter(four).percent_held is None
        assert letter([*four, story(FIRST + 9 * DAY, State.NO_SHOW)]).percent_held == 60

    @pytest.mark.parametrize(("state", "by"), [*((State.CANCELLED, by) for by in By), (State.NO_SHOW, None)])
    def test_whatever_kept_it_from_being_held_lowers_the_percentage(
        self, state: State, by: By | None
    ) -> None:
        held = october(*[State.HELD] * 4)
        assert letter([*held, story(FIRST + 9 * DAY, state, by=by)]).percent_held == 80

    def test_excused_meetings_are_outside_the_percentage(self) -> None:
        assert letter(october(*[State.HELD] * 4, State.EXCUSED)).percent_held is None
        assert letter(october(*[State.HELD] * 5, State.EXCUSED)).percent_held == 100

    def test_each_weeks_job_and_how_often_it_was_held(self) -> None:
        told = october(State.HELD, State.CANCELLED, State.HELD)
        places = {number_of(one): CyclePlace(week, 0) for one, week in zip(told, (1, 2, 2), strict=True)}
        made = letter(told, places=places)
        assert made.weeks == (("connection", 1), ("clarity", 1), ("coaching", 0))


class TestPairs:
    def test_pairs_stand_in_roster_order_whatever_they_did(self) -> None:
        told = [story(FIRST, State.CANCELLED), *(story(FIRST + DAY * n, pair_id=2) for n in (1, 2))]
        made = letter(told, pairs=[pair(2, "Ana"), pair(1, "Max")])
        assert [(one.member, one.held) for one in made.pairs] == [("Max", 0), ("Ana", 2)]

    def test_how_long_ago_they_last_met_reaches_back_beyond_the_month(self) -> None:
        told = [story(utc("2026-09-28 09:00")), story(FIRST, State.CANCELLED, by=By.LEADER)]
        made = letter(told)
        assert made.pairs[0].days_since_last == 33
        assert made.quiet_pairs == ("Max",)

    @pytest.mark.parametrize(("days", "quiet"), [(29, ()), (30, ("Max",))])
    def test_a_pair_is_quiet_from_thirty_days_on(self, days: int, quiet: tuple[str, ...]) -> None:
        end = utc("2026-10-31 23:00")  # midnight in Berlin
        told = [story(end - days * DAY), story(FIRST, pair_id=2)]
        assert letter(told, pairs=[pair(1), pair(2, "Ana")]).quiet_pairs == quiet

    def test_while_the_month_lasts_days_count_to_now(self) -> None:
        made = letter([story(FIRST)], now=FIRST + 3 * DAY)
        assert made.pairs[0].days_since_last == 3

    def test_a_pair_that_never_met_is_quiet_once_it_had_thirty_days(self) -> None:
        pairs = [pair(1), pair(2, "Ana")]
        assert letter([story(FIRST + 20 * DAY)], pairs=pairs).quiet_pairs == ("Ana",)
        late = leader(joined_at=FIRST)
        assert letter([story(FIRST + 20 * DAY)], pairs=pairs, of=late).quiet_pairs == ()

    def test_a_pair_that_waits_for_its_turn_is_not_quiet(self) -> None:
        one_by_one = leader(joined_at=utc("2026-09-28 00:00"), one_by_one=True)
        pairs = [pair(1), pair(2, "Ana")]
        assert letter([story(FIRST + 20 * DAY)], pairs=pairs, of=one_by_one).quiet_pairs == ()


class TestWords:
    def test_a_sign_is_counted_among_its_answers_and_told_in_own_words(self) -> None:
        told = october(State.HELD, State.HELD, State.HELD)
        answers = [Answer3.YES, Answer3.NO, Answer3.UNSURE]
        reflections = {
            number_of(one): Reflection(surprised=f"surprise {at}", signs=(("opens_up", answer),))
            for at, (one, answer) in enumerate(zip(told, answers, strict=True))
        }
        opens_up, pushback = letter(told, reflections=reflections).signs
        assert (opens_up.noticed, opens_up.asked) == (1, 3)
        assert opens_up.quotes == (Quote("surprise 0", "Max", date(2026, 10, 5)),)
        assert (pushback.noticed, pushback.asked, pushback.quotes) == (0, 0, ())

    def test_the_same_words_are_told_once(self) -> None:
        (one,) = told = october(State.HELD)
        both = (("opens_up", Answer3.YES), ("pushback", Answer3.YES))
        made = letter(told, reflections={number_of(one): Reflection(worked="listening", signs=both)})
        assert [len(sign.quotes) for sign in made.signs] == [1, 0]
        assert made.worked == ()

    def test_what_worked_and_what_could_be_better_in_order_of_time(self) -> None:
        told = october(State.HELD, State.HELD)
        reflections = {
            number_of(one): Reflection(worked=f"worked {at}", better=f"better {at}")
            for at, one in enumerate(told)
        }
        made = letter(told[::-1], reflections=reflections)
        assert [quote.text for quote in made.worked] == ["worked 0", "worked 1"]
        assert [quote.text for quote in made.better] == ["better 0", "better 1"]

    def test_an_answer_that_there_is_nothing_is_not_quoted(self) -> None:
        told = [story(FIRST, State.HELD)]
        reflections = {number_of(told[0]): Reflection(worked="Tea", better="Nothing")}
        assert letter(told, reflections=reflections).better == ()

    def test_a_long_months_words_stay_readable(self) -> None:
        told = october(*[State.HELD] * 9)
        reflections = {number_of(one): Reflection(better=f"{at}") for at, one in enumerate(told)}
        assert [quote.text for quote in letter(told, reflections=reflections).better] == list("45678")

    def test_words_of_another_month_are_not_told(self) -> None:
        told = [story(FIRST), story(FIRST - 30 * DAY)]
        reflections = {number_of(told[1]): Reflection(worked="in September", talked=Talked.LEADER)}
        assert letter(told, reflections=reflections).worked == ()


class TestPromises:
    def promise(
        self, text: str, made: datetime, kept: Answer3 | None = None, answered: datetime | None = None
    ) -> PromiseRecord:
        return PromiseRecord(1, 1, text, made, kept, answered)

    def test_kept_and_open(self) -> None:
        promises = [
            self.promise("kept", FIRST, Answer3.YES),
            self.promise("not yet", FIRST + DAY, Answer3.NO),
            self.promise("unasked", FIRST + 2 * DAY),
        ]
        made = letter([story(FIRST)], promises=promises)
        assert made.promises_kept == (Quote("kept", "Max", date(2026, 10, 5)),)
        assert [quote.text for quote in made.promises_open] == ["not yet", "unasked"]

    def test_kept_counts_in_the_month_in_which_the_leader_said_so(self) -> None:
        september = utc("2026-09-28 09:00")
        promises = [self.promise("kept", september, Answer3.YES, FIRST)]
        stories = [story(september), story(FIRST)]
        assert letter(stories, promises=promises).promises_kept != ()
        before = letter(stories, promises=promises, month=date(2026, 9, 1))
        assert (before.promises_kept, len(before.promises_open)) == ((), 1)

    def test_an_old_promise_is_let_go(self) -> None:
        old = self.promise("old", FIRST - timedelta(days=45))
        assert letter([story(FIRST)], promises=[old]).promises_open == ()

    def test_a_promise_made_after_the_month_is_not_in_it(self) -> None:
        later = self.promise("later", utc("2026-11-01 12:00"))
        assert letter([story(FIRST)], promises=[later]).promises_open == ()


class TestTraps:
    def test_none_met_is_none_named(self) -> None:
        assert letter(october(State.HELD)).traps_met == ()

    def test_talking_more_often_and_cancelling_twice(self) -> None:
        held = october(State.HELD, State.HELD)
        off = [story(FIRST + DAY * n, State.CANCELLED, by=By.LEADER) for n in (5, 6)]
        reflections = {number_of(one): Reflection(talked=Talked.LEADER) for one in held}
        made = letter(held + off, reflections=reflections)
        assert made.traps_met == ("trap talking", "trap cancelling")


def test_the_question_and_the_experiment_go_round_by_the_month() -> None:
    months = [date(2026, number, 1) for number in (8, 9, 10, 11)]
    made = [letter([story(utc(f"{month} 09:00") + DAY)], month=month) for month in months]
    questions = [one.question for one in made]
    assert len(set(questions[:3])) == 3
    assert questions[0] == questions[3]
    assert made[0].experiment == made[2].experiment != made[1].experiment
