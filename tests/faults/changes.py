"""What people do to a calendar, and what they reply."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from service.domain.events import Event, EventStatus, Response
from tests.fakes.cli import Mail, inline, reply
from tests.fakes.offices import ANN, LEA, MAX, one_on_one
from tests.faults.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Change = Callable[[World, Event], list[Event]]


def coming(world: World) -> list[Event]:
    """The one-on-ones of the next ten days that stand, soonest first."""
    events = (one for one in world.calendar.events if world.now < one.start < world.now + 10 * DAY)
    return sorted(
        (one for one in events if one.status is EventStatus.CONFIRMED), key=lambda one: (one.start, one.uid)
    )


def _moved(by: timedelta) -> Change:
    def change(_world: World, event: Event) -> list[Event]:
        return [replace(event, start=event.start + by, end=event.end + by)]

    return change


def _cancelled(_world: World, event: Event) -> list[Event]:
    return [replace(event, status=EventStatus.CANCELLED)]


def _declined(by: str) -> Change:
    def change(_world: World, event: Event) -> list[Event]:
        answers = [
            replace(one, response=Response.DECLINED) if one.email == by else one for one in event.guests
        ]
        return [replace(event, guests=tuple(answers))]

    return change


def _accepted(_world: World, event: Event) -> list[Event]:
    return [replace(event, guests=tuple(replace(one, response=Response.ACCEPTED) for one in event.guests))]


def _gone(_world: World, _event: Event) -> list[Event]:
    return []


def _made_anew(world: World, event: Event) -> list[Event]:
    fresh = replace(event, uid=f"anew-{len(world.letters)}-{event.uid}", occurrence="", recurring=False)
    return [replace(fresh, start=event.start + HOUR, end=event.end + HOUR)]


def _other_guest(_world: World, event: Event) -> list[Event]:
    swap = {MAX: ANN, ANN: MAX}
    guests = tuple(replace(one, email=swap.get(one.email, one.email)) for one in event.guests)
    return [replace(event, guests=guests, title="1:1")]


ONE: dict[str, Change] = {
    "moved half an hour on": _moved(HOUR / 2),
    "moved to the next day": _moved(DAY),
    "moved an hour sooner": _moved(-HOUR),
    "cancelled": _cancelled,
    "declined by the leader": _declined(LEA),
    "declined by the member": _declined(MAX),
    "accepted": _accepted,
    "deleted": _gone,
    "deleted and made anew": _made_anew,
    "another guest": _other_guest,
}


def change_one(world: World, what: str, which: int) -> None:
    """Something happens to one of the next events."""
    events = coming(world)
    if events:
        event = events[which % len(events)]
        after = ONE[what](world, event)
        if all(one.start > world.now for one in after):
            world.calendar.events = [one for one in world.calendar.events if one is not event] + after


def change_series(world: World, what: str, uid: str) -> None:
    """A whole series is shifted, or goes on under another id from the next one on."""
    name = f"{uid}-{len(world.letters)}" if what == "split" else None
    changed = []
    for event in world.calendar.events:
        if event.uid == uid and event.start > world.now:
            later = HOUR if what == "shifted" else timedelta(0)
            event = replace(event, uid=name or uid, start=event.start + later, end=event.end + later)
        changed.append(event)
    world.calendar.events = changed


def add_one(world: World, soon: timedelta, member: str) -> None:
    """A one-on-one more, unless the two have one around then."""
    start = world.now + soon
    busy = any(
        abs(one.start - start) < DAY and any(guest.email == member for guest in one.guests)
        for one in world.calendar.events
    )
    if not busy:
        uid = f"extra-{len(world.calendar.events)}-{int(start.timestamp())}"
        title = f"{member.partition('@')[0].title()} / Lea 1:1"
        world.calendar.events.append(one_on_one(start, uid=uid, member=member, title=title))


ANSWERS = {"yes": "yes", "they": "they cancelled", "me": "I cancelled", "nobody": "nobody came"}
ORDERS = ("pause", "resume", "stop")
SAID = (*ANSWERS, *ORDERS, "free text", "wrong sender", "automatic", "garbage", "again")


def drop_reply(world: World, said: str, which: int) -> None:
    """A reply to one of the last mails arrives."""
    number = len(world.replied) + 1
    message_id = f"<reply-{number}@example.org>"
    if said == "garbage":
        world.mailbox.receive(b"\xff\xfe no mail at all " + str(number).encode())
        return
    if said == "again":
        if world.last_reply is not None:
            world.mailbox.receive(world.last_reply)
        return
    forms = [mail for mail in world.letters if mail.kind == "reflection"]
    mails = forms if said in {*ANSWERS, "free text"} else world.letters
    if mails:
        world.last_reply = _written(mails[-1 - which % min(len(mails), 3)], said, message_id)
        world.replied[message_id] = _expected(said)
        world.mailbox.receive(world.last_reply)


def _written(mail: Mail, said: str, message_id: str) -> bytes:
    sender = "somebody@example.com" if said == "wrong sender" else f"Lea <{LEA}>"
    headers = [("Auto-Submitted", "auto-replied")] if said == "automatic" else []
    body = said if said in ORDERS else f"It went well, I think. ({message_id[1:-1]})"
    if said in ANSWERS:
        body = inline(mail, {1: ANSWERS[said], 2: f"silence {message_id[1:-1]}"})
    return reply(mail, sender, body, headers=headers, message_id=message_id)


def _expected(said: str) -> frozenset[str]:
    """What becomes of it; a held reply may be settled later by the leader's own word."""
    if said == "automatic":
        return frozenset({"ignored"})
    return frozenset({"held"} if said == "wrong sender" else {"accepted"})
