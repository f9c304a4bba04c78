"""The questions of a mail as a page: the same as answering by a reply."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint

from service.assembly import House


def form_pages(house: House, now: Callable[[], datetime]) -> Blueprint:  # noqa: ARG001 - its pages follow
    """The pages; `now` is the clock."""
    return Blueprint("forms", __name__)
