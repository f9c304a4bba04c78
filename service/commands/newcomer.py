"""Check what an operator gives for a new leader."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import time
from zoneinfo import ZoneInfo, available_timezones

from service.assembly import public_holidays, usual_weekend
from service.clock import utc_now
from service.commands.speech import N_, _
from service.domain.people import Person, Preferences
from service.domain.ports import Calendar
from service.domain.wishes import LEAD, WrongError, clock_of
from service.errors import UsageError
from service.jobs.sync_calendars import read_window
from service.languages import DEFAULT, LANGUAGES, best_language
from service.settings import split_address
from service.storage.people import NewLeader

LONGEST_NAME = 100
_CALENDARS = N_("write google, google:ID, ics:PATH or ics:https://…")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A leader as typed."""

    email: str
    name: str
    zone: str
    calendar: str
    members: tuple[str, ...] = ()
    one_by_one: bool = False
    aliases: tuple[str, ...] = ()
    country: str | None = None
    language: str | None = None
    quiet_hours: str | None = None
    working_hours: str | None = None
    prep_minutes: int | None = None


def checked(given: Newcomer) -> tuple[NewLeader, list[Person]]:
    """The leader and the roster, or a UsageError that says where and why."""
    email = _address(given.email, _("the leader's address"))[1]
    name = " ".join(given.name.split())
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise UsageError(
            _("--name {name!r}: write the name that the mails should use, on one line.", name=name[:20])
        )
    new = NewLeader(
        email=email,
        name=name,
        zone=_zone(given.zone),
        calendar=_calendar(given.calendar),
        one_by_one=given.one_by_one,
        aliases=tuple(_address(alias, "--alias")[1] for alias in given.aliases),
        country=_country(given.country),
        language=language_tag(given.language) or DEFAULT,
        preferences=_preferences(given),
    )
    return new, _roster(given.members, {email, *new.aliases})


def first_reading(calendar: Calendar) -> None:
    """Read the calendar once, so that a wrong path is heard of at once; raises `CalendarError`."""
    calendar.read(read_window(utc_now()))


def _address(text: str, what: str) -> tuple[str, str]:
    try:
        name, address = split_address(text)
    except ValueError as error:
        raise UsageError(
            _(
                "{what} {text!r} {error}; write it like 'Ben Okri <ben@example.org>'.",
                what=what,
                text=text,
                error=error,
            )
        ) from None
    return " ".join(name.split()), address.lower()


def _roster(members: Iterable[str], own: set[str]) -> list[Person]:
    found: dict[str, Person] = {}
    for text in members:
        name, address = _address(text, "--member")
        if address in own:
            raise UsageError(_("--member {text!r} is the leader; name the people across.", text=text))
        if address in found:
            raise UsageError(_("--member {text!r} is named twice.", text=text))
        found[address] = Person(address, name)
    return list(found.values())


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise UsageError(
            _("--timezone {name}: no such zone; write one like Europe/Berlin or America/New_York.", name=name)
        )
    return ZoneInfo(name).key


def _calendar(spec: str) -> str:
    scheme, _colon, source = spec.strip().partition(":")
    if scheme == "caldav":
        raise UsageError(
            _(
                "--calendar {scheme}: is not built into this version yet; {calendars}.",
                scheme=scheme,
                calendars=_(_CALENDARS),
            )
        )
    if scheme == "google":
        return _google_calendar(source)
    if scheme != "ics" or not source.strip():
        raise UsageError(_("--calendar {scheme}: {calendars}.", scheme=scheme, calendars=_(_CALENDARS)))
    return spec.strip()


def _google_calendar(id_: str) -> str:
    """Their own, or another by its id; "primary" is their own by Google's name."""
    if not id_.isprintable() or " " in id_.strip():
        raise UsageError(
            _("--calendar google:{id!r}: copy the calendar's ID from its settings at Google.", id=id_)
        )
    return "google" if id_.strip() in {"", "primary"} else f"google:{id_.strip()}"


def language_tag(typed: str | None) -> str:
    """The tag of a language there is, as it is written; "" where none was typed."""
    if not typed:
        return ""
    known = best_language([typed])
    if typed.casefold() not in {known.casefold(), known.partition("-")[0]}:
        listed = ", ".join(f"{tag} ({name})" for tag, name in LANGUAGES.items())
        raise UsageError(_("--language {typed}: write one of {listed}.", typed=typed, listed=listed))
    return known


def _country(code: str | None) -> str | None:
    if code is None:
        return None
    public_holidays(code.upper(), utc_now().year)  # an unknown one is a UsageError
    return code.upper()


def _preferences(given: Newcomer) -> Preferences:
    preferences = Preferences(weekend=usual_weekend(given.zone, given.country))
    if given.quiet_hours is not None:
        begin, end = _hours(given.quiet_hours, "--quiet-hours")
        preferences = replace(preferences, quiet_from=begin, quiet_until=end)
    if given.working_hours is not None:
        begin, end = _hours(given.working_hours, "--working-hours")
        if begin >= end:
            raise UsageError(
                _(
                    "--working-hours {working_hours}: the end lies before the beginning.",
                    working_hours=given.working_hours,
                )
            )
        preferences = replace(preferences, work_from=begin, work_until=end)
    if given.prep_minutes is not None and given.prep_minutes not in LEAD:
        raise UsageError(
            _(
                "--prep-minutes {prep_minutes}: write a number from {lead} to {lead_}.",
                prep_minutes=given.prep_minutes,
                lead=LEAD[0],
                lead_=LEAD[-1],
            )
        )
    return replace(preferences, lead_minutes=given.prep_minutes)


def _hours(text: str, flag: str) -> tuple[time, time]:
    begin, _colon, end = text.partition("-")
    try:
        return clock_of(begin), clock_of(end)
    except WrongError:
        raise UsageError(
            _("{flag} {text}: write two times like 09:00-17:00.", flag=flag, text=text)
        ) from None
