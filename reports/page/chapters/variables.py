"""Targets of a regression, and input variables, the most telling one first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.figures.variables import outside
from umva.reports.page.view import Chapter, Footnotes

if TYPE_CHECKING:
    from umva.reports.page.view import View

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return the variables by rank, each with what it is good for."""
    notes = Footnotes()
    dataset = view.results.dataset
    targets = [each.name for each in dataset.targets]
    rows = []
    for each in sorted(dataset.variables, key=lambda each: each.rank):
        merits = [each.target_correlation.get(name) for name in targets] if targets else [each.separation]
        rows.append((each, [notes.cell(merit) for merit in merits], "; ".join(outside(each))))
    return {
        "targets": dataset.targets,
        "merits": [f"Correlation with {name}" for name in targets] or ["Separation"],
        "rows": rows,
        "footnotes": notes.listed(),
    }


CHAPTER = Chapter("variables", "Input variables", "Variables", _prepare)
