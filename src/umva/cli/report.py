"""``umva report``: draw the page and the figures of a run again, without training."""

from __future__ import annotations

from pathlib import Path

import click

from umva.cli.show import show_results, write_pages

__all__ = ["report"]


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
def report(run: Path) -> None:
    """Write the report of the run folder RUN again, from its results.json."""
    from umva.reports import read_results

    results = read_results(run / "results.json")
    path = write_pages(results, run)
    show_results(results)
    click.echo(f"\nReport: {path}")
