"""What a leader may wish for, and its limits: the same for the operator's commands and the pages.

What was typed comes in as text by the field's name. It is taken whole or not at all: then each
field that is wrong has its `Problem`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from service.domain.people import Leader, Pair, Preferences
from service.domain.workdays import instant

LEAD = range(10, 7 * 24 * 60 + 1)
"""How many minutes before its meeting a prep may leave."""
YEARS = range(2000, 2200)
"""Calendars reach years around a moment, and no date may fall off the end."""
CYCLE, ON, OFF = "cycle", "on", "off"
BY_RULE, OWN_LEAD, ONE_BY_ONE, ALL_AT_ONCE = "rule", "own", "one", "all"

T = TypeVar("T")
Typed = Mapping[str, str]


class Problem(StrEnum):
    """What is wrong with what was typed."""

    TIME = "time"  # no time of the day
    ORDER = "order"  # the end does not lie after the beginning
    LEAD = "lead"  # no number of minutes within the limits
    DAY = "day"  # no day
    PAST = "past"  # a day that is not ahead
    CHOICE = "choice"  # none of what there is to choose from


class WrongError(ValueError):
    """Something typed cannot be taken."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


Problems = dict[str, Problem]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What holds for all of a leader's mails."""

    preferences: Preferences
    language: str
    country: str | None
    one_by_one: bool


def clock_of(text: str) -> time:
    """A time of the day, like "20:00"; raises `WrongError`."""
    found = _parsed(time.fromisoformat, text)
    if found is None or found.tzinfo is not None:
        raise WrongError(Problem.TIME)
    return found


def day_of(text: str) -> date:
    """A day, like "2026-12-01"; raises `WrongError`."""
    found = _parsed(date.fromisoformat, text)
    if found is None or found.year not in YEARS:
        raise WrongError(Problem.DAY)
    return found


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a leader's day begins (UTC): pauses end, and members begin, then."""
    return instant(day, time(0), zone)


def stepped(pair: Pair, weeks: int) -> dict[str, Any]:
    """Go on by a week (1), or have the last one once more (-1)."""
    return {"shift": pair.shift + weeks}


def pinned(text: str, weeks: int) -> dict[str, Any]:
    """Stay with one of so many weeks, or follow the cycle; raises `WrongError`."""
    if text == CYCLE:
        return {"pinned_week": None}
    if text not in {str(number) for number in range(1, weeks + 1)}:
        raise WrongError(Problem.CHOICE)
    return {"pinned_week": int(text)}


def typed_wishes(leader: Leader) -> dict[str, str]:
    """The fields as they stand."""
    wants = leader.preferences
    times = {name: f"{getattr(wants, name):%H:%M}" for name in _TIMES}
    return times | {
        "lead": BY_RULE if wants.lead_minutes is None else OWN_LEAD,
        "lead_minutes": "" if wants.lead_minutes is None else str(wants.lead_minutes),
        "language": leader.language,
        "country": leader.country or "",
        "rhythm": ONE_BY_ONE if leader.one_by_one else ALL_AT_ONCE,
    }


def typed_pair(pair: Pair, zone: ZoneInfo) -> dict[str, str]:
    """One member's fields as they stand."""
    return {
        "mails": OFF if pair.muted else ON,
        "week": CYCLE if pair.pinned_week is None else str(pair.pinned_week),
        "starts": _local_day(pair.starts_at, zone).isoformat() if pair.starts_at else "",
    }


def wishes_of(
    typed: Typed, leader: Leader, languages: Collection[str], countries: Collection[str]
) -> tuple[Wishes | None, Problems]:
    """What the fields say, None where a problem is among them; a field that is not there stays as it is."""
    filled = _Filled(typed_wishes(leader) | dict(typed))
    times = {name: filled.clock(name) for name in _TIMES}
    if times["work_from"] >= times["work_until"]:
        filled.problems.setdefault("work_until", Problem.ORDER)
    wishes = Wishes(
        replace(
            leader.preferences,
            quiet_from=times["quiet_from"],
            quiet_until=times["quiet_until"],
            work_from=times["work_from"],
            work_until=times["work_until"],
            lead_minutes=filled.lead(),
        ),
        filled.choice("language", languages),
        filled.choice("country", {"", *countries}) or None,
        filled.choice("rhythm", {ONE_BY_ONE, ALL_AT_ONCE}) == ONE_BY_ONE,
    )
    return (None if filled.problems else wishes), filled.problems


def pair_changes(
    typed: Typed, weeks: int, zone: ZoneInfo, *, everyone: bool = False
) -> tuple[dict[str, Any], Problems]:
    """The columns of a pair to set; for `everyone` at once an empty field leaves each as it is."""
    filled, changes = _Filled(typed), dict[str, Any]()
    if typed.get("mails"):
        changes["muted"] = filled.choice("mails", {ON, OFF}) == OFF
    if typed.get("week"):
        unchanged: dict[str, Any] = {}
        changes |= filled.take("week", lambda text: pinned(text, weeks), unchanged)
    if typed.get("starts"):
        changes["starts_at"] = midnight(filled.take("starts", day_of, _ANY_DAY), zone)
    elif "starts" in typed and not everyone:
        changes["starts_at"] = None
    return changes, filled.problems


def of_pair(pair: Pair, changes: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """What of it is new to this pair: one that begins in the middle of that very day keeps its moment."""
    start = changes.get("starts_at")
    same_day = pair.starts_at and start and _local_day(pair.starts_at, zone) == _local_day(start, zone)
    return {name: value for name, value in changes.items() if name != "starts_at" or not same_day}


def pause_end(text: str, today: date, zone: ZoneInfo) -> datetime | None:
    """When a pause ends (UTC), None for one without an end; raises `WrongError`."""
    if not text.strip():
        return None
    day = day_of(text)
    if day <= today:
        raise WrongError(Problem.PAST)
    return midnight(day, zone)


_TIMES = ("quiet_from", "quiet_until", "work_from", "work_until")
_ANY_DAY = date(2000, 1, 1)


class _Filled:
    """Fields that are read one after the other; what is wrong with them adds up."""

    def __init__(self, typed: Typed) -> None:
        self.typed, self.problems = typed, Problems()

    def take(self, name: str, read: Callable[[str], T], instead: T) -> T:
        """The field's value; `instead` where it is wrong, which is noted."""
        try:
            return read(self.typed[name])
        except WrongError as error:
            self.problems[name] = error.problem
            return instead

    def clock(self, name: str) -> time:
        """A time of the day; of those that are wrong, none lies before another."""
        return self.take(name, clock_of, time.max if name.endswith("until") else time.min)

    def choice(self, name: str, choices: Collection[str]) -> str:
        """One of the choices."""
        if self.typed[name] not in choices:
            self.problems[name] = Problem.CHOICE
        return self.typed[name]

    def lead(self) -> int | None:
        """The leader's own lead time; None for the rule."""
        if self.choice("lead", {BY_RULE, OWN_LEAD}) != OWN_LEAD:
            return None
        return self.take("lead_minutes", _minutes, LEAD.start)


def _parsed(parse: Callable[[str], T], text: str) -> T | None:
    try:
        return parse(text.strip())
    except ValueError:
        return None


def _local_day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _minutes(text: str) -> int:
    words = text.strip()
    if not (words.isascii() and words.isdigit() and len(words) < 7 and int(words) in LEAD):
        raise WrongError(Problem.LEAD)
    return int(words)
