"""Recognising a one-on-one: points for the evidence, each with its reason.

Points, thresholds and vetoes are the design's table "Recognising a one-on-one", measured
there on labelled events. From `YES_FROM` points it is one, provided the title says so or
the leader once confirmed it; from `ASK_FROM` the leader is asked; below it is none.
Whether the event was cancelled, or the leader declined, plays no part: it tells what
happened to a one-on-one, not whether it is one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from service.domain.events import Event, EventKind
from service.domain.people import Leader, Person
from service.domain.recognition_company import Company, company
from service.domain.recognition_title import (
    Title,
    named_on_roster,
    names_both,
    names_person,
    only_names,
    read_title,
    stranger_named,
)

YES_FROM = 5.0
ASK_FROM = 3.5


class Outcome(StrEnum):
    """Is it a one-on-one? `ask` leaves it to the leader."""

    YES = "yes"
    ASK = "ask"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence; decisions that count no points (vetoes, the leader's word) have 0."""

    points: float
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome with all its reasons. `member` is the person across, with an empty
    address where only a name is known, None where nobody can be told."""

    outcome: Outcome
    score: float
    reasons: tuple[Reason, ...]
    member: Person | None


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the leader has said before: True is a one-on-one, False is none.

    `occurrences` by (uid, occurrence), `series` by uid, `persons` by the member's
    lower-case address. A series gets a new uid when it is split; so whoever stores a yes
    for a series passes it for the person too. A person's yes covers meetings with them
    alone that no veto, no third person and no word for another purpose speaks against.
    """

    occurrences: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    series: Mapping[str, bool] = field(default_factory=dict)
    persons: Mapping[str, bool] = field(default_factory=dict)


def recognise(
    event: Event,
    leader: Leader,
    roster: Sequence[Person],
    overrides: Overrides = Overrides(),
    *,
    assistants: Collection[str] = (),
) -> Verdict:
    """Is `event` a one-on-one of `leader`, and with whom?

    1. The leader's word, from the narrowest to the widest: occurrence, series, person, title mark.
    2. Vetoes.
    3. Points. `assistants` are lower-case addresses of people who only hold the calendar.
    """
    title = read_title(event.title)
    present = company(event, leader, roster, title.text, assistants)
    case = _Case(event, leader, roster, title, present)
    reasons = case.reasons()
    score = sum(reason.points for reason in reasons)
    verdict = Verdict(Outcome.NO, score, tuple(reasons), case.member)
    said = case.said(overrides)
    veto = case.veto()
    if said is not None:
        outcome, why = said
    elif veto:
        outcome, why = Outcome.NO, f"ruled out: {veto}"
    else:
        return replace(verdict, outcome=case.outcome(score))
    return replace(verdict, outcome=outcome, reasons=(Reason(0.0, why), *reasons))


