"""Deviations of the estimates from the truth, on train and test: shift, spread, tails."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from umva.reports.digits import measured, scaled, unit_bracket
from umva.reports.page.boards import estimation_columns, power_of
from umva.reports.page.cells import both_parts, gap, hypothesis, mean_square
from umva.reports.page.chapters.overtraining import thresholds
from umva.reports.page.table import Column, tabulate
from umva.reports.page.view import Cell, Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import Footnotes, View
    from umva.reports.results import Estimation, MethodResult, VariableSummary

__all__ = ["CHAPTER"]

MEASURES = ("rmse", "mae", "r2", "mutual_information")
QUANTILES = ("0.50", "0.68", "0.90", "0.95", "0.99")


def _prepare(view: View) -> dict[str, Any]:
    """Return for each target the methods that estimate it, and tables."""
    methods = list(view.results.methods.values())
    targets = view.results.dataset.targets
    return {
        **thresholds(),
        "targets": [_target(view, each) for each in targets if any(each.name in method.targets for method in methods)],
        "several": len(targets) > 1,
        "missing": [each for each in methods if not each.targets],
    }


def _target(view: View, target: VariableSummary) -> dict[str, Any]:
    """Return what there is of one target."""
    methods = [each for each in view.results.methods.values() if target.name in each.targets]
    found: list[tuple[MethodResult, Estimation | None]] = [(each, each.targets[target.name]) for each in methods]
    power = power_of(view, target.name)
    return {
        "target": target,
        "methods": methods,
        "measures": tabulate(view, estimation_columns(target.unit, power, MEASURES), found),
        "tails": tabulate(view, _tails(target.unit, power), found),
        "tests": tabulate(view, _tests(target.unit, power), found),
    }


def _tails(unit: str, power: int) -> list[Column[Estimation]]:
    """Return shift and spread with and without the tails, and how far the worst estimates are off."""
    bracket = unit_bracket(unit, power)
    shift, spread, quantile = (f"{title}{bracket}" for title in ("Bias", "Resolution", "Quantiles of |deviation|"))
    return [
        Column("all", lambda each, notes: both_parts(each.bias, notes, power), group=shift),
        Column("truncated", lambda each, notes: both_parts(each.bias_truncated, notes, power), group=shift),
        Column("all", lambda each, notes: both_parts(each.resolution, notes, power), group=spread),
        Column("truncated", lambda each, notes: both_parts(each.resolution_truncated, notes, power), group=spread),
        *(Column(f"{100 * float(key):g} %", partial(_quantile, key, power), group=quantile) for key in QUANTILES),
    ]


def _tests(unit: str, power: int) -> list[Column[Estimation]]:
    """Return how train and test compare."""
    return [
        Column("Verdict", lambda each, _: Cell(verdict=each.overtraining.verdict), words=True),
        Column(
            f"RMSE gap{unit_bracket(unit, power)}", lambda each, notes: gap(each.overtraining.rmse_gap, notes, power)
        ),
        Column("Kolmogorov\N{EN DASH}Smirnov", lambda each, _: hypothesis(each.overtraining.ks)),
        Column("Anderson\N{EN DASH}Darling", lambda each, _: mean_square(each.overtraining.ad)),
    ]


def _quantile(key: str, power: int, found: Estimation, notes: Footnotes) -> Cell:
    """Return a quantile of the absolute deviation."""
    number = found.quantiles.get(key)
    return Cell() if number is None else replace(notes.cell(number), text=measured(scaled(number, power)))


CHAPTER = Chapter("deviations", "Deviations from the truth", "Deviations", _prepare, tasks=("regression",))
