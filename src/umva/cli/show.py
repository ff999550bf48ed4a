"""What the commands print: the leaderboard, and where things were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from umva.cli.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from rich.console import Console

    from umva.factory import Factory
    from umva.reports import Results
    from umva.reports.results import Check, MethodResult, Number

_FILE_WIDTH = 120

__all__ = ["run_and_show", "show_results"]


def run_and_show(
    factory: Factory,
    output: Path,
    *,
    resume: bool,
    pages: Pages | None = None,
    strict: bool = False,
    studies: Mapping[str, Any] | None = None,
) -> None:
    """Run a factory, write the report beside its results and print the leaderboard; exit with 1 if no method worked.

    ``pages`` says what is written besides the page; ``strict`` makes it exit with 3 if a check warns that is not muted; ``studies`` are further arguments of the run.
    """
    results = factory.run(resume=resume, **(studies or {}))
    report = (pages or Pages()).write(results, output)
    show_results(results)
    _console().print(f"\nReport: {report}", soft_wrap=True, highlight=False)
    if not any(each.status == "ok" for each in results.methods.values()):
        click.get_current_context().exit(1)
    if strict and any(each.alarming for each in results.checks):
        click.get_current_context().exit(3)


def show_results(results: Results) -> None:
    """Print the leaderboard and the verdict."""
    from rich.table import Table

    console = _console()
    columns, cells = _TABLES[results.task]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("method", no_wrap=True)
    for column in (*columns, "train s"):
        table.add_column(column, justify="right", no_wrap=True)
    for each in results.methods.values():
        if each.score is None or each.time is None:
            table.add_row(each.name, each.status)
        else:
            table.add_row(each.name, *cells(each), f"{each.time.train_s:.2f}")
    console.print(table)
    for each in results.methods.values():
        if each.status != "ok":
            console.print(f"{each.name}: {each.reason}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"\n{results.verdict}", highlight=False, markup=False)
    for check in results.checks:
        if check.alarming:
            console.print(f"{check.code} {check.severity}: {_told(check)}", highlight=False, markup=False)


def _told(check: Check) -> str:
    """Return the worst finding of a check, and how many others there are."""
    others = len(check.findings) - 1
    return check.findings[0] + (f" (and {others} more)" if others else "")


def _told_apart(method: MethodResult) -> list[str]:
    """Return what counts where signal is told from background."""
    if method.auc is None or method.overtraining is None:
        return []
    efficiencies = [f"{100 * each.test.value:.1f} %" for each in method.signal_efficiency.values()]
    return [_value(method.auc.test), f"{method.auc.train.value:.4f}", *efficiencies, method.overtraining.verdict]


def _told_apart_from_the_rest(method: MethodResult) -> list[str]:
    """Return what counts where several classes are told apart."""
    if method.auc is None or method.confusion is None:
        return []
    areas = {label: each.auc.test.value for label, each in method.classes.items() if each.auc is not None}
    worst = min(areas, key=lambda label: areas[label])
    accuracy = f"{100 * method.confusion.accuracy.value:.1f} %"
    return [_value(method.auc.test), f"{method.auc.train.value:.4f}", accuracy, f"{areas[worst]:.4f} {worst}"]


def _estimated(method: MethodResult) -> list[str]:
    """Return what counts where a number is estimated: of the first target where there are several."""
    first = next(iter(method.targets.values()))
    return [
        f"{method.score.value:.4f}" if method.score else "",
        f"{first.rmse.test.value:.4g} ± {first.rmse.test.error or 0:.2g}",
        f"{first.rmse.train.value:.4g}",
        f"{first.bias.test.value:.3g}",
        f"{first.resolution.test.value:.4g}",
        f"{first.r2.test.value:.4f}",
    ]


def _value(number: Number) -> str:
    return f"{number.value:.4f} ± {number.error or 0:.4f}"


_EFFICIENCIES = ("eff @ 1 %", "@ 10 %", "@ 30 %")
_TABLES: dict[str, tuple[tuple[str, ...], Callable[[MethodResult], list[str]]]] = {
    "classification": (("test AUC", "train AUC", *_EFFICIENCIES, "overtraining"), _told_apart),
    "multiclass": (("mean test AUC", "train", "accuracy", "worst class"), _told_apart_from_the_rest),
    "regression": (("RMSE / spread", "test RMSE", "train RMSE", "bias", "resolution", "R²"), _estimated),
}


def _console() -> Console:
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    return console
