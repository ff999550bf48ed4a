"""What the commands print: the leaderboard, and where things were written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from umva.factory import Factory
    from umva.reports import Results

__all__ = ["run_and_show", "show_results", "write_pages"]


def run_and_show(factory: Factory, output: Path, *, resume: bool) -> None:
    """Run a factory, write the report beside its results and print the leaderboard."""
    results = factory.run(resume=resume)
    report = write_pages(results, output)
    show_results(results)
    _console().print(f"\nReport: {report}", soft_wrap=True, highlight=False)


def write_pages(results: Results, output: Path) -> Path:
    """Write ``report.html`` and the vector figures into a run folder and return the path of the report."""
    path = output / "report.html"
    results.report(path)
    results.figures(output / "figures")
    return path


def show_results(results: Results) -> None:
    """Print the verdict and the leaderboard."""
    from rich.table import Table

    from umva.reports import leaderboard

    console = _console()
    rows = leaderboard(results)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, column in enumerate(rows[0] if rows else ()):
        table.add_column(column, justify="left" if index == 0 else "right")
    for row in rows:
        table.add_row(*row.values())
    console.print(table)
    console.print(f"\n{results.verdict}", highlight=False)


def _console() -> Console:
    from rich.console import Console

    return Console()
