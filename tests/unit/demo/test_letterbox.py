"""A mail in the demo's frame leads to the box for a reply where a mail program would open one."""

from datetime import UTC, datetime

import pytest

from service.demo.delivered import Delivered
from service.demo.letterbox import shown
from service.domain.letters import Kind


def mail(html: str) -> Delivered:
    return Delivered("prep:1", Kind.PREP, "", datetime(2026, 11, 10, tzinfo=UTC), "", "", "", "", 1, "", html)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mailto:lab+5f@example.org?subject=Re%3A%20Hi&amp;body=1.%20yes%0A", "1.%20yes%0A"),
        ("mailto:lab%2B5f@example.org?subject=pause", "pause"),
        ("mailto:lab@example.org", ""),
    ],
)
def test_what_the_link_would_write_stands_in_the_box(address: str, said: str) -> None:
    made = mail(f'<html><head></head><body><a href="{address}">yes</a></body></html>')
    assert f'<a href="../{made.ident}?say={said}#reply">yes</a>' in shown(made)


def test_other_links_stay() -> None:
    made = mail('<html><head></head><body><a href="http://127.0.0.1:8025/f/abc">here</a></body></html>')
    assert '<a href="http://127.0.0.1:8025/f/abc">here</a>' in shown(made)
