"""From an invitation to the first prep."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint

from service.assembly import House


def joining_pages(house: House, now: Callable[[], datetime]) -> Blueprint:  # noqa: ARG001 - its pages follow
    """The pages; `now` is the clock."""
    return Blueprint("joining", __name__)
