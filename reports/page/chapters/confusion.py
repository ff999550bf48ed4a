"""Confusion: which classes are taken for which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.digits import in_percent
from umva.reports.page.cells import shade, stacked
from umva.reports.page.view import Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import Cell, View
    from umva.reports.results import Confusion, Number

__all__ = ["CHAPTER"]

SHOWN = 6
"""So many methods are shown at once, the others on request."""


def _prepare(view: View) -> dict[str, Any]:
    """Return the matrix of each method, the best methods first."""
    methods = list(view.results.methods.values())
    matrices = [
        (
            each,
            view.swatch(each.name),
            each.confusion.labels,
            in_percent(each.confusion.accuracy),
            _rows(each.confusion),
        )
        for each in methods
        if each.confusion
    ]
    return {
        "shown": matrices[:SHOWN],
        "more": matrices[SHOWN:],
        "missing": [each for each in methods if not each.confusion],
    }


def _rows(found: Confusion) -> list[tuple[str, list[Cell]]]:
    """Return the rows of a matrix in percent."""
    return [(label, [_cell(each) for each in row]) for label, row in zip(found.labels, found.shares, strict=True)]


def _cell(share: Number) -> Cell:
    """Return one share, its error in small print."""
    return stacked(in_percent(share), share.value, shade(share.value))


CHAPTER = Chapter("confusion", "Which class is taken for which", "Confusion", _prepare, tasks=("multiclass",))
