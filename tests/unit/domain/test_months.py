"""A month to look at: which there are, its days, the distances between meetings, signs over months."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from service.domain.digest import Story, month_digest
from service.domain.letters import DigestLetter
from service.domain.months import (
    MOST_WORDS,
    Entry,
    Mark,
    days_of,
    end_of,
    lines_of,
    months_on_record,
    signs_over,
)
from service.domain.outcomes import SAID_MOVED
from service.domain.people import Leader, Pair
from service.domain.records import By, Change, State, What
from service.domain.reflections import Answer3, Reflection
from tests.fakes.desks import DAY, at, leader, one_on_one, pair
from tests.fakes.small_playbook import small_playbook

NOVEMBER = date(2026, 11, 1)
LEA = leader(joined_at=at("2026-09-01 08:00"))
NOW = at("2026-12-01 12:00")
MONDAY, SUNDAY = 0, 6


def story(when: str, state: State = State.HELD, *changes: Change, **more: object) -> Story:
    number = int(at(when).timestamp()) // 60
    return one_on_one(at(when), number=number, state=state, **more), changes  # type: ignore[arg-type]


def moved(when: str) -> Change:
    return Change(What.MOVED, at(when) - DAY, at(when), old_start=at(when))


def marks(*stories: Story, of: Leader = LEA, pairs: tuple[Pair, ...] = (pair(1),)) -> list[tuple[int, Entry]]:
    weeks = days_of(NOVEMBER, of, pairs, stories, MONDAY)
    return [(day.day.day, entry) for week in weeks for day in week for entry in day.entries]


class TestMonthsOnRecord:
    def test_newest_first_with_the_running_one(self) -> None:
        told = [story("2026-09-10 10:00"), story("2026-11-10 10:00"), story("2026-12-01 10:00")]
        found = months_on_record(LEA, [pair(1)], told, NOW)
        assert [f"{one:%Y-%m}" for one in found] == ["2026-12", "2026-11", "2026-09"]

    def test_they_are_those_that_have_a_digest(self) -> None:
        told = [
            story("2026-08-10 10:00"),
            story("2026-09-10 10:00", State.CANCELLED),
            story("2026-10-10 10:00", State.EXCUSED, Change(What.SERIES_ENDED, NOW, NOW)),
            story("2026-11-10 10:00", State.PLANNED),
            story("2026-12-20 10:00", State.CANCELLED),
            story("2027-01-20 10:00", State.CANCELLED),
        ]
        playbook = small_playbook()
        digests = {
            month
            for month in (date(2026, number, 1) for number in range(7, 13))
            if month_digest(month, LEA, [pair(1)], told, {}, [], playbook, {}, NOW)
        }
        assert set(months_on_record(LEA, [pair(1)], told, NOW)) == digests

    def test_a_month_begins_at_the_leaders_midnight(self) -> None:
        told = [story("2026-10-31 23:30")]
        assert months_on_record(LEA, [pair(1)], told, NOW) == (date(2026, 10, 1),)
        tokyo = leader(ZoneInfo("Asia/Tokyo"), joined_at=at("2026-09-01 08:00"))
        assert months_on_record(tokyo, [pair(1)], told, NOW) == (NOVEMBER,)

    def test_none_before_the_first_reading_and_none_of_the_muted(self) -> None:
        told = [story("2026-11-10 10:00")]
        assert months_on_record(leader(joined_at=None), [pair(1)], told, NOW) == ()
        assert months_on_record(LEA, [pair(1, muted=True)], told, NOW) == ()


class TestDays:
    @pytest.mark.parametrize(("first", "weeks"), [(MONDAY, 6), (SUNDAY, 5)])
    def test_whole_weeks_from_the_first_weekday_on(self, first: int, weeks: int) -> None:
        found = days_of(NOVEMBER, LEA, [pair(1)], [], first)
        assert len(found) == weeks
        assert {len(week) for week in found} == {7}
        assert found[0][0].day.weekday() == first
        inside = [day.day for week in found for day in week if day.inside]
        assert inside == [date(2026, 11, number) for number in range(1, 31)]

    @pytest.mark.parametrize(
        ("told", "mark", "held", "by"),
        [
            (story("2026-11-10 10:00"), Mark.HELD, True, None),
            (story("2026-11-10 10:00", State.PRESUMED_HELD), Mark.HELD, True, None),
            (story("2026-11-10 10:00", State.PLANNED), Mark.AHEAD, False, None),
            (story("2026-11-10 10:00", State.CANCELLED, by=By.LEADER), Mark.CANCELLED, False, By.LEADER),
            (story("2026-11-10 10:00", State.NO_SHOW), Mark.NO_SHOW, False, None),
            (story("2026-11-10 10:00", State.EXCUSED), Mark.EXCUSED, False, None),
            (story("2026-11-10 10:00", State.UNKNOWN), Mark.UNKNOWN, False, None),
            (story("2026-11-10 10:00", State.HELD, moved("2026-11-09 10:00")), Mark.MOVED, True, None),
            (story("2026-11-10 10:00", State.MOVED, moved("2026-11-09 10:00")), Mark.MOVED, False, None),
            (
                story(
                    "2026-11-10 10:00", State.EXCUSED, Change(What.CORRECTED, NOW, NOW, evidence=SAID_MOVED)
                ),
                Mark.MOVED,
                False,
                None,
            ),
            (
                story("2026-11-10 10:00", State.CANCELLED, moved("2026-11-09 10:00"), by=By.MEMBER),
                Mark.CANCELLED,
                False,
                By.MEMBER,
            ),
        ],
    )
    def test_what_became_of_each(self, told: Story, mark: Mark, held: bool, by: By | None) -> None:
        ((day, entry),) = marks(told)
        assert (day, entry.member, f"{entry.start:%H:%M}") == (10, "M1", "10:00")
        assert (entry.mark, entry.held, entry.by) == (mark, held, by)

    def test_in_order_of_time_and_on_the_leaders_day(self) -> None:
        late, early = story("2026-11-10 23:30"), story("2026-11-10 00:30")
        assert [f"{day} {entry.start:%H:%M}" for day, entry in marks(late, early)] == ["10 00:30", "10 23:30"]

    def test_nobody_muted_nothing_from_before_joining_nor_what_went_with_its_series(self) -> None:
        ended = Change(What.SERIES_ENDED, NOW, NOW)
        assert marks(story("2026-11-10 10:00"), pairs=(pair(1, muted=True),)) == []
        assert marks(story("2026-11-10 10:00"), of=leader(joined_at=at("2026-11-11 08:00"))) == []
        assert marks(story("2026-11-10 10:00", State.EXCUSED, ended)) == []

    def test_a_neighbour_months_days_stay_empty(self) -> None:
        assert marks(story("2026-10-31 10:00"), story("2026-12-01 10:00")) == []


class TestLines:
    END = end_of(NOVEMBER, LEA, NOW)

    def test_the_month_ends_at_the_leaders_midnight_or_lasts_until_now(self) -> None:
        assert at("2026-12-01 00:00") == self.END
        assert end_of(NOVEMBER, LEA, at("2026-11-05 09:00")) == at("2026-11-05 09:00")

    def test_the_days_between_held_meetings_and_back_from_the_end(self) -> None:
        told = [story("2026-11-10 10:00"), story("2026-11-17 16:00"), story("2026-11-20 00:00")]
        (line,) = lines_of(LEA, [pair(1)], told, self.END)
        assert line.gaps == (7, 3)
        assert line.days_before[-1] == 11

    def test_only_what_was_held_lately_and_before_the_end_counts(self) -> None:
        told = [
            story("2026-09-10 10:00"),
            story("2026-11-10 10:00"),
            story("2026-11-17 10:00", State.CANCELLED),
            story("2026-12-01 10:00"),
        ]
        (line,) = lines_of(LEA, [pair(1)], told, self.END)
        assert len(line.days_before) == 1
        assert line.gaps == ()

    def test_there_is_one_for_each_person_that_the_digest_names_in_its_order(self) -> None:
        pairs = [pair(3), pair(1), pair(2), pair(4, muted=True)]
        told = [
            story("2026-11-10 10:00", pair_id=3),
            story("2026-11-11 10:00", pair_id=1),
            story("2026-11-12 10:00", pair_id=4),
            story("2026-12-09 10:00", State.PLANNED, pair_id=2),
        ]
        letter = month_digest(NOVEMBER, LEA, pairs, told, {}, [], small_playbook(), {}, NOW)
        assert letter is not None
        assert [one.member for one in letter.pairs] == ["M1", "M3"]
        lines = lines_of(LEA, pairs, told, self.END)
        assert [round(one.days_before[0]) for one in lines] == [20, 21]


class TestSigns:
    def letters(self, months: int) -> dict[date, DigestLetter]:
        playbook = small_playbook()
        told = [story(f"2026-{month:02}-0{day} 10:00") for month in range(9, 9 + months) for day in (3, 4, 5)]
        key = playbook.signs[0].key
        said = {
            one.id or 0: Reflection(signs=((key, Answer3.YES),), surprised=f"words {number}")
            for number, (one, _) in enumerate(told)
        }
        found = {
            date(2026, month, 1): month_digest(
                date(2026, month, 1), LEA, [pair(1)], told, said, [], playbook, {}, NOW + 30 * DAY
            )
            for month in range(9, 9 + months)
        }
        return {month: letter for month, letter in found.items() if letter}

    def test_a_sign_through_the_months_oldest_first(self) -> None:
        first, *_ = signs_over(self.letters(3))
        assert [(f"{one.month:%m}", one.noticed, one.asked) for one in first.months] == [
            ("09", 3, 3),
            ("10", 3, 3),
            ("11", 3, 3),
        ]
        assert first.name == small_playbook().signs[0].name

    def test_the_newest_words_in_order(self) -> None:
        first, *_ = signs_over(self.letters(4))
        assert len(first.words) == MOST_WORDS
        assert first.words[-1].text == "words 11"
        assert [one.on for one in first.words] == sorted(one.on for one in first.words)

    def test_no_letters_no_signs(self) -> None:
        assert signs_over({}) == ()


def test_a_line_goes_eight_weeks_back_and_no_further() -> None:
    told = [story("2026-10-06 01:00"), story("2026-10-05 23:00")]
    (line,) = lines_of(LEA, [pair(1)], told, at("2026-12-01 00:00"))
    assert len(line.days_before) == 1
