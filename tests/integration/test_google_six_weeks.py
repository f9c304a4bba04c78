"""Six weeks of three leaders through the fake Google, with faults on: nothing lost, nothing twice.

Each leader came in by another way. Every twentieth call fails, and every fiftieth is carried
out while its answer is lost. What people did and what they received is told apart from what
the program believes: here only the calendars and the inboxes count.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from service.jobs.office import PassReport
from service.storage.schema import emails
from tests.fakes.cli import Mail, numbered, reply
from tests.fakes.desks import DAY, HOUR, MINUTE, at
from tests.fakes.google.server import FakeGoogle
from tests.fakes.google_lab import LAB, WAYS, Lab, open_lab

BEGIN, END = at("2026-11-02 08:00"), at("2026-12-14 08:00")
WEEK, WEEKS = timedelta(days=7), 6
BERLIN = ZoneInfo("Europe/Berlin")
FIRSTS = {"max": at("2026-11-03 14:00"), "ann": at("2026-11-04 10:30"), "kim": at("2026-11-05 15:00")}
# Which occurrence of whose series moves, and by how much; which is called off, days before.
MOVED = {("ada", "max", 1): DAY, ("ben", "ann", 3): 2 * HOUR, ("cleo", "kim", 2): -3 * HOUR}
OFF = {("ada", "ann", 2), ("ben", "max", 4), ("cleo", "max", 1), ("cleo", "ann", 4)}


@dataclass
class Weeks:
    """The stretch as it was lived. `replied` counts the replies that people wrote."""

    lab: Lab
    report: PassReport = field(default_factory=lambda: PassReport(BEGIN))
    replied: int = 0
    _seen: dict[str, list[str]] = field(default_factory=dict)

    def answer_forms(self) -> None:
        """Whoever received a form answers it, one in three not at all."""
        for name in WAYS:
            address = f"{name}@example.org"
            forms = [mail for mail in self.lab.mails(address) if mail.kind == "reflection"]
            for form in forms[len(self._answered(name)) :]:
                self._answered(name).append(form.key)
                if len(self._answered(name)) % 3:
                    self._reply(address, form)

    def _answered(self, name: str) -> list[str]:
        return self._seen.setdefault(name, [])

    def _reply(self, address: str, form: Mail) -> None:
        self.replied += 1
        body = numbered(form, {1: "yes", 2: f"we laughed about number {self.replied}"})
        message_id = f"<reply-{self.replied}@example.org>"
        self.lab.google.gmail.deliver(LAB, reply(form, address, body, message_id=message_id))


def _people(lab: Lab) -> None:
    for name in WAYS:
        members = [f"{member.title()} <{member}@example.org>" for member in FIRSTS]
        address = lab.add(name, members, now=BEGIN)
        for member, first in FIRSTS.items():
            guests = [address, f"{member}@example.org"]
            series = lab.google.calendar.series(
                address, first, rule=f"FREQ=WEEKLY;COUNT={WEEKS + 8}", guests=guests, summary=f"{member} 1:1"
            )
            _plan(lab, name, member, address, series)


def _plan(lab: Lab, name: str, member: str, address: str, series: str) -> None:
    """What happens to the series, each time two days ahead in the morning."""
    instances = [each["id"] for each in lab.google.calendar.instances(address, series)]
    for week in range(WEEKS):
        start = FIRSTS[member] + week * WEEK
        before = start - 2 * DAY - 3 * HOUR
        if (name, member, week) in MOVED:
            then = start + MOVED[name, member, week]
            lab.at(before, partial(lab.google.calendar.move, address, instances[week], then))
        if (name, member, week) in OFF:
            lab.at(before, partial(lab.google.calendar.cancel, address, instances[week]))


def _held(name: str) -> int:
    """How many of a leader's one-on-ones took place by the end."""
    return len(FIRSTS) * WEEKS - sum(off[0] == name for off in OFF)


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Weeks]:
    with (
        FakeGoogle(now=BEGIN - DAY) as google,
        open_lab(tmp_path_factory.mktemp("lab"), google, workers=1) as lab,
    ):
        _people(lab)
        google.faults.rate(errors=0.05, cut_after=0.02, seed=6)
        lived = Weeks(lab)
        moment = BEGIN + 40 * MINUTE
        while moment < END - DAY:
            lab.at(moment, lived.answer_forms)
            moment += HOUR
        lived.report = lab.run(BEGIN, END)
        yield lived


