"""Retention, once a day: what has done its work is forgotten."""

from datetime import datetime, timedelta

from service.jobs.office import Office
from service.storage import absences, channels, emails, upkeep, usage

DAY = timedelta(days=1)
RAW_REPLIES = timedelta(days=30)
MEETINGS = timedelta(days=396)  # 13 months, so that a year can be looked back on
EMAILS = timedelta(days=180)
ABSENCES = timedelta(days=74)  # since the last reading: what it told, 60 days ahead, is long over
USAGE = timedelta(days=40)  # enough to compare a month
MARK = "keep_house"


def keep_house(office: Office, now: datetime) -> None:
    """Forget old raw replies, emails, meetings, counts, absences, drafts, and who never came to the end of
    joining; at most once a day."""
    with office.database.read() as tx:
        last = upkeep.mark(tx, MARK)
    if last is not None and now - last < DAY:
        return
    with office.database.begin() as tx:
        upkeep.set_mark(tx, MARK, now)
        upkeep.forget_raw_replies(tx, now - RAW_REPLIES)
        upkeep.forget_emails(tx, now - EMAILS)
        upkeep.forget_meetings(tx, now - MEETINGS)
        usage.forget(tx, (now - USAGE).date())
        absences.forget_unread(tx, now - ABSENCES)
        channels.forget_ended(tx, now)
        upkeep.forget_unfinished(tx, now)
        drafts = emails.drafts(tx)
    office.mailbox.purge_done(now - RAW_REPLIES)
    office.mailbox.sweep_drafts(drafts, now - DAY)
