"""Linear correlations of the input variables: a table whose cells are coloured, for it can be searched and scrolled."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from umva.reports.digits import minus
from umva.reports.figures.looks import heading
from umva.reports.page.cells import shade
from umva.reports.page.view import Cell, Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import View

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return a matrix for each class, as percents and shades."""
    names = [each.name for each in view.results.dataset.variables]
    correlation = view.results.dataset.correlation
    matrices = {
        heading(label, correlation): [
            (name, [_cell(each) for each in row]) for name, row in zip(names, rows, strict=True)
        ]
        for label, rows in correlation.items()
    }
    return {"names": names, "matrices": matrices}


def _cell(coefficient: float) -> Cell:
    """Return a coefficient in whole percents, red above zero and blue below."""
    if not math.isfinite(coefficient):
        return Cell("")
    return Cell(minus(f"{round(100 * coefficient)}"), shade=shade(abs(coefficient), "p" if coefficient > 0 else "n"))


CHAPTER = Chapter("correlation", "Linear correlations", "Correlations", _prepare)
