"""What is kept about a leader: see it, take it along, have it erased."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint

from service.assembly import House


def own_data_pages(house: House, now: Callable[[], datetime]) -> Blueprint:  # noqa: ARG001 - its pages follow
    """The pages; `now` is the clock."""
    return Blueprint("own_data", __name__)
