"""Linear correlations of the input variables: a table whose cells are coloured, for it can be searched and scrolled."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from umva.reports.digits import minus
from umva.reports.page.view import Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import View

__all__ = ["CHAPTER"]


def _shade(coefficient: float) -> str:
    """Return the class of a cell's colour: sign and tenths.

    Examples
    --------
    >>> _shade(0.74), _shade(-0.31), _shade(0.02), _shade(float("nan"))
    ('p7', 'n3', '', '')
    """
    tenths = round(abs(coefficient) * 10) if math.isfinite(coefficient) else 0
    return f"{'p' if coefficient > 0 else 'n'}{min(tenths, 10)}" if tenths else ""


def _prepare(view: View) -> dict[str, Any]:
    """Return a matrix for each class, as percents and shades."""
    names = [each.name for each in view.results.dataset.variables]
    matrices = {
        label: [(name, [(_percent(each), _shade(each)) for each in row]) for name, row in zip(names, rows, strict=True)]
        for label, rows in view.results.dataset.correlation.items()
    }
    return {"names": names, "matrices": matrices}


def _percent(coefficient: float) -> str:
    """Return a coefficient in whole percents."""
    return minus(f"{round(100 * coefficient)}") if math.isfinite(coefficient) else ""


CHAPTER = Chapter("correlation", "Linear correlations", "Correlations", _prepare)
