"""The demo's figures in the terminal."""

from collections.abc import Callable, Sequence

from rich.box import SIMPLE
from rich.table import Table

from service.demo.chronicle import Chronicle
from service.domain.letters import Kind

KINDS = {
    Kind.WELCOME: "Welcome",
    Kind.PREP: "Prep",
    Kind.REFLECTION: "Reflection",
    Kind.REMINDER: "Reminder",
    Kind.REBOOK: "Rebook",
    Kind.CONFIRM: "Question",
    Kind.RECEIPT: "Receipt",
    Kind.DIGEST: "Digest",
}
OUTCOMES = {
    "held": "held",
    "moved": "moved",
    "by_leader": "cancelled by the leader",
    "by_member": "cancelled by the member",
    "no_show": "nobody came",
    "excused": "excused",
}


def mails(chronicles: Sequence[Chronicle]) -> Table:
    """What was sent, by kind."""
    table = _table("Mails sent", chronicles)
    for kind, label in KINDS.items():
        _row(table, label, chronicles, lambda one, kind=kind: one.sent[kind])  # type: ignore[misc]  # the loop's own kind
    _row(table, "together", chronicles, lambda one: one.sent.total())
    return table


def meetings(chronicles: Sequence[Chronicle]) -> Table:
    """What became of the one-on-ones."""
    table = _table("One-on-ones", chronicles)
    for name, label in OUTCOMES.items():
        _row(table, label, chronicles, lambda one, name=name: getattr(one.outcomes, name))  # type: ignore[misc]  # likewise
    return table


def _table(title: str, chronicles: Sequence[Chronicle]) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE, title_style="bold")
    table.add_column()
    for one in chronicles:
        table.add_column(one.star.player.first_name, justify="right")
    return table


def _row(
    table: Table, label: str, chronicles: Sequence[Chronicle], figure: Callable[[Chronicle], int]
) -> None:
    table.add_row(label, *(str(figure(one) or "–") for one in chronicles))