class _Case:
    """One event with everything known about it."""

    def __init__(
        self, event: Event, leader: Leader, roster: Sequence[Person], title: Title, present: Company
    ) -> None:
        self.event, self.leader, self.roster = event, leader, roster
        self.title, self.present = title, present
        self.addresses = frozenset(person.email for person in roster if person.email)
        self.member = self._member()
        named = self.member is not None and names_person(title.text, self.member)
        self.both_named = self.member is not None and names_both(title.text, leader.person, self.member)
        self.named = named or self.both_named

    @property
    def on_roster(self) -> bool:
        return self.member is not None and self.member.email in self.addresses

    @property
    def alone(self) -> bool:
        """Whether the guest list shows exactly the leader and the member."""
        return len(self.present.others) == 1 and not self.present.extra

    def said(self, overrides: Overrides) -> tuple[Outcome, str] | None:
        """The leader's own word on it, the narrowest first."""
        said = {
            "you said so for this meeting": overrides.occurrences.get(
                (self.event.uid, self.event.occurrence)
            ),
            "you said so for this series": overrides.series.get(self.event.uid),
            "you said so for this person": self._said_of_person(overrides),
            "the title is marked so": self.title.forced,
        }
        for why, answer in said.items():
            if answer is not None:
                return (Outcome.YES if answer else Outcome.NO), why
        return None

    def _said_of_person(self, overrides: Overrides) -> bool | None:
        answer = overrides.persons.get(self.member.email) if self.member else None
        if answer and (self.veto() or self.title.negative or not (self.alone or self.named)):
            return None
        return answer

    def veto(self) -> str | None:
        """What rules a one-on-one out, whatever the points."""
        vetoes = {
            "lasts all day": self.event.all_day,
            "is no ordinary event": self.event.kind is not EventKind.DEFAULT,
            "you are not a guest": not self.present.leader_present,
            "a whole group is invited": self.present.group,
            "the guest list is hidden": not self.event.guests_known,
        }
        return next((why for why, holds in vetoes.items() if holds), None)

    def outcome(self, score: float) -> Outcome:
        """Points to outcome; without a guest list or with several people a yes needs more."""
        if len(self.present.others) > 1:
            return Outcome.ASK if self.title.strong and self.member and score >= ASK_FROM else Outcome.NO
        if score < ASK_FROM:
            return Outcome.NO
        return Outcome.YES if score >= YES_FROM and self._title_tells() else Outcome.ASK

    def _title_tells(self) -> bool:
        """Title evidence. Where no guests are listed it must also tell whom it is with."""
        if self.present.others:
            return self.title.strong or self.title.weak or self.both_named or self._title_is_names()
        if not self.on_roster:
            return False
        return self.title.strong or (
            self.named and (self.title.weak or self.both_named or self._title_is_names())
        )

    def _title_is_names(self) -> bool:
        people = [self.leader.person, *([self.member] if self.member else [])]
        return self.named and only_names(self.title, people)

    def _member(self) -> Person | None:
        others = self.present.others
        if len(others) == 1:
            return others[0]
        named = named_on_roster(self.title, self.leader.person, others or self.roster)
        if len(named) == 1:
            return named[0]
        return None if others or named else self._organizer() or self._stranger()

    def _organizer(self) -> Person | None:
        """Who called a one-on-one without a guest list; a mere "Weekly" may be for a whole team."""
        if not self.title.strong:
            return None
        return next((one for one in self.roster if one.email and one.email == self.event.organizer), None)

    def _stranger(self) -> Person | None:
        name = stranger_named(self.title, self.leader.person)
        return Person("", name) if name else None

    def reasons(self) -> list[Reason]:
        """Every row of the table that applies."""
        return [*self._person_reasons(), *self._title_reasons(), *self._time_reasons()]

    def _person_reasons(self) -> list[Reason]:
        found = []
        if self.alone:
            found.append(Reason(2.0, "one other person"))
        elif self.present.extra == "optional":
            found.append(Reason(0.5, "one other person and an optional third"))
        elif self.present.extra == "declined":
            found.append(Reason(0.5, "one other person, a third declined"))
        elif self.present.others:
            found.append(Reason(0.0, "several other people"))
        if self.on_roster:
            found.append(Reason(2.0, "on the roster"))
        elif self._is_external():
            found.append(Reason(-2.5, "from another organisation"))
        return found

    def _is_external(self) -> bool:
        domain = self.member.email.partition("@")[2] if self.member else ""
        return bool(domain) and all(domain != own.partition("@")[2] for own in self.leader.addresses)

    def _title_reasons(self) -> list[Reason]:
        found = []
        if self.title.strong:
            found.append(Reason(2.5, "title says one-on-one"))
        elif self.title.weak:
            found.append(Reason(1.0, "title hints at one-on-one"))
        if self.both_named:
            found.append(Reason(1.5, "both names in the title"))
        elif self.named:
            found.append(Reason(0.5, "their name in the title"))
        if self.title.negative:
            found.append(Reason(-3.0, f"title says {self.title.negative}"))
        return found

    def _time_reasons(self) -> list[Reason]:
        minutes = (self.event.end.timestamp() - self.event.start.timestamp()) / 60
        found = [Reason(1.5, "recurring")] if self.event.recurring else []
        if 15 <= minutes <= 90:
            found.append(Reason(0.5, "15–90 minutes"))
        elif minutes > 120:
            found.append(Reason(-2.0, "longer than two hours"))
        return found
