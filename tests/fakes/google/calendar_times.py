"""How the Calendar API writes moments and days, and the occurrences that a rule makes."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from tests.fakes.google.errors import ApiError

Original: TypeAlias = datetime | date
"""Where an occurrence stands by its series' rule: an instant in UTC, or a day."""

ENDLESS_UNTIL = datetime(2040, 1, 1)  # noqa: DTZ001 - a wall clock; no rule is followed any further
_DAY = timedelta(days=1)


def zone_of(name: str) -> ZoneInfo:
    """The zone; raises `ApiError` 400 for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ApiError(400, "invalid", f"Invalid time zone: {name}") from error


def instant(when: Mapping[str, Any], zone: ZoneInfo) -> datetime:
    """An EventDateTime as an instant in UTC; a day begins at midnight in `zone`."""
    if when.get("date"):
        day = date.fromisoformat(when["date"])
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    if not when.get("dateTime"):
        raise ApiError(400, "required", "Missing start or end time.")
    moment = datetime.fromisoformat(when["dateTime"])
    if moment.tzinfo is None:
        if not when.get("timeZone"):
            raise ApiError(400, "required", "Missing time zone definition for start or end time.")
        moment = moment.replace(tzinfo=zone_of(when["timeZone"]))
    return moment.astimezone(UTC)


def written(moment: datetime, zone: ZoneInfo) -> str:
    """As the API writes it: with the zone's offset, Z for none."""
    text = moment.astimezone(zone).isoformat(timespec="seconds")
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def stamp(moment: datetime) -> str:
    """`created` and `updated`: UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def originals(master: Mapping[str, Any], zone: ZoneInfo) -> tuple[Original, ...]:
    """Every occurrence that a master's `recurrence` makes, in order, those without end until 2040."""
    start = master["start"]
    if start.get("date"):
        return _days(tuple(master["recurrence"]), date.fromisoformat(start["date"]))
    own = zone_of(start["timeZone"]) if start.get("timeZone") else zone
    local = instant(start, zone).astimezone(own).replace(tzinfo=None)
    return _moments(tuple(master["recurrence"]), local, own)


@lru_cache(maxsize=4096)
def _days(lines: tuple[str, ...], first: date) -> tuple[Original, ...]:
    wall = datetime(first.year, first.month, first.day)  # noqa: DTZ001 - days have no zone
    return tuple(moment.date() for moment in _walls(lines, wall, ZoneInfo("UTC")))


@lru_cache(maxsize=4096)
def _moments(lines: tuple[str, ...], first: datetime, zone: ZoneInfo) -> tuple[Original, ...]:
    return tuple(wall.replace(tzinfo=zone).astimezone(UTC) for wall in _walls(lines, first, zone))


def _walls(lines: tuple[str, ...], first: datetime, zone: ZoneInfo) -> list[datetime]:
    """A rule repeats the clock on the wall, whatever the offset is then."""
    text = "\n".join(_local_line(line, zone) for line in lines)
    try:
        rule = rrulestr(text, dtstart=first, forceset=True)
    except ValueError as error:
        raise ApiError(400, "invalid", f"Invalid recurrence rule: {error}") from error
    return list(rule.between(first - _DAY, ENDLESS_UNTIL, inc=True))


def _local_line(line: str, zone: ZoneInfo) -> str:
    """RRULE, RDATE or EXDATE with every moment on the wall's clock: dateutil mixes no zones."""
    name, colon, value = line.partition(":")
    if not colon or name.partition(";")[0] not in {"RRULE", "RDATE", "EXDATE"}:
        raise ApiError(400, "invalid", f"Invalid recurrence line: {line}")
    if name == "RRULE":
        parts = (part.partition("=") for part in value.split(";"))
        return "RRULE:" + ";".join(
            f"{key}={_local(text, zone) if key == 'UNTIL' else text}" for key, _, text in parts
        )
    return f"{name.partition(';')[0]}:" + ",".join(_local(text, zone) for text in value.split(","))


def _local(text: str, zone: ZoneInfo) -> str:
    if not text.endswith("Z"):
        return text
    moment = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return f"{moment.astimezone(zone):%Y%m%dT%H%M%S}"
