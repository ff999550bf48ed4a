"""ROC curves of all methods, separation and significance of their responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.page.table import Column, tabulate
from umva.reports.page.view import Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import View
    from umva.reports.results import MethodResult

__all__ = ["CHAPTER"]

COLUMNS: tuple[Column[MethodResult], ...] = (
    Column("Separation", lambda method, notes: notes.cell(method.separation)),
    Column("Significance", lambda method, notes: notes.cell(method.significance)),
    Column("Tight cuts", lambda method, notes: notes.cell(method.partial_auc)),
)
"""TMVA's two measures of distance, and the area where cuts are tight."""


def _prepare(view: View) -> dict[str, Any]:
    """Return which methods are missing, and how far the classes are apart in each of the others."""
    methods = list(view.results.methods.values())
    return {
        "missing": [each for each in methods if each.roc is None],
        "distances": tabulate(
            view, COLUMNS, [(each, each) for each in methods if each.separation or each.significance]
        ),
    }


CHAPTER = Chapter("roc", "ROC curves and separation", "ROC", _prepare, tasks=("classification",))
