"""What drives each method: Shapley shares side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.figures.importance import explained, percent, variable_order
from umva.reports.page.view import Cell, Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import View
    from umva.reports.results import MethodResult

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return a row of cells for each variable, and how the values were found."""
    columns = [each for _, each in explained(view.results)]
    largest = max((share.value for each in columns for share in each.shap.values()), default=0.0) or 1.0
    ranks = {each.name: _ranks(each) for each in columns}
    return {
        "columns": [(each, view.swatch(each.name)) for each in columns],
        "rows": [
            (name, f"{100 * mean:.1f}", [_cell(each, name, ranks[each.name], largest) for each in columns])
            for name, mean in variable_order(view.results)
        ],
        "notes": [(each.name, each.shap_note or each.reason) for each in view.results.methods.values()],
    }


def _ranks(method: MethodResult) -> dict[str, int]:
    """Return the place of each variable in a method, 1 for the largest share."""
    ordered = sorted(method.shap, key=lambda name: -method.shap[name].value)
    return {name: place for place, name in enumerate(ordered, 1)}


def _cell(method: MethodResult, name: str, ranks: dict[str, int], largest: float) -> tuple[Cell, int, int]:
    """Return share in percent, place in the method, and length of the bar, 100 for the longest of all."""
    share = method.shap.get(name)
    if share is None:
        return Cell(), 0, 0
    return Cell(percent(share), share.value), ranks[name], round(100 * max(share.value, 0.0) / largest)


CHAPTER = Chapter("importance", "What drives each method", "SHAP", _prepare)
