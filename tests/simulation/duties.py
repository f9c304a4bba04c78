"""What must have left by the end of a pass: the oracle's "always" half."""

from datetime import datetime, time, timedelta

from tests.simulation.clockwork import DAY
from tests.simulation.ledger import Known, Ledger
from tests.simulation.post import Letter
from tests.simulation.rules import (
    A_HICCUP,
    AFTER,
    FRESH_DIGEST,
    FRESH_FORM,
    FRESH_REMINDER,
    IGNORED,
    LAST_MOMENT,
    BrokenPromiseError,
    digest_due,
    form_of,
    month_before,
)
from tests.simulation.truth import Fate

SPREAD = timedelta(minutes=20)
NEAR = 7 * DAY
MORNING = time(8, 30)


def after_pass(ledger: Ledger, now: datetime) -> None:
    """Nothing that is due at `now` may be missing; a leader who wants no mail is owed none."""
    if not ledger.active(now):
        ledger.silent_at = now
        return
    if ledger.joined is None or ledger.hours.quiet(now):
        return
    if ledger.lenient_until is not None and now < ledger.lenient_until:
        return
    _owed("welcome", _welcome(ledger, now), now)
    for known in ledger.known.values():
        _owed("prep", known if _prep(ledger, known, now) else None, now)
        _owed("form", known if _form(ledger, known, now) else None, now)
    # What waited over a weekend waits for the morning: 08:30, not the end of quiet hours.
    if ledger.hours.reachable(now) and ledger.hours.local(now).time() >= MORNING:
        _when_reachable(ledger, now)


def _when_reachable(ledger: Ledger, now: datetime) -> None:
    """What waits for a working day."""
    for known in ledger.known.values():
        _owed("rebook", known if _rebook(ledger, known, now) else None, now)
        _owed("question", known if _question(ledger, known, now) else None, now)
    for letter in ledger.letters:
        _owed("reminder", letter if _reminder(ledger, letter, now) else None, now)
    _owed("digest", _digest(ledger, now), now)
    _owed("reconnect", _reconnect(ledger, now), now)


def _owed(kind: str, missing: object, now: datetime) -> None:
    if missing:
        label = missing.slot.label if isinstance(missing, Known) else missing
        raise BrokenPromiseError(f"no {kind} at {now} for {label}")


def _welcome(ledger: Ledger, now: datetime) -> str:
    late = ledger.joined is None or now - ledger.joined > FRESH_DIGEST
    return "" if late or any(one.kind == "welcome" for one in ledger.letters) else ledger.leader.name


def _prep(ledger: Ledger, known: Known, now: datetime) -> bool:
    wanted = known.on and known.said is None and ledger.started(known) and ledger.fresh(now)
    if not wanted or known.start - now < LAST_MOMENT or ledger.hours.absent(known.start, known.end):
        return False
    if now < ledger.hours.prep_due(known.start) or known.slot in ledger.prepared:
        return False
    return not _took_the_place_of_a_prepared_one(ledger, known)


def _took_the_place_of_a_prepared_one(ledger: Ledger, known: Known) -> bool:
    """Cancelled, and a new one with the same person nearby: rescheduled, so prepared already."""
    return any(
        slot.pair is known.slot.pair and slot.ever_off and abs(ledger.known[slot].start - known.start) <= NEAR
        for slot in ledger.prepared
        if slot is not known.slot
    )


def _form(ledger: Ledger, known: Known, now: datetime) -> bool:
    """The form comes a quarter of an hour after the last of those that stand back to back."""
    if not (known.counts and known.end <= now and ledger.started(known) and ledger.fresh(now)):
        return False
    written = ledger.reflected.get(known.slot)
    if known.slot in ledger.formed or known.said is not None or (written and written >= known.end):
        return False
    if ledger.hours.absent(known.start, known.end) or not ledger.spoken_to_since(known.end):
        return False
    due = ledger.hours.form_due(known.end)
    return due <= now <= due + FRESH_FORM and now >= ledger.hours.form_due(_end_of_chain(ledger, known))


def _end_of_chain(ledger: Ledger, known: Known) -> datetime:
    """When the last one ends of those that stand back to back with this one, or overlap it."""
    chain: list[Known] = []
    wanted = (one for one in ledger.known.values() if one.counts and one.slot not in ledger.formed)
    for one in sorted(wanted, key=lambda one: (one.start, one.end)):
        if chain and one.start - max(other.end for other in chain) > AFTER:
            if known in chain:
                break
            chain = []
        chain.append(one)
    return max(one.end for one in chain)


