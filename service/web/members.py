"""For the member across: what is kept about them, and what never."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint

from service.assembly import House


def member_pages(house: House, now: Callable[[], datetime]) -> Blueprint:  # noqa: ARG001 - its pages follow
    """The pages; `now` is the clock."""
    return Blueprint("members", __name__)
