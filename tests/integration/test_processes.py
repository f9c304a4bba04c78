"""The real process that stays: run, worker and web, their pages, and how they stop."""

import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from tests.fakes.cli import House, quiet_far_from_now, weekly
from tests.fakes.ics import calendar

MARTA = "marta@example.org"
PATIENCE = 30  # seconds; only a failure waits so long


@pytest.fixture
def marta(house: House) -> House:
    """Marta, welcomed, with the pages on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = house.folder / "visavis.toml"
    config.write_text(config.read_text().replace("127.0.0.1:8080", f"127.0.0.1:{port}"))
    house.calendar("leader.ics", calendar(weekly("a@x", "20261102T140000", "ana@example.org")))
    house.add(MARTA)
    house.tick("2026-11-02T07:00:00+01:00")
    return house


@contextmanager
def running(house: House, command: str) -> Iterator[subprocess.Popen[str]]:
    """The process, once it says that it is at work."""
    with house.start(command) as process:
        try:
            assert process.stdout is not None
            assert "Stop with Ctrl-C" in process.stdout.readline()
            yield process
        finally:
            process.kill()


def end(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> int:
    process.send_signal(number)
    return process.wait(PATIENCE)


def pages(house: House) -> str:
    found = re.search(r'base_url = "([^"]+)"', (house.folder / "visavis.toml").read_text())
    assert found is not None
    return found[1]


def link(house: House) -> str:
    """The unsubscribe link of a delivered mail."""
    found = re.search(r"<(http[^>]+)>", str(house.mail("welcome").message["List-Unsubscribe"]))
    assert found is not None
    return found[1]


def state(house: House) -> str:
    (leader,) = house.ok("leaders", "list", "--json").json["leaders"]
    return str(leader["state"])


@pytest.mark.parametrize("command", ["run", "worker", "web"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_asked(marta: House, command: str, number: int) -> None:
    with running(marta, command) as process:
        assert end(process, number) == 0


def test_the_worker_works(marta: House) -> None:
    marta.add("noor@example.org", "--quiet-hours", quiet_far_from_now())
    with running(marta, "worker") as process:
        deadline = time.monotonic() + PATIENCE
        while len(marta.mails("welcome")) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)  # the clock of another process cannot be injected
        assert end(process) == 0
    assert "noor@example.org" in str(marta.mail("welcome").message["To"])


@pytest.mark.parametrize("command", ["run", "web"])
def test_health_answers(marta: House, command: str) -> None:
    with running(marta, command) as process:
        answer = requests.get(f"{pages(marta)}/health", timeout=PATIENCE)
        assert (answer.status_code, answer.json()) == (200, {"healthy": True})
        assert end(process) == 0


def test_the_unsubscribe_link_stops_by_post_and_changes_nothing_by_get(marta: House) -> None:
    with running(marta, "web") as process:
        looked = requests.get(link(marta), timeout=PATIENCE)
        assert looked.status_code == 200
        assert state(marta) == "active"
        one_click = {"List-Unsubscribe": "One-Click"}
        assert requests.post(link(marta), data=one_click, timeout=PATIENCE).status_code == 200
        assert state(marta) == "stopped"
        assert requests.get(link(marta)[:-4] + "beef", timeout=PATIENCE).status_code == 404
        assert end(process) == 0
    later = marta.tick("2026-11-02T12:00:00+01:00")
    assert [mail for mail in later["emails"] if mail["status"] == "sent"] == []


@pytest.mark.parametrize("command", ["run", "web"])
def test_a_port_that_is_taken_is_one_line_and_ends_the_command(marta: House, command: str) -> None:
    port = int(pages(marta).rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)):
        done = marta.process(command)
    assert (done.code, len(done.lines)) == (2, 1)
    assert f"127.0.0.1:{port}" in done.err