def mails(weeks: Weeks, kind: str) -> list[Mail]:
    received = [mail for name in WAYS for mail in weeks.lab.mails(f"{name}@example.org")]
    return [mail for mail in received if mail.kind == kind]


def test_nothing_was_received_twice(weeks: Weeks) -> None:
    for name in WAYS:
        keys = Counter(mail.key for mail in weeks.lab.mails(f"{name}@example.org"))
        assert [key for key, count in keys.items() if count > 1] == []


def test_every_one_on_one_had_its_prep_before_it_began(weeks: Weeks) -> None:
    for name in WAYS:
        preps = [mail for mail in weeks.lab.mails(f"{name}@example.org") if mail.kind == "prep"]
        assert len(preps) == _held(name)
        assert Counter(mail.week for mail in preps) == Counter(_weeks_of_the_cycle(name))


def _weeks_of_the_cycle(name: str) -> list[int]:
    """Week 1, 2, 3 and again, for each member; one that was called off skips nothing."""
    held = {member: WEEKS - sum(off[:2] == (name, member) for off in OFF) for member in FIRSTS}
    return [number % 3 + 1 for count in held.values() for number in range(count)]


def test_every_one_on_one_had_its_form_after_it(weeks: Weeks) -> None:
    for name in WAYS:
        forms = [mail for mail in weeks.lab.mails(f"{name}@example.org") if mail.kind == "reflection"]
        asked = sum(mail.text.count("(yes / moved / I cancelled") for mail in forms)
        assert asked == _held(name)


def test_every_reply_was_taken_in_and_acknowledged_once(weeks: Weeks) -> None:
    accepted = [one for one in weeks.report.replies if one.status == "accepted"]
    assert len(accepted) == len({one.message_id for one in accepted}) == weeks.replied > 20
    assert len(mails(weeks, "receipt")) == weeks.replied


def test_every_leader_had_a_welcome_and_the_digest_of_november(weeks: Weeks) -> None:
    assert len(mails(weeks, "welcome")) == len(mails(weeks, "digest")) == len(WAYS)


def test_what_the_leader_called_off_was_met_with_a_new_time(weeks: Weeks) -> None:
    assert len(mails(weeks, "rebook")) == len(OFF)
    assert mails(weeks, "reconnect") == mails(weeks, "confirm") == []


def test_no_row_is_left_over_and_no_draft(weeks: Weeks) -> None:
    with weeks.lab.house.database.read() as tx:
        rows = Counter(tx.connection.execute(select(emails.c.status)).scalars())
    assert set(rows) <= {"sent", "skipped"}
    assert rows["sent"] == sum(len(weeks.lab.mails(f"{name}@example.org")) for name in WAYS)
    held = set(weeks.lab.google.gmail.drafts(LAB))
    assert len(held) <= 2  # one that a lost answer left since the last sweep


def test_a_follow_up_lies_in_the_thread_of_what_it_follows(weeks: Weeks) -> None:
    lead = {
        mail.message["Message-ID"]: mail for name in WAYS for mail in weeks.lab.mails(f"{name}@example.org")
    }
    box = weeks.lab.google.gmail.office.box(LAB)
    threads = {
        one.mime.get("Message-ID"): one.thread for one in box.messages.values() if "SENT" in one.labels
    }
    for mail in [*mails(weeks, "receipt"), *mails(weeks, "reminder")]:
        answered = lead[mail.message["In-Reply-To"]]
        assert threads[mail.message["Message-ID"]] == threads[answered.message["Message-ID"]]
        assert answered.kind == "reflection"
        assert mail.subject == f"Re: {answered.subject}"


def test_the_figures(weeks: Weeks, capsys: pytest.CaptureFixture[str]) -> None:
    google = weeks.lab.google
    calls = Counter(call.method for call in google.calls)
    broken = sum(call.status is None or call.status in {429, 500, 503} for call in google.calls)
    sent = Counter(mail.kind for name in WAYS for mail in weeks.lab.mails(f"{name}@example.org"))
    with capsys.disabled():
        print(  # noqa: T201 - the issue asks for the figures
            f"\nsix weeks, three leaders, {weeks.report.passes} passes: {sum(calls.values())} calls to "
            f"Google, {broken} of them refused or cut; {sum(sent.values())} mails received ({dict(sent)}), "
            f"{weeks.replied} replies; nothing lost, nothing twice"
        )
    assert broken > 100
