"""Which events are one-on-ones, with whom, and why."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.events import Event, EventKind, EventStatus, Guest, GuestKind, Response
from service.domain.people import Leader, Person
from service.domain.recognition import (
    ASK_FROM,
    YES_FROM,
    Outcome,
    Overrides,
    Verdict,
    recognise,
)

DATA = Path(__file__).parents[2] / "data" / "recognition.toml"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ADA = Leader(
    1,
    "ada@example.org",
    "Ada Lindqvist",
    ZoneInfo("Europe/Berlin"),
    aliases=frozenset({"ada@lab.example.org"}),
)
BEN = Person("ben@example.org", "Ben Okafor")
CHLOE = Person("chloe@example.org", "Chloé Dubois")
DAN = Person("dan@example.org", "Dan Mori")
KIM = Person("kim@example.com", "Kim Park")
ROSTER = [BEN, CHLOE]


def guest(person: Person, **changes: Any) -> Guest:
    return replace(Guest(person.email, person.name, Response.ACCEPTED), **changes)


def event(title: str, *guests: Guest | Person, minutes: int = 30, **changes: Any) -> Event:
    """An event of Ada's; with guests, she is one of them."""
    listed = [one if isinstance(one, Guest) else guest(one) for one in guests]
    everybody = (guest(ADA.person), *listed) if listed else ()
    made = Event("series", "first", START, START + timedelta(minutes=minutes), title, guests=everybody)
    return replace(made, **changes)


def judge(judged: Event, *args: Any, **kwargs: Any) -> Verdict:
    return recognise(judged, ADA, ROSTER, *args, **kwargs)


def points(verdict: Verdict) -> dict[str, float]:
    return {reason.reason: reason.points for reason in verdict.reasons}


class TestPoints:
    def test_every_row_that_applies_is_a_reason_and_the_score_is_their_sum(self) -> None:
        verdict = judge(event("1:1 Ada / Ben", BEN, recurring=True))
        assert points(verdict) == {
            "one other person": 2.0,
            "on the roster": 2.0,
            "title says one-on-one": 2.5,
            "both names in the title": 1.5,
            "recurring": 1.5,
            "15–90 minutes": 0.5,
        }
        assert (verdict.outcome, verdict.score, verdict.member) == (Outcome.YES, 10.0, BEN)

    def test_a_weak_title_with_the_others_name(self) -> None:
        found = points(judge(event("Coffee with Ben", BEN)))
        assert found["title hints at one-on-one"] == 1.0
        assert found["their name in the title"] == 0.5

    def test_somebody_from_another_organisation(self) -> None:
        assert points(judge(event("Coffee", KIM)))["from another organisation"] == -2.5

    def test_a_colleague_who_is_not_on_the_roster_counts_neither_way(self) -> None:
        found = points(judge(event("Coffee", DAN)))
        assert not {"on the roster", "from another organisation"} & found.keys()

    def test_another_purpose_in_the_title(self) -> None:
        assert points(judge(event("Interview", BEN)))["title says interview"] == -3.0

    @pytest.mark.parametrize(
        ("minutes", "expected"),
        [(14, 0.0), (15, 0.5), (90, 0.5), (91, 0.0), (120, 0.0), (121, -2.0)],
    )
    def test_the_length(self, minutes: int, expected: float) -> None:
        found = points(judge(event("Talk", BEN, minutes=minutes)))
        assert found.get("15–90 minutes", 0.0) + found.get("longer than two hours", 0.0) == expected

    def test_the_length_is_real_time_over_the_change_of_clocks(self) -> None:
        berlin = ZoneInfo("Europe/Berlin")
        over_the_gap = event(
            "1:1",
            BEN,
            start=datetime(2026, 3, 29, 1, 45, tzinfo=berlin),
            end=datetime(2026, 3, 29, 3, 15, tzinfo=berlin),
        )
        assert points(judge(over_the_gap))["15–90 minutes"] == 0.5

    def test_an_optional_third_person_leaves_half_a_point(self) -> None:
        verdict = judge(event("1:1 Ben", BEN, guest(DAN, optional=True), recurring=True))
        assert points(verdict)["one other person and an optional third"] == 0.5
        assert (verdict.outcome, verdict.member) == (Outcome.YES, BEN)

    def test_a_third_person_who_declined_is_not_in_the_meeting(self) -> None:
        verdict = judge(event("1:1 Ben", BEN, guest(DAN, response=Response.DECLINED)))
        assert verdict.member == BEN

    def test_one_who_declined_but_is_named_in_the_title_is_still_the_member(self) -> None:
        verdict = judge(event("1:1 Ben", guest(BEN, response=Response.DECLINED), DAN))
        assert verdict.member == BEN


