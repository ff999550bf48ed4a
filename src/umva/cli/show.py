"""What the commands print: the leaderboard, and where things were written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from umva.factory import Factory
    from umva.reports import Results
    from umva.reports.results import MethodResult

_FILE_WIDTH = 120

__all__ = ["run_and_show", "show_results", "write_pages"]


def run_and_show(factory: Factory, output: Path, *, resume: bool) -> None:
    """Run a factory, write the report beside its results and print the leaderboard; exit with 1 if no method worked."""
    results = factory.run(resume=resume)
    report = write_pages(results, output)
    show_results(results)
    _console().print(f"\nReport: {report}", soft_wrap=True, highlight=False)
    if not any(each.status == "ok" for each in results.methods.values()):
        click.get_current_context().exit(1)


def write_pages(results: Results, output: Path) -> Path:
    """Write ``report.html`` and the vector figures into a run folder and return the path of the report."""
    return results.report(output / "report.html", figures=output / "figures")


def show_results(results: Results) -> None:
    """Print the leaderboard and the verdict."""
    from rich.table import Table

    console = _console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("method", no_wrap=True)
    for column in ("test AUC", "train AUC", "eff @ 1 %", "@ 10 %", "@ 30 %", "overtraining", "train s"):
        table.add_column(column, justify="right", no_wrap=True)
    for each in results.methods.values():
        table.add_row(each.name, *_cells(each))
    console.print(table)
    for each in results.methods.values():
        if each.status != "ok":
            console.print(f"{each.name}: {each.reason}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"\n{results.verdict}", highlight=False, markup=False)


def _cells(method: MethodResult) -> list[str]:
    """Return the cells of a method's row; its status alone if it has no numbers."""
    if method.auc is None or method.time is None or method.overtraining is None:
        return [method.status]
    efficiencies = [f"{100 * each.test.value:.1f} %" for each in method.signal_efficiency.values()]
    auc = f"{method.auc.test.value:.4f} ± {method.auc.test.error or 0:.4f}"
    return [
        auc,
        f"{method.auc.train.value:.4f}",
        *efficiencies,
        method.overtraining.verdict,
        f"{method.time.train_s:.2f}",
    ]


def _console() -> Console:
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    return console
