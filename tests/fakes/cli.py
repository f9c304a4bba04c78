"""The command line as an operator or an outside tool meets it: a folder, commands, a Maildir."""

import contextlib
import email
import io
import json
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from service.cli import main
from service.clock import utc_now

PROGRAM = [sys.executable, "-m", "service"]
ROOT = Path(__file__).parents[2]
WROTE = "On Mon, 2 Nov 2026 at 14:45, One-on-One Lab <lab@example.org> wrote:"


@dataclass(frozen=True)
class Done:
    """A command that has run."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output; anything else there is an error."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def lines(self) -> list[str]:
        """What it says when something is wrong."""
        return self.err.splitlines()


@dataclass(frozen=True)
class Mail:
    """A delivered mail."""

    path: Path
    message: EmailMessage

    @property
    def kind(self) -> str:
        """As an outside tool reads it."""
        return str(self.message["X-Visavis-Kind"])

    @property
    def key(self) -> str:
        """Unique per mail."""
        return str(self.message["X-Visavis-Key"])

    @property
    def week(self) -> int | None:
        """Of the cycle, where the mail has one."""
        week = self.message["X-Visavis-Week"]
        return int(week) if week else None

    @property
    def sent(self) -> datetime:
        """Its Date."""
        return self.message["Date"].datetime  # type: ignore[no-any-return]  # the header registry is untyped

    @property
    def subject(self) -> str:
        """Decoded."""
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The plain text part."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML part."""
        return self._part("html")

    def _part(self, subtype: str) -> str:
        part = self.message.get_body((subtype,))
        assert part is not None
        return str(part.get_content())


@dataclass
class House:
    """A temporary folder with a visavis.toml, and the commands run in it."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    def run(self, *argv: str, environ: Mapping[str, str] | None = None) -> Done:
        """Run a command in this process: quick, and the same `main` as the real one."""
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            _environment(self.environ | dict(environ or {})),
            _process_kept(),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                code = main(argv)
            except SystemExit as end:
                code = int(end.code or 0)
        return Done(code, out.getvalue(), err.getvalue())

    def ok(self, *argv: str) -> Done:
        """Run a command that must succeed."""
        done = self.run(*argv)
        assert done.code == 0, f"visavis {' '.join(argv)}\n{done.out}\n{done.err}"
        return done

    def process(self, *argv: str, environ: Mapping[str, str] | None = None) -> Done:
        """Run a command as the real process."""
        done = subprocess.run(
            [*PROGRAM, *argv],
            cwd=self.folder,
            env=self._whole(environ),
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def start(self, *argv: str) -> subprocess.Popen[str]:
        """Start the real process; the caller ends it."""
        return subprocess.Popen(
            [*PROGRAM, *argv],
            cwd=self.folder,
            env=self._whole(None),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def calendar(self, name: str, content: bytes) -> Path:
        """Write an .ics file; tests write it anew to change the calendar."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def add(
        self, address: str, *flags: str, zone: str = "Europe/Berlin", calendar: str = "leader.ics"
    ) -> None:
        """A leader with the flags that must be there."""
        name = address.partition("@")[0].capitalize()
        self.ok(
            *("leaders", "add", address, "--name", name, "--timezone", zone),
            *("--calendar", f"ics:{calendar}", *flags),
        )

    def tick(self, now: str, until: str | None = None, every: str = "15m", code: int = 0) -> dict[str, Any]:
        """One pass, or a stretch of virtual time."""
        stretch = ("--until", until, "--every", every) if until else ()
        done = self.run("tick", "--now", now, *stretch, "--json")
        assert done.code == code, f"{done.out}\n{done.err}"
        return done.json

    def meetings(self) -> list[dict[str, Any]]:
        """Every meeting on record."""
        found: list[dict[str, Any]] = self.ok("meetings", "--json").json["meetings"]
        return found

    def mails(self, kind: str | None = None) -> list[Mail]:
        """What was delivered, in the order of its Date."""
        paths = (self.folder / "mail" / "outbox" / "new").glob("*")
        mails = [
            Mail(path, email.message_from_bytes(path.read_bytes(), policy=policy.default)) for path in paths
        ]
        return sorted((m for m in mails if kind in {None, m.kind}), key=lambda m: (m.sent, m.key))

    def mail(self, kind: str) -> Mail:
        """The newest mail of a kind."""
        return self.mails(kind)[-1]

    def drop(self, raw: bytes, name: str = "one") -> Path:
        """A file that arrives in the inbox."""
        inbox = self.folder / "mail" / "inbox"
        for sub in ("tmp", "new", "cur"):
            (inbox / sub).mkdir(parents=True, exist_ok=True)
        path = inbox / "new" / name
        path.write_bytes(raw)
        return path

    def _whole(self, environ: Mapping[str, str] | None) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT), **self.environ, **(environ or {})}