class TestThresholds:
    def test_from_five_points_with_the_title_saying_so_it_is_one(self) -> None:
        verdict = judge(event("1:1", DAN))
        assert (verdict.score, verdict.outcome) == (YES_FROM, Outcome.YES)

    def test_just_below_five_points_the_leader_is_asked(self) -> None:
        verdict = judge(event("1:1", DAN, minutes=100))
        assert (verdict.score, verdict.outcome) == (4.5, Outcome.ASK)

    def test_from_three_and_a_half_points_the_leader_is_asked(self) -> None:
        verdict = judge(event("Weekly", DAN))
        assert (verdict.score, verdict.outcome) == (ASK_FROM, Outcome.ASK)

    def test_below_that_it_is_none(self) -> None:
        verdict = judge(event("Weekly", DAN, minutes=100))
        assert (verdict.score, verdict.outcome) == (3.0, Outcome.NO)

    def test_points_enough_but_a_title_that_says_nothing_are_a_question(self) -> None:
        verdict = judge(event("Atlas", BEN, recurring=True))
        assert (verdict.score, verdict.outcome) == (6.0, Outcome.ASK)

    def test_two_names_alone_are_evidence(self) -> None:
        assert judge(event("Ada <> Ben", BEN, recurring=True)).outcome is Outcome.YES

    def test_a_title_that_is_only_the_members_name_is_evidence(self) -> None:
        assert judge(event("Ben", BEN, recurring=True)).outcome is Outcome.YES

    def test_several_other_people_are_no_one_on_one(self) -> None:
        assert judge(event("Weekly sync", BEN, CHLOE, recurring=True)).outcome is Outcome.NO

    def test_several_people_under_a_strong_title_that_names_one_are_a_question(self) -> None:
        verdict = judge(event("1:1 Ada / Ben", BEN, CHLOE, recurring=True))
        assert (verdict.outcome, verdict.member) == (Outcome.ASK, BEN)


class TestWhoIsThere:
    @pytest.mark.parametrize(
        "ballast",
        [
            Guest("room-turing@example.org", "Turing"),
            Guest("turing@example.org", "Turing", kind=GuestKind.ROOM),
            Guest("c_188@resource.calendar.google.com", "Turing"),
            Guest("pilot@otter.ai", "Otter"),
            Guest("fred@fireflies.ai", "Fred"),
            Guest("executive@read.ai"),
            Guest("notes@fathom.video"),
            Guest("x@example.org", "Ada's Notetaker"),
            Guest("ada@lab.example.org", "Ada Lindqvist"),
            Guest("b.okafor@example.com", "Ben Okafor"),
        ],
        ids=lambda one: one.email,
    )
    def test_rooms_bots_aliases_and_second_addresses_are_nobody(self, ballast: Guest) -> None:
        verdict = judge(event("1:1", BEN, ballast, recurring=True))
        assert points(verdict)["one other person"] == 2.0
        assert (verdict.outcome, verdict.member) == (Outcome.YES, BEN)

    def test_a_known_assistant_only_holds_the_calendar(self) -> None:
        seen = event("1:1", BEN, DAN, recurring=True)
        assert judge(seen).outcome is Outcome.NO
        assert judge(seen, assistants={DAN.email}).member == BEN

    def test_the_name_comes_from_the_event_else_from_the_roster(self) -> None:
        assert judge(event("1:1", guest(BEN, name="Benjamin"))).member == Person(BEN.email, "Benjamin")
        assert judge(event("1:1", guest(BEN, name=""))).member == BEN

    def test_a_guest_without_an_address_is_found_by_name(self) -> None:
        assert judge(event("1:1", Guest("", "Okafor, Ben"))).member == BEN

    def test_a_name_is_read_from_an_address(self) -> None:
        eve = Guest("eve.sato@example.org")
        assert "both names in the title" in points(judge(event("Ada / Eve", eve)))

    def test_two_people_of_one_first_name_need_it_twice(self) -> None:
        other_ada = Person("ada.b@example.org", "Ada Byron")
        assert "both names in the title" not in points(judge(event("Ada weekly", other_ada)))
        assert "both names in the title" in points(judge(event("Ada / Ada", other_ada)))


