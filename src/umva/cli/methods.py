"""``umva methods``: which methods there are, what each can do, and their options."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from umva.methods import Method

__all__ = ["methods"]

_TASKS = ("classification", "multiclass", "regression")
_HEADS = {"negative weights": "negative", "missing values": "missing"}
_LEGEND = """
classes, targets: how many it takes (of 1 class, background, it learns all that it knows). weights: integer weights are
repetitions of events, exactly or nearly. negative: takes negative weights as they are. missing: takes NaN. validation,
spectators: looks at them in training.

'umva methods NAME' documents one. Any scikit-learn estimator or Keras model can be booked too."""


@click.command()
@click.argument("name", required=False)
@click.option("--task", type=click.Choice(_TASKS), help="List the methods for this task alone.")
@click.option("--names", is_flag=True, help="Print the names alone, on one line.")
def methods(name: str | None, *, task: str | None, names: bool) -> None:
    """List the methods and what they can do, or document the method NAME with its options."""
    from umva.methods import available, get
    from umva.methods.help import document

    if name is not None:
        click.echo(document(get(name)))
        return
    chosen = [each for each in map(get, available()) if task is None or task in each.capabilities.tasks]
    if names:
        click.echo(" ".join(each.name for each in chosen))
    else:
        click.echo("\n".join([*_table(chosen), _LEGEND]))


def _table(methods: list[type[Method]]) -> list[str]:
    """Return the lines of the table of methods, family by family."""
    from umva.methods.help import abilities, family, install_hint

    heads = [_HEADS.get(each, each) for each in abilities(methods[0])]
    width = max(len(each.name) for each in methods) + 2
    lines = ["  ".join(["method".ljust(width), *heads])]
    for title, members in groupby(sorted(methods, key=lambda each: (family(each), each.name)), key=family):
        lines += ["", title]
        for each in members:
            cells = [cell.ljust(len(head)) for cell, head in zip(abilities(each).values(), heads, strict=True)]
            lines.append("  ".join([f"  {each.name}".ljust(width), *cells, install_hint(each)]).rstrip())
    return lines
