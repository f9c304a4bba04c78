"""A year of one leader: a calendar with 300 one-on-ones, driven through `visavis tick` in virtual time.

    python tests/benchmarks/year.py [--every 15m] [--weeks 52]     (a step over 1h misses preps)

Says how long it took, the most memory, and what was sent. Ends with 1 unless as many were held
as stand in the calendar, each with one prep, every mail once and as a file.

The file stands still all year: what is cancelled or moved in it was so before it came into view.
So this measures, and proves nothing of how changes are tracked.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 1, 5)
MEMBERS = ("ana", "ben", "cleo", "dan", "eva", "finn")  # 6 a week for 50 weeks: 300
CLOCKS = ("093000", "110000", "133000", "140000", "143000", "160000")
AWAY = (13, 33)  # weeks without any: the leader's holidays, as the calendar's EXDATEs
CANCELLED_EVERY, MOVED_EVERY = 17, 11


def one_on_one(index: int, weeks: int) -> str:
    """A member's weekly series: two weeks off, some occurrences cancelled and some moved."""
    name, clock = MEMBERS[index], CLOCKS[index]
    days = [MONDAY + timedelta(days=index % 5, weeks=week) for week in range(weeks)]
    off = [days[week] for week in AWAY if week < weeks]
    lines = [
        *_head(name, days[0], clock),
        f"RRULE:FREQ=WEEKLY;COUNT={weeks}",
        *(f"EXDATE;TZID=Europe/Berlin:{day:%Y%m%d}T{clock}" for day in off),
        "END:VEVENT",
    ]
    for week, day in enumerate(days):
        number = week * len(MEMBERS) + index
        if day in off:
            continue
        if is_cancelled(number):
            lines += [*_head(name, day, clock), _of(day, clock), "STATUS:CANCELLED", "END:VEVENT"]
        elif number and number % MOVED_EVERY == 0:
            lines += [*_head(name, day, "173000"), _of(day, clock), "END:VEVENT"]
    return "\r\n".join(lines)


def is_cancelled(number: int) -> bool:
    """Whether the calendar has this one-on-one of the year, counted from 0, as cancelled."""
    return number > 0 and number % CANCELLED_EVERY == 0


def standing(weeks: int) -> int:
    """How many one-on-ones the calendar leaves to be held."""
    size = len(MEMBERS)
    numbers = [week * size + index for week in range(weeks) if week not in AWAY for index in range(size)]
    return sum(not is_cancelled(number) for number in numbers)


def _head(name: str, day: date, clock: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{name}@example.org",
        f"DTSTART;TZID=Europe/Berlin:{day:%Y%m%d}T{clock}",
        "DURATION:PT30M",
        f"SUMMARY:Marta / {name.capitalize()} 1:1",
        "ORGANIZER:mailto:marta@example.org",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:marta@example.org",
        f"ATTENDEE;CN={name.capitalize()};PARTSTAT=ACCEPTED:mailto:{name}@example.org",
    ]


def _of(day: date, clock: str) -> str:
    return f"RECURRENCE-ID;TZID=Europe/Berlin:{day:%Y%m%d}T{clock}"


def visavis(folder: Path, *argv: str) -> str:
    """Run the real command."""
    done = subprocess.run(
        [sys.executable, "-m", "service", *argv],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"visavis {' '.join(argv)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def drive(folder: Path, weeks: int, every: str) -> dict[str, Any]:
    """A house, a leader, and the whole stretch in one `visavis tick`."""
    series = [one_on_one(index, weeks) for index in range(len(MEMBERS))]
    calendar = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *series, "END:VCALENDAR", ""])
    (folder / "leader.ics").write_bytes(calendar.encode())
    visavis(folder, "init", "--from", "One-on-One Lab <lab@example.org>")
    leader = ("marta@example.org", "--name", "Marta", "--timezone", ZONE.key)
    visavis(folder, "leaders", "add", *leader, "--calendar", "ics:leader.ics")
    begin = datetime(MONDAY.year, MONDAY.month, MONDAY.day, tzinfo=ZONE)
    stretch = ("--now", begin.isoformat(), "--until", (begin + timedelta(weeks=weeks)).isoformat())
    found: dict[str, Any] = json.loads(visavis(folder, "tick", *stretch, "--every", every, "--json"))
    return found


def main() -> int:
    """Drive it, and compare the figures with what the calendar calls for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--every", default="15m")
    parser.add_argument("--weeks", type=int, default=52)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        report = drive(Path(folder), args.weeks, args.every)
        took = time.perf_counter() - began
        meetings = json.loads(visavis(Path(folder), "meetings", "--json"))["meetings"]
        delivered = len(list((Path(folder) / "mail" / "outbox" / "new").iterdir()))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    told(report, meetings, took, peak)
    return verdict(report, meetings, delivered, standing(args.weeks))


def told(report: dict[str, Any], meetings: list[dict[str, Any]], took: float, peak: float) -> None:
    """The figures for people."""
    sent = Counter(mail["kind"] for mail in report["emails"] if mail["status"] == "sent")
    other = Counter(f"{m['kind']} {m['reason']}" for m in report["emails"] if m["status"] != "sent")
    each = took / report["passes"] * 1000
    print(f"{report['passes']} passes in {took:.1f} s ({each:.1f} ms each), at most {peak:.0f} MB")  # noqa: T201 - its purpose
    print(f"{len(meetings)} meetings: {dict(Counter(m['state'] for m in meetings))}")  # noqa: T201 - its purpose
    print(f"sent: {dict(sent)}\nnot sent: {dict(other)}")  # noqa: T201 - its purpose


def verdict(report: dict[str, Any], meetings: list[dict[str, Any]], delivered: int, wanted: int) -> int:
    """0 where all that stand were held, each with one prep, and every mail told is a file."""
    sent = [mail for mail in report["emails"] if mail["status"] == "sent"]
    held = sum(meeting["state"] in {"held", "presumed_held"} for meeting in meetings)
    preps = sum(mail["kind"] == "prep" for mail in sent)
    once = len({mail["key"] for mail in sent}) == len(sent) == delivered
    fine = once and preps == held == wanted and not report["calendars"]["failed"]
    found = f"{wanted} stand in the calendar, {held} held, {preps} preps, {delivered} files"
    print(f"{'as it should be' if fine else 'WRONG'}: {found}")  # noqa: T201 - its purpose
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
