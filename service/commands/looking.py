"""meetings, explain, plan: looking without touching."""

import argparse
from datetime import datetime, timedelta
from typing import Any

from service.assembly import House, open_house
from service.commands.common import days, leader_named, local, moment, print_json, say, settings_of
from service.commands.speech import N_, _, ngettext
from service.commands.tables import show
from service.commands.words import STATES, judged_in_words, reason_in_words, when_in_words
from service.domain.desk import Decision, Desk
from service.domain.events import Event, Window
from service.domain.people import Leader
from service.domain.planning import plan as plan_of
from service.errors import UsageError
from service.jobs.desks import load_desk
from service.jobs.own_data import meetings_of
from service.jobs.sightings import judge
from service.storage import decisions, people
from service.storage.people import LeaderRow

WIDER = (timedelta(days=75), timedelta(days=730), timedelta(days=3650))


def meetings(args: argparse.Namespace) -> int:
    """Each meeting on record."""
    with open_house(settings_of(args)) as house, house.database.read() as tx:
        rows = [leader_named(tx, args.leader)] if args.leader else people.everyone(tx)
        found = [entry for row in rows for entry in meetings_of(tx, house.office, row)]
    if args.json:
        print_json({"meetings": found})
        return 0
    if found:
        show((_("when"), _("leader"), _("with"), _("week"), _("state")), (_meeting_row(one) for one in found))
    else:
        say(_("No meetings on record yet: `visavis tick` reads the calendars."))
    return 0


def _meeting_row(one: dict[str, Any]) -> tuple[str, ...]:
    when = when_in_words(datetime.fromisoformat(one["start"]))
    state = _(STATES[one["state"]])
    told = {"leader": N_("{state}, by the leader"), "member": N_("{state}, by the member")}
    if one["by"]:
        state = _(told.get(one["by"], N_("{state}, by nobody knows whom")), state=state)
    return when, one["leader"], one["member"], str(one["week"] or "–"), state


def explain(args: argparse.Namespace) -> int:
    """Why an event is, or is not, a one-on-one, with the points of each reason."""
    now = moment(args.now)
    with open_house(settings_of(args)) as house:
        with house.database.read() as tx:
            row = leader_named(tx, args.email)
        event = _event(house, row, args.uid, now)
        with house.database.read() as tx:
            roster = [pair.member for pair in people.pairs_of(tx, row.leader.id) if pair.on_roster]
            verdict = judge(event, row.leader, roster, decisions.of_leader(tx, row.leader.id))
    reasons = [{"points": reason.points, "reason": reason.reason} for reason in verdict.reasons]
    if args.json:
        member = (verdict.member.email or verdict.member.name) if verdict.member else None
        print_json({"outcome": verdict.outcome, "score": verdict.score, "reasons": reasons, "member": member})
        return 0
    says = {
        "yes": N_("It is a one-on-one ({score:g} points)."),
        "ask": N_("It may be one: the leader is asked ({score:g} points)."),
        "no": N_("It is none ({score:g} points)."),
    }
    say(_(says[verdict.outcome], score=verdict.score))
    for reason in verdict.reasons:
        say(f"  {reason.points:+g}  {judged_in_words(reason.reason)}")
    return 0


def _event(house: House, row: LeaderRow, uid: str, now: datetime) -> Event:
    """The event's occurrence nearest to now, searched ever wider."""
    for reach in WIDER:
        read = house.office.calendar_of(row).read(Window(now - reach, now + reach))
        found = [event for event in read.events if event.uid == uid]
        if found:
            return min(found, key=lambda event: abs(event.start - now))
    raise UsageError(
        _(
            "No event with the id {uid} is in the calendar of {email}: copy its UID.",
            uid=uid,
            email=row.leader.email,
        )
    )


def plan(args: argparse.Namespace) -> int:
    """Every email to come, and every one that will not, with its reason."""
    now = moment(args.now)
    until = now + days(args.days)
    found: list[tuple[Desk, Decision]] = []
    with open_house(settings_of(args)) as house:
        with house.database.read() as tx:
            rows = [leader_named(tx, args.leader)] if args.leader else people.everyone(tx)
        for row in rows:
            with house.database.read() as tx:
                desk = load_desk(tx, house.office, row, now)
            found += [(desk, decision) for decision in plan_of(desk, now) if now <= decision.due <= until]
    found.sort(key=lambda one: (one[1].due, one[1].key))
    if args.json:
        print_json({"emails": [_decision(desk.leader, decision) for desk, decision in found]})
        return 0
    if found:
        show(
            (_("when"), _("mail"), _("to"), _("about"), _("not sent because")),
            (_plan_row(*one) for one in found),
        )
    else:
        say(ngettext("Nothing in the next {count} day.", "Nothing in the next {count} days.", args.days))
    return 0


def _plan_row(desk: Desk, decision: Decision) -> tuple[str, ...]:
    when = when_in_words(decision.due, desk.leader.zone)
    pair = desk.pairs.get(decision.pair_id or 0)
    about = pair.member.label if pair else ""
    return when, decision.kind, desk.leader.email, about, reason_in_words(decision.reason)


def _decision(leader: Leader, decision: Decision) -> dict[str, Any]:
    return {
        "kind": decision.kind,
        "to": leader.email,
        "key": decision.key,
        "due": local(decision.due, leader.zone),
        "status": "planned" if decision.planned else "skipped",
        "reason": decision.reason,
        "week": decision.week,
    }
