"""The real program, as a process of its own, to which something happens at a named point.

    python -m tests.fakes.crash_child CONFIG NOW POINT kill|stop|term|term-twice

It makes one pass at NOW, as `visavis tick` does; asked to end (`term`), it is the worker
that stays. In the end it prints the kinds of the mails that it says it sent.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from service.assembly import open_house
from service.jobs.passes import run_pass
from service.settings import load_settings
from service.worker import stop_on_signals, work

PATIENCE = 60  # seconds; only a failure waits so long


def main(config: str, now: str, point: str, what: str) -> None:
    """Work until what happens, happens, and on after it if that can be."""
    moment, stop = datetime.fromisoformat(now), stop_on_signals()
    fault = _once(point, lambda: _happen(what, stop))
    with open_house(load_settings(Path(config), os.environ), fault) as house:
        if what.startswith("term"):
            work(house.office, house.pool, stop, lambda: moment)
            return
        report = run_pass(house.office, moment, house.pool)
    print(*(email.kind for email in report.emails if email.status == "sent"))  # noqa: T201 - for the test


def _happen(what: str, stop: threading.Event) -> None:
    """To this very thread: sent to the process, a signal may let it run on for a moment."""
    if what in {"kill", "stop"}:
        signal.pthread_kill(threading.get_ident(), signal.SIGKILL if what == "kill" else signal.SIGSTOP)
    if what.startswith("term"):
        _signal_until(stop)
    if what == "term-twice":
        _signal_until(threading.Event())  # the process ends meanwhile


def _signal_until(heard: threading.Event) -> None:
    """A main thread that is just about to wait for others may miss a signal."""
    for _ in range(PATIENCE):
        os.kill(os.getpid(), signal.SIGTERM)
        if heard.wait(1):
            return


def _once(point: str, happens: Callable[[], None]) -> Callable[[str], None]:
    left = [point]

    def fault(name: str) -> None:
        if name in left:
            left.remove(name)
            happens()

    return fault


if __name__ == "__main__":
    main(*sys.argv[1:])
