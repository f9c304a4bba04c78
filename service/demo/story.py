"""Run the six weeks: the world changes, a pass of the real worker follows, people answer.

Nothing here sends, plans or reads a reply: the world is calendar files and mails in a
Maildir, and what the program makes of them is looked up afterwards.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service import worker
from service.assembly import House
from service.demo.calendars import CalendarFile
from service.demo.chronicle import Chronicle, EditLine, MailLine, ReplyLine, SkipLine, Understood, outcomes_of
from service.demo.delivered import Delivered, collect
from service.demo.replies import Written, drop, write_reply
from service.demo.script.parts import Scene, Script, Style, Turn
from service.domain.letters import Kind
from service.domain.playbook import Playbook
from service.jobs.office import EmailOutcome, PassReport, ReplyOutcome
from service.storage import emails, meetings, people, replies

BEGINS = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)
ENDS = datetime(2026, 11, 15, 18, 0, tzinfo=UTC)
EVERY = timedelta(minutes=15)
PASSES = (ENDS - BEGINS) // EVERY + 1


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply on its way: when it will be there, and to what."""

    when: datetime
    mail: Delivered
    turn: Turn


@dataclass(slots=True)
class Actor:
    """One leader: the calendar, what is still to come, and what came of it."""

    script: Script
    file: CalendarFile
    chronicle: Chronicle
    scenes: list[Scene]
    turns: list[Turn]
    answers: list[Answer] = field(default_factory=list)

    @classmethod
    def of(cls, script: Script, folder: Path) -> "Actor":
        """At the beginning, with the calendar written."""
        file = CalendarFile(folder, script.star)
        script.open_calendar(file)
        file.save()
        return cls(script, file, Chronicle(script.star), list(script.scenes), list(script.turns))

    def local(self, moment: datetime) -> datetime:
        """On this leader's clock."""
        return moment.astimezone(self.script.star.zone)

    def play(self, now: datetime) -> None:
        """Carry out the edits of the calendar that are due."""
        clock = self.local(now).replace(tzinfo=None)
        due = [scene for scene in self.scenes if scene.when <= clock]
        for scene in due:
            scene.edit(self.file)
            self.edited(scene.when.replace(tzinfo=self.script.star.zone), scene.words)
            self.scenes.remove(scene)

    def edited(self, when: datetime, words: str) -> None:
        """The calendar has changed."""
        self.file.save()
        self.chronicle.lines.append(EditLine(when, words))

    def got(self, mail: Delivered) -> None:
        """A mail has arrived: note it, and remember to answer if the script says so."""
        when = self.local(mail.date)
        self.chronicle.lines.append(MailLine(when, mail))
        for turn in self.turns:
            if turn.kind is mail.kind and turn.day == when.date() and turn.about in mail.subject:
                self.turns.remove(turn)
                self.answers.append(Answer(mail.date + turn.after, mail, turn))
                return

    def due_answers(self, now: datetime) -> list[Answer]:
        """Take out what is to be answered by now."""
        due = [answer for answer in self.answers if answer.when <= now]
        self.answers = [answer for answer in self.answers if answer.when > now]
        return due

    def book(self, answer: Answer) -> None:
        """Take the last of the times that a note offers, by its link."""
        start, end = (self.local(moment) for moment in answer.mail.free_times()[-1])
        member = next(one for one in self.script.star.members if one.first_name == answer.turn.about)
        title = f"{self.script.star.player.first_name} / {member.first_name} 1:1"  # as the link has it
        length = (end - start) // timedelta(minutes=1)
        self.file.single("booked", title, start.replace(tzinfo=None), length, member)
        leader = self.script.star.player.first_name
        words = f"{leader} takes a free time from the note: {start:%A} at {start:%H:%M}."
        self.edited(self.local(answer.when), words)


