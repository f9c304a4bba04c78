"""What each mail must obey, judged at the moment it left: the oracle's "never" half."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from tests.simulation.clockwork import DAY
from tests.simulation.ledger import Known, Ledger
from tests.simulation.post import About, Letter
from tests.simulation.truth import Fate

MINUTE = timedelta(minutes=1)
AFTER = 15 * MINUTE
LAST_MOMENT = 10 * MINUTE
FRESH_FORM, FRESH_REMINDER, FRESH_DIGEST = 3 * DAY, 2 * DAY, 14 * DAY
A_HICCUP = timedelta(hours=1)
IGNORED = 4


class BrokenPromiseError(AssertionError):
    """An invariant does not hold."""


def need(holds: object, what: str, letter: Letter | None = None) -> None:
    if not holds:
        told = (
            f"{letter.kind} {letter.key} to {letter.to} at {letter.at}: {letter.subject!r}" if letter else ""
        )
        raise BrokenPromiseError(f"{what}\n  {told}")


def judge(ledger: Ledger, letter: Letter) -> None:
    """Check a mail against everything that could be known when it left, and note it."""
    _every_mail(ledger, letter)
    rule = RULES.get(letter.kind)
    if rule is not None:
        rule(ledger, letter)
    ledger.letters.append(letter)


def _every_mail(ledger: Ledger, letter: Letter) -> None:
    need(letter.to == ledger.leader.address, "mail to somebody else", letter)
    need(all(letter.key != other.key for other in ledger.letters), "the same key twice", letter)
    need(letter.date == letter.at, f"a Date that is not now: {letter.date}", letter)
    local = ledger.hours.local(letter.at)
    need(letter.date.utcoffset() == local.utcoffset(), "a Date on another clock than the leader's", letter)
    if letter.kind == "receipt" or letter.key.startswith("confirm:reply:"):
        return
    need(not ledger.hours.quiet(letter.at), f"mail in quiet hours ({local:%H:%M})", letter)
    need(ledger.active(letter.at), "mail to one who paused or stopped", letter)
    if letter.kind in {"reminder", "rebook", "digest", "reconnect"}:
        need(
            ledger.hours.reachable(letter.at), f"mail while the leader is off work ({local:%a %H:%M})", letter
        )
    if letter.kind == "confirm":
        need(ledger.hours.at_work(letter.at), f"a question outside working hours ({local:%a %H:%M})", letter)
    strange = [
        title for title in ("Team weekly", "Focus time", "Interview", "Candidate") if title in letter.text
    ]
    need(not strange, f"mail about what is no one-on-one: {strange}", letter)


def _known(ledger: Ledger, letter: Letter, about: About) -> Known:
    found = [known for known in ledger.known.values() if about.fits(known.slot, known.start, known.end)]
    need(len(found) == 1, f"about a meeting that is not in the calendar: {about}", letter)
    return found[0]


def _prep(ledger: Ledger, letter: Letter) -> None:
    need(len(letter.about) == 1, "a prep is about one meeting", letter)
    known = _known(ledger, letter, letter.about[0])
    need(known.on and known.said is None, f"prep for a one-on-one that is off ({known.fate})", letter)
    need(letter.at < known.start, "prep after the meeting began", letter)
    need(known.start - letter.at >= LAST_MOMENT, "prep in the last ten minutes", letter)
    need(letter.at >= ledger.hours.prep_due(known.start), "prep before its time", letter)
    need(ledger.started(known), "prep for a pair that has not begun", letter)
    need(ledger.fresh(letter.at), "prep from a calendar unread for days", letter)
    need(not ledger.hours.absent(known.start, known.end), "prep while the leader is away", letter)
    need(letter.week == ledger.week(known), f"week {letter.week}, but {ledger.week(known)} is next", letter)
    words = ledger.last_better(known)
    need(words in letter.text, f"prep without the last words: {words}", letter)
    before = ledger.prepared.setdefault(known.slot, [])
    again = before and before[-1].week != letter.week and any(m > before[-1].at for m in known.moved)
    need(not before or again, "a second prep for the same one-on-one", letter)
    before.append(letter)


def _form(ledger: Ledger, letter: Letter) -> None:
    need(letter.about and len(letter.about) == len(letter.firsts), "a form without its sections", letter)
    for about in letter.about:
        known = _known(ledger, letter, about)
        need(
            known.counts and known.end <= letter.at,
            f"form for one not held ({known.fate}, {known.said})",
            letter,
        )
        need(letter.at >= known.end + AFTER, "form before a quarter of an hour has passed", letter)
        need(
            letter.at - ledger.hours.form_due(known.end) <= FRESH_FORM, "form days after the meeting", letter
        )
        need(ledger.started(known), "form for a pair that has not begun", letter)
        need(known.slot not in ledger.formed, "a second form for the same one-on-one", letter)
        ledger.formed[known.slot] = letter


def _reminder(ledger: Ledger, letter: Letter) -> None:
    form = form_of(ledger, letter)
    need(form is not None, "a reminder of a form that never left", letter)
    assert form is not None
    need(form.key not in ledger.answered, "a reminder of a form that was answered", letter)
    base = ledger.hours.next_working(form.at, time(8, 30))
    need(base <= letter.at, "a reminder before the next working morning", letter)
    need(letter.at - base <= FRESH_REMINDER, "a reminder days later", letter)
    need(not any(other.kind == "reminder" and form_of(ledger, other) is form for other in ledger.letters),
         "a second reminder of one form", letter)  # fmt: skip
    need(letter.subject.startswith("Re: "), "a reminder outside its form's thread", letter)


def form_of(ledger: Ledger, reminder: Letter) -> Letter | None:
    """The form that it reminds of; a one-on-one may turn out to have been at another time since."""
    forms = [one for one in ledger.letters if one.kind == "reflection"]
    same = (form for form in forms if set(reminder.about) <= set(form.about) and reminder.about)
    slots = (
        slot
        for about in reminder.about
        for slot, known in ledger.known.items()
        if about.fits(slot, known.start, known.end)
    )
    return next(same, None) or next((ledger.formed[slot] for slot in slots if slot in ledger.formed), None)


def _rebook(ledger: Ledger, letter: Letter) -> None:
    known = _known(ledger, letter, letter.about[0])
    need(not known.on, "a new time offered for one that stands", letter)
    need(not known.noted, "a second new time offered for the same one", letter)
    known.noted = True
    ours = known.fate is Fate.LEADER_DECLINED or (
        known.fate is Fate.CANCELLED and known.slot.pair.led_by_leader
    )
    need(
        known.said == "leader_cancelled" or (ours and known.said is None),
        "rebook for the other's doing",
        letter,
    )
    need(known.said or not known.away, "rebook for one that the leader was excused from", letter)
    off = known.off_seen
    if known.said is None and off is not None:
        need(letter.at >= ledger.hours.next_working(off, time(9)), "rebook before the next morning", letter)
    pair = known.slot.pair
    week = [one for one in ledger.letters if one.kind == "rebook" and letter.at - one.at < 7 * DAY]
    need(all(one.about[0].member != pair.name for one in week), "a second rebook within a week", letter)


def _confirm(ledger: Ledger, letter: Letter) -> None:
    for about in letter.about:
        known = _known(ledger, letter, about)
        need(
            not known.on and known.said is None and _may_be_anybodys(ledger, known),
            "asked about one that is plain",
            letter,
        )
        off = known.off_seen
        need(
            off and letter.at >= ledger.hours.next_working(off, time(9)),
            "asked before the next morning",
            letter,
        )
        asked = (other for one in ledger.letters if one.kind == "confirm" for other in one.about)
        need(about not in asked, "asked twice", letter)


def _may_be_anybodys(ledger: Ledger, known: Known) -> bool:
    """Whether the calendar does not tell who called it off."""
    cancelled = known.fate is Fate.CANCELLED and not known.slot.pair.led_by_leader
    return known.fate is Fate.GONE or (ledger.bare and cancelled)


def month_before(day: date) -> date:
    return (day.replace(day=1) - DAY).replace(day=1)


def digest_due(ledger: Ledger, month: date) -> datetime:
    """08:00 of the first working day after the month, without the leader's own minutes."""
    day = ledger.hours.first_working_of((month + 31 * DAY).replace(day=1))
    return datetime.combine(day, time(8), ledger.leader.zone)


