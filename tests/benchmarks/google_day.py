"""What one leader's day costs of Google's quotas: `python -m tests.benchmarks.google_day`.

A Tuesday of one leader with six weekly one-on-ones, two of them on that day, lived through
the fake Google in passes of a minute, as the worker makes them: two preps, two forms, one
answered. Every call is counted by the fake itself, without what only the fake's virtual
time causes (an access token that the client holds for fresh is asked for anew).
"""

import tempfile
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path

from tests.fakes.cli import numbered, reply
from tests.fakes.desks import DAY, HOUR, MINUTE, at
from tests.fakes.google.server import FakeGoogle
from tests.fakes.google_lab import LAB, Lab, open_lab

MONDAY = at("2026-11-02 08:00")
TUESDAY = at("2026-11-10 00:00")
SLOTS = ("2026-11-02 11:00", "2026-11-03 10:30", "2026-11-03 15:00", "2026-11-04 14:00", "2026-11-05 09:00",
         "2026-11-06 13:00")  # fmt: skip


def people(lab: Lab) -> None:
    """Ada, and six people she meets weekly."""
    members = [f"Member{number} <member{number}@example.org>" for number in range(len(SLOTS))]
    ada = lab.add("ada", members, now=MONDAY)
    for number, first in enumerate(SLOTS):
        guests = [ada, f"member{number}@example.org"]
        lab.google.calendar.series(ada, at(first), guests=guests, summary=f"Member{number} 1:1")


def answer(lab: Lab) -> None:
    """Ada answers the newest form."""
    form = [mail for mail in lab.mails("ada@example.org") if mail.kind == "reflection"][-1]
    body = numbered(form, {1: "yes", 2: "we laughed"})
    lab.google.gmail.deliver(
        LAB, reply(form, "ada@example.org", body, message_id=f"<{form.key}@example.org>")
    )


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        FakeGoogle(now=MONDAY) as google,
        open_lab(Path(folder), google, workers=1) as lab,
    ):
        people(lab)
        lab.run(MONDAY, TUESDAY - MINUTE, HOUR)
        lab.at(at("2026-11-10 15:50"), partial(answer, lab))
        google.calls.clear()
        google.gmail.office.quota.units.clear()
        mails = len(lab.mails("ada@example.org"))
        report = lab.run(TUESDAY, TUESDAY + DAY - MINUTE, timedelta(minutes=1))
        calls = Counter(call.method for call in google.calls if call.status not in {401, None})
        asked = sum(count for method, count in calls.items() if method.startswith("calendar."))
        gmail = sum(count for method, count in calls.items() if method.startswith("gmail."))
        units = google.gmail.office.quota.units[LAB]
        print(f"{report.passes} passes, {len(lab.mails('ada@example.org')) - mails} mails")  # noqa: T201
        print(f"Calendar API: {asked} queries of one leader")  # noqa: T201
        print(f"Gmail API: {gmail} calls, {units} units of the mailbox")  # noqa: T201
        for method, count in sorted(calls.items()):
            print(f"  {count:5}  {method}")  # noqa: T201


if __name__ == "__main__":
    main()
