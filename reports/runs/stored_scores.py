"""The responses of a finished run, read back from ``scores.h5``: enough to measure again without any training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import RunError
from umva.reports.measures.auc import area, mean_area
from umva.reports.measures.deviation import deviations, mean_deviation
from umva.reports.measures.ranked import effective_number, rank

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.reports.measures.influence import Measured

__all__ = ["StoredPart", "StoredScores", "read_scores"]


@dataclass(frozen=True)
class StoredPart:
    """The events of one part and what the methods answered.

    Parameters
    ----------
    y
        Class of each event, 1 signal and 0 background or a position in ``outputs``; in a regression the targets, shape
        ``(n_events, n_targets)``.
    weight, event
        Weight and number of each event, shape ``(n_events,)``.
    scores
        Responses by method, shape ``(n_events,)`` or ``(n_events, n_outputs)``.
    """

    y: NDArray[Any]
    weight: NDArray[np.float64]
    event: NDArray[np.int64]
    scores: Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True)
class StoredScores:
    """The responses of a run.

    Parameters
    ----------
    outputs
        Labels of several classes, or targets of a regression; none for signal and background.
    parts
        ``"train"``, ``"test"`` and perhaps ``"validation"``.
    """

    outputs: tuple[str, ...]
    parts: Mapping[str, StoredPart]

    def score(self, name: str) -> Measured:
        """Return what methods are ranked by, measured on the test part: a ROC area, the mean of several, or a deviation."""
        part = self.parts["test"]
        answers = part.scores[name]
        if not self.outputs:
            return area(rank(answers, part.y, part.weight))
        columns = range(len(self.outputs))
        if part.y.ndim > 1:
            return mean_deviation([deviations(answers[:, k], part.y[:, k], part.weight).relative for k in columns])
        classes = [part.weight[part.y == k] for k in columns]
        n_eff = min(effective_number(float(each.sum()), float(each @ each)) for each in classes)
        return mean_area([area(rank(answers[:, k], part.y == k, part.weight)) for k in columns], n_eff=n_eff)


def read_scores(path: Path) -> StoredScores:
    """Read ``scores.h5`` of a run folder.

    Raises
    ------
    RunError
        If the file is not there or is not what a run writes.
    """
    import h5py

    try:
        with h5py.File(path) as file:
            parts = {name: _part(file[name]) for name in file if len(file[name]["weight"])}
            outputs = _outputs(file["test"])
    except (OSError, KeyError) as error:
        msg = f"{path}: cannot be read as the scores of a run ({error})"
        raise RunError(msg) from error
    return StoredScores(outputs, parts)


def _part(group: Any) -> StoredPart:
    """Read one part; the columns of targets in the order of those of the responses."""
    scores = {name: np.asarray(each, dtype=np.float64) for name, each in group["scores"].items()}
    if "targets" in group:
        names = _outputs(group) or tuple(group["targets"])
        y = np.column_stack([np.asarray(group["targets"][each.replace("/", "÷")]) for each in names])
    else:
        y = np.asarray(group["class"])
    return StoredPart(y, np.asarray(group["weight"], dtype=np.float64), np.asarray(group["event"]), scores)


def _outputs(group: Any) -> tuple[str, ...]:
    """Return what the columns of a response are, nothing if there is one number for each event."""
    columns = (each.attrs["columns"] for each in group["scores"].values() if "columns" in each.attrs)
    return tuple(str(each) for each in next(columns, ()))
