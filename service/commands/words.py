"""The program's own words for reasons and states, said to a person."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from service.commands.speech import N_, _, day_in_words, moment_in_words
from service.domain.desk import Reason
from service.domain.grants import Grant
from service.domain.people import Leader

TESTING_LASTS = timedelta(days=8)
IN_TESTING = N_(
    "since the app is in “Testing”: in the Google Cloud console, under Google Auth Platform "
    "→ Audience, press “Publish app”; then connect again"
)

REASONS: dict[str, str] = {
    Reason.ALREADY_PREPARED: N_("its prep has left, and the week is still the same"),
    Reason.ANSWERED: N_("answered already"),
    Reason.BUNDLED: N_("it goes along with another mail"),
    Reason.CALENDAR_UNREAD: N_("the calendar cannot be read at present"),
    Reason.CANCELLED: N_("the meeting is cancelled"),
    Reason.EXCUSED: N_("the meeting is excused"),
    Reason.MEETING_BEGAN: N_("the meeting has begun"),
    Reason.MUTED: N_("this pair is muted"),
    Reason.NOT_HELD: N_("the meeting did not take place"),
    Reason.NOT_STARTED: N_("this pair begins later"),
    Reason.NOTHING_ON_RECORD: N_("no meeting on record in that month"),
    Reason.ONE_A_WEEK: N_("this pair had such a note within a week"),
    Reason.OUT_OF_OFFICE: N_("the leader is out of office"),
    Reason.PAUSED: N_("the leader has paused"),
    Reason.QUIET_AFTER_IGNORED: N_("quiet after four unanswered forms"),
    Reason.QUIET_HOURS: N_("the meeting begins before quiet hours are over"),
    Reason.REPLACED: N_("another time was found"),
    Reason.STOPPED: N_("the leader has stopped the mails"),
    Reason.TOLD_LATELY: N_("they were told of it within a week"),
    Reason.TOO_LATE: N_("too late to be of use"),
    "daily_cap": N_("as many mails as a day may have are out; it follows later"),
    "moved": N_("its time has moved; it follows later"),
    "no_longer_wanted": N_("it is no longer wanted"),
    "nothing_to_say": N_("there is nothing on record for it"),
    "unforeseen": N_("something unforeseen went wrong; its trace is in the log, and it is tried again"),
    "duplicate": N_("it came twice"),
    "unreadable": N_("it could not be read; it is kept"),
    "nothing_new": N_("it says nothing new"),
    "no_such_mail": N_("it answers no mail of ours; it is kept"),
    "sender_differs": N_("it is not certain that the leader wrote it; the leader is asked"),
    "our_own_mail": N_("it is a mail of ours"),
    "bounce": N_("a mail could not be delivered"),
    "read_receipt": N_("a read receipt"),
    "calendar_answer": N_("a calendar's answer"),
    "out_of_office": N_("an out-of-office note"),
    "auto_submitted": N_("written by a machine"),
    "list": N_("from a mailing list"),
    "bulk": N_("bulk mail"),
}

STATES = {
    "planned": N_("planned"),
    "moved": N_("planned, was moved"),
    "presumed_held": N_("held, as far as is known"),
    "held": N_("held"),
    "cancelled": N_("cancelled"),
    "no_show": N_("nobody came"),
    "unknown": N_("not known"),
    "excused": N_("excused"),
}

STATUSES = {
    "sent": N_("sent"),
    "skipped": N_("skipped"),
    "deferred": N_("deferred"),
    "failed": N_("failed"),
    "unknown": N_("unknown"),
    "accepted": N_("accepted"),
    "held": N_("held back"),
    "ignored": N_("ignored"),
    "unmatched": N_("unmatched"),
}

# What recognition finds in an event; a title's own word, and what rules one out, come behind a colon.
JUDGED = (
    N_("one other person"),
    N_("one other person and an optional third"),
    N_("one other person, a third declined"),
    N_("several other people"),
    N_("on the roster"),
    N_("from another organisation"),
    N_("title says one-on-one"),
    N_("title hints at one-on-one"),
    N_("both names in the title"),
    N_("their name in the title"),
    N_("recurring"),
    N_("15–90 minutes"),
    N_("longer than two hours"),
    N_("you said so for this meeting"),
    N_("you said so for this series"),
    N_("you said so for this person"),
    N_("the title is marked so"),
    N_("lasts all day"),
    N_("is no ordinary event"),
    N_("you are not a guest"),
    N_("a whole group is invited"),
    N_("the guest list is hidden"),
)

LEADER_STATES = {
    "active": N_("active"),
    "paused": N_("paused"),
    "stopped": N_("stopped"),
    "joining": N_("joining"),
}


def reason_in_words(reason: str | None) -> str:
    """A named reason for people; an error's own sentence stays as it is."""
    known = REASONS.get(reason or "")
    return _(known) if known else reason or ""


def judged_in_words(reason: str) -> str:
    """A reason why an event is, or is not, a one-on-one."""
    if reason in JUDGED:
        return _(reason)
    if reason.startswith("ruled out: "):
        return _("ruled out: {why}", why=_(reason.removeprefix("ruled out: ")))
    return _("title says {word}", word=reason.removeprefix("title says "))


def state_of_leader(leader: Leader) -> str:
    """Whether a leader gets mails, and until when not."""
    state = _(LEADER_STATES[leader.state])
    if leader.paused_until is None:
        return state
    return _("{state} until {when}", state=state, when=when_in_words(leader.paused_until, leader.zone))


def when_in_words(moment: datetime, zone: ZoneInfo | None = None) -> str:
    """A moment as people write it, on its own clock or that of `zone`."""
    return moment_in_words(moment.astimezone(zone) if zone else moment)


def end_of_grant(grant: Grant, now: datetime) -> str:
    """When a permission ends by itself, and what to do; "" where it does not."""
    if grant.ends_at is None:
        return ""
    day, over = day_in_words(grant.ends_at), grant.ends_at <= now
    if grant.ends_at - grant.granted_at <= TESTING_LASTS:
        said = (
            N_("the permission ended on {day}, {testing}")
            if over
            else N_("the permission ends on {day}, {testing}")
        )
        return _(said, day=day, testing=_(IN_TESTING))
    if over:
        return _("the permission ended on {day}: connect again", day=day)
    return _("the permission ends on {day}: connect again before that day", day=day)
