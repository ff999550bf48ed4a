"""``umva methods``: which methods there are, and their options."""

from __future__ import annotations

import click

__all__ = ["methods"]


@click.command()
@click.argument("name", required=False)
@click.option("--names", is_flag=True, help="Print the names alone, on one line.")
def methods(name: str | None, *, names: bool) -> None:
    """List the methods, or document the method NAME with its options."""
    from umva.methods import available, get
    from umva.methods.help import document

    if names:
        click.echo(" ".join(available()))
    elif name is None:
        width = max(map(len, available()))
        for each in available():
            click.echo(f"{each:<{width}}  {get(each).summary()}")
        click.echo("\n'umva methods NAME' documents one. Any scikit-learn classifier or Keras model can be booked too.")
    else:
        click.echo(document(get(name)))
