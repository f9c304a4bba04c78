"""connect: give access to a leader's calendar, or to a mailbox that mails leave by."""

import argparse
import sys
import threading
import webbrowser

from service.accounts.consent import ConsentError, begin, code_of, finish
from service.accounts.doors import Doors
from service.accounts.keyring import calendar_id, scopes_for
from service.accounts.keys import OAuthClient, read_client
from service.accounts.links import LINK_LASTS, Invitation, Whose, link_token
from service.accounts.loopback import Loopback
from service.accounts.scopes import Mailing, mailbox_scopes
from service.accounts.trial import check_calendar, check_mailbox
from service.assembly import House, open_house
from service.clock import utc_now
from service.commands.common import leader_named, say, settings_of, warn
from service.commands.speech import N_, _
from service.commands.words import end_of_grant
from service.domain.grants import Grant, Way, leader_holder, mailbox_holder
from service.errors import UsageError
from service.jobs.connecting import connect_leader, connect_mailbox
from service.settings import split_address
from service.storage import people
from service.storage.people import LeaderRow

MINUTES = 10
_PASTE = N_("A browser on another machine ends at an address that it cannot open: paste that here.")
_MISTYPED = N_("That is not the address that this consent ended at; paste the whole of it, with its code.")
_NOTHING_SET = N_(
    "neither [google] client_file nor [google] service_account is set; "
    "the README says how to get one of the two files from Google"
)
_A_WEB_CLIENT = N_(
    "[google] client_file holds a client for web pages, which only leaders' links can use; for this once set "
    "VISAVIS_GOOGLE_CLIENT_FILE to the file of a client of the type “Desktop app”."
)


def connect(args: argparse.Namespace) -> int:
    """Get access, try it at once, and store it only if it works."""
    _check_flags(args)
    with open_house(settings_of(args)) as house:
        return _mailbox(args, house) if args.mailbox else _leader(args, house)


def _check_flags(args: argparse.Namespace) -> None:
    if args.mailbox and (args.wide or args.account):
        raise UsageError(
            _("--wide and --account are for a leader's calendar; leave them out with --mailbox.")
        )
    if not args.mailbox and (args.plain or args.send_only):
        raise UsageError(_("--plain and --send-only are for a mailbox; add --mailbox."))


def _leader(args: argparse.Namespace, house: House) -> int:
    row = _leader_row(args.email.strip().lower(), house)
    kind, _colon, asked = row.calendar.partition(":")
    email, holder, keyring = row.leader.email, leader_holder(row.leader.id), house.doors.keyring
    if kind != "google":
        raise UsageError(
            _(
                "The calendar of {email} is of the kind {kind}: there is nothing to connect.",
                email=email,
                kind=kind,
            )
        )
    way = _way(args, house, keyring.way_without_grant())
    scopes = scopes_for(way, asked, email, wide=args.wide)
    if way is Way.OAUTH:
        client = _client(house)
        if client.is_web:
            return _hand_over_link(args, house, row)
        grant = _consented(args, client, scopes, holder, args.account or email)
    else:
        grant = Grant(holder, way, None, scopes, granted_at=utc_now())
    names = {args.account.lower()} if args.account else {email, *row.leader.aliases}
    check_calendar(house.doors, grant, email, calendar_id(asked, way, email), names)
    connect_leader(house.database, row.leader.id, grant, utc_now())
    return _connected(
        house.doors, grant, _("{email} is connected; the next pass reads the calendar.", email=email)
    )


def _leader_row(email: str, house: House) -> LeaderRow:
    with house.database.read() as tx:
        if email in house.settings.mailboxes and people.by_email(tx, email) is None:
            raise UsageError(_("{email} is a mailbox, and no leader's address: add --mailbox.", email=email))
        return leader_named(tx, email)


