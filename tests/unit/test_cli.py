"""The command line's own lists, which spare it the import of what they copy."""

from service.cli import KINDS
from service.domain.letters import Kind


def test_it_knows_every_kind_of_mail() -> None:
    assert tuple(Kind) == KINDS
