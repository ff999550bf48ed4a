"""Input variables, the best separating one first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.figures.variables import outside
from umva.reports.page.view import Chapter, Footnotes

if TYPE_CHECKING:
    from umva.reports.page.view import View

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return the variables by rank."""
    notes = Footnotes()
    ranked = sorted(view.results.dataset.variables, key=lambda each: each.rank)
    rows = [(each, notes.cell(each.separation), "; ".join(outside(each))) for each in ranked]
    return {"rows": rows, "footnotes": notes.listed()}


CHAPTER = Chapter("variables", "Input variables", "Variables", _prepare)
