"""What commands share: settings, times, output."""

import argparse
import json
import os
import re
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from service.clock import utc_now
from service.commands.speech import _
from service.domain.timing import local as local
from service.domain.wishes import YEARS, WrongError, day_of
from service.errors import UsageError
from service.settings import Settings, load_settings
from service.storage import people
from service.storage.database import Transaction
from service.storage.people import LeaderRow

_STEP = re.compile(r"(\d{1,9})\s*([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_MOST_DAYS = 366


def settings_of(args: argparse.Namespace) -> Settings:
    """The settings that the flags point to."""
    config: Path | None = getattr(args, "config", None)
    return load_settings(config, os.environ)


def moment(text: str | None, flag: str = "--now") -> datetime:
    """An instant from a flag (UTC); the wall clock where it is not given."""
    if text is None:
        return utc_now()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or found.year not in YEARS:
        raise UsageError(
            _(
                "{flag} {text}: write a time with its offset, like 2026-11-24T08:30:00+01:00.",
                flag=flag,
                text=text,
            )
        )
    return found.astimezone(UTC)


def day(text: str, flag: str) -> date:
    """A day from a flag."""
    try:
        return day_of(text)
    except WrongError:
        raise UsageError(_("{flag} {text}: write a day like 2026-12-01.", flag=flag, text=text)) from None


def days(count: int, flag: str = "--days") -> timedelta:
    """A number of days from a flag."""
    if not 0 < count <= _MOST_DAYS:
        raise UsageError(
            _(
                "{flag} {count}: write a number of days from 1 to {most_days}.",
                flag=flag,
                count=count,
                most_days=_MOST_DAYS,
            )
        )
    return timedelta(days=count)


def step(text: str) -> timedelta:
    """A length of time from a flag: 90s, 15m, 2h, 1d; more than nothing."""
    found = _STEP.fullmatch(text.strip().lower())
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not 0 < seconds <= _MOST_DAYS * 86400:
        raise UsageError(_("--every {text}: write a length of time like 90s, 15m, 2h or 1d.", text=text))
    return timedelta(seconds=seconds)


def leader_named(tx: Transaction, email: str) -> LeaderRow:
    """The leader with this address, or a UsageError."""
    row = people.by_email(tx, email.strip().lower())
    if row is None:
        raise UsageError(_("No leader has the address {email}: see `visavis leaders list`.", email=email))
    return row


def say(text: str = "") -> None:
    """A line on standard output."""
    print(text, flush=True)  # noqa: T201 - the command line speaks to people


def warn(text: str) -> None:
    """A line on standard error."""
    print(text, file=sys.stderr)  # noqa: T201 - the command line speaks to people


def print_json(value: dict[str, Any]) -> None:
    """One object on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
