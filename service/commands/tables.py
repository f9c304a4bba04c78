"""Tables for people."""

import sys
from collections.abc import Iterable, Sequence

WIDE_ENOUGH = 1000  # into a file or a pipe nothing is cut off or wrapped


def show(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on standard output, as narrow as its content; cells are shown as they are."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else WIDE_ENOUGH).print(table)