@dataclass(slots=True)
class Story:
    """All leaders, and the house they live in."""

    house: House
    actors: dict[str, Actor]
    waiting: dict[str, tuple[Actor, Answer, Written]] = field(default_factory=dict)

    @property
    def playbook(self) -> Playbook:
        """In whose words the questions are."""
        return self.house.office.playbook_of("en")

    def world(self) -> Iterator[datetime]:
        """The instants of the six weeks; before each, the world is brought up to it."""
        for now in worker.moments(BEGINS, ENDS, EVERY):
            for actor in self.actors.values():
                actor.play(now)
                for answer in actor.due_answers(now):
                    self._answer(actor, answer)
            yield now

    def after(self, report: PassReport) -> None:
        """Take in what a pass has done."""
        for reply in report.replies:
            self._read(reply)
        for email in report.emails:
            actor = self.actors[email.to]
            if email.status == "sent":
                actor.got(collect(self.house.settings.maildir / "outbox", email.key))
            elif email.status == "skipped":
                actor.chronicle.lines.append(self._skipped(actor, email))

    def _answer(self, actor: Actor, answer: Answer) -> None:
        if answer.turn.style is Style.BOOKS:
            actor.book(answer)
            return
        when = actor.local(answer.when)
        written = write_reply(answer.mail, answer.turn, actor.script.star.player, when, self.playbook)
        self.waiting[written.message_id] = (actor, answer, written)
        drop(self.house.settings.maildir, written)

    def _read(self, outcome: ReplyOutcome) -> None:
        if outcome.message_id not in self.waiting:
            return  # nobody of the story wrote it
        actor, answer, written = self.waiting.pop(outcome.message_id)
        understood = self._understood(actor, written) if outcome.status == "accepted" else ()
        line = ReplyLine(
            actor.local(answer.when),
            answer.mail,
            answer.turn,
            written,
            outcome.status,
            outcome.reason,
            understood,
        )
        actor.chronicle.lines.append(line)

    def _understood(self, actor: Actor, written: Written) -> Understood:
        """What the receipt tells the leader."""
        with self.house.database.read() as tx:
            row = people.by_email(tx, actor.script.star.player.email)
            digest = replies.digest(written.raw, written.message_id)
            email = emails.by_key(tx, f"receipt:{row.leader.key if row else ''}-{digest[:20]}")
            note = emails.payload(tx, email.id)
        sections = [
            (about, [(label, said) for label, said in lines]) for about, lines in note.get("sections", [])
        ]
        if note.get("free_text"):
            sections.append(("In their own words", [("", note["free_text"])]))
        if note.get("done"):
            sections.append(("Done", [("", note["done"])]))
        return sections

    def _skipped(self, actor: Actor, email: EmailOutcome) -> SkipLine:
        line = SkipLine(email.at, Kind(email.kind), email.key, email.reason)
        with self.house.database.read() as tx:
            row = people.by_email(tx, email.to)
            leader_id = row.leader.id if row else 0
            pairs = {pair.id: pair.member for pair in people.pairs_of(tx, leader_id)}
            found = [one for one in meetings.of_leader(tx, leader_id) if one.key in email.key.split(":")]
        if not found:
            return line
        return replace(line, member=pairs[found[0].pair_id].first_name, start=actor.local(found[0].start))


def run(
    house: House, folder: Path, scripts: Sequence[Script], watch: Callable[[datetime], None]
) -> tuple[list[Chronicle], PassReport]:
    """The six weeks, pass by pass: one chronicle a leader, in order of time, and the worker's own report."""
    story = Story(house, {script.star.player.email: Actor.of(script, folder) for script in scripts})

    def after(report: PassReport) -> None:
        story.after(report)
        watch(report.now)

    total = worker.tick(house.office, house.pool, story.world(), after)
    for actor in story.actors.values():
        actor.chronicle.unused = actor.turns
        actor.chronicle.outcomes = outcomes_of(house, actor.script.star, ENDS)
        actor.chronicle.lines.sort(key=lambda line: line.at)
    return [actor.chronicle for actor in story.actors.values()], total
