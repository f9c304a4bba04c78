"""Who is really in a meeting: the people besides the leader."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from service.domain import recognition_words as words
from service.domain.events import Event, Guest, GuestKind, Response
from service.domain.people import Leader, Person
from service.domain.recognition_title import name_words, names_person, plain


@dataclass(frozen=True, slots=True)
class Company:
    """`others` are the people besides the leader; `extra` says how the one third person
    that was left out of `others` takes part ("" where there was none)."""

    others: tuple[Person, ...]
    extra: str
    listed: bool
    leader_present: bool
    group: bool


def company(
    event: Event, leader: Leader, roster: Sequence[Person], text: str, assistants: Collection[str]
) -> Company:
    """Read the guest list; `text` is the plain title, `assistants` lower-case addresses to overlook."""
    people = _people(event, leader, assistants)
    core, extra = _core(people, text)
    return Company(
        others=tuple(_person(guest, roster) for guest in core),
        extra=extra,
        listed=bool(people),
        leader_present=not event.guests or _has_leader(event, leader),
        group=any(guest.kind is GuestKind.GROUP or words.GROUP.search(guest.email) for guest in event.guests),
    )


def _has_leader(event: Event, leader: Leader) -> bool:
    return event.organizer in leader.addresses or any(g.email in leader.addresses for g in event.guests)


def _people(event: Event, leader: Leader, assistants: Collection[str]) -> list[Guest]:
    overlooked = leader.addresses | frozenset(assistants)
    humans = [guest for guest in event.guests if _is_human(guest) and guest.email not in overlooked]
    return _one_entry_each(humans)


def _is_human(guest: Guest) -> bool:
    machine = words.BOT.search(guest.email) or words.ROOM.search(guest.email)
    return guest.kind is GuestKind.HUMAN and not machine and not words.BOT_NAME.search(plain(guest.name))


def _one_entry_each(guests: list[Guest]) -> list[Guest]:
    """A person invited at two addresses under one full name is one person."""
    seen: set[str] = set()
    kept = []
    for guest in guests:
        name = plain(guest.name)
        if len(name.split()) > 1 and name in seen:
            continue
        seen.add(name)
        kept.append(guest)
    return kept


def _core(people: list[Guest], text: str) -> tuple[list[Guest], str]:
    """The people it is about. An optional or declining third is set aside, unless only they are named."""
    if len(people) != 2:
        return people, ""
    named = [one for one in people if names_person(text, _entry(one))]
    for reason, aside in (("optional", _is_optional), ("declined", _has_declined)):
        third = [one for one in people if aside(one) and named != [one]]
        if len(third) == 1:
            return [one for one in people if one is not third[0]], reason
    return people, ""


def _is_optional(guest: Guest) -> bool:
    return guest.optional


def _has_declined(guest: Guest) -> bool:
    return guest.response is Response.DECLINED


def _entry(guest: Guest) -> Person:
    return Person(guest.email, guest.name)


def _person(guest: Guest, roster: Sequence[Person]) -> Person:
    """The member: the name from the event, else the roster's; without an address, by name."""
    if guest.email:
        known = next((one.name for one in roster if one.email == guest.email), "")
        return Person(guest.email, guest.name or known)
    same = [one for one in roster if name_words(one) == name_words(_entry(guest))]
    return same[0] if len(same) == 1 else _entry(guest)
