"""A progress bar wherever a person waits; silent where nobody watches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

WORTH_A_BAR = 20


@contextmanager
def watching(steps: int, label: str) -> Iterator[Callable[[Any], None]]:
    """A function to call after each of `steps` steps; a bar on standard error for a person."""
    if steps < WORTH_A_BAR or not sys.stderr.isatty():
        yield lambda _step: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=steps)
        yield lambda _step: bar.advance(task)
