"""The events that all methods shared: counts, files, cuts, weights, split."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from umva.reports.digits import count, size
from umva.reports.page.view import Cell, Chapter, as_text

if TYPE_CHECKING:
    from umva.reports.page.view import View
    from umva.reports.results import ClassCount, DatasetSummary

__all__ = ["CHAPTER"]


NORMALISATION = {
    "None": "Training weights are used as they are",
    "NumEvents": "For the training, weights are scaled so that those of each class sum to its number of training events",
    "EqualNumEvents": (
        "For the training, weights are scaled so that those of each class sum to the number of {} training events"
    ),
}
"""What TMVA's NormMode does."""


def _prepare(view: View) -> dict[str, Any]:
    """Return the tables of the sample."""
    dataset = view.results.dataset
    mode = "" if view.results.task == "regression" else str(dataset.split.get("norm_mode", ""))
    first = next(iter(dataset.counts), "")
    return {
        "counts": [
            (view.class_name(role), part, _count(found))
            for role, parts in dataset.counts.items()
            for part, found in parts.items()
        ],
        "negative": any(found.n_negative for parts in dataset.counts.values() for found in parts.values()),
        "by_class": view.results.task != "regression",
        "normalisation": f"{NORMALISATION[mode].format(first)} (NormMode {mode})." if mode in NORMALISATION else "",
        "expressions": [(view.class_name(role), *_expressions(dataset, view.label(role))) for role in dataset.counts],
        "files": [
            (each, _events(each.n_entries), _events(each.n_selected), size(each.bytes) if each.bytes else None)
            for each in dataset.files
        ],
        "own": any(each.weight != 1 or each.cut for each in dataset.files),
        "split": [(key, "the rest" if value is None else as_text(value)) for key, value in dataset.split.items()],
    }


def _count(found: ClassCount) -> list[Cell]:
    """Return events, sum of weights, effective number and negative weights of a class in a part."""
    negative = _events(found.n_negative)
    if found.n_negative:
        negative = replace(negative, text=f"{negative.text} ({100 * found.n_negative / found.n_events:.1f} %)")
    return [*(_events(each) for each in (found.n_events, found.sum_weights, found.n_eff)), negative]


def _expressions(dataset: DatasetSummary, label: str) -> tuple[str, str]:
    """Return weight and cut of a class: its own weight or else the common one, the common cut and its own."""
    weight = dataset.weights.get(label, dataset.weights.get("all", "1"))
    cuts = [cut for cut in (dataset.cuts.get("all"), dataset.cuts.get(label)) if cut]
    return weight, cuts[0] if len(cuts) == 1 else " && ".join(f"({cut})" for cut in cuts)


def _events(number: float) -> Cell:
    """Return a number of events."""
    return Cell(count(number), number)


CHAPTER = Chapter("sample", "Events", "Events", _prepare)
