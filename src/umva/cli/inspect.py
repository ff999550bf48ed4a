"""``umva inspect``: what is in a file."""

from __future__ import annotations

import click

__all__ = ["inspect"]


@click.command()
@click.argument("file")
@click.option("--all", "everything", is_flag=True, help="List all columns, however many.")
def inspect(file: str, *, everything: bool) -> None:
    """List the trees and tables in FILE with their entries and columns."""
    from umva.factory.data.sources import describe

    tables = describe(file)
    if not tables:
        click.echo(f"{file} holds no tree and no table")
    for table in tables:
        click.echo(f"{table.name} ({table.kind}): {table.n_entries} entries, {len(table.columns)} columns")
        if table.reason:
            click.echo(f"  cannot be read: {table.reason}")
        shown = table.columns if everything else table.columns[:40]
        width = max((len(each.name) for each in shown), default=0)
        for each in shown:
            note = "" if each.readable else f"  (cannot be read: {each.reason})"
            click.echo(f"  {each.name:<{width}}  {each.dtype}{note}")
        if len(shown) < len(table.columns):
            click.echo(f"  ... {len(table.columns) - len(shown)} more; --all lists them")
