"""The fake Google as a process of its own, for benchmarks.

    python -m tests.fakes.google --port 4802 --latency 0.15 --leaders 2000 --events 50

Makes leader1@example.org and so on, each with a calendar of weekly one-on-ones and team
meetings around now, and a service account that may read them all. Prints one line of JSON,
`{"url", "token_uri", "key", "leaders"}` (`key` is the path of the account's key file), and runs
until SIGTERM.
"""

import argparse
import gc
import json
import signal
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.fakes.google.server import FakeGoogle

SCOPES = (
    "https://www.googleapis.com/auth/calendar.events.owned.readonly",
    "https://www.googleapis.com/auth/calendar.events.readonly",
)


def main() -> None:
    asked = _arguments()
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    signal.signal(signal.SIGINT, lambda *_: stopped.set())
    now = datetime.now(UTC).replace(microsecond=0)
    with (
        FakeGoogle(now=now, latency=asked.latency, port=asked.port) as google,
        tempfile.TemporaryDirectory() as folder,
    ):
        leaders = [seed(google, number, asked.events) for number in range(1, asked.leaders + 1)]
        gc.freeze()  # or every collection walks through every leader's events
        key = asked.key or Path(folder) / "service-account.json"
        key.write_text(json.dumps(google.accounts.service_account(delegated=SCOPES).info()))
        told = {"url": google.url, "token_uri": google.token_uri, "key": str(key), "leaders": leaders}
        print(json.dumps(told), flush=True)  # noqa: T201 - what the process is asked for
        stopped.wait()


def seed(google: FakeGoogle, number: int, events: int) -> str:
    """A leader with so many events in the two weeks past and the eight to come; their address."""
    leader = google.user(f"leader{number}@example.org", f"Leader {number}")
    first = google.now.replace(hour=8, minute=0, second=0) - timedelta(days=14)
    step = timedelta(days=70) / max(events, 1)
    for count in range(events):
        google.calendar.event(
            leader,
            first + count * step,
            id=f"event{count}",
            summary="1:1 with Sam" if count % 2 else "Team weekly",
            guests=[leader, *(f"member{guest}@example.org" for guest in range(1 if count % 2 else 5))],
        )
    return leader


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.google", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that every answer takes longer")
    parser.add_argument("--leaders", type=int, default=10)
    parser.add_argument("--events", type=int, default=50, help="for each leader")
    parser.add_argument("--key", type=Path, help="where to write the service account's key file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
