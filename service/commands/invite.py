"""leaders invite: a link by which somebody joins by themselves; nothing is stored before they agree."""

import argparse

from service.accounts.links import INVITATION_LASTS, Invited, invitation_token
from service.assembly import open_house
from service.clock import utc_now
from service.commands.common import say, settings_of, warn
from service.commands.newcomer import Newcomer, checked, language_tag
from service.commands.speech import _, day_in_words
from service.domain.people import LeaderState
from service.errors import UsageError
from service.storage import people

LONGEST_LINK = 1900  # some mail programs cut longer ones


def invite(args: argparse.Namespace) -> int:
    """Print the link, and how to pass it on."""
    invited = _invited(args)
    with open_house(settings_of(args)) as house:
        with house.database.read() as tx:
            row = people.by_email(tx, invited.email)
        if row is not None and row.leader.state is not LeaderState.JOINING:
            raise UsageError(
                _("{email} is a leader already: see `visavis leaders list`.", email=invited.email)
            )
        base_url = house.settings.base_url
        link = f"{base_url}/join/{invitation_token(house.vault, invited)}"
        if len(link) > LONGEST_LINK:
            raise UsageError(_("So many members make the link too long: name some of them later, or none."))
        until = utc_now() + INVITATION_LASTS
        say(
            _(
                "Send this link to {email} alone: whoever opens it can join in their name.",
                email=invited.email,
            )
        )
        say(
            _(
                "It works until {until}, while `visavis run` is on:",
                until=day_in_words(until),
            )
            + f"\n\n{link}"
        )
        if house.settings.is_here:
            warn(
                _(
                    "Note: it opens on this machine alone, since [service] base_url is {base_url}; set it "
                    "to where others reach the pages, and invite again.",
                    base_url=base_url,
                )
            )
    return 0


def _invited(args: argparse.Namespace) -> Invited:
    """What the invitation says, checked as `leaders add` does."""
    members = tuple(args.member)
    asked = Newcomer(args.email, args.name, args.timezone or "UTC", "google", members=members)
    new, _ = checked(asked)
    return Invited(
        email=new.email,
        name=new.name,
        at=utc_now().timestamp(),
        zone=args.timezone or "",
        language=language_tag(args.language),
        members=members,
        one_by_one=args.one_by_one,
    )
