"""A real SpamAssassin for tests: `spamd` with its local rules only, asked over its own protocol.

It asks nobody (no network tests, no Bayes), keeps what it writes in a temporary folder, and is
gone at the end.
"""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.fakes.emulator import free_port, wait
from tests.fakes.postgres import give_up

_PATIENCE = 60.0  # it compiles some thousand rules first
_SCORE = re.compile(r"^Spam: \w+ ; (-?[\d.]+) / ", re.MULTILINE)
_RULE = re.compile(r"^\s*(-?\d+\.\d+) ([A-Z][A-Z0-9_]+)\s", re.MULTILINE)
_LOCAL = ("use_bayes 0", "skip_rbl_checks 1", "use_razor2 0", "use_pyzor 0", "dns_available no")


@dataclass(frozen=True)
class Verdict:
    """`score` points; `rules` that gave some, with their points."""

    score: float
    rules: dict[str, float]


@dataclass(frozen=True)
class Spamd:
    """A running spamd."""

    port: int

    def judge(self, mail: bytes) -> Verdict:
        """What it says of a whole mail."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE) as line:
            line.sendall(b"REPORT SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(mail) + mail)
            line.shutdown(socket.SHUT_WR)
            told = b"".join(iter(partial(line.recv, 65536), b"")).decode("utf-8", "replace")
        score = _SCORE.search(told.replace("\r\n", "\n"))
        assert score is not None, told
        points = {name: float(value) for value, name in _RULE.findall(told) if float(value)}
        return Verdict(float(score[1]), points)


@contextmanager
def spamd(folder: Path) -> Iterator[Spamd]:
    """Start it; `folder` takes what it writes."""
    port = free_port()
    with (folder / "spamd.txt").open("ab") as output:
        process = subprocess.Popen(_command(folder, port), cwd=folder, stdout=output, stderr=output)
    try:
        if not wait(partial(_answers, port), lambda: process.poll() is not None, _PATIENCE):
            raise AssertionError((folder / "spamd.txt").read_text(errors="replace")[-2000:])
        yield Spamd(port)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _command(folder: Path, port: int) -> list[str]:
    program = shutil.which("spamd") or shutil.which("spamd", path="/usr/sbin")
    if program is None:
        give_up("SpamAssassin is not installed here (apt-get install spamassassin spamd)")
    home = folder / "home"
    home.mkdir(exist_ok=True)
    options = ["--local", "--nouser-config", f"--helper-home-dir={home}", "--max-children=1"]
    where = ["--listen=127.0.0.1", f"--port={port}", f"--pidfile={folder / 'spamd.pid'}", "--syslog=stderr"]
    as_nobody = ["--username=nobody"] if os.geteuid() == 0 else []  # it refuses to work as root
    return [program, *options, *where, *as_nobody, *(f"--cf={line}" for line in _LOCAL)]


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(b"PING SPAMC/1.5\r\n\r\n")
            return b"PONG" in line.recv(100)
    except OSError:
        return False
