"""pair: the cycle of one pair, by the operator's hand."""

import argparse
from typing import Any

from service.assembly import House, open_house
from service.commands.common import day, leader_named, say, settings_of
from service.commands.speech import _
from service.domain.people import Leader, Pair
from service.domain.wishes import CYCLE, WrongError, midnight, pinned, stepped
from service.errors import UsageError
from service.jobs.preferences import change_pairs
from service.storage import people


def pair(args: argparse.Namespace) -> int:
    """Skip, repeat, pin, unpin, mute, unmute or start."""
    with open_house(settings_of(args)) as house, house.database.begin() as tx:
        row = leader_named(tx, args.email)
        found = _member(people.pairs_of(tx, row.leader.id), args.member)
        change_pairs(tx, row.leader.id, [(found, _change(args, house, row.leader, found))])
    say(_("{label}: noted; the next pass plans by it.", label=found.member.label))
    return 0


def _member(pairs: list[Pair], text: str) -> Pair:
    wanted = text.strip().casefold()
    found = [one for one in pairs if wanted in {one.member.email, one.member.name.casefold()}]
    if len(found) != 1:
        names = ", ".join(one.member.label for one in pairs) or _("nobody yet")
        raise UsageError(_("No single member is called {text}; there are: {names}.", text=text, names=names))
    return found[0]


def _change(args: argparse.Namespace, house: House, leader: Leader, found: Pair) -> dict[str, Any]:
    if args.pin is not None:
        weeks = len(house.office.playbook_of(leader.language).weeks)
        try:
            return pinned(str(args.pin), weeks)
        except WrongError:
            raise UsageError(
                _("--pin {pin}: the playbook has the weeks 1 to {weeks}.", pin=args.pin, weeks=weeks)
            ) from None
    if args.start is not None:
        return {"starts_at": midnight(day(args.start, "--start"), leader.zone)}
    if args.skip or args.repeat:
        return stepped(found, 1 if args.skip else -1)
    if args.unpin:
        return pinned(CYCLE, 0)
    return {"muted": bool(args.mute)}
