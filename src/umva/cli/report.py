"""``umva report``: draw the page and the figures of a run again, without training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from umva.cli.pages import Pages, page_flags
from umva.cli.show import show_results
from umva.factory.data.lists import items

__all__ = ["report"]


def _pairs(_context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    """Read ``name=text``."""
    pairs = {}
    for each in value:
        name, equals, text = each.partition("=")
        if not (name and equals):
            msg = f"{each!r} is no NAME=TEXT"
            raise click.BadParameter(msg)
        pairs[name] = text
    return pairs


def _points(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[float, ...]:
    """Read background efficiencies."""
    try:
        return tuple(float(each) for each in items(value or "") if each)
    except ValueError as error:
        msg = f"{value!r} is no list of numbers: 0.001,0.01"
        raise click.BadParameter(msg) from error


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--title", help="Another title.")
@click.option("--class-name", "classes", multiple=True, callback=_pairs, metavar="signal=TEXT", help="May be repeated.")
@click.option(
    "--variable-title", "variables", multiple=True, callback=_pairs, metavar="NAME=TEXT", help="May be repeated."
)
@click.option(
    "--working-points", callback=_points, metavar="LIST", help="Background efficiencies: 0.001,0.01; from scores.h5."
)
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where to write.  [default: RUN]")
@page_flags
def report(
    run: Path,
    *,
    title: str | None,
    classes: dict[str, str],
    variables: dict[str, str],
    working_points: tuple[float, ...],
    out: Path | None,
    **flags: Any,
) -> None:
    """Write the report of the run folder RUN again, from its results.json and scores.h5.

    Style, titles, formats and working points may be others; results.json stays as it is.
    """
    from umva.reports import read_results
    from umva.reports.runs.redraw import relabelled, with_working_points
    from umva.reports.runs.stored_scores import read_scores

    results = read_results(run / "results.json")
    shown = relabelled(results, title=title, classes=classes, variables=variables)
    if working_points:
        shown = with_working_points(shown, read_scores(run / "scores.h5"), working_points)
    path = Pages().with_flags(flags).write(shown, run, output=out)
    show_results(results)
    click.echo(f"\nReport: {path}")
