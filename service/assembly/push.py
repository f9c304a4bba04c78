"""Being told of changes, wired: channels by leader, watches by mailbox."""

from service.accounts.doors import Doors
from service.assembly.google import way_in
from service.domain.grants import mailbox_holder
from service.domain.ports import WatchableCalendar, WatchableMailbox
from service.jobs.push import Push, calendar_address
from service.settings import Settings
from service.storage.people import LeaderRow


def make_push(settings: Settings, doors: Doors) -> Push | None:
    """What the settings ask for; None where nobody is to tell of anything."""
    calendars, topic = settings.google_push, settings.google_pubsub_topic
    if not calendars and not topic:
        return None
    return Push(
        address=calendar_address(settings.base_url) if calendars else "",
        channels_of=lambda row: _channels_of(doors, row),
        topic=topic,
        mailboxes=settings.mailboxes if topic else (),
        watch_of=lambda address: _watch_of(doors, address),
    )


def _channels_of(doors: Doors, row: LeaderRow) -> WatchableCalendar:
    from service.calendars.google_watch import GoogleChannels

    account, where = way_in(doors, row, row.calendar.partition(":")[2])
    return GoogleChannels(doors.caller, account, where, endpoint=doors.endpoint)


def _watch_of(doors: Doors, address: str) -> WatchableMailbox:
    from service.mailboxes.gmail_watch import GmailWatch

    holder = mailbox_holder(address)
    account = doors.account(holder, doors.keyring.mailbox(holder, address))
    return GmailWatch(doors.caller, account, address, endpoint=doors.endpoint)
