"""The events that all methods shared: counts, files, cuts, weights, split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.digits import count, size
from umva.reports.page.view import Cell, Chapter, as_text

if TYPE_CHECKING:
    from umva.reports.page.view import View

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return the tables of the sample."""
    dataset = view.results.dataset
    return {
        "counts": [
            (label, part, [_events(each) for each in (n.n_events, n.sum_weights, n.n_eff, n.n_negative)])
            for label, parts in dataset.counts.items()
            for part, n in parts.items()
        ],
        "files": [
            (each, _events(each.n_entries), _events(each.n_selected), size(each.bytes) if each.bytes else None)
            for each in dataset.files
        ],
        "expressions": [
            (label, dataset.weights.get(label, "1"), dataset.cuts.get(label, ""))
            for label in dict.fromkeys([*dataset.weights, *dataset.cuts])
        ],
        "split": [(key, as_text(value)) for key, value in dataset.split.items()],
    }


def _events(number: float) -> Cell:
    """Return a number of events."""
    return Cell(count(number), number)


CHAPTER = Chapter("sample", "Events", "Events", _prepare)
