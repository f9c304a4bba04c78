"""How long reading an .ics file takes: run it by hand, `python tests/benchmarks/ics_read.py`.

Prints milliseconds for the first read (parse and expand), a later pass of the same day,
the first pass of the next day, and the peak of memory, for a year of 300 events and for
a file of 10,000.
"""

import resource
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

from service.calendars.ics import IcsCalendar
from service.domain.events import Window

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BULK = "DESCRIPTION:" + "Agenda and notes. " * 20


def event(number: int, start: datetime, rule: str = "") -> str:
    """One VEVENT as calendars export it, with the ballast that has to be dropped."""
    lines = [
        "BEGIN:VEVENT",
        f"UID:event-{number}@example.org",
        f"DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/Berlin:{start + timedelta(minutes=30):%Y%m%dT%H%M%S}",
        "DTSTAMP:20261101T000000Z",
        f"SUMMARY:1:1 with number {number}",
        "ORGANIZER;CN=Ada:mailto:ada@example.org",
        "ATTENDEE;CN=Ada;PARTSTAT=ACCEPTED:mailto:ada@example.org",
        f"ATTENDEE;CN=Member;PARTSTAT=ACCEPTED:mailto:member{number % 9}@example.org",
        BULK,
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT10M",
        "END:VALARM",
        *([f"RRULE:{rule}"] if rule else []),
        "END:VEVENT",
    ]
    return "\r\n".join(lines)


def calendar(singles: int, series: int, years: int) -> bytes:
    """So many single events and weekly series, spread over the years up to the new year."""
    first = datetime(2027 - years, 1, 4, 8, 0)  # noqa: DTZ001 - local to the TZID in the text
    step = timedelta(days=365 * years) / max(singles, 1)
    events = [event(n, first + n * step) for n in range(singles)]
    events += [
        event(singles + n, first + timedelta(days=n % 5, hours=n % 8), "FREQ=WEEKLY") for n in range(series)
    ]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""]).encode()


def milliseconds(source: IcsCalendar, now: datetime) -> tuple[float, int]:
    """How long one read takes, and how many events it returns."""
    began = perf_counter()
    read = source.read(Window(now - timedelta(days=14), now + timedelta(days=60)))
    return (perf_counter() - began) * 1000, len(read.events)


def measure(name: str, data: bytes) -> None:
    """Print one line of figures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calendar.ics"
        path.write_bytes(data)
        source = IcsCalendar(str(path), default_zone=ZoneInfo("Europe/Berlin"))
        first, found = milliseconds(source, NOW)
        again, _ = milliseconds(source, NOW + timedelta(minutes=15))
        next_day, _ = milliseconds(source, NOW + timedelta(days=1))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(
        f"{name}: {len(data) / 1e6:.1f} MB, {found} events in the window; "
        f"first {first:.1f} ms, again {again:.2f} ms, next day {next_day:.1f} ms, peak {peak} MB\n"
    )


if __name__ == "__main__":
    measure("warm-up", calendar(10, 2, 1))
    measure("300 events in a year", calendar(280, 20, 1))
    measure("10,000 single events over ten years", calendar(10_000, 0, 10))
    measure("9,700 singles and 300 weekly series over ten years", calendar(9_700, 300, 10))
