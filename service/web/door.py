"""How a leader gets into their own pages: a key by mail, good for half an hour."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint

from service.assembly import House


def door_pages(house: House, now: Callable[[], datetime]) -> Blueprint:  # noqa: ARG001 - its pages follow
    """The pages; `now` is the clock."""
    return Blueprint("door", __name__)