def _digest(ledger: Ledger, letter: Letter) -> None:
    month = month_before(ledger.hours.local(letter.at).date())
    need(f"{month:%B %Y}" in letter.subject, "a digest of another month", letter)
    need(
        letter.subject not in [one.subject for one in ledger.letters], "a second digest of one month", letter
    )
    due = digest_due(ledger, month)
    need(due <= letter.at <= due + FRESH_DIGEST + 20 * MINUTE, "a digest at the wrong time", letter)
    need(letter.counts, "a digest without its figures", letter)
    held, _, cancelled = letter.counts or (0, 0, 0)
    wanted = ledger.held_in(month, letter.at)
    need(held == wanted, f"{held} held in the digest, {wanted} in truth", letter)
    off = [one for one in ledger.on_record(month) if one.slot.ever_off or one.said not in {None, "held"}]
    need(cancelled <= len(off), f"{cancelled} cancelled in the digest, {len(off)} in truth", letter)


def _welcome(ledger: Ledger, letter: Letter) -> None:
    need(all(one.kind != "welcome" for one in ledger.letters), "welcomed twice", letter)


def _reconnect(ledger: Ledger, letter: Letter) -> None:
    need(ledger.lost_at, "told of lost access to a calendar that can be read", letter)
    need(ledger.lost_at and letter.at - ledger.lost_at >= A_HICCUP, "told of what may be a hiccup", letter)
    told = [one for one in ledger.letters if one.kind == "reconnect"]
    need(all(letter.at - one.at >= 7 * DAY for one in told), "told of lost access twice in a week", letter)
    need(all(one.at < ledger.lost_at for one in told if ledger.lost_at), "told of one loss twice", letter)


RULES: dict[str, Callable[[Ledger, Letter], None]] = {
    "prep": _prep,
    "reflection": _form,
    "reminder": _reminder,
    "rebook": _rebook,
    "confirm": _confirm,
    "digest": _digest,
    "welcome": _welcome,
    "reconnect": _reconnect,
}
