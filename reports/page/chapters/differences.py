"""Each method against each other: how far apart they are, and whether that is more than chance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from umva.reports.digits import SIGMA, measured, probability
from umva.reports.measures.comparison import LEVEL
from umva.reports.page.cells import shade, stacked
from umva.reports.page.view import Cell, Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import View
    from umva.reports.results import Comparison, Number, Results

__all__ = ["CHAPTER", "ordered"]

DARKEST = 10.0
"""Standard deviations of the darkest cell."""

QUANTITIES = {
    "classification": "test AUC",
    "multiclass": "mean test AUC",
    "regression": f"test RMSE in units of standard deviations {SIGMA} of the target",
}


def ordered(results: Results) -> list[str]:
    """Return the methods that were laid beside each other, the best first."""
    found = results.differences
    return [name for name in results.methods if name in found or any(name in each for each in found.values())]


def _prepare(view: View) -> dict[str, Any]:
    """Return the matrix, with what stands for each method."""
    results = view.results
    names = ordered(results)
    rows = [
        (name, [_cell(results, names, row, column) for column in range(len(names))]) for row, name in enumerate(names)
    ]
    return {
        "methods": [(each, view.swatch(each)) for each in names],
        "rows": rows,
        "quantity": QUANTITIES[results.task],
        "n_measured": sum(each.score is not None for each in results.methods.values()),
        "level": LEVEL,
    }


def _cell(results: Results, names: list[str], row: int, column: int) -> Cell:
    """Return a difference above the diagonal, its probability below, and on it what a method has."""
    if row == column:
        return _split(results.methods[names[row]].score)
    better, worse = sorted((row, column))
    found = results.differences[names[worse]][names[better]]
    if row > column:
        return Cell(probability(found.p_corrected), found.p_corrected, shade=_shade(found))
    cell = replace(_split(found.difference), shade=_shade(found))
    return replace(cell, small=(*cell.small, "hardly matters")) if found.negligible else cell


def _split(number: Number | None) -> Cell:
    """Return a number with its error in small print."""
    return Cell() if number is None else stacked(measured(number), number.value)


def _shade(found: Comparison) -> str:
    """Return the colour of what is more than chance, the darker the farther from it."""
    error = found.difference.error
    if found.p_corrected >= LEVEL or error is None:
        return ""
    return shade(min(found.difference.value / error / DARKEST, 1.0) if error else 1.0)


CHAPTER = Chapter("differences", "Each method against each other", "Differences", _prepare)