def quiet_far_from_now(zone: str = "Europe/Berlin") -> str:
    """A minute of quiet, half a day from now, for tests by the real clock: it may be night there."""
    begins = (utc_now() + timedelta(hours=12)).astimezone(ZoneInfo(zone))
    return f"{begins:%H:%M}-{begins + timedelta(minutes=1):%H:%M}"


def new_house(folder: Path, pattern: Path | None = None) -> House:
    """A house with settings and a database, copied from `pattern` where one was made before."""
    if pattern is not None:
        shutil.copytree(pattern, folder, dirs_exist_ok=True)
        return House(folder)
    house = House(folder)
    house.ok("init", "--from", "One-on-One Lab <lab@example.org>")
    return house


def reply(
    mail: Mail,
    sender: str,
    body: str,
    *,
    headers: Sequence[tuple[str, str]] = (),
    message_id: str = "<reply-1@example.org>",
) -> bytes:
    """A reply as a mail program writes it."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = str(mail.message["Reply-To"])
    message["Subject"] = f"Re: {mail.subject}"
    message["Message-ID"] = message_id
    message["In-Reply-To"] = str(mail.message["Message-ID"])
    message["References"] = str(mail.message["Message-ID"])
    for name, value in headers:
        message[name] = value
    message.set_content(body)
    return message.as_bytes()


def inline(mail: Mail, answers: Mapping[int, str], top: str = "") -> str:
    """The mail's text quoted with "> ", each answer under its question."""
    rows = [top, "", WROTE] if top else [WROTE]
    for line in mail.text.splitlines():
        rows.append(f"> {line}".rstrip())
        number = re.match(r"(\d+)\. ", line)
        if number and int(number[1]) in answers:
            rows.append(answers[int(number[1])])
    return "\n".join(rows)


def numbered(mail: Mail, answers: Mapping[int, str]) -> str:
    """Numbered answers above the quoted mail."""
    above = [f"{number}. {text}" for number, text in answers.items()]
    quoted = [f"> {line}".rstrip() for line in mail.text.splitlines()]
    return "\n".join([*above, "", WROTE, *quoted])


def weekly(
    uid: str,
    start: str,
    member: str,
    *lines: str,
    zone: str = "Europe/Berlin",
    title: str = "",
    minutes: int = 30,
    leader: str = "marta@example.org",
    rule: str = "FREQ=WEEKLY",
    said: str = "ACCEPTED",
) -> str:
    """A weekly one-on-one that the leader organises; `start` is local, like 20261102T140000."""
    name = member.partition("@")[0].capitalize()
    return "\r\n".join(
        [
            "BEGIN:VEVENT",
            f"UID:{uid}",
            f"DTSTART;TZID={zone}:{start}",
            f"DURATION:PT{minutes}M",
            *([f"RRULE:{rule}"] if rule else []),
            f"SUMMARY:{title or f'{name} 1:1'}",
            f"ORGANIZER:mailto:{leader}",
            f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{leader}",
            f"ATTENDEE;CN={name};PARTSTAT={said}:mailto:{member}",
            *lines,
            "END:VEVENT",
        ]
    )


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Any:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def _process_kept() -> Any:
    """The command sets up logging and umask for a process of its own; the tests' must survive it."""
    mask = os.umask(0o077)
    os.umask(mask)
    root, ours = logging.getLogger(), logging.getLogger("service")
    before = (root.handlers[:], root.level, ours.level)
    try:
        yield
    finally:
        os.umask(mask)
        root.handlers[:] = before[0]
        root.setLevel(before[1])
        ours.setLevel(before[2])
