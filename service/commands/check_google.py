"""What `check` tries at Google: the two key files, mailboxes, and calendars that could not be read."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from service.accounts.keyring import calendar_id
from service.accounts.keys import read_client, read_service_key
from service.accounts.scopes import may_draft, may_read_mail
from service.accounts.trial import address_of_mailbox, advice, look_at_calendar
from service.assembly import House
from service.clock import utc_now
from service.commands.speech import _
from service.commands.words import end_of_grant
from service.domain.grants import Grant, leader_holder, mailbox_holder
from service.errors import UsageError, VisavisError
from service.google.refusals import GoogleError
from service.jobs.push import gmail_address
from service.storage.people import LeaderRow
from service.storage.usage import Used

Finding = tuple[bool, str]
Daily = Mapping[date, Used]

BACK = "/c/back"


def google_keys(house: House) -> Iterator[Finding]:
    """The files that [google] names."""
    settings = house.settings
    if settings.google_client_file is not None:
        yield _tried(_("OAuth client"), lambda: _client(house))
    if settings.google_service_account is not None:
        yield _tried(_("service account"), lambda: _service_account(house))
    if settings.google_pubsub_topic:
        address = gmail_address(settings.base_url, settings.secret_keys)
        yield True, _("Pub/Sub: a subscription of the type push has to post to {address}", address=address)


def gmail_mailbox(house: House, address: str, grant: Grant | None, used: Daily, today: date) -> list[Finding]:
    """A mailbox, asked whose it is; and the end of its grant, if that is in sight."""
    found = [_mailbox(house, address, used, today)]
    end = end_of_grant(grant, utc_now()) if grant is not None else ""
    if end:
        found.append((False, f"mailbox {address}: {end}"))
    return found


def why_not_read(house: House, row: LeaderRow, error: VisavisError) -> str:
    """What keeps a leader's calendar from being read, and what to do for this leader's way in."""
    kind, _, asked = row.calendar.partition(":")
    email, holder, doors = row.leader.email, leader_holder(row.leader.id), house.doors
    if kind != "google":
        return str(error)
    try:
        access = doors.keyring.calendar(holder, email, asked)
        look_at_calendar(doors, holder, access, calendar_id(asked, access.way, email))
    except GoogleError as refusal:
        return advice(refusal, access, doors.keyring, email, f"visavis connect {email}")
    except VisavisError:
        pass  # no access yet or no more, or a setting: the error says so already
    return str(error)


def calls_in_words(used: Daily, today: date, *, units: bool = False) -> str:
    """Calls (or quota units) today, and a day over the last seven; "" where there were none."""
    if not used:
        return ""
    amounts = {day: one.units if units else one.calls for day, one in used.items()}
    days = (today - min(amounts)).days + 1
    now, over = amounts.get(today, 0), sum(amounts.values()) / days
    if days == 1:
        return _("; quota units: {now} today", now=now) if units else _("; calls: {now} today", now=now)
    if units:
        return _(
            "; quota units: {now} today, {over:.0f} a day over {days} days", now=now, over=over, days=days
        )
    return _("; calls: {now} today, {over:.0f} a day over {days} days", now=now, over=over, days=days)


def _mailbox(house: House, address: str, used: Daily, today: date) -> Finding:
    holder, doors = mailbox_holder(address), house.doors
    connect = f"visavis connect {address} --mailbox"
    try:
        access = doors.keyring.mailbox(holder, address)
        owner = address_of_mailbox(doors, holder, access)
    except GoogleError as error:
        return False, _(
            "mailbox {address}: {advice}",
            address=address,
            advice=advice(error, access, doors.keyring, address, connect),
        )
    except VisavisError as error:
        return False, _("mailbox {address}: {error}", address=address, error=error)
    if owner not in {None, address}:
        return (
            False,
            _(
                "mailbox {address}: the consent came from {owner}; run `{connect}`, signed in as {address}",
                address=address,
                owner=owner,
                connect=connect,
            ),
        )
    if not may_read_mail(access.scopes):
        return False, _(
            "mailbox {address}: replies stay unread; run `{connect}` without --send-only",
            address=address,
            connect=connect,
        )
    calls = calls_in_words(used, today, units=True)
    if may_draft(access.scopes):
        how = _("mailbox {address}: sends by way of drafts, and is read{calls}", address=address, calls=calls)
        return True, how
    return True, _(
        "mailbox {address}: sends without drafts, so after a crash it may stay unknown whether a mail has "
        "left, and is read{calls}",
        address=address,
        calls=calls,
    )


def _tried(what: str, try_it: Callable[[], str]) -> Finding:
    try:
        return True, f"{what}: {try_it()}"
    except UsageError as error:
        return False, str(error)


def _client(house: House) -> str:
    client = read_client(house.settings.google_client_file, house.settings.google_token_uri)
    if not client.is_web:
        return _("for `visavis connect` on this machine")
    back = house.settings.base_url + BACK
    if not back.startswith("https://") and not house.settings.is_here:
        raise UsageError(
            _(
                "[google] client_file: Google sends leaders back to https:// addresses alone; set [service] "
                "base_url to one"
            )
        )
    if back not in client.config["web"].get("redirect_uris", ()):
        raise UsageError(
            _(
                "[google] client_file: add {back} to the client's authorised redirect URIs in the console, "
                "and download the file again",
                back=back,
            )
        )
    return _("for the pages on {base_url}", base_url=house.settings.base_url)


def _service_account(house: House) -> str:
    key = read_service_key(house.settings.google_service_account, house.settings.google_token_uri)
    if house.settings.google_delegation:
        return _("{email} acts for the domain's people", email=key.email)
    return _("{email} reads what is shared with it", email=key.email)
