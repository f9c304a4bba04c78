"""What people write back: answers, corrections, commands, notes, noise."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from tests.simulation.ledger import Known, Ledger
from tests.simulation.post import Letter
from tests.simulation.rules import form_of

MINUTE = timedelta(minutes=1)
CORRECTIONS = {
    "they cancelled": "member_cancelled",
    "I cancelled": "leader_cancelled",
    "nobody came": "no_show",
    "moved": "moved",
}


@dataclass
class Reply:
    """A mail on its way in, and what it changes once it is taken in.

    `read` says that it is a leader's own words that earn a receipt.
    """

    at: datetime
    raw: bytes
    ledger: Ledger
    letter: Letter
    read: bool = True
    effects: list[Callable[[datetime], None]] = field(default_factory=list)


class Correspondents:
    """Decides what comes back to each mail, and when."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._made = 0

    def reply_to(self, ledger: Ledger, letter: Letter) -> list[Reply]:
        roll = self.random.random()
        if letter.kind in {"reflection", "reminder"}:
            return self._to_form(ledger, letter) if roll < 0.45 else self._noise(ledger, letter)
        if letter.kind == "confirm" and letter.about and roll < 0.7:
            return [self._to_confirm(ledger, letter)]
        if letter.kind == "confirm" and "break do you good" in letter.text and roll < 0.5:
            return [self._reply(ledger, letter, "1. no\n")]
        if letter.kind == "prep" and roll < 0.08:
            return self._note(ledger, letter)
        if letter.kind in {"prep", "digest", "welcome"} and roll < 0.12:
            return self._pause(ledger, letter)
        return self._noise(ledger, letter) if roll > 0.9 else []

    def _to_form(self, ledger: Ledger, letter: Letter) -> list[Reply]:
        lines: list[str] = []
        effects: list[Callable[[datetime], None]] = []
        for first, known in zip(letter.firsts, meant(ledger, letter), strict=True):
            self._section(ledger, known, first, lines, effects)
        effects.append(lambda now: _answer(ledger, letter, now))
        reply = self._reply(ledger, letter, "\n".join(lines) + "\n", effects)
        twice = self.random.random() < 0.1
        return [reply, Reply(reply.at + MINUTE, reply.raw, ledger, letter, read=False)] if twice else [reply]

    def _section(
        self,
        ledger: Ledger,
        known: Known,
        first: int,
        lines: list[str],
        effects: list[Callable[[datetime], None]],
    ) -> None:
        self._made += 1
        if self.random.random() < 0.15:
            said = self.random.choice(list(CORRECTIONS))
            lines.append(f"{first}. {said}")
            effects.append(lambda _: _say(known, CORRECTIONS[said]))
            return
        words = f"fewer slides next time, number {self._made}"
        lines += [
            f"{first}. yes",
            f"{first + 1}. we laughed about item {self._made}",
            f"{first + 3}. {words}",
        ]
        effects.append(lambda _: _say(known, "held"))
        effects.append(lambda _: ledger.better.__setitem__(known.slot, words))

    def _to_confirm(self, ledger: Ledger, letter: Letter) -> Reply:
        lines, effects = [], list[Callable[[datetime], None]]()
        for first, known in zip(letter.firsts, meant(ledger, letter), strict=True):
            said = self.random.choice(("they cancelled", "I cancelled"))
            lines.append(f"{first}. {said}")
            effects.append(lambda _, known=known, said=said: _say(known, CORRECTIONS[said]))  # type: ignore[misc]  # a lambda's defaults have no types
        return self._reply(ledger, letter, "\n".join(lines) + "\n", effects)

    def _note(self, ledger: Ledger, letter: Letter) -> list[Reply]:
        """A note in advance, in answer to a prep."""
        (known,) = meant(ledger, letter)
        note: list[Callable[[datetime], None]] = [lambda now: _note(ledger, known, now)]
        return [self._reply(ledger, letter, "I will ask about the new flat first.\n", note, soon=True)]

    def _pause(self, ledger: Ledger, letter: Letter) -> list[Reply]:
        order = self.random.choice(("pause", "Pause for two weeks", "pause for 3 days", "pause", "stop"))
        days = {"Pause for two weeks": 14, "pause for 3 days": 3}.get(order)
        replies = [self._reply(ledger, letter, f"{order}\n", [lambda now: _pause(ledger, order, days, now)])]
        if order == "stop" and self.random.random() < 0.7:
            order = "pause"
            replies = [
                self._reply(ledger, letter, "pause\n", [lambda now: _pause(ledger, "pause", None, now)])
            ]
        if days is None:
            resume = self._reply(ledger, letter, "resume\n", [lambda _: _resume(ledger)])
            resume.at = replies[0].at + timedelta(hours=self.random.choice((1, 5, 30, 100, 300)))
            replies.append(resume)
        return replies

    def _noise(self, ledger: Ledger, letter: Letter) -> list[Reply]:
        """An absence note, a stranger with the token, or nothing."""
        roll = self.random.random()
        if roll < 0.12:
            return [
                self._reply(
                    ledger, letter, "I am away.\n", read=False, headers="Auto-Submitted: auto-replied\n"
                )
            ]
        if roll < 0.16:
            return [
                self._reply(ledger, letter, "1. nobody came\n", read=False, sender="stranger@example.com")
            ]
        return []

    def _reply(
        self,
        ledger: Ledger,
        letter: Letter,
        body: str,
        effects: list[Callable[[datetime], None]] | None = None,
        *,
        read: bool = True,
        soon: bool = False,
        sender: str = "",
        headers: str = "",
    ) -> Reply:
        self._made += 1
        minutes = self.random.choice((3, 20) if soon else (4, 25, 90, 600, 1500, 4000))
        raw = (
            f"From: {sender or ledger.leader.address}\nTo: {letter.reply_to}\nSubject: Re: {letter.subject}\n"
            f"Message-ID: <reply-{self._made}@example.org>\n{headers}"
            f"Content-Type: text/plain; charset=utf-8\n\n{body}"
        )
        return Reply(letter.at + minutes * MINUTE, raw.encode(), ledger, letter, read, effects or [])


def meant(ledger: Ledger, letter: Letter) -> list[Known]:
    """The meetings that a mail speaks of, as they were known when it left."""
    return [
        next(k for k in ledger.known.values() if about.fits(k.slot, k.start, k.end)) for about in letter.about
    ]


def _say(known: Known, outcome: str) -> None:
    known.said = outcome
    known.on = outcome == "held"


def _note(ledger: Ledger, known: Known, now: datetime) -> None:
    """Words in advance; read after the end, as it is then known, they are the reflection."""
    ledger.better.setdefault(known.slot, "")
    ledger.reflected[known.slot] = now


def _answer(ledger: Ledger, letter: Letter, now: datetime) -> None:
    form = form_of(ledger, letter) if letter.kind == "reminder" else None
    if form is not None:
        ledger.answered.setdefault(form.key, now)
    for about in letter.about:
        for slot, form in ledger.formed.items():
            if about in form.about and slot.pair.name == about.member:
                ledger.answered.setdefault(form.key, now)


def _pause(ledger: Ledger, order: str, days: int | None, now: datetime) -> None:
    ledger.paused, ledger.stopped, ledger.paused_until = True, order == "stop", None
    if days is not None:
        midnight = now.astimezone(ledger.leader.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        ledger.paused_until = midnight + timedelta(days=days)


def _resume(ledger: Ledger) -> None:
    ledger.paused, ledger.stopped, ledger.paused_until = False, False, None
