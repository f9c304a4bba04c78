"""A leader's preferences as they stand in a row."""

from datetime import time
from typing import Any

from service.domain.people import Preferences

_TIMES = ("quiet_from", "quiet_until", "work_from", "work_until")


def preferences_to_json(preferences: Preferences) -> dict[str, Any]:
    """As they are stored."""
    times = {name: getattr(preferences, name).isoformat() for name in _TIMES}
    return times | {"weekend": sorted(preferences.weekend), "lead_minutes": preferences.lead_minutes}


def preferences_from_json(stored: dict[str, Any]) -> Preferences:
    """As they were stored."""
    return Preferences(
        **{name: time.fromisoformat(stored[name]) for name in _TIMES},
        weekend=frozenset(stored["weekend"]),
        lead_minutes=stored["lead_minutes"],
    )