class TestVetoes:
    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"all_day": True}, "ruled out: lasts all day"),
            ({"kind": EventKind.OUT_OF_OFFICE}, "ruled out: is no ordinary event"),
            ({"kind": EventKind.OTHER}, "ruled out: is no ordinary event"),
            ({"guests_known": False}, "ruled out: the guest list is hidden"),
            ({"guests": (guest(BEN),)}, "ruled out: you are not a guest"),
            (
                {"guests": (guest(ADA.person), guest(BEN), Guest("x@example.org", kind=GuestKind.GROUP))},
                "ruled out: a whole group is invited",
            ),
            (
                {"guests": (guest(ADA.person), guest(BEN), Guest("team-atlas@example.org"))},
                "ruled out: a whole group is invited",
            ),
        ],
    )
    def test_rule_it_out_with_their_reason(self, changes: Mapping[str, Any], why: str) -> None:
        verdict = judge(event("1:1 Ada / Ben", BEN, recurring=True, **changes))
        assert verdict.outcome is Outcome.NO
        assert points(verdict)[why] == 0.0

    def test_an_organiser_need_not_list_themselves(self) -> None:
        assert judge(event("1:1", guests=(guest(BEN),), organizer=ADA.email)).outcome is Outcome.YES

    def test_an_alias_is_the_leader(self) -> None:
        seen = event("1:1", guests=(Guest("ada@lab.example.org"), guest(BEN)))
        assert judge(seen).outcome is Outcome.YES

    @pytest.mark.parametrize("status", list(EventStatus))
    def test_whether_it_stands_plays_no_part(self, status: EventStatus) -> None:
        assert judge(event("1:1", BEN, status=status)).outcome is Outcome.YES

    @pytest.mark.parametrize("response", list(Response))
    def test_nor_do_the_two_peoples_answers(self, response: Response) -> None:
        both = (guest(ADA.person, response=response), guest(BEN, response=response))
        assert judge(event("1:1", guests=both)).outcome is Outcome.YES


class TestOverrides:
    OCCURRENCE = ("series", "first")

    def test_the_order_is_occurrence_series_person_title(self) -> None:
        seen = event("Atlas #1on1", BEN)
        persons = Overrides(persons={BEN.email: False})
        series = replace(persons, series={"series": True})
        occurrence = replace(series, occurrences={self.OCCURRENCE: False})
        outcomes = [judge(seen, one).outcome for one in (Overrides(), persons, series, occurrence)]
        assert outcomes == [Outcome.YES, Outcome.NO, Outcome.YES, Outcome.NO]

    def test_the_leaders_word_is_the_first_reason_and_counts_no_points(self) -> None:
        verdict = judge(event("Atlas", BEN), Overrides(series={"series": True}))
        assert (verdict.reasons[0].reason, verdict.reasons[0].points) == ("you said so for this series", 0.0)
        assert verdict.score == 4.5

    def test_the_leaders_word_on_a_series_beats_a_veto(self) -> None:
        hidden = event("1:1", BEN, guests_known=False)
        assert judge(hidden, Overrides(series={"series": True})).outcome is Outcome.YES

    def test_other_occurrences_and_series_are_not_meant(self) -> None:
        others = Overrides(occurrences={("series", "second"): False}, series={"another": False})
        assert judge(event("1:1", BEN), others).outcome is Outcome.YES

    def test_a_confirmed_series_survives_a_split_through_the_person(self) -> None:
        after_split = event("Atlas", BEN, recurring=True, uid="series_R20261201")
        assert (
            judge(after_split, Overrides(series={"series": True}, persons={BEN.email: True})).outcome
            is Outcome.YES
        )

    def test_a_persons_yes_does_not_make_an_interview_with_them_one(self) -> None:
        yes = Overrides(persons={BEN.email: True})
        assert judge(event("Interview debrief", BEN), yes).outcome is Outcome.NO
        assert judge(event("Atlas", BEN, CHLOE), yes).outcome is Outcome.NO
        assert judge(event("Ben here", BEN, all_day=True), yes).outcome is Outcome.NO

    def test_a_persons_no_covers_all_meetings_with_them(self) -> None:
        assert judge(event("1:1 Ben", BEN), Overrides(persons={BEN.email: False})).outcome is Outcome.NO

    def test_marks_in_the_title(self) -> None:
        assert judge(event("Anything #1on1", KIM)).outcome is Outcome.YES
        assert judge(event("1:1 #not1on1", BEN, recurring=True)).outcome is Outcome.NO
        assert judge(event("#1on1ish", KIM)).outcome is Outcome.NO


