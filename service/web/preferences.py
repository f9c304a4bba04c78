"""What a leader sets by themselves: times, language, members, a pause."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint

from service.assembly import House


def preference_pages(house: House, now: Callable[[], datetime]) -> Blueprint:  # noqa: ARG001 - its pages follow
    """The pages; `now` is the clock."""
    return Blueprint("preferences", __name__)
