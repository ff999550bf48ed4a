"""What is measured on toy events: how well a response is ordered, and how far two responses are apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods import Events

__all__ = ["apart", "auc", "columns", "rank_correlation", "share_explained"]


def columns(values: NDArray[Any]) -> NDArray[Any]:
    """Return responses or targets as columns, whatever the task."""
    return values[:, None] if values.ndim == 1 else values


def auc(score: NDArray[np.float64], events: Events) -> float:
    """Return the weighted share of pairs of events in the right order, ties counting half.

    For several classes the mean over the classes, each against all others; for several targets that of the worst.

    Examples
    --------
    >>> from umva.methods import Events
    >>> events = Events(np.zeros((3, 1), np.float32), np.array([1, 0, 0], np.int8), np.array([1.0, 3.0, 1.0]))
    >>> auc(np.array([0.5, 0.1, 0.9]), events)
    0.75
    """
    if events.problem.task == "multiclass":
        truth = [events.y == label for label in range(len(events.problem.classes))]
        return float(np.mean([_in_order(s, t, events.weight) for s, t in zip(score.T, truth, strict=True)]))
    pairs = zip(columns(score).T, columns(events.y).T, strict=True)
    return min(_in_order(found, truth, events.weight) for found, truth in pairs)


def _in_order(score: NDArray[np.float64], truth: NDArray[Any], weight: NDArray[np.float64]) -> float:
    above = truth[:, None] > truth
    pairs = np.where(above, weight[:, None] * weight, 0.0)
    return float((pairs * (np.sign(score[:, None] - score) + 1)).sum() / (2 * pairs.sum()))


def share_explained(score: NDArray[np.float64], events: Events) -> float:
    """Return the share of the targets' variance that a regression explains, of the worst target: 1 is perfect.

    Examples
    --------
    >>> from umva.testing import toys
    >>> events = toys(50, task="regression")
    >>> share_explained(events.y, events), abs(share_explained(events.y * 0 + events.y.mean(axis=0), events)) < 0.1
    (1.0, True)
    """
    residual = np.average(np.square(score - events.y), axis=0, weights=events.weight)
    mean = np.average(events.y, axis=0, weights=events.weight)
    return float((1 - residual / np.average(np.square(events.y - mean), axis=0, weights=events.weight)).min())


def apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the largest difference of two responses to the same events, in units of the range of ``other``.

    Examples
    --------
    >>> apart(np.array([0.0, 1.5]), np.array([0.0, 2.0]))
    0.25
    """
    difference = np.abs(columns(one) - columns(other)).max(axis=0)
    span = np.ptp(columns(other), axis=0)
    return float(np.divide(difference, span, out=np.where(difference > 0, np.inf, 0.0), where=span > 0).max())


def rank_correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return Spearman's correlation coefficient, 0 if either is constant; of several outputs the smallest.

    What differs by a billionth of the range is a tie.

    Examples
    --------
    >>> round(rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([1.0, 10.0, 1000.0])), 6)
    1.0
    """
    from scipy.stats import rankdata

    found = []
    for x, y in zip(columns(one).T, columns(other).T, strict=True):
        if np.ptp(x) == 0 or np.ptp(y) == 0:
            return 0.0
        ranks = [rankdata(np.round((each - each.min()) / np.ptp(each), 9)) for each in (x, y)]
        found.append(float(np.corrcoef(*ranks)[0, 1]))
    return min(found)