def _reminder(ledger: Ledger, form: Letter, now: datetime) -> bool:
    if form.kind != "reflection" or form.key in ledger.answered:
        return False
    base = ledger.hours.next_working(ledger.left_at(form), time(8, 30))
    if not base <= now <= base + FRESH_REMINDER or _ignored(ledger, now) >= IGNORED:
        return False
    if not ledger.spoken_to_since(base):
        return False
    known = [known for slot, known in ledger.known.items() if ledger.formed.get(slot) is form]
    if not all(one.counts and one.said is None and one.end <= form.at for one in known):
        return False
    return not any(one.kind == "reminder" and form_of(ledger, one) is form for one in ledger.letters)


def _ignored(ledger: Ledger, now: datetime) -> int:
    """Forms unanswered in a row up to now."""
    streak = 0
    for form in reversed([one for one in ledger.letters if one.kind == "reflection"]):
        if form.key in ledger.answered:
            break
        streak += now - form.at >= 3 * DAY
    return streak


def _rebook(ledger: Ledger, known: Known, now: datetime) -> bool:
    """Owed only where nothing could have taken its place, and no other note to this pair is near."""
    pair = known.slot.pair
    by_leader = known.fate is Fate.LEADER_DECLINED or (known.fate is Fate.CANCELLED and pair.led_by_leader)
    if known.on or known.said is not None or known.off_seen is None or known.away or not by_leader:
        return False
    base = ledger.hours.next_working(known.off_seen, time(9))
    if not base <= now <= base + 2 * DAY or known.start < (ledger.joined or now):
        return False
    if not ledger.spoken_to_since(base):
        return False
    told = (one for one in ledger.letters if one.kind == "rebook" and one.about[0].member == pair.name)
    if known.noted or any(base - one.at < NEAR + DAY for one in told):
        return False
    others = (
        one for one in ledger.known.values() if one.slot.pair is pair and one is not known and not one.on
    )
    if any(one.off_seen and abs(one.off_seen - known.off_seen) < NEAR for one in others):
        return False  # one note speaks for both
    return not _something_new_nearby(ledger, known)


def _something_new_nearby(ledger: Ledger, known: Known) -> bool:
    off = known.off_seen
    near = [
        other
        for other in ledger.known.values()
        if other.slot.pair is known.slot.pair
        and other is not known
        and abs(other.start - known.start) <= NEAR
    ]
    return any(
        not (other.slot.recurring and known.slot.recurring)
        or (off is None or other.first_seen >= off or not other.on or other.moved)
        for other in near
    )


def _question(ledger: Ledger, known: Known, now: datetime) -> bool:
    """What became of one that vanished is asked once, unless a whole series did or another came."""
    if known.on or known.fate is not Fate.GONE or known.said is not None or known.away:
        return False
    base = ledger.hours.next_working(known.off_seen, time(9)) if known.off_seen else now
    if (
        not ledger.hours.at_work(now)
        or not base <= now <= base + 4 * DAY
        or known.start < (ledger.joined or now)
    ):
        return False
    together = [one for one in ledger.known.values() if one.off_seen == known.off_seen and one is not known]
    if together or _something_new_nearby(ledger, known):
        return False
    asked = (about for one in ledger.letters if one.kind == "confirm" for about in one.about)
    return not any(about.fits(known.slot, known.start, known.end) for about in asked)


def _digest(ledger: Ledger, now: datetime) -> str:
    month = month_before(ledger.hours.local(now).date())
    due = digest_due(ledger, month) + SPREAD
    if not due <= now <= due + FRESH_DIGEST - DAY or not ledger.held_in(month, now):
        return ""
    done = any(one.kind == "digest" and f"{month:%B %Y}" in one.subject for one in ledger.letters)
    return "" if done else f"{ledger.leader.name}, {month:%B}"


def _reconnect(ledger: Ledger, now: datetime) -> str:
    """Who took access away is told once; who was told lately knows."""
    if ledger.lost_at is None or now < ledger.lost_at + A_HICCUP:
        return ""
    told = [one for one in ledger.letters if one.kind == "reconnect"]
    return "" if any(one.at > ledger.lost_at - NEAR - DAY for one in told) else ledger.leader.name