def _mailbox(args: argparse.Namespace, house: House) -> int:
    try:
        address = split_address(args.email)[1].lower()
    except ValueError as error:
        raise UsageError(
            _("{email} {error}; write the mailbox's address.", email=args.email, error=error)
        ) from None
    if address not in house.settings.mailboxes:
        raise UsageError(
            _(
                "{address} is no mailbox of ours: name it in [mail] mailbox, as gmail:{address}.",
                address=address,
            )
        )
    way = _way(args, house, Way.DELEGATION if house.settings.google_service_account else None)
    if way is Way.SHARED:
        raise UsageError(
            _("A mailbox cannot be shared with a service account: use --way oauth or delegation.")
        )
    holder, scopes = mailbox_holder(address), mailbox_scopes(_mailing(args))
    if way is Way.OAUTH:
        client = _client(house)
        if client.is_web:
            raise UsageError(_(_A_WEB_CLIENT))
        grant = _consented(args, client, scopes, holder, address)
    else:
        grant = Grant(holder, way, None, scopes, granted_at=utc_now())
    check_mailbox(house.doors, grant, address)
    connect_mailbox(house.database, grant)
    return _connected(
        house.doors,
        grant,
        _("{address} is connected; waiting mails leave in the next pass.", address=address),
    )


def _way(args: argparse.Namespace, house: House, otherwise: Way | None) -> Way:
    """The way that was asked for, else the one that is set up; a mailbox's consent is the plainer one."""
    if args.way:
        return Way(args.way)
    if house.settings.google_client_file and (args.mailbox or otherwise is None):
        return Way.OAUTH
    if otherwise is None:
        raise UsageError(_(_NOTHING_SET))
    return otherwise


def _mailing(args: argparse.Namespace) -> Mailing:
    if args.send_only:
        return Mailing.SEND_ONLY
    return Mailing.PLAIN if args.plain else Mailing.DRAFTS


def _client(house: House) -> OAuthClient:
    return read_client(house.settings.google_client_file, house.settings.google_token_uri)


def _hand_over_link(args: argparse.Namespace, house: House, row: LeaderRow) -> int:
    """With a client for web pages the leader consents there, in a browser of their own."""
    now, base_url = utc_now(), house.settings.base_url
    invitation = Invitation(now.timestamp(), args.wide, (args.account or "").lower())
    whose = Whose(row.leader.email, row.leader.key, invitation)
    say(
        _(
            "Send this link to {email}; it works for {days} days, while `visavis run` is on:",
            email=row.leader.email,
            days=LINK_LASTS.days,
        )
        + "\n"
    )
    say(f"{base_url}/c/{link_token(house.vault, whose, now)}")
    if house.settings.is_here:
        warn(
            _(
                "Note: the link works on this machine alone, since [service] base_url is {base_url}.",
                base_url=base_url,
            )
        )
    return 0


def _consented(
    args: argparse.Namespace, client: OAuthClient, scopes: tuple[str, ...], holder: str, address: str
) -> Grant:
    """Wait for a consent in the browser of this machine, or a pasted answer of another's."""
    with Loopback(args.port) as loopback:
        asking = begin(client, scopes, loopback.url, address)
        asks = _("Open this address, sign in as {address}, and allow what it asks:", address=address)
        say(f"{asks}\n\n{asking.url}\n")
        if args.no_browser:
            say(_(_PASTE))
        else:
            # Beside us: some browsers return only when they are closed, and they wait for our answer.
            threading.Thread(target=_browse, args=(asking.url,), daemon=True).start()
        typed = sys.stdin if sys.stdin.isatty() else None
        answer = loopback.wait(asking.state, MINUTES * 60, typed, lambda: warn(_(_MISTYPED)))
    if answer is None:
        raise ConsentError(_("No consent came within {minutes} minutes; run it again.", minutes=MINUTES))
    return finish(client, asking, code_of(asking.state, answer), holder, utc_now())


def _browse(address: str) -> None:
    if not webbrowser.open(address):
        say(_(_PASTE))  # there is no browser here


def _connected(doors: Doors, grant: Grant, words: str) -> int:
    doors.keyring.forget(grant.holder)
    say(words)
    end = end_of_grant(grant, utc_now())
    if end:
        warn(_("Note: {end}", end=end))
    return 0
