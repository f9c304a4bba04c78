"""The program's own words for reasons and states, said to a person."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from service.domain.desk import Reason
from service.domain.grants import Grant

TESTING_LASTS = timedelta(days=8)

REASONS: dict[str, str] = {
    Reason.ALREADY_PREPARED: "its prep has left, and the week is still the same",
    Reason.ANSWERED: "answered already",
    Reason.BUNDLED: "it goes along with another mail",
    Reason.CALENDAR_UNREAD: "the calendar cannot be read at present",
    Reason.CANCELLED: "the meeting is cancelled",
    Reason.EXCUSED: "the meeting is excused",
    Reason.MEETING_BEGAN: "the meeting has begun",
    Reason.MUTED: "this pair is muted",
    Reason.NOT_HELD: "the meeting did not take place",
    Reason.NOT_STARTED: "this pair begins later",
    Reason.NOTHING_ON_RECORD: "no meeting on record in that month",
    Reason.ONE_A_WEEK: "this pair had such a note within a week",
    Reason.OUT_OF_OFFICE: "the leader is out of office",
    Reason.PAUSED: "the leader has paused",
    Reason.QUIET_AFTER_IGNORED: "quiet after four unanswered forms",
    Reason.QUIET_HOURS: "the meeting begins before quiet hours are over",
    Reason.REPLACED: "another time was found",
    Reason.STOPPED: "the leader has stopped the mails",
    Reason.TOO_LATE: "too late to be of use",
    "daily_cap": "as many mails as a day may have are out; it follows later",
    "moved": "its time has moved; it follows later",
    "no_longer_wanted": "it is no longer wanted",
    "nothing_to_say": "there is nothing on record for it",
    "unforeseen": "something unforeseen went wrong; its trace is in the log, and it is tried again",
    "duplicate": "it came twice",
    "unreadable": "it could not be read; it is kept",
    "nothing_new": "it says nothing new",
    "no_such_mail": "it answers no mail of ours; it is kept",
    "sender_differs": "it is not certain that the leader wrote it; the leader is asked",
    "our_own_mail": "it is a mail of ours",
    "bounce": "a mail could not be delivered",
    "read_receipt": "a read receipt",
    "calendar_answer": "a calendar's answer",
    "out_of_office": "an out-of-office note",
    "auto_submitted": "written by a machine",
    "list": "from a mailing list",
    "bulk": "bulk mail",
}

STATES = {
    "planned": "planned",
    "moved": "planned, was moved",
    "presumed_held": "held, as far as is known",
    "held": "held",
    "cancelled": "cancelled",
    "no_show": "nobody came",
    "unknown": "not known",
    "excused": "excused",
}


def reason_in_words(reason: str | None) -> str:
    """A named reason for people; an error's own sentence stays as it is."""
    return REASONS.get(reason or "", reason or "")


def when_in_words(moment: datetime, zone: ZoneInfo | None = None) -> str:
    """A moment as people write it, on its own clock or that of `zone`."""
    return f"{moment.astimezone(zone) if zone else moment:%a %d %b %Y %H:%M}"


def end_of_grant(grant: Grant, now: datetime) -> str:
    """When a permission ends by itself, and what to do; "" where it does not."""
    if grant.ends_at is None:
        return ""
    over = grant.ends_at <= now
    ends = f"the permission {'ended' if over else 'ends'} on {grant.ends_at.day} {grant.ends_at:%B %Y}"
    if grant.ends_at - grant.granted_at <= TESTING_LASTS:
        return (
            f"{ends}, since the app is in “Testing”: in the Google Cloud console, under Google Auth Platform "
            "→ Audience, press “Publish app”; then connect again"
        )
    return f"{ends}: connect again{'' if over else ' before that day'}"


def count(number: int, thing: str, things: str = "") -> str:
    """`1 mail`, `2 mails`."""
    return f"{number} {thing if number == 1 else things or f'{thing}s'}"
