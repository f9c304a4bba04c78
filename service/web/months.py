"""A month in the browser: the digest, and earlier ones."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint

from service.assembly import House


def month_pages(house: House, now: Callable[[], datetime]) -> Blueprint:  # noqa: ARG001 - its pages follow
    """The pages; `now` is the clock."""
    return Blueprint("months", __name__)