class TestWithoutAGuestList:
    """Google's secret feed names no guests: the title must say what it is and with whom."""

    def test_both_names_on_a_recurring_half_hour(self) -> None:
        verdict = judge(event("Ada / Ben", recurring=True))
        assert (verdict.outcome, verdict.member) == (Outcome.YES, BEN)
        assert "one other person" not in points(verdict)

    def test_a_strong_title_with_a_member(self) -> None:
        assert judge(event("1:1 Chloe", recurring=True)).member == CHLOE

    def test_a_room_and_the_leader_are_no_guest_list(self) -> None:
        verdict = judge(event("1:1 Ben", Guest("room-1@example.org"), recurring=True))
        assert (verdict.outcome, verdict.member) == (Outcome.YES, BEN)

    def test_a_member_mentioned_in_passing_is_asked_about_at_most(self) -> None:
        assert judge(event("Atlas for Ben", recurring=True)).outcome is Outcome.ASK

    def test_two_members_named_are_nobody_in_particular(self) -> None:
        verdict = judge(event("Ben / Chloé sync", recurring=True))
        assert (verdict.outcome, verdict.member) == (Outcome.NO, None)

    def test_two_members_of_one_first_name_are_told_apart_by_the_full_one(self) -> None:
        roster = [BEN, Person("ben.stone@example.org", "Ben Stone")]
        first_only = recognise(event("1:1 Ben", recurring=True), ADA, roster)
        in_full = recognise(event("1:1 Ben Stone", recurring=True), ADA, roster)
        assert (first_only.outcome, first_only.member) == (Outcome.ASK, None)
        assert (in_full.outcome, in_full.member) == (Outcome.YES, roster[1])

    def test_another_ben_is_not_our_ben(self) -> None:
        verdict = judge(event("1:1 Ben Smith", recurring=True))
        assert (verdict.outcome, verdict.member) == (Outcome.ASK, Person("", "Ben Smith"))

    def test_a_name_the_roster_lacks_is_a_question(self) -> None:
        verdict = judge(event("1:1 with Kim", recurring=True))
        assert (verdict.outcome, verdict.member) == (Outcome.ASK, Person("", "Kim"))

    def test_a_strong_title_without_any_name_is_a_question_about_whom(self) -> None:
        verdict = judge(event("1:1", recurring=True))
        assert (verdict.outcome, verdict.member) == (Outcome.ASK, None)

    def test_a_member_who_called_it_is_the_one(self) -> None:
        assert judge(event("1:1", organizer=BEN.email, recurring=True)).outcome is Outcome.YES
        assert judge(event("Weekly", organizer=BEN.email, recurring=True)).outcome is Outcome.NO


