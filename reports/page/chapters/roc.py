"""ROC curves of all methods, separation and significance of their responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.page.view import Chapter, Footnotes

if TYPE_CHECKING:
    from umva.reports.page.view import View

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return which methods are missing, and a row of TMVA's two measures of distance for each of the others."""
    notes = Footnotes()
    methods = list(view.results.methods.values())
    return {
        "missing": [each for each in methods if each.roc is None],
        "rows": [
            (each, view.swatch(each.name), notes.cell(each.separation), notes.cell(each.significance))
            for each in methods
            if each.separation or each.significance
        ],
        "footnotes": notes.listed(),
    }


CHAPTER = Chapter("roc", "ROC curves and separation", "ROC", _prepare)