class TestTitles:
    @pytest.mark.parametrize(
        "title",
        [
            "1:1", "1-1", "1–1", "1—1", "1 : 1", "1∶1", "1:1s", "(1:1)", "[1:1] x", "10:30 1:1",
            "1on1", "1-on-1", "1 on 1", "1-2-1", "121 with Dan", "one-on-one", "One to One",
            "ONE-2-ONE", "O3", "um a um", "1 a 1", "uno a uno", "tête-à-tête", "Tete a tete",
            "Einzelgespräch", "Vier-Augen", "4-Augen-Gespräch", "1-zu-1", "bilat", "bilateral",
            "Bila", "skip level", "Skip-Level", "一対一", "1対1", "１on１", "一对一", "일대일",
            "один на один", "1-на-1", "een-op-een",
        ],
    )  # fmt: skip
    def test_say_one_on_one(self, title: str) -> None:
        assert "title says one-on-one" in points(judge(event(title, DAN)))

    @pytest.mark.parametrize(
        "title",
        [
            "1:10", "11:1", "1:1:30", "at 1:15", "2021-1-1", "1-1-2027", "Sprint 1-1.5", "Sprint 1-1",
            "Room 1-1", "v1.1-1", "1:1 mapping", "1:1 migration", "B1:1", "121", "Ticket 121", "O365",
            "o3-mini", "one or none", "Bilanz", "11対1", "11on1", "bilaterally agreed terms",
            "einzeln",
        ],
    )  # fmt: skip
    def test_do_not_say_one_on_one(self, title: str) -> None:
        assert "title says one-on-one" not in points(judge(event(title, DAN)))

    @pytest.mark.parametrize(
        "title", ["Reviewing", "Prepaid cards", "Trainee", "Democracy", "Household", "Interviewee list"]
    )
    def test_words_for_another_purpose_are_whole_words(self, title: str) -> None:
        assert not [reason for reason in points(judge(event(title, DAN))) if reason.startswith("title says")]

    @pytest.mark.parametrize("title", ["Benefits", "Bene", "Zaben"])
    def test_names_are_whole_words(self, title: str) -> None:
        assert "their name in the title" not in points(judge(event(title, BEN)))

    @given(st.text())
    def test_any_title_gets_a_verdict_whose_score_is_the_sum_of_its_reasons(self, title: str) -> None:
        verdict = judge(event(title, BEN))
        assert verdict.score == sum(reason.points for reason in verdict.reasons)

    @given(st.text())
    def test_any_title_without_guests_gets_a_verdict(self, title: str) -> None:
        verdict = judge(event(title, recurring=True))
        assert verdict.outcome is not Outcome.YES or verdict.member is not None


class TestLabelledEvents:
    """The measure: events labelled by hand in tests/data/recognition.toml."""

    DATA = tomllib.loads(DATA.read_text(encoding="utf-8"))

    def outcomes(self, label: str) -> list[Outcome]:
        roster = [self.person(key) for key in self.DATA["roster"]["members"]]
        return [recognise(self.event(row), ADA, roster).outcome for row in self.DATA[label]["events"]]

    def person(self, key: str) -> Person:
        name, address = parseaddr(self.DATA["people"][key])
        return Person(address, name)

    def event(self, row: Mapping[str, Any]) -> Event:
        guests = [self.guest(entry) for entry in row.get("with", [])]
        organizer = self.person(row["organizer"]).email if "organizer" in row else ""
        changes = {key: row[key] for key in ("recurring", "all_day") if key in row}
        return event(row["title"], *guests, minutes=row.get("minutes", 30), organizer=organizer, **changes)

    def guest(self, entry: str) -> Guest:
        return guest(
            self.person(entry.rstrip("?-")),
            optional=entry.endswith("?"),
            response=Response.DECLINED if entry.endswith("-") else Response.ACCEPTED,
        )

    def test_there_are_at_least_110(self) -> None:
        assert len(self.outcomes("yes")) + len(self.outcomes("no")) >= 110

    def test_precision_and_recall_are_at_least_98_percent(self) -> None:
        ours, others = self.outcomes("yes"), self.outcomes("no")
        right, wrong, missed = ours.count(Outcome.YES), others.count(Outcome.YES), ours.count(Outcome.NO)
        assert right / (right + wrong) >= 0.98
        assert right / (right + missed) >= 0.98

    def test_the_leader_is_asked_about_one_in_twelve_at_most(self) -> None:
        everything = self.outcomes("yes") + self.outcomes("no")
        assert everything.count(Outcome.ASK) * 12 <= len(everything)
